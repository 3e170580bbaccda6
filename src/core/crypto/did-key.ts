import { concat } from "../bytes.ts";
import { PoolError } from "../errors.ts";
import { decodeBase58, encodeBase58 } from "./base58.ts";
import { BoundedCache } from "./bounded-cache.ts";

/** The name of an Ed25519 key: `did:key:z6Mk…`, 56 characters (protocol section 2). */
export type Did = string & { readonly brand: "did" };

/** The name of a public key of 32 bytes. */
export function encodeDidKey(publicKey: Uint8Array): Did {
  if (publicKey.length !== 32) throw new PoolError("key", `a public key has 32 bytes, this has ${publicKey.length}`);
  return `did:key:z${encodeBase58(concat(ed25519Multicodec, publicKey))}` as Did;
}

/**
 * The 32 bytes of the public key that `text` names, or null unless `text` is exactly that key's name (protocol section 2).
 * They are yours to keep. Whether they are an acceptable key is another question: `isAcceptableKey`.
 */
export function decodeDidKey(text: string): Uint8Array | null {
  if (text.length !== didCharacters) return null;
  const known = decoded.get(text);
  if (known !== undefined) return known.slice();
  const bytes = decodeBase58(text.slice("did:key:z".length));
  if (bytes?.length !== 34) return null;
  const publicKey = bytes.subarray(2);
  if (encodeDidKey(publicKey) !== text) return null; // which shows the prefix, the kind of key and the spelling at once
  decoded.set(text, publicKey);
  return publicKey.slice();
}

const didCharacters = 56;
const ed25519Multicodec = Uint8Array.of(0xed, 0x01);

/** Every operation names its author, and a pool has few of them: base58 is paid once for each. Strangers' names push out the oldest. */
const decoded = new BoundedCache<Uint8Array>(4_096);
