/** Rows keep of an inclusion path only what the row before does not have, and all of it is read back. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { merklePaths } from "../../src/core/crypto/merkle.ts";
import type { BatchProof } from "../../src/core/op/operation.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { batchDigits } from "../../src/store/envelope-row.ts";
import type { Driver, Row } from "../../src/store/sqlite/driver.ts";
import { KeptProofs, WholePaths } from "../../src/store/sqlite/paths.ts";
import { seededRandom } from "../../src/testkit/index.ts";

function proofsOf(size: number): BatchProof[] {
  const leaves = Array.from({ length: size }, (_, leaf) => createHash("sha256").update(`${size}:${leaf}`).digest());
  return merklePaths(nativeCrypto.sha256Hex, leaves).paths.map((path, index) => ({ index, size, path }));
}

/** The rows of these operations, added one after the other from row `first` on, and a driver that reads them. */
function stored(proofs: readonly (BatchProof | undefined)[], first: number): { rows: Row[]; driver: Driver } {
  const kept = new KeptProofs();
  const rows = proofs.map((proof, at): Row => {
    const keeps = proof ? kept.next(proof) : null;
    kept.added(first + at, proof, keeps?.stem ?? null);
    const digits = "f".repeat(256) + (keeps ? batchDigits(keeps.proof) : "");
    return { n: first + at, stem: keeps?.stem ?? null, payload: null, prevs: 0, digits };
  });
  const get = (_sql: string, n: number) => ({ digits: String(rows[n - first]?.["digits"]).slice(264) });
  return { rows, driver: { get } as unknown as Driver };
}

function whole(proof: BatchProof | undefined): string {
  return "f".repeat(256) + (proof ? batchDigits(proof) : "");
}

test("paths are read back whole: trees of every form, from every leaf on, in any order", () => {
  const random = seededRandom(5);
  for (const size of [...Array.from({ length: 34 }, (_, less) => less + 1), 100, 255, 256, 257, 1_000, 1_024]) {
    const all = proofsOf(size);
    for (const from of new Set([0, 1, size >> 1, size - 1, random.below(size), random.below(size)])) {
      const proofs = all.slice(from, from + 1 + random.below(size));
      const { rows, driver } = stored(proofs, 7);
      const oneByOne = rows.map((row) => new WholePaths(driver).whole(row)["digits"]);
      assert.deepEqual(oneByOne, proofs.map(whole), `size ${size}, from ${from}`);
      const together = new WholePaths(driver);
      const backwards = rows.toReversed().map((row) => together.whole(row)["digits"]);
      assert.deepEqual(backwards.toReversed(), oneByOne);
    }
  }
});

test("two steps a row are kept, of ten", () => {
  const { rows } = stored(proofsOf(1_000), 1);
  const steps = rows.reduce((sum, row) => sum + ((row["digits"] as string).length - 264) / 64, 0);
  assert.ok(steps < 2_010, `${steps} steps`);
  assert.deepEqual(rows.filter((row) => row["stem"] === null).length, 1);
});

test("a row keeps all of its path where it does not follow from the last row", () => {
  const [one, other] = [proofsOf(8), proofsOf(9)];
  const strange = { ...(one[4] as BatchProof), path: (one[4] as BatchProof).path.map((step) => step.replaceAll("a", "b")) };
  const proofs = [one[0], one[1], one[3], other[4], strange, one[5], undefined, one[6], one[7], one[7], { index: 1, size: 2, path: [] }];
  const { rows, driver } = stored(proofs, 1);
  assert.deepEqual(
    rows.map((row) => row["stem"]),
    [null, 1, null, null, null, null, null, null, 8, null, null],
  );
  assert.deepEqual(
    rows.map((row) => new WholePaths(driver).whole(row)["digits"]),
    proofs.map(whole),
  );
});
