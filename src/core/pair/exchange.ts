/** What both sides of a pairing compute from what they sent each other (page 09). */
import { concat, fromHex, utf8 } from "../bytes.ts";
import { domainTags } from "../domain-tags.ts";
import { limits } from "../limits.ts";
import type { JsonObject, PairingCrypto } from "../ports.ts";
import { type Confirmations, type CpaceInput, confirmations, lengthValues, type Share } from "./cpace.ts";

/** Who pairs, and over what. */
export interface Pairing {
  readonly code: string;
  /** The did of the device that wants to come in. */
  readonly joiner: string;
  /** The did of the device that shows the code. */
  readonly inviter: string;
  /** sha-256 in lower-case hex of the TLS certificate on the connection between them; empty without TLS. */
  readonly channel: string;
}

/** The first message, as it was read. */
export interface Begin {
  /** 64 hex digits each. */
  readonly commitment: string;
  readonly share: string;
  readonly name: string;
}

export interface Answered {
  readonly share: string;
  readonly nonce: string;
}

/** The joiner's commitment to its nonce, PAI-4. */
export function commitmentTo(crypto: PairingCrypto, nonce: Uint8Array): string {
  return crypto.sha256Hex(domainTags.pairCommitment, nonce);
}

export function cpaceInput({ code, joiner, inviter, channel }: Pairing, commitment: string): CpaceInput {
  const context = lengthValues(...["fablepool.pair/1", joiner, inviter, channel].map(utf8));
  return { code: utf8(code), context, session: bytesOf(commitment) };
}

/** PAI-5; null when the other side's share is no element. */
export function confirmationsOf(
  crypto: PairingCrypto,
  own: { readonly scalar: Uint8Array; readonly side: "initiator" | "responder" },
  begin: Begin,
  answered: Answered,
): Confirmations | null {
  const initiator: Share = { element: bytesOf(begin.share), says: lengthValues(utf8("joiner"), utf8(begin.name)) };
  const responder: Share = { element: bytesOf(answered.share), says: lengthValues(utf8("inviter"), bytesOf(answered.nonce)) };
  return confirmations(crypto, own, bytesOf(begin.commitment), { initiator, responder });
}

/** What people compare: three numbers below 2,048, each the place of a word in the English list of BIP 39 (PAI-6). */
export function wordNumbers(
  crypto: PairingCrypto,
  { joiner, inviter, channel }: Pairing,
  { commitment, name }: Begin,
  nonces: { readonly joiner: string; readonly inviter: string },
): readonly number[] {
  const said = [
    utf8(joiner),
    utf8(inviter),
    utf8(channel),
    utf8(name),
    bytesOf(commitment),
    bytesOf(nonces.inviter),
    bytesOf(nonces.joiner),
  ];
  const hash = crypto.sha256Hex(concat(utf8(domainTags.pairWords), lengthValues(...said)));
  const bits = BigInt(`0x${hash.slice(0, 10)}`) >> 7n; // the first 33 of 40
  return [22n, 11n, 0n].map((shift) => Number((bits >> shift) & 2_047n));
}

/** `name` of `message` when it is `characters` lower-case hex digits. */
export function hexMember(message: JsonObject, name: string, characters: number): string | null {
  const value = message[name];
  return typeof value === "string" && value.length === characters && /^[0-9a-f]*$/.test(value) ? value : null;
}

/** The name under which a device asks to be taken in; null for what is none. */
export function nameMember(message: JsonObject): string | null {
  const name = message["name"];
  return typeof name === "string" && name.length <= limits.pairNameCharacters && !controls.test(name) ? name : null;
}

/** What could move a terminal's cursor, or turn the direction of what is written after it. */
const controls = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

export function bytesOf(hex: string): Uint8Array {
  return fromHex(hex) ?? new Uint8Array();
}
