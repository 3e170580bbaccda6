import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from "node:crypto";
import { concat, fromHex, toHex } from "../core/bytes.ts";
import { BoundedCache } from "../core/crypto/bounded-cache.ts";
import type { Crypto } from "../core/ports.ts";

/** The core's cryptography by Node's OpenSSL. Key objects are remembered: making one costs as much as a signature. */
export const nativeCrypto: Crypto = {
  sha256Hex: (...parts) => {
    const [only] = parts;
    if (parts.length === 1 && only !== undefined) return hash("sha256", only, "hex");
    return hash("sha256", joined(parts), "hex");
  },
  ed25519: {
    publicKey(seed) {
      return new Uint8Array(createPublicKey(privateKeyOf(seed)).export({ format: "der", type: "spki" }).subarray(-32));
    },
    sign(seed, message) {
      return new Uint8Array(sign(null, message, privateKeyOf(seed)));
    },
    verify(publicKey, message, signature) {
      try {
        return verify(null, message, publicKeyOf(publicKey), signature);
      } catch {
        return false; // OpenSSL throws where it could say no: a key or signature of another length
      }
    },
  },
};

/** Where parts are put together: most fit, and an own buffer for each would cost as much as its hash. */
const desk = Buffer.allocUnsafeSlow(16_384);

function joined(parts: readonly (Uint8Array | string)[]): Uint8Array {
  const most = parts.reduce((sum, part) => sum + (typeof part === "string" ? 3 * part.length : part.length), 0);
  const place = most <= desk.length ? desk : Buffer.allocUnsafe(most);
  let at = 0;
  for (const part of parts) {
    if (typeof part === "string") at += place.write(part, at);
    else {
      place.set(part, at);
      at += part.length;
    }
  }
  return place.subarray(0, at);
}

/** DER headers before the 32 raw bytes (RFC 8410). */
const spkiHeader = fromHex("302a300506032b6570032100") ?? new Uint8Array();
const pkcs8Header = fromHex("302e020100300506032b657004220420") ?? new Uint8Array();

const publicKeys = new BoundedCache<KeyObject>(4_096);
const privateKeys = new BoundedCache<KeyObject>(1_024); // a hub signs for that many pools at once, a home for a few keys

function publicKeyOf(raw: Uint8Array): KeyObject {
  const name = toHex(raw);
  const known = publicKeys.get(name);
  if (known !== undefined) return known;
  const key = createPublicKey({ key: Buffer.from(concat(spkiHeader, raw)), format: "der", type: "spki" });
  publicKeys.set(name, key);
  return key;
}

function privateKeyOf(seed: Uint8Array): KeyObject {
  const name = hash("sha256", seed, "hex"); // the seed itself would stay in the heap as text that can't be wiped
  const known = privateKeys.get(name);
  if (known !== undefined) return known;
  const der = Buffer.from(concat(pkcs8Header, seed));
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  der.fill(0);
  privateKeys.set(name, key);
  return key;
}
