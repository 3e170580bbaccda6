import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex } from "../../../src/core/bytes.ts";
import { merklePaths } from "../../../src/core/crypto/merkle.ts";
import { ProvenRange, rangePath } from "../../../src/core/crypto/merkle-range.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";

const { sha256Hex } = nativeCrypto;
const leavesOf = (size: number) => Array.from({ length: size }, (_, index) => sha256Hex(`leaf ${index} of ${size}`));

function treeOf(size: number) {
  const leaves = leavesOf(size);
  const { root, paths } = merklePaths(
    sha256Hex,
    leaves.map((leaf) => fromHex(leaf) ?? assert.fail()),
  );
  const proofOf = (index: number) => ({ index, size, path: paths[index] as string[] });
  return { leaves, root, paths, proofOf };
}

test("law: any range of any tree is proved by its two ends, to the same root, and gives every leaf its path", () => {
  for (const size of [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 16, 17, 21]) {
    const { leaves, root, paths, proofOf } = treeOf(size);
    for (let first = 0; first < size; first++) {
      for (let last = first; last < size; last++) {
        const path = rangePath(proofOf(first), proofOf(last));
        const proven = ProvenRange.of(sha256Hex, leaves.slice(first, last + 1), { index: first, size, path });
        assert.equal(proven?.root, root, `${first} to ${last} of ${size}`);
        for (let at = first; at <= last; at++)
          assert.deepEqual(proven?.pathOf(at - first), paths[at], `${at} in ${first} to ${last} of ${size}`);
      }
    }
  }
});

test("the proof of a whole tree is empty, and that of one leaf is its path", () => {
  const { paths, proofOf } = treeOf(1_000);
  assert.deepEqual(rangePath(proofOf(0), proofOf(999)), []);
  for (const index of [0, 1, 500, 998, 999]) assert.deepEqual(rangePath(proofOf(index), proofOf(index)), paths[index]);
});

test("a range beyond its tree, and a path with a member too few, too many, or that is no hash, prove nothing", () => {
  const { leaves, proofOf } = treeOf(11);
  const path = rangePath(proofOf(3), proofOf(6));
  const range = leaves.slice(3, 7);
  const prove = (index: number, given: readonly string[], of: readonly string[] = range, size = 11) =>
    ProvenRange.of(sha256Hex, of, { index, size, path: given });
  assert.notEqual(prove(3, path), null);
  assert.equal(prove(3, path.slice(1)), null);
  assert.equal(prove(3, [...path, path[0] as string]), null);
  for (const step of ["", "00", "g".repeat(64), "F".repeat(64), "0".repeat(66)]) assert.equal(prove(3, [step, ...path.slice(1)]), null);
  assert.equal(prove(8, path), null, "it would end beyond the tree");
  assert.equal(prove(3, path, []), null, "no leaves");
});

test("another leaf, another order or another place lead to another root, or to none", () => {
  const { leaves, root, proofOf } = treeOf(13);
  const path = rangePath(proofOf(2), proofOf(7));
  const range = leaves.slice(2, 8);
  const rootOf = (of: readonly string[], index = 2, given: readonly string[] = path) =>
    ProvenRange.of(sha256Hex, of, { index, size: 13, path: given })?.root;
  assert.equal(rootOf(range), root);
  for (let at = 0; at < range.length; at++) assert.notEqual(rootOf(range.with(at, leaves[12] as string)), root);
  assert.notEqual(rootOf(range.toReversed()), root);
  for (const index of [0, 1, 3, 4, 6, 7]) assert.notEqual(rootOf(range, index), root);
  assert.notEqual(rootOf(range, 2, path.toReversed()), root);
});
