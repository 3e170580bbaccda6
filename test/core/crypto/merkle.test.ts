import assert from "node:assert/strict";
import { test } from "node:test";
import { concat, fromHex } from "../../../src/core/bytes.ts";
import { merklePaths, merkleRoot, rootFromPath } from "../../../src/core/crypto/merkle.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";

const { sha256Hex } = nativeCrypto;
const bytes = (hex: string): Uint8Array => fromHex(hex) ?? assert.fail(`not hex: ${hex}`);
const sizes = [...Array.from({ length: 70 }, (_, index) => index + 1), 1_024];
const leavesOf = (size: number) => Array.from({ length: size }, (_, index) => bytes(sha256Hex(`leaf ${index} of ${size}`)));

/** RFC 9162, 2.1.1, word for word: split at the largest power of two below n. */
function treeHash(leaves: readonly Uint8Array[]): string {
  if (leaves.length === 0) return sha256Hex("");
  if (leaves.length === 1) return sha256Hex(concat(Uint8Array.of(0), leaves[0] as Uint8Array));
  const split = splitOf(leaves.length);
  return sha256Hex(concat(Uint8Array.of(1), bytes(treeHash(leaves.slice(0, split))), bytes(treeHash(leaves.slice(split)))));
}

/** RFC 9162, 2.1.3.1. */
function inclusionPath(index: number, leaves: readonly Uint8Array[]): string[] {
  if (leaves.length === 1) return [];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split ? [...inclusionPath(index, left), treeHash(right)] : [...inclusionPath(index - split, right), treeHash(left)];
}

function splitOf(size: number): number {
  return 2 ** Math.floor(Math.log2(size - 1));
}

/** The roots that Certificate Transparency implementations have been tested with since RFC 6962. */
test("the known roots over the known leaves", () => {
  const leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"].map(bytes);
  const roots = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
  ];
  for (const [size, root] of roots.entries()) assert.equal(merkleRoot(sha256Hex, leaves.slice(0, size)), root, `${size} leaves`);
});

test("root and paths are those of RFC 9162's definition, and every path proves its leaf", () => {
  for (const size of sizes) {
    const leaves = leavesOf(size);
    const { root, paths } = merklePaths(sha256Hex, leaves);
    assert.equal(root, treeHash(leaves));
    assert.equal(root, merkleRoot(sha256Hex, leaves));
    assert.equal(paths.length, size);
    for (const [index, leaf] of leaves.entries()) {
      const path = paths[index] as string[];
      if (size <= 70) assert.deepEqual(path, inclusionPath(index, leaves), `${index} of ${size}`);
      assert.equal(rootFromPath(sha256Hex, leaf, index, size, path), root, `${index} of ${size}`);
    }
  }
});

test("no leaves: the empty root, and nothing to prove", () => {
  assert.deepEqual(merklePaths(sha256Hex, []), { root: sha256Hex(""), paths: [] });
  assert.equal(rootFromPath(sha256Hex, new Uint8Array(32), 0, 0, []), null);
});

test("another leaf, index or path never gives the root", () => {
  for (const size of sizes) {
    const leaves = leavesOf(size);
    const { root, paths } = merklePaths(sha256Hex, leaves);
    const tried = size > 70 ? [0, 1, 511, 512, 1_022, 1_023] : leaves.keys();
    for (const index of tried) {
      const leaf = leaves[index] as Uint8Array;
      const path = paths[index] as string[];
      const proves = (where: number, claimed: readonly string[], what = leaf) =>
        rootFromPath(sha256Hex, what, where, size, claimed) === root;
      assert.ok(proves(index, path));
      assert.ok(!proves(index, path, sha256Bytes(leaf)), "another leaf");
      for (const other of [index - 1, index + 1, index ^ 1, 0, size - 1, size])
        if (other !== index) assert.ok(!proves(other, path), `as ${other}`);
      for (const at of path.keys()) {
        assert.ok(!proves(index, path.with(at, sha256Hex(path[at] as string))), "another sibling");
        if (at > 0) assert.ok(!proves(index, path.with(at, path[at - 1] as string).with(at - 1, path[at] as string)), "siblings swapped");
      }
    }
  }
});

test("a path is exactly consumed: one hash more or fewer is null, as is one that isn't 64 lower-case hex digits", () => {
  for (const size of sizes) {
    const leaves = leavesOf(size);
    const { paths } = merklePaths(sha256Hex, leaves);
    for (const index of [0, size >> 1, size - 1]) {
      const leaf = leaves[index] as Uint8Array;
      const path = paths[index] as string[];
      const from = (claimed: readonly string[]) => rootFromPath(sha256Hex, leaf, index, size, claimed);
      assert.equal(from([...path, sha256Hex("")]), null);
      if (path.length === 0) continue;
      assert.equal(from(path.slice(1)), null);
      assert.equal(from(path.slice(0, -1)), null);
      const first = path[0] as string;
      for (const bad of ["", "zz".repeat(32), first.toUpperCase().replace(/\d/g, "A"), first.slice(2), `${first}00`, " ".repeat(64)]) {
        assert.equal(from(path.with(-1, bad)), null, bad);
      }
    }
  }
});

test("an index or size that is no tree's is null", () => {
  const leaf = new Uint8Array(32);
  const one = [sha256Hex("")];
  for (const [index, size] of [
    [1, 1],
    [2, 2],
    [-1, 2],
    [0.5, 2],
    [0, 1.5],
    [0, 0],
    [0, -1],
    [Number.NaN, 2],
    [0, Number.NaN],
    [0, Number.POSITIVE_INFINITY],
    [0, 2 ** 53],
  ] as const) {
    assert.equal(rootFromPath(sha256Hex, leaf, index, size, one), null, `${index} of ${size}`);
  }
});

test("a node can't be passed off as a leaf: their hashes begin differently", () => {
  const leaves = leavesOf(2);
  const inner = concat(...leaves.map((leaf) => sha256Bytes(concat(Uint8Array.of(0), leaf))));
  assert.notEqual(merkleRoot(sha256Hex, [inner]), merkleRoot(sha256Hex, leaves));
});

function sha256Bytes(data: Uint8Array): Uint8Array {
  return bytes(sha256Hex(data));
}
