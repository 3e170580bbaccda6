/**
 * What the vectors are made with: Node's SHA-256 and Ed25519, and the `canonicalize` package. None of it is the project's own
 * code, so that the vectors are an oracle for it and not its echo.
 */
import { createHash, createPrivateKey, createPublicKey, sign as nodeSign } from "node:crypto";
import canonicalize from "canonicalize";

export function sha256(...parts: readonly (Uint8Array | string)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

/** RFC 8785 text of a JSON value. */
export function jcs(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("that is no JSON value");
  return text;
}

/** A fixed key of the vectors: its seed is the SHA-256 of its name, as that of `src/testkit/fixed-keys.ts`. */
export interface Key {
  readonly name: string;
  readonly seed: Buffer;
  readonly publicKey: Buffer;
  readonly did: string;
  sign(message: Uint8Array | string): Buffer;
}

const keys = new Map<string, Key>();

export function key(name: string): Key {
  const known = keys.get(name);
  if (known) return known;
  const seed = Buffer.from(sha256(`fablepool test key ${name}`), "hex");
  const privateKey = createPrivateKey({
    key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]),
    format: "der",
    type: "pkcs8",
  });
  const publicKey = Buffer.from(createPublicKey(privateKey).export({ format: "der", type: "spki" }).subarray(-32));
  const made: Key = { name, seed, publicKey, did: didOf(publicKey), sign: (message) => nodeSign(null, Buffer.from(message), privateKey) };
  keys.set(name, made);
  return made;
}

/** `did:key` of 32 bytes, whether or not they are a usable key. */
export function didOf(publicKey: Uint8Array): string {
  return `did:key:z${base58(Buffer.concat([Buffer.of(0xed, 0x01), publicKey]))}`;
}

const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** base58btc of bytes that do not start with zero. */
export function base58(bytes: Uint8Array): string {
  let text = "";
  for (let number = BigInt(`0x${Buffer.from(bytes).toString("hex")}`); number > 0n; number /= 58n)
    text = alphabet[Number(number % 58n)] + text;
  return text;
}
