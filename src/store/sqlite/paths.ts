/**
 * Inclusion paths as rows keep them. Of leaves that stand side by side in a tree each path is nearly the one before: leaf `i` and the one before it
 * meet above level `z`, the number of zeros that `i` ends with in binary, and from there on their steps are the same. A row that follows the
 * row of the leaf before keeps the others alone, and the number of the row, its `stem`, at which the whole paths begin.
 */
import type { BatchProof } from "../../core/op/operation.ts";
import { batchBegins, pieces } from "../envelope-row.ts";
import type { Driver, Row } from "./driver.ts";

/** What a row keeps of a proof. */
export interface KeptProof {
  readonly proof: BatchProof;
  /** Null when the row keeps the whole path. */
  readonly stem: number | null;
}

/** Decides what rows keep that are added one after the other, and numbered so. */
export class KeptProofs {
  #last: { readonly stem: number; readonly proof: BatchProof } | null = null;

  /** What the next row keeps: its own steps if its path goes on from that of the last. */
  next(proof: BatchProof): KeptProof {
    const last = this.#last;
    if (last === null || !goesOn(last.proof, proof)) return { proof, stem: null };
    const { index, size, path } = proof;
    return { proof: { index, size, path: path.slice(0, path.length - sharedSteps(last.proof, index)) }, stem: last.stem };
  }

  /** Row `n` was added, of an operation with this proof, and keeps its path from `stem` on. */
  added(n: number, proof: BatchProof | undefined, stem: number | null): void {
    this.#last = proof === undefined ? null : { stem: stem ?? n, proof };
  }
}

/** How many of the leaf's last steps are the last steps of the one before it. */
function sharedSteps(before: BatchProof, index: number): number {
  return before.path.length - stepsUntilMet(index);
}

/** Steps of leaf `index`'s predecessor, and of every leaf since `index` without its lowest bit, below the node where they meet it. */
function stepsUntilMet(index: number): number {
  return 32 - Math.clz32(index & -index);
}

/** Compared step by step: what is not kept must be there. */
function goesOn(last: BatchProof, { index, size, path }: BatchProof): boolean {
  if (size !== last.size || index !== last.index + 1) return false;
  const shared = sharedSteps(last, index);
  if (shared < 0 || shared > path.length) return false;
  for (let back = 1; back <= shared; back++) if (path[path.length - back] !== last.path[last.path.length - back]) return false;
  return true;
}

/** Steps that are remembered, by row: of rows that are read one after the other most are the same. */
const remembered = 2_048;

/** Puts the paths together again. */
export class WholePaths {
  readonly #driver: Driver;
  readonly #steps = new Map<number, readonly string[]>();

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  /** A row of `envelopeColumns` with all of its path in its digits. */
  whole(row: Row): Row {
    const stem = row["stem"] as number | null;
    if (stem === null) return row;
    const digits = row["digits"] as string;
    const n = row["n"] as number;
    const from = batchBegins(row) + 8;
    const index = Number.parseInt(digits.slice(from - 8, from - 4), 16);
    this.#keep(n, pieces(digits, from, digits.length));
    return { ...row, digits: digits.slice(0, from) + this.#path(n, index, stem).join("") };
  }

  #path(n: number, index: number, stem: number): readonly string[] {
    const own = this.#stepsOf(n);
    if (n === stem) return own;
    const before = Math.max(index & (index - 1), index - (n - stem));
    return own.concat(this.#path(n - (index - before), before, stem).slice(stepsUntilMet(index)));
  }

  #stepsOf(n: number): readonly string[] {
    const known = this.#steps.get(n);
    if (known) return known;
    const digits = this.#driver.get("SELECT lower(hex(substr(batch, 5))) AS digits FROM op WHERE n = ?", n)?.["digits"] as string;
    return this.#keep(n, pieces(digits, 0, digits.length));
  }

  #keep(n: number, steps: readonly string[]): readonly string[] {
    if (this.#steps.size >= remembered) this.#steps.clear();
    this.#steps.set(n, steps);
    return steps;
  }
}
