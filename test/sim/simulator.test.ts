/**
 * The simulator: a share of its histories (`npm run prove -- sim` runs 10,000), what once failed, and the proof that it
 * would notice: every planted bug is caught.
 *
 * FABLEPOOL_RUNS / 3 histories are run, from seed FABLEPOOL_SEED on.
 */
import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { production } from "../../sim/build.ts";
import { canaries, hunt } from "../../sim/canaries/index.ts";
import { runHistory } from "../../sim/history.ts";
import { makeScript } from "../../sim/make-script.ts";
import { readScript } from "../../sim/replay.ts";
import { shrunkScript } from "../../sim/run-many.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { rememberingCrypto } from "../../src/testkit/remembering-crypto.ts";

const runs = Math.ceil(Number(process.env["FABLEPOOL_RUNS"] ?? 150) / 3);
const firstSeed = Number(process.env["FABLEPOOL_SEED"] ?? 1);

test(`law: whatever happens to devices, disks and network, every check holds (${runs} histories)`, async () => {
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const { findings } = await runHistory(makeScript(seed));
    assert.deepEqual(findings, [], `node sim/main.ts --histories 1 --seed ${seed}`);
  }
});

test(`the same with a delegate, who holds what it was granted and no longer (${Math.ceil(runs / 8)} histories)`, async () => {
  for (let seed = firstSeed; seed < firstSeed + runs / 8; seed++) {
    const { findings } = await runHistory(makeScript(seed, { delegate: true }));
    assert.deepEqual(findings, [], `node sim/main.ts --histories 1 --seed ${seed} --delegate`);
  }
});

test("the same with signatures by Ed25519 itself", async () => {
  for (let seed = 1; seed <= 3; seed++) {
    const { findings } = await runHistory(makeScript(seed), { crypto: rememberingCrypto(nativeCrypto) });
    assert.deepEqual(findings, []);
  }
});

test("a seed is one history: it replays byte for byte, and no other seed is the same", async () => {
  const digests = new Set<string>();
  for (let seed = 1; seed <= 8; seed++) {
    const [first, second] = [await runHistory(makeScript(seed)), await runHistory(makeScript(seed), { keepTrace: true })];
    assert.deepEqual([second.digest, second.steps], [first.digest, first.steps]);
    digests.add(first.digest);
  }
  assert.equal(digests.size, 8);
});

const regressions = globSync("*.json", { cwd: new URL("../../sim/regressions/", import.meta.url) }).sort();
test(`histories that once broke a rule break none (${regressions.length})`, async () => {
  for (const file of regressions) {
    const script = readScript(join(import.meta.dirname, "../../sim/regressions", file));
    assert.deepEqual((await runHistory(script)).findings, [], file);
  }
});

/** Seeds at which bugs are noticed soon, so that this is quick; all others are noticed at one of the first few. */
const soon: Readonly<Record<string, number>> = {
  "payload accepted after redaction": 141,
  "words left in the index": 16,
  "restored store writes at once": 13,
  "clock believed": 12,
  "erased words served": 39,
  "slice served to another": 12,
};

for (const canary of canaries) {
  test(`a device in which ${canary.bug} is noticed`, async () => {
    const found = await hunt(canary, soon[canary.name] ?? 1, 60);
    assert.ok(found, "not within 60 histories");
    assert.ok(canary.caughtBy.includes(found.check), `${found.check} at seed ${found.seed}: ${found.what}`);
  });
}

test("what fails is shrunk to a few actions that fail in the same way", async () => {
  const canary = canaries.find(({ name }) => name === "clock believed");
  assert.ok(canary);
  const build = { ...production, ...canary.wraps };
  const found = await hunt(canary, soon[canary.name] ?? 1, 60);
  assert.ok(found);
  const whole = makeScript(found.seed);
  const least = await shrunkScript(whole, found.check, { build });
  assert.ok(least.actions.length <= 8, JSON.stringify(least.actions));
  assert.deepEqual(
    least.actions.map((action) => action.do).filter((each) => each === "clock"),
    ["clock"],
  );
  assert.deepEqual((await runHistory(least)).findings, []);
});
