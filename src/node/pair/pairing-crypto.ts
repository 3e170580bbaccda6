/** The core's pairing cryptography: ristretto255 of @noble/curves, since Node's OpenSSL has none. */
import { createHash } from "node:crypto";
import { ristretto255, ristretto255_hasher } from "@noble/curves/ed25519.js";
import type { PairingCrypto } from "../../core/ports.ts";
import { nativeCrypto } from "../native-crypto.ts";

const { Point } = ristretto255;

export const pairingCrypto: PairingCrypto = {
  sha256Hex: nativeCrypto.sha256Hex,
  sha512: (bytes) => new Uint8Array(createHash("sha512").update(bytes).digest()),
  elementOf(uniform) {
    const { deriveToCurve } = ristretto255_hasher;
    if (deriveToCurve === undefined) throw new TypeError("this release of @noble/curves does not derive elements");
    return deriveToCurve(uniform).toBytes();
  },
  multiply(element, scalar) {
    const number = BigInt(`0x${Buffer.from(scalar).reverse().toString("hex")}`);
    if (number === 0n) return null;
    try {
      const product = Point.fromBytes(element).multiply(number);
      return product.equals(Point.ZERO) ? null : product.toBytes();
    } catch {
      return null; // the identity, or bytes that encode nothing
    }
  },
};
