/**
 * Signatures that cost a hash instead of a curve: 10,000 histories sign and verify millions of times. A signature is made
 * of the key's public half and the message, so that another key's, or one over other bytes, never verifies; it passes the
 * pre-check of section 2, which runs as it is. `--signatures real` uses Ed25519 itself.
 */
import { fromHex, toHex } from "../src/core/bytes.ts";
import type { Crypto } from "../src/core/ports.ts";
import { nativeCrypto } from "../src/node/native-crypto.ts";

const publicKeys = new Map<string, Uint8Array>();

/** Key names recur in every history: each public half is computed once. */
function publicKey(seed: Uint8Array): Uint8Array {
  const name = toHex(seed);
  const known = publicKeys.get(name) ?? nativeCrypto.ed25519.publicKey(seed);
  publicKeys.set(name, known);
  return known;
}

function signatureOf(key: Uint8Array, message: Uint8Array): string {
  const half = (name: string) => nativeCrypto.sha256Hex(`simulated ${name}`, key, message);
  // As little-endian numbers both are below 2^248: R below p, S below L.
  return `${half("R").slice(0, 62)}00${half("S").slice(0, 62)}00`;
}

export const simulatedCrypto: Crypto = {
  sha256Hex: nativeCrypto.sha256Hex,
  ed25519: {
    publicKey,
    sign: (seed, message) => fromHex(signatureOf(publicKey(seed), message)) as Uint8Array,
    verify: (key, message, signature) => toHex(signature) === signatureOf(key, message),
  },
};
