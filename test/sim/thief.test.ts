/** A thief with a device's key and an old disk, among the other faults: once its owner has removed it, nothing of it is in anyone's view. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runHistory } from "../../sim/history.ts";
import { thiefScript } from "../../sim/make-script.ts";

const runs = Math.ceil(Number(process.env["FABLEPOOL_RUNS"] ?? 60) / 2);
const firstSeed = Number(process.env["FABLEPOOL_SEED"] ?? 1);

test(`law: whatever a thief with key and disk does, it ends with the removal, and the owner's work is whole (${runs} histories)`, async (t) => {
  let removed = 0;
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const { findings, lines } = await runHistory(thiefScript(seed), { keepTrace: true });
    assert.deepEqual(findings, [], `thiefScript(${seed})`);
    if (lines.some((line) => line.includes('"expel"'))) removed++;
  }
  t.diagnostic(`in ${removed} of ${runs} the owner noticed`);
});
