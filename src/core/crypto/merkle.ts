/**
 * The Merkle tree of RFC 9162 section 2.1, which one signature over a batch covers (protocol section 3): leaf hash SHA-256(00 ‖ leaf),
 * node hash SHA-256(01 ‖ left ‖ right). Built level by level: of an odd number of nodes the last one rises as it is.
 */
import { writeHex } from "../bytes.ts";
import type { Sha256Hex } from "../ports.ts";

/** The tree hash of `leaves`, in hex (RFC 9162, 2.1.1). */
export function merkleRoot(sha256Hex: Sha256Hex, leaves: readonly Uint8Array[]): string {
  return levelsOf(sha256Hex, leaves).at(-1)?.[0] ?? sha256Hex("");
}

/** The tree hash of `leaves` and the inclusion path of each, from the leaf up, in hex (RFC 9162, 2.1.3.1). */
export function merklePaths(sha256Hex: Sha256Hex, leaves: readonly Uint8Array[]): { root: string; paths: string[][] } {
  const levels = levelsOf(sha256Hex, leaves);
  const paths = leaves.map((_, leaf) => {
    const path: string[] = [];
    for (const [height, level] of levels.entries()) {
      const sibling = level[(leaf >> height) ^ 1];
      if (sibling !== undefined) path.push(sibling);
    }
    return path;
  });
  return { root: levels.at(-1)?.[0] ?? sha256Hex(""), paths };
}

/**
 * The root that `path` proves for leaf `index` of `size`, or null when it proves none: an index outside the tree, a path that is too short
 * or too long, or a member that isn't 64 lower-case hex digits (RFC 9162, 2.1.3.2). Compare it with a root that someone signed.
 */
