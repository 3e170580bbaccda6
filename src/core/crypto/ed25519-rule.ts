import { fromHex, toHex } from "../bytes.ts";
import { BoundedCache } from "./bounded-cache.ts";
import { isPoint } from "./curve.ts";

/**
 * The pre-check of protocol section 2's one verification rule, for A = `publicKey` and R ‖ S = `signature`:
 * - they have 32 and 64 bytes;
 * - A is acceptable (below);
 * - the low 255 bits of R are < p and not the y of a point of order 1, 2, 4 or 8;
 * - S < L.
 */
export function passesPreCheck(publicKey: Uint8Array, signature: Uint8Array): boolean {
  return signature.length === 64 && isBelow(signature, 32, L) && hasSoundY(signature) && isAcceptableKey(publicKey);
}

/**
 * The rule's check of A alone, which a did:key inside a payload must pass too:
 * - it has 32 bytes;
 * - its low 255 bits are < p and not the y of a point of order 1, 2, 4 or 8;
 * - it decodes to a point.
 */
export function isAcceptableKey(publicKey: Uint8Array): boolean {
  if (publicKey.length !== 32 || !hasSoundY(publicKey)) return false;
  const name = toHex(publicKey);
  const known = decodes.get(name);
  if (known !== undefined) return known;
  const verdict = isPoint(publicKey);
  decodes.set(name, verdict);
  return verdict;
}

const decodes = new BoundedCache<boolean>(4_096);

/** The order of the base point, and below it 32 bytes of constants, all little-endian. */
const L = constant("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
const p = constant("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");
const weakYs = [
  "0100000000000000000000000000000000000000000000000000000000000000", // order 1
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // order 2
  "0000000000000000000000000000000000000000000000000000000000000000", // order 4
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", // order 8
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", // order 8
].map(constant);

/** About the low 255 bits of the first 32 bytes. */
function hasSoundY(encoded: Uint8Array): boolean {
  const y = encoded.slice(0, 32);
  y[31] = (y[31] ?? 0) & 0x7f;
  return isBelow(y, 0, p) && !weakYs.some((weak) => weak.every((byte, index) => byte === y[index]));
}

/** Whether the 32 bytes from `offset` on are, as a little-endian number, below `limit`. */
function isBelow(bytes: Uint8Array, offset: number, limit: Uint8Array): boolean {
  for (let place = 31; place >= 0; place--) {
    const difference = (bytes[offset + place] ?? 0) - (limit[place] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function constant(hex: string): Uint8Array {
  return fromHex(hex) as Uint8Array;
}
