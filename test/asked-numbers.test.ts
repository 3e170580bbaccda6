import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { faultOfNumbers } from "../scripts/asked-numbers.ts";

test("how long proofs run, and from which seed, is a whole number or not said", () => {
  for (const right of [{}, { FABLEPOOL_RUNS: "1" }, { FABLEPOOL_RUNS: "1000", FABLEPOOL_SEED: "0" }])
    assert.equal(faultOfNumbers(right), null);
  for (const text of ["", "x", "0", "-1", "1.5", "1e3", " 5", "9007199254740993"]) {
    assert.equal(faultOfNumbers({ FABLEPOOL_RUNS: text }), `FABLEPOOL_RUNS must be a whole number from 1 on, not ${JSON.stringify(text)}`);
  }
  assert.equal(faultOfNumbers({ FABLEPOOL_SEED: "x" }), 'FABLEPOOL_SEED must be a whole number from 0 on, not "x"');
});

test("tests and proofs begin with none that is wrong: they would run nothing, and pass", () => {
  for (const program of ["test.ts", "prove.ts"]) {
    const environment = { ...process.env, FABLEPOOL_RUNS: "many" };
    const run = spawnSync(process.execPath, [join(import.meta.dirname, "../scripts", program)], { encoding: "utf8", env: environment });
    assert.deepEqual(
      [run.status, run.stdout, run.stderr],
      [2, "", 'FABLEPOOL_RUNS must be a whole number from 1 on, not "many"\n'],
      program,
    );
  }
});
