/**
 * One proof for leaves that stand side by side in a tree of RFC 9162 (runs/1, SYN-20): the hashes beside the range on the way to the root,
 * from the leaves up, of each level the left one before the right one.
 */
import { writeHex } from "../bytes.ts";
import type { Sha256Hex } from "../ports.ts";
import { leafHash, levelAbove } from "./merkle.ts";

/** Where a leaf stands, and its inclusion path. */
interface Proof {
  readonly index: number;
  readonly size: number;
  readonly path: readonly string[];
}

/** The proof of a range, from the inclusion paths of its first and its last leaf. */
export function rangePath(first: Proof, last: Proof): string[] {
  const path: string[] = [];
  let [left, right] = [0, 0];
  for (const { from, to, end } of spansOf(first.index, last.index, first.size)) {
    const hasLeft = from % 2 === 1;
    const hasRight = to % 2 === 0 && to < end;
    if (hasLeft) path.push(first.path[left] as string);
    if (hasRight) path.push(last.path[right] as string);
    // A node has a step in its path unless it is the last of an odd number.
    if (hasLeft || from < end) left++;
    if (to % 2 === 1 || hasRight) right++;
  }
  return path;
}

/** Of the level of the leaves and those above it, but for the root: where the range begins and ends there, and the level's last node. */
function* spansOf(first: number, last: number, size: number): Generator<{ from: number; to: number; end: number }> {
  for (let [from, to, end] = [first, last, size - 1]; end > 0; from >>>= 1, to >>>= 1, end >>>= 1) yield { from, to, end };
}

/** The nodes above a range of leaves, up to the root that its proof leads to. */
export class ProvenRange {
  readonly root: string;
  readonly #index: number;
  readonly #levels: readonly Level[];

  /** Null when `path` proves nothing: a range outside the tree, too few or too many members, or one that isn't 64 lower-case hex digits. */
  static of(sha256Hex: Sha256Hex, leaves: readonly string[], { index, size, path }: Proof): ProvenRange | null {
    if (leaves.length === 0 || index + leaves.length > size) return null;
    const levels: Level[] = [];
    let used = 0;
    let hashes = leaves.map((leaf) => leafHash(sha256Hex, bytesOf(leaf)));
    for (const { from, to, end } of spansOf(index, index + leaves.length - 1, size)) {
      const beside: string[] = [];
      if (from % 2 === 1) beside.push(path[used++] ?? "");
      beside.push(...hashes);
      if (to % 2 === 0 && to < end) beside.push(path[used++] ?? "");
      levels.push({ begins: from & ~1, hashes: beside });
      const above = levelAbove(sha256Hex, beside);
      if (above === null) return null;
      hashes = above;
    }
    return used === path.length ? new ProvenRange(hashes[0] as string, index, levels) : null;
  }

  private constructor(root: string, index: number, levels: readonly Level[]) {
    this.root = root;
    this.#index = index;
    this.#levels = levels;
  }

  /** The inclusion path of the leaf at `place` in the range, from 0. */
  pathOf(place: number): string[] {
    const path: string[] = [];
    let position = this.#index + place;
    for (const { begins, hashes } of this.#levels) {
      const beside = hashes[(position ^ 1) - begins];
      if (beside !== undefined) path.push(beside);
      position >>>= 1;
    }
    return path;
  }
}

/** Nodes that stand side by side, the first of them at an even position. */
interface Level {
  readonly begins: number;
  readonly hashes: readonly string[];
}

/** The 32 bytes of a leaf; used again for the next. */
function bytesOf(leaf: string): Uint8Array {
  writeHex(leaf, desk, 0);
  return desk;
}

const desk = new Uint8Array(32);
