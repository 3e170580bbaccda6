/** Keys by name: the same name is the same key on every machine, so that ids and signatures can be pinned in tests. */
import { fromHex } from "../core/bytes.ts";
import { type Did, encodeDidKey } from "../core/crypto/did-key.ts";
import type { Crypto } from "../core/ports.ts";

export interface FixedKey {
  readonly name: string;
  readonly did: Did;
  readonly seed: Uint8Array;
}

/** The key whose seed is the SHA-256 of a name. Anyone can make it: never for anything but tests. */
export function fixedKey(crypto: Crypto, name: string): FixedKey {
  const seed = fromHex(crypto.sha256Hex(`fablepool test key ${name}`)) as Uint8Array;
  return { name, seed, did: encodeDidKey(crypto.ed25519.publicKey(seed)) };
}
