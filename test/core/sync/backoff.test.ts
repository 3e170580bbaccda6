import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../../../src/core/limits.ts";
import { backoffMs } from "../../../src/core/sync/backoff.ts";

const { backoffFirstMs, backoffMaxMs } = limits;

test("the ceiling doubles from the first to the most, and stays there", () => {
  const ceilings = Array.from({ length: 12 }, (_, attempt) => backoffMs(attempt, 1));
  assert.deepEqual(
    ceilings.slice(0, 4),
    [1, 2, 4, 8].map((times) => times * backoffFirstMs),
  );
  for (const [attempt, ms] of ceilings.entries()) {
    assert.ok(ms <= backoffMaxMs && ms >= (ceilings[attempt - 1] ?? 0));
  }
  for (const attempt of [11, 100, 1_100, Number.MAX_SAFE_INTEGER]) assert.equal(backoffMs(attempt, 1), backoffMaxMs);
});

test("the random share takes between half of it and all, and nothing else matters", () => {
  for (let attempt = 0; attempt < 10; attempt++) {
    const [least, middle, most] = [0, 0.5, 1].map((share) => backoffMs(attempt, share)) as [number, number, number];
    assert.deepEqual([least * 2, middle * 4], [most, most * 3]);
    assert.equal(backoffMs(attempt, 0.3), backoffMs(attempt, 0.3));
  }
});
