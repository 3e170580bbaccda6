/** Arithmetic on edwards25519 (RFC 8032, 5.1), slow and plain: enough to make signatures that no library would. */
import { createHash } from "node:crypto";

export const p = 2n ** 255n - 19n;
export const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const d = mod(-121665n * inverse(121666n));

export interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

export const identity: Point = { x: 0n, y: 1n };
export const base: Point = { x: evenRoot(mod(4n * inverse(5n))), y: mod(4n * inverse(5n)) };

export function add(left: Point, right: Point): Point {
  const product = mod(d * mod(left.x * right.x) * mod(left.y * right.y));
  const x = mod((left.x * right.y + left.y * right.x) * inverse(1n + product));
  const y = mod((left.y * right.y + left.x * right.x) * inverse(1n - product));
  return { x, y };
}

export function times(scalar: bigint, point: Point): Point {
  let sum = identity;
  let doubled = point;
  for (let rest = scalar; rest > 0n; rest >>= 1n) {
    if (rest & 1n) sum = add(sum, doubled);
    doubled = add(doubled, doubled);
  }
  return sum;
}

/** A point of order 8. */
export const orderEight: Point = (() => {
  for (let y = 2n; ; y++) {
    const x = root(y);
    const point = x === null ? identity : times(L, { x, y });
    if (times(4n, point).y !== 1n) return point;
  }
})();

export function encode({ x, y }: Point): Buffer {
  return littleEndian(y | ((x & 1n) << 255n));
}

export function littleEndian(number: bigint): Buffer {
  return Buffer.from(number.toString(16).padStart(64, "0"), "hex").reverse();
}

export function fromLittleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
}

/** k = SHA-512(R ‖ A ‖ M) mod L. */
export function challenge(R: Uint8Array, A: Uint8Array, message: Uint8Array): bigint {
  return fromLittleEndian(createHash("sha512").update(R).update(A).update(message).digest()) % L;
}

/** The secret scalar of a seed. */
export function scalarOf(seed: Uint8Array): bigint {
  const half = createHash("sha512").update(seed).digest().subarray(0, 32);
  half.writeUInt8(half.readUInt8(0) & 248, 0);
  half.writeUInt8((half.readUInt8(31) & 127) | 64, 31);
  return fromLittleEndian(half);
}

function mod(number: bigint): bigint {
  const rest = number % p;
  return rest < 0n ? rest + p : rest;
}

function power(of: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = mod(of);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}

function inverse(of: bigint): bigint {
  return power(of, p - 2n);
}

/** Some x with (x, y) on the curve, or null. */
export function root(y: bigint): bigint | null {
  const square = mod((y * y - 1n) * inverse(d * y * y + 1n));
  const candidate = power(square, (p + 3n) / 8n);
  for (const x of [candidate, mod(candidate * power(2n, (p - 1n) / 4n))]) if (mod(x * x) === square) return x;
  return null;
}

function evenRoot(y: bigint): bigint {
  const x = root(y);
  if (x === null) throw new RangeError("no point has that y");
  return x & 1n ? p - x : x;
}
