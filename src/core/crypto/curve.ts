/** Just as much of edwards25519 as the rule of protocol section 2 asks for: whether 32 bytes are a point (RFC 8032, 5.1.3). */

const p = 2n ** 255n - 19n;
const d = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;

/** True when the 32 bytes decode: y < p, x² = (y² − 1) / (d·y² + 1) has a root, and x = 0 isn't marked as odd. About 0.1 ms. */
export function isPoint(encoded: Uint8Array): boolean {
  const number = littleEndian(encoded);
  const y = number & (2n ** 255n - 1n);
  const xIsOdd = number >> 255n === 1n;
  if (y >= p) return false;
  const numerator = (y * y - 1n + p) % p;
  const denominator = (d * y * y + 1n) % p; // never 0: −1/d is no square
  if (numerator === 0n) return !xIsOdd;
  return power((numerator * denominator) % p, (p - 1n) / 2n) === 1n; // Euler: a quotient is a square when the product is
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % p;
    square = (square * square) % p;
  }
  return result;
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n);
}
