/** edwards25519 from its equation, to derive the constants of the rule a second time. Slow, and shares nothing with `src`. */

export const prime = 2n ** 255n - 19n;
export const groupOrder = 2n ** 252n + 27742317777372353535851937790883648493n;
const d = mod(-121665n * inverse(121666n));

interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

/**
 * The y of all points whose order divides 8: any point times the group order is one of them, so points are tried
 * until all 8 have turned up.
 */
export function smallOrderYs(): bigint[] {
  const found = new Map<string, Point>();
  for (let y = 3n; found.size < 8; y++) {
    const point = pointAt(y);
    if (point === null) continue;
    for (const start of [point, { x: mod(-point.x), y }]) {
      const torsion = multiply(start, groupOrder);
      found.set(`${torsion.x} ${torsion.y}`, torsion);
    }
  }
  return [...new Set([...found.values()].map(({ y }) => y))];
}

export function toLittleEndian(number: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, place) => Number((number >> BigInt(8 * place)) & 255n));
}

/** Solves −x² + y² = 1 + d·x²·y² for x. */
function pointAt(y: bigint): Point | null {
  const square = mod((y * y - 1n) * inverse(d * y * y + 1n));
  const candidate = power(square, (prime + 3n) / 8n);
  for (const x of [candidate, mod(candidate * power(2n, (prime - 1n) / 4n))]) if (mod(x * x - square) === 0n) return { x, y };
  return null;
}

function multiply(point: Point, times: bigint): Point {
  let result: Point = { x: 0n, y: 1n };
  for (const bit of times.toString(2)) {
    result = add(result, result);
    if (bit === "1") result = add(result, point);
  }
  return result;
}

function add(left: Point, right: Point): Point {
  const product = d * left.x * right.x * left.y * right.y;
  return {
    x: mod((left.x * right.y + right.x * left.y) * inverse(1n + product)),
    y: mod((left.y * right.y + left.x * right.x) * inverse(1n - product)),
  };
}

/** By Euclid. */
function inverse(number: bigint): bigint {
  let [remainder, next, factor, nextFactor] = [mod(number), prime, 1n, 0n];
  while (next !== 0n) {
    const quotient = remainder / next;
    [remainder, next] = [next, remainder - quotient * next];
    [factor, nextFactor] = [nextFactor, factor - quotient * nextFactor];
  }
  return mod(factor);
}

function power(base: bigint, exponent: bigint): bigint {
  return [...exponent.toString(2)].reduce((result, bit) => mod(result * result * (bit === "1" ? base : 1n)), 1n);
}

function mod(number: bigint): bigint {
  return ((number % prime) + prime) % prime;
}