export function rootFromPath(sha256Hex: Sha256Hex, leaf: Uint8Array, index: number, size: number, path: readonly string[]): string | null {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return null;
  let position = index;
  let last = size - 1;
  let hash = leafHash(sha256Hex, leaf);
  for (const sibling of path) {
    if (last === 0) return null;
    while (position % 2 === 0 && position === last) {
      // The last of an odd number of nodes rises as it is.
      position /= 2;
      last /= 2;
    }
    const above = hashAbove(sha256Hex, position, hash, sibling);
    if (above === null) return null;
    hash = above;
    position = Math.floor(position / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? hash : null;
}

/**
 * The nodes of one tree that paths to its root have shown so far. Of leaves that stand together each path is nearly the one
 * before: what is known already is compared and not hashed again, one or two hashes for a leaf instead of one for each level.
 */
export class ProvenNodes {
  readonly #size: number;
  readonly #nodes = new Map<number, string>();
  /** What a path shows until it is proved: number and hash of one node after the other. One list for all, since each path makes a short one. */
  readonly #shown: (number | string)[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  /** Takes in a path that was proved to lead to the root (`rootFromPath`). */
  learn(sha256Hex: Sha256Hex, leaf: Uint8Array, index: number, path: readonly string[]): void {
    this.#climb(sha256Hex, leaf, index, path, true);
    this.#keepShown();
  }

  /** True when the path leads to the root by way of known nodes. False proves nothing: ask `rootFromPath`. */
  prove(sha256Hex: Sha256Hex, leaf: Uint8Array, index: number, path: readonly string[]): boolean {
    if (!Number.isSafeInteger(index) || index < 0 || index >= this.#size) return false;
    const met = this.#climb(sha256Hex, leaf, index, path, false);
    if (met) this.#keepShown();
    return met;
  }

  /** Goes up from a leaf, to the root or until a known node is met by way of its own hash, from which the rest of the path is known too. */
  #climb(sha256Hex: Sha256Hex, leaf: Uint8Array, index: number, path: readonly string[], toRoot: boolean): boolean {
    this.#shown.length = 0;
    let hash = leafHash(sha256Hex, leaf);
    let level = 0;
    let position = index;
    let last = this.#size - 1;
    for (let step = 0; ; step++) {
      const known = toRoot ? undefined : this.#nodes.get(numberOf(level, position));
      if (known !== undefined) return known === hash && this.#leadsOn(level, position, path, step);
      this.#shown.push(numberOf(level, position), hash);
      const sibling = path[step];
      if (sibling === undefined || sibling.length !== 64 || last === 0) return toRoot && last === 0;
      if (position % 2 === 0 && position === last) {
        for (; position % 2 === 0 && position === last; level++, position /= 2) last /= 2;
        this.#shown.push(numberOf(level, position), hash);
      }
      this.#shown.push(numberOf(level, position ^ 1), sibling);
      const above = hashAbove(sha256Hex, position, hash, sibling);
      if (above === null) return false;
      hash = above;
      level++;
      position >>>= 1;
      last >>>= 1;
    }
  }

  /** Whether the rest of the path is what is known of the way from here to the root. */
  #leadsOn(fromLevel: number, fromPosition: number, path: readonly string[], fromStep: number): boolean {
    let level = fromLevel;
    let position = fromPosition;
    let last = (this.#size - 1) >>> level;
    for (let step = fromStep; step < path.length; step++) {
      if (last === 0) return false;
      for (; position % 2 === 0 && position === last; level++, position /= 2) last /= 2;
      if (this.#nodes.get(numberOf(level, position ^ 1)) !== path[step]) return false;
      level++;
      position >>>= 1;
      last >>>= 1;
    }
    return last === 0;
  }

  #keepShown(): void {
    for (let at = 0; at < this.#shown.length; at += 2) this.#nodes.set(this.#shown[at] as number, this.#shown[at + 1] as string);
  }
}

/** One number for a node: how far above the leaves, and how far from the left. Small enough to be no object; trees have a thousand leaves. */
function numberOf(level: number, position: number): number {
  return level * 2 ** 24 + position;
}

/** The hash of the node above a node and its sibling; null when one of them isn't 64 hex digits. */
function hashAbove(sha256Hex: Sha256Hex, position: number, hash: string, sibling: string): string | null {
  return position % 2 === 1 ? nodeHash(sha256Hex, sibling, hash) : nodeHash(sha256Hex, hash, sibling);
}

function nodeHash(sha256Hex: Sha256Hex, left: string, right: string): string | null {
  if (left.length !== 64 || right.length !== 64) return null;
  return writeHex(left, nodeDesk, 1) && writeHex(right, nodeDesk, 33) ? sha256Hex(nodeDesk) : null;
}

/** The level above one whose first node is at an even position, where the last of an odd number rises as it is; null when a hash isn't 64 hex digits. */
export function levelAbove(sha256Hex: Sha256Hex, level: readonly string[]): string[] | null {
  const above: string[] = [];
  for (let at = 0; at < level.length; at += 2) {
    const [left, right] = [level[at] as string, level[at + 1]];
    const hash = right === undefined ? left : nodeHash(sha256Hex, left, right);
    if (hash === null) return null;
    above.push(hash);
  }
  return above;
}

/** All nodes in hex, leaves first, the root's level last; no level for no leaves. */
function levelsOf(sha256Hex: Sha256Hex, leaves: readonly Uint8Array[]): string[][] {
  const levels: string[][] = [];
  let level: string[] = leaves.map((leaf) => leafHash(sha256Hex, leaf));
  for (; level.length > 1; level = levelAbove(sha256Hex, level) ?? []) levels.push(level);
  return level.length === 0 ? levels : [...levels, level];
}

/** The hash of a leaf. */
export function leafHash(sha256Hex: Sha256Hex, leaf: Uint8Array): string {
  if (leaf.length !== 32) return sha256Hex(Uint8Array.of(0), leaf);
  leafDesk.set(leaf, 1);
  return sha256Hex(leafDesk);
}

/** 00 and room for an id; 01 and room for two hashes. Used again for node after node: an array for each costs as much as its hash. */
const leafDesk = new Uint8Array(33);
const nodeDesk = new Uint8Array(65);
nodeDesk[0] = 1;
