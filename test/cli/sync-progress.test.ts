/** The line that a running sync shows: what it says is so, and what it can't know it doesn't say. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SyncPace } from "../../src/cli/sync-progress.ts";

const at = (pulled: number, toPull: number | null = null, pushed = 0, toPush: number | null = null) => ({
  pulled,
  pushed,
  toPull,
  toPush,
  payloads: 0,
});

test("counts and bytes; a share only of what is known", () => {
  const pace = new SyncPace();
  assert.deepEqual(pace.show(at(0), 0, 0), { text: "pulled 0, pushed 0, 0 kB", share: null });
  assert.deepEqual(pace.show(at(1_000, 4_000), 312_345, 10), { text: "pulled 1,000 of 4,000, pushed 0, 312 kB", share: 0.25 });
  assert.deepEqual(pace.show(at(4_000, 4_000, 500, 1_000), 4_540_000, 20), {
    text: "pulled 4,000 of 4,000, pushed 500, 4.5 MB",
    share: 0.9,
  });
  assert.deepEqual(pace.show({ ...at(10, 10), payloads: 7 }, 0, 25), {
    text: "pulled 10 of 10, pushed 0, 7 payloads, 0 kB",
    share: 1,
  });
  // More came than was known of, after a fork: no total is claimed, and never more than all of it.
  assert.deepEqual(pace.show(at(4_100, 4_000, 1_200, 1_000), 45_400_000, 30), { text: "pulled 4,100, pushed 1,200, 45 MB", share: 1 });
});

test("an estimate comes once two seconds were measured, and at a steady pace it is right from then on", () => {
  const pace = new SyncPace();
  for (let second = 0; second <= 40; second += 0.5) {
    const { text } = pace.show(at(second * 1_000, 40_000), 0, second * 1_000);
    const left = 40 - second;
    const said = /about (\d+) s left/.exec(text)?.[1];
    if (second < 2 || left === 0) assert.equal(said, undefined, `after ${second} s: ${text}`);
    else assert.ok(Math.abs(Number(said) - left) <= 2.5, `after ${second} s: ${text}`);
  }
});

test("it follows the pace of the last ten seconds, and promises nothing while nothing moves", () => {
  const pace = new SyncPace();
  let now = 0;
  let pulled = 0;
  const run = (seconds: number, perSecond: number) => {
    let text = "";
    for (let step = 0; step < seconds; step++) {
      now += 1_000;
      pulled += perSecond;
      ({ text } = pace.show(at(pulled, 100_000), 0, now));
    }
    return text;
  };
  assert.match(run(20, 1_000), /about 1 min left/);
  assert.match(run(12, 100), /about 13 min left/);
  assert.doesNotMatch(run(12, 0), /left/);
  assert.match(run(12, 10), /about 2\d* h left/);
});
