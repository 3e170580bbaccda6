/**
 * Every small history there is, within bounds: the core judges as the model of sections 4 and 5 does, in every order of
 * arrival, and the laws hold. `npm run prove -- sim` takes one or two operations more.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { boundsOf, checkBounds } from "../../sim/model/check.ts";
import { arrivals, everyHistory } from "../../sim/model/enumerate.ts";
import { coreAgrees, coreRefuses } from "../../sim/model/properties.ts";
import { decidedBy, type Op, solutionsOf, viewOf } from "../../sim/model/rules.ts";

/** How many histories there are says that the enumeration leaves none out that it once had. */
const counts: Readonly<Record<string, readonly [histories: number, refusals: number]>> = {
  "from the founding on": [10_403, 8_699],
  "with two devices": [7_114, 2_769],
  "with removals alone": [85, 12],
  "with redactions": [3_282, 595],
};

for (const [name, bounds] of Object.entries(boundsOf("small"))) {
  test(`law: ${name}, every history of ${bounds.free} more operations is judged as the model says`, async () => {
    const { histories, refusals } = await checkBounds(bounds);
    assert.deepEqual([histories, refusals], counts[name]);
  });
}

test("the enumeration gives each history once, in (lamport, op_id), its causal order closed", async () => {
  const seen = new Set<string>();
  const { start, ...bounds } = boundsOf("small")["from the founding on"] as ReturnType<typeof boundsOf>[string];
  await everyHistory(
    { ...bounds, start, free: 2 },
    {
      history(log) {
        const text = JSON.stringify(log);
        assert.ok(!seen.has(text), text);
        seen.add(text);
        for (const op of log) for (const at of op.prev) assert.ok(at < op.at && (log[at] as Op).lamport < op.lamport, text);
      },
    },
  );
  assert.equal(seen.size, 227);
});

test("two devices that remove each other: one set decides itself, and the first ranked one's removal is in it", () => {
  const log = mutualRemoval();
  assert.equal(arrivals(log).length, 2);
  const view = viewOf(log, 0b11111);
  assert.deepEqual(solutionsOf(log, 0b11111), [view.effective]);
  assert.deepEqual(
    view.removals.map(({ by, key }) => [by, key]),
    [[1, 2]],
  );
  // That both count, or neither, does not decide itself to be so.
  for (const wrong of [0b11111, 0b00111]) assert.notEqual(decidedBy(log, 0b11111, wrong).effective, wrong);
});

test("the checks can fail: what the model refuses is not admitted, and what it admits is not refused", () => {
  const log = mutualRemoval();
  const [write, stranger] = [1, 3].map(
    (author): Op => ({
      at: 5,
      author,
      act: { do: "write" },
      seq: author === 1 ? 2 : 1,
      lamport: 5,
      own: author === 1 ? 3 : null,
      prev: [3],
      past: 0b01111,
    }),
  ) as [Op, Op];
  coreAgrees([...log, write]);
  coreRefuses(log, stranger, "author");
  assert.throws(() => coreAgrees([...log, stranger]));
  assert.throws(() => coreRefuses(log, write, "author"));
  assert.throws(() => coreRefuses(log, stranger, "control"));
});

/** Root adds devices 1 and 2; each, not knowing of the other's, removes the other. */
function mutualRemoval(): Op[] {
  const op = (at: number, author: number, act: Op["act"], prev: number[], own: number | null): Op => {
    const past = prev.length === 0 ? 0 : Math.min(at, 3) === 3 ? 0b00111 : 2 ** at - 1;
    return { at, author, act, seq: own === null ? 1 : own + 2, lamport: Math.min(at, 3) + 1, own, prev, past };
  };
  return [
    op(0, 0, { do: "genesis" }, [], null),
    op(1, 0, { do: "add", key: 1, role: "full" }, [0], 0),
    op(2, 0, { do: "add", key: 2, role: "full" }, [1], 1),
    op(3, 1, { do: "remove", key: 2, last: null }, [2], null),
    op(4, 2, { do: "remove", key: 1, last: null }, [2], null),
  ];
}
