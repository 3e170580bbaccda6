/**
 * CPace over ristretto255 with SHA-512, initiator and responder, with explicit key confirmation (draft-irtf-cfrg-cpace-21): two who hold the
 * same short code get the same strong key, and whoever does not hold it learns, for each attempt, whether one guess was right.
 */
import { concat, utf8 } from "../bytes.ts";
import type { PairingCrypto } from "../ports.ts";

const suite = "CPaceRistretto255";
/** Bytes that SHA-512 takes in at once. */
const hashBlockBytes = 128;

/** What both sides must agree on beforehand; a difference in any of it gives them different keys. */
export interface CpaceInput {
  readonly code: Uint8Array;
  /** Who talks to whom, and over which connection. */
  readonly context: Uint8Array;
  /** Never used twice. */
  readonly session: Uint8Array;
}

/** The element that both multiply with their scalars. */
export function generator(crypto: PairingCrypto, { code, context, session }: CpaceInput): Uint8Array {
  const head = lengthValues(utf8(suite), code);
  const padding = new Uint8Array(Math.max(0, hashBlockBytes - 1 - head.length));
  return crypto.elementOf(crypto.sha512(concat(head, lengthValues(padding, context, session))));
}

/** 252 bits of 32 random bytes: below the order of the group. */
export function scalarOf(random: Uint8Array): Uint8Array {
  const scalar = random.slice(0, 32);
  scalar[31] = (scalar[31] ?? 0) & 0x0f;
  return scalar;
}

/** One side's share, with what it says beside it. */
export interface Share {
  readonly element: Uint8Array;
  readonly says: Uint8Array;
}

/** Keys of confirmation: what each side sends to show that it holds the same key, 64 bytes each. */
export interface Confirmations {
  readonly initiator: Uint8Array;
  readonly responder: Uint8Array;
  /** The key itself, 64 bytes. */
  readonly key: Uint8Array;
}

/** What follows for the side that holds `scalar`; null when the other's share is no element. */
export function confirmations(
  crypto: PairingCrypto,
  own: { readonly scalar: Uint8Array; readonly side: "initiator" | "responder" },
  session: Uint8Array,
  shares: { readonly initiator: Share; readonly responder: Share },
): Confirmations | null {
  const { initiator, responder } = shares;
  const secret = crypto.multiply((own.side === "initiator" ? responder : initiator).element, own.scalar);
  if (secret === null) return null;
  const transcript = [lengthValues(initiator.element, initiator.says), lengthValues(responder.element, responder.says)] as const;
  const key = crypto.sha512(concat(lengthValues(utf8(`${suite}_ISK`), session, secret), ...transcript));
  const macKey = crypto.sha512(concat(utf8("CPaceMac"), session, key));
  const [first, second] = transcript.map((each) => hmacSha512(crypto, macKey, each));
  return { initiator: first as Uint8Array, responder: second as Uint8Array, key };
}

/** HMAC (RFC 2104) under a key no longer than a block of SHA-512. */
function hmacSha512(crypto: PairingCrypto, key: Uint8Array, message: Uint8Array): Uint8Array {
  const padded = new Uint8Array(hashBlockBytes);
  padded.set(key);
  const mixed = (byte: number) => padded.map((each) => each ^ byte);
  return crypto.sha512(concat(mixed(0x5c), crypto.sha512(concat(mixed(0x36), message))));
}

/** Each part after its length, which is written seven bits a byte, the lowest first. */
export function lengthValues(...parts: readonly Uint8Array[]): Uint8Array {
  return concat(...parts.flatMap((part) => [lengthOf(part.length), part]));
}

function lengthOf(length: number): Uint8Array {
  const bytes: number[] = [];
  let rest = length;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Uint8Array.from([...bytes, rest]);
}
