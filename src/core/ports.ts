/** What the core asks of its platform: functions of values. Time and randomness are only ever arguments. */

/** SHA-256 of the parts one after the other (a string stands for its UTF-8 bytes), as 64 lower-case hex digits. */
export type Sha256Hex = (...parts: readonly (Uint8Array | string)[]) => string;

/** The platform's Ed25519, without the pre-check of protocol section 2 (`crypto/signature.ts` does that). */
export interface Ed25519 {
  /** Public key, 32 bytes, of a 32-byte seed. */
  publicKey(seed: Uint8Array): Uint8Array;
  /** Signature, 64 bytes, over `message` by the key of `seed`. */
  sign(seed: Uint8Array, message: Uint8Array): Uint8Array;
  /** True when encode([S]B − [k]A) equals R byte for byte (no cofactor). Never throws. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}

export interface Crypto {
  readonly sha256Hex: Sha256Hex;
  readonly ed25519: Ed25519;
}

/** What pairing needs beyond that: ristretto255 (RFC 9496) and the hash that goes with it. Elements are 32 bytes, as they are sent. */
export interface PairingCrypto extends Pick<Crypto, "sha256Hex"> {
  /** SHA-512, 64 bytes. */
  sha512(bytes: Uint8Array): Uint8Array;
  /** The element that 64 uniform bytes stand for (RFC 9496, 4.3.4). */
  elementOf(uniform: Uint8Array): Uint8Array;
  /** `scalar` (32 bytes, the lowest first) times `element`; null when those bytes encode no element, or nothing is left of it. */
  multiply(element: Uint8Array, scalar: Uint8Array): Uint8Array | null;
}

/** Milliseconds since the Unix epoch, UTC. */
export type Clock = () => number;

/** `length` unpredictable bytes. */
export type Random = (length: number) => Uint8Array;

/** A JSON value as `JSON.parse` makes it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}
