/** RFC 9162 section 2.1, as its recursive definitions read. */
import { sha256 } from "./hashing.ts";

/** MTH(D[n]) of one leaf or more (2.1.1). */
export function treeHash(leaves: readonly Buffer[]): string {
  const [only] = leaves;
  if (leaves.length === 1 && only) return sha256(Buffer.of(0), only);
  const split = largestPowerOfTwoBelow(leaves.length);
  return nodeHash(treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split)));
}

/** PATH(m, D[n]) (2.1.3.1). */
export function inclusionPath(index: number, leaves: readonly Buffer[]): string[] {
  if (leaves.length === 1) return [];
  const split = largestPowerOfTwoBelow(leaves.length);
  const left = leaves.slice(0, split);
  const right = leaves.slice(split);
  return index < split ? [...inclusionPath(index, left), treeHash(right)] : [...inclusionPath(index - split, right), treeHash(left)];
}

function nodeHash(left: string, right: string): string {
  return sha256(Buffer.of(1), Buffer.from(left, "hex"), Buffer.from(right, "hex"));
}

function largestPowerOfTwoBelow(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

/** The proof of the leaves `first` to `last` (page 05, SYN-20): the hashes of all subtrees that hold none of them and lie beside one that does, by level. */
export function rangePath(first: number, last: number, leaves: readonly Buffer[]): string[] {
  const found: { readonly level: number; readonly from: number; readonly hash: string }[] = [];
  const visit = (from: number, upTo: number, level: number): void => {
    if (from > last || upTo <= first) found.push({ level, from, hash: treeHash(leaves.slice(from, upTo)) });
    else if (upTo - from > 1) {
      const split = from + largestPowerOfTwoBelow(upTo - from);
      visit(from, split, Math.log2(split - from));
      // A subtree that is not full stands where its sibling does: the last of an odd number of nodes has risen.
      visit(split, upTo, Math.log2(split - from));
    }
  };
  visit(0, leaves.length, 0);
  return found.sort((left, right) => left.level - right.level || left.from - right.from).map(({ hash }) => hash);
}
