import assert from "node:assert/strict";
import { test } from "node:test";
import { moved, rangeOf, zoomed } from "../../web/src/views/timeline/span.ts";
import { ticksOf } from "../../web/src/views/timeline/ticks.ts";

const dayMs = 86_400_000;

test("zooming keeps what is pointed at where it is, between a week and three centuries", () => {
  const span = { from: 0, to: 1_000 * dayMs };
  const closer = zoomed(span, 0.5, 0.25);
  assert.deepEqual([closer.from, closer.to], [125 * dayMs, 625 * dayMs]);
  let near = span;
  for (let times = 0; times < 50; times++) near = zoomed(near, 0.5);
  assert.equal(near.to - near.from, 7 * dayMs);
  let far = span;
  for (let times = 0; times < 50; times++) far = zoomed(far, 2);
  assert.ok(far.to - far.from <= 300 * 366 * dayMs);
  assert.deepEqual(moved(moved(span, 0.5), -0.5), span);
});

test("an address that names no time shows all of it", () => {
  for (const query of ["", "from=1", "from=a&to=b", "from=5&to=5", "from=9&to=3"]) assert.equal(rangeOf(new URLSearchParams(query)), null);
  assert.deepEqual(rangeOf(new URLSearchParams("from=-5&to=3")), { from: -5, to: 3 });
});

test("labels are few, in order and within what is shown, at every zoom", () => {
  for (const days of [7, 30, 100, 400, 2_000, 9_000, 80_000]) {
    const [from, to] = [Date.UTC(1990, 4, 17), Date.UTC(1990, 4, 17) + days * dayMs];
    const ticks = ticksOf(from, to);
    assert.ok(ticks.length >= 2 && ticks.length <= 8, `${days} days: ${ticks.length}`);
    assert.deepEqual(
      ticks,
      ticks.toSorted((left, right) => left - right),
    );
    assert.ok(ticks.every((at) => at >= from && at < to));
  }
});
