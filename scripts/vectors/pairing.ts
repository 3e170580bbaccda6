/** Part `pairing`: the exchange, step by step, made with @noble/curves' ristretto255 and Node's SHA-512 and HMAC. */
import { createHash, createHmac } from "node:crypto";
import { ristretto255, ristretto255_hasher } from "@noble/curves/ed25519.js";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { key, sha256 } from "./hashing.ts";
import { invalid, type Vector, valid } from "./vector.ts";

export const joiner = key("laptop");
export const inviter = key("phone");
export const code = "4821093755";
export const certificate = sha256("fablepool pairing certificate");

/** 32 bytes in hex, the same in every run. */
export function bytesNamed(name: string): string {
  return sha256(`fablepool pairing: ${name}`);
}

function sha512(...parts: readonly Uint8Array[]): Buffer {
  return createHash("sha512").update(Buffer.concat(parts)).digest();
}

/** `lv_cat`; no part here is longer than 127 bytes but where two length bytes are written. */
export function lv(...parts: readonly (Uint8Array | string)[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part);
      return [bytes.length < 128 ? Buffer.of(bytes.length) : Buffer.of(128 + (bytes.length % 128), bytes.length >> 7), bytes];
    }),
  );
}

const hex = (text: string) => Buffer.from(text, "hex");
const tag = "CPaceRistretto255";

function scalarOf(random: string): bigint {
  const bytes = hex(random);
  bytes[31] = (bytes[31] ?? 0) & 0x0f;
  return BigInt(`0x${Buffer.from(bytes.toReversed()).toString("hex")}`);
}

export interface Secrets {
  readonly code: string;
  readonly joiner: string;
  readonly inviter: string;
  readonly channel: string;
  readonly name: string;
  readonly joiner_scalar: string;
  readonly joiner_nonce: string;
  readonly inviter_scalar: string;
  readonly inviter_nonce: string;
}

export const usual: Secrets = {
  code,
  joiner: joiner.did,
  inviter: inviter.did,
  channel: certificate,
  name: "laptop",
  joiner_scalar: bytesNamed("joiner's scalar"),
  joiner_nonce: bytesNamed("joiner's nonce"),
  inviter_scalar: bytesNamed("inviter's scalar"),
  inviter_nonce: bytesNamed("inviter's nonce"),
};

/** Both sides of a pairing in which nothing goes wrong. */
export function exchange(secrets: Secrets) {
  const commitment = sha256("fablepool.pair.commitment.v1\n", hex(secrets.joiner_nonce));
  const context = lv("fablepool.pair/1", secrets.joiner, secrets.inviter, secrets.channel);
  const padding = Buffer.alloc(Math.max(0, 127 - lv(tag, secrets.code).length));
  const derive = ristretto255_hasher.deriveToCurve as NonNullable<typeof ristretto255_hasher.deriveToCurve>;
  const generator = derive(sha512(lv(tag, secrets.code, padding, context, hex(commitment))));
  const [ours, theirs] = [scalarOf(secrets.joiner_scalar), scalarOf(secrets.inviter_scalar)];
  const shares = [generator.multiply(ours).toHex(), generator.multiply(theirs).toHex()] as const;
  const secret = ristretto255.Point.fromHex(shares[1]).multiply(ours).toBytes();
  const said = [lv(hex(shares[0]), lv("joiner", secrets.name)), lv(hex(shares[1]), lv("inviter", hex(secrets.inviter_nonce)))] as const;
  const isk = sha512(lv(`${tag}_ISK`, hex(commitment), secret), ...said);
  const macKey = sha512(Buffer.from("CPaceMac"), hex(commitment), isk);
  const proof = (index: 0 | 1) => createHmac("sha512", macKey).update(said[index]).digest("hex");
  const compared = [secrets.joiner, secrets.inviter, secrets.channel, secrets.name, hex(commitment)];
  const digest = sha256("fablepool.pair.words.v1\n", lv(...compared, hex(secrets.inviter_nonce), hex(secrets.joiner_nonce)));
  const bits = BigInt(`0x${digest}`) >> 223n;
  const words = [22n, 11n, 0n].map((shift) => wordlist[Number((bits >> shift) & 2_047n)] ?? "");
  return {
    begin: { type: "pair_begin", commitment, share: shares[0], name: secrets.name },
    share: { type: "pair_share", share: shares[1], nonce: secrets.inviter_nonce, proof: proof(1) },
    prove: { type: "pair_prove", nonce: secrets.joiner_nonce, proof: proof(0) },
    generator: generator.toHex(),
    key: isk.toString("hex"),
    words,
  };
}

const about = (path: string, rule: string, comment: string, kind: string) => ({ path: `pairing/${path}`, rule, comment, kind });

function reply(name: string, rule: string, comment: string, answer: object, expect: object, isFine = false): Vector {
  const made = { ...about(`joiner-${name}`, rule, comment, "pair-joiner") };
  return (isFine ? valid : invalid)(made, { ...usual, reply: answer }, expect);
}

const fine = exchange(usual);

export const exchangeVectors: readonly Vector[] = [
  valid(about("exchange", "PAI-5", "A pairing over TLS, both sides' secrets known.", "pair-exchange"), usual, fine),
  valid(
    about("exchange-loopback", "PAI-5", "Without TLS, and a name beyond ASCII.", "pair-exchange"),
    { ...usual, channel: "", name: "Maras Telefon ☎" },
    exchange({ ...usual, channel: "", name: "Maras Telefon ☎" }),
  ),
  reply(
    "right",
    "PAI-5",
    "The inviter holds the code: the joiner shows that it does, too.",
    fine.share,
    { does: "ask", message: fine.prove, words: fine.words },
    true,
  ),
  reply(
    "wrong-code",
    "PAI-5",
    "The inviter holds another code: the joiner says nothing more.",
    exchange({ ...usual, code: "4821093756" }).share,
    {
      does: "failed",
      why: "code",
    },
  ),
  reply(
    "other-certificate",
    "PAI-5",
    "The inviter shows another certificate than the joiner sees: TLS ends in between.",
    exchange({ ...usual, channel: bytesNamed("another certificate") }).share,
    {
      does: "failed",
      why: "code",
    },
  ),
  reply("other-inviter", "PAI-5", "The exchange was meant for another node.", exchange({ ...usual, inviter: key("server").did }).share, {
    does: "failed",
    why: "code",
  }),
  reply(
    "other-nonce",
    "PAI-5",
    "The inviter's nonce was changed on the way.",
    { ...fine.share, nonce: bytesNamed("another nonce") },
    { does: "failed", why: "code" },
  ),
  reply("no-element", "PAI-5", "The share is the identity.", { ...fine.share, share: "0".repeat(64) }, { does: "failed", why: "code" }),
  reply(
    "no-code-there",
    "PAI-1",
    "The node shows no code.",
    { type: "error", error: "this key may not do that", code: "unauthorized" },
    { does: "failed", why: "closed" },
  ),
];
