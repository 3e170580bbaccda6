/**
 * Vectors that tell what texts mean, kept in one file beside the store: never in the log, and gone whole when anything is erased
 * (`clearAside`), as a vector may tell of its text. A vector is its direction alone, a byte for each number.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import type { OpId } from "../../core/op/operation.ts";
import { pathAside } from "../aside.ts";
import type { Home } from "../home.ts";

const idBytes = 32;
/** What a vector's largest number becomes; the others are told in proportion. */
const largest = 127;

export interface Near {
  readonly id: OpId;
  /** The cosine of the angle between them, about: 1 for the same. */
  readonly likeness: number;
}

export class Vectors {
  readonly #path: string;
  readonly #head: string;
  readonly #vectors = new Map<OpId, Direction>();

  /** `of` names address and model: vectors of another are no use, and overwritten. */
  constructor(home: Home, of: string) {
    this.#path = pathAside(home, "vectors");
    this.#head = `${JSON.stringify({ of })}\n`;
    this.#load();
  }

  has(id: OpId): boolean {
    return this.#vectors.has(id);
  }

  get size(): number {
    return this.#vectors.size;
  }

  /** Keeps more of them; all of the same length. A file that was taken away meanwhile is begun anew, with these alone. */
  add(all: readonly (readonly [OpId, readonly number[]])[]): void {
    const [first] = this.#vectors.values();
    const vectors = all.map(([id, numbers]) => [id, direction(numbers)] as const);
    const fit = vectors.filter(([, { numbers }]) => numbers.length === (first ?? vectors[0]?.[1])?.numbers.length);
    if (!existsSync(this.#path)) {
      this.#vectors.clear();
      writeFileSync(this.#path, this.#head, { mode: 0o600 });
    }
    for (const [id, vector] of fit) this.#vectors.set(id, vector);
    appendFileSync(
      this.#path,
      Buffer.concat(fit.flatMap(([id, { numbers }]) => [Buffer.from(id.slice(3), "hex"), lengthOf(numbers), Buffer.from(numbers)])),
    );
  }

  /** The nearest to this one, the nearest first; of equal ones in the order of their ids. */
  nearest(numbers: readonly number[], most: number): Near[] {
    const asked = direction(numbers);
    const found: Near[] = [];
    for (const [id, vector] of this.#vectors) {
      if (vector.numbers.length === asked.numbers.length)
        found.push({ id, likeness: product(asked.numbers, vector.numbers) / (asked.length * vector.length) });
    }
    return found.sort((left, right) => right.likeness - left.likeness || (left.id < right.id ? -1 : 1)).slice(0, most);
  }

  /** Whatever a crash tore, or another model left, is not taken. */
  #load(): void {
    const bytes = existsSync(this.#path) ? readFileSync(this.#path) : Buffer.alloc(0);
    const head = Buffer.from(this.#head);
    if (!bytes.subarray(0, head.length).equals(head)) {
      writeFileSync(this.#path, head, { mode: 0o600 });
      return;
    }
    let at = head.length;
    while (at + idBytes + 2 <= bytes.length) {
      const end = at + idBytes + 2 + bytes.readUInt16LE(at + idBytes);
      if (end > bytes.length) break;
      const id = `op:${bytes.toString("hex", at, at + idBytes)}` as OpId;
      this.#vectors.set(id, directionOf(Int8Array.from(bytes.subarray(at + idBytes + 2, end))));
      at = end;
    }
    if (at < bytes.length) writeFileSync(this.#path, bytes.subarray(0, at), { mode: 0o600 });
  }
}

interface Direction {
  readonly numbers: Int8Array;
  /** Never 0. */
  readonly length: number;
}

function direction(numbers: readonly number[]): Direction {
  const most = numbers.reduce((sofar, number) => Math.max(sofar, Math.abs(number)), 0) || 1;
  return directionOf(Int8Array.from(numbers, (number) => Math.round((largest * number) / most)));
}

function directionOf(numbers: Int8Array): Direction {
  return { numbers, length: Math.sqrt(product(numbers, numbers)) || 1 };
}

function product(left: Int8Array, right: Int8Array): number {
  let sum = 0;
  for (let index = 0; index < left.length; index++) sum += (left[index] as number) * (right[index] as number);
  return sum;
}

function lengthOf(vector: Int8Array): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(vector.length);
  return bytes;
}
