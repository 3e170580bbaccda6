/** Section 6, step 6, as a function of standing claims: against its definition, and its corners one by one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Contender, decideConflicts } from "../../../src/core/claim/conflicts.ts";
import type { OpId } from "../../../src/core/op/operation.ts";

const id = (n: number) => `op:${n}` as OpId;

/** A claim of `statement` in topic `t`; later ones have a higher lamport. */
function claimOf(statement: string, n: number, parts: Partial<Contender> = {}): Contender {
  return { id: id(n), lamport: n, statement, own: false, from: null, until: null, topic: "t", corrects: null, ...parts };
}

const superseded = (...claims: Contender[]) => [...decideConflicts(claims).superseded].sort();

test("nothing, one claim, and one statement by many conflict with nothing", () => {
  assert.deepEqual(decideConflicts([]), { superseded: new Set(), conflicts: [] });
  assert.deepEqual(superseded(claimOf("a", 1)), []);
  assert.deepEqual(superseded(claimOf("a", 1), claimOf("a", 2), claimOf("a", 3, { own: true })), []);
});

test("the user's own comes before the later; of equals the highest (lamport, op_id)", () => {
  assert.deepEqual(superseded(claimOf("a", 1), claimOf("b", 2)), [id(1)]);
  assert.deepEqual(superseded(claimOf("a", 1, { own: true }), claimOf("b", 2)), [id(2)]);
  assert.deepEqual(superseded(claimOf("a", 1, { lamport: 5 }), claimOf("b", 2, { lamport: 5 })), [id(1)]);
});

test("a statement ranks by its best claim, and all its claims share its fate", () => {
  assert.deepEqual(superseded(claimOf("a", 1), claimOf("b", 2), claimOf("a", 3)), [id(2)]);
  assert.deepEqual(superseded(claimOf("a", 1), claimOf("b", 2, { own: true }), claimOf("a", 3)), [id(1), id(3)]);
});

test("validity is [from, until): what ends where another begins does not overlap it, an empty one overlaps nothing", () => {
  const first = claimOf("a", 9, { from: 0, until: 10 });
  for (const apart of [{ from: 10 }, { until: 0 }, { from: 5, until: 5 }, { from: 8, until: 2 }, { from: 10, until: 11 }]) {
    assert.deepEqual(superseded(first, claimOf("b", 1, apart)), [], JSON.stringify(apart));
  }
  for (const beside of [{}, { from: 9 }, { until: 1 }, { from: 5, until: 6 }, { from: -1, until: 11 }, { from: 0, until: 10 }]) {
    assert.deepEqual(superseded(first, claimOf("b", 1, beside)), [id(1)], JSON.stringify(beside));
  }
});

test("any two claims of two statements count, not only their best", () => {
  const narrow = claimOf("a", 9, { from: 0, until: 1 });
  const wide = claimOf("a", 1, { from: 5, until: 6 });
  assert.deepEqual(superseded(narrow, wide, claimOf("b", 2, { from: 5, until: 9 })), [id(2)]);
});

test("what lost beats nobody", () => {
  const claims = [claimOf("a", 3, { until: 10 }), claimOf("b", 2, { from: 5, until: 20 }), claimOf("c", 1, { from: 15 })];
  assert.deepEqual(superseded(...claims), [id(2)]);
});

test("statements of different topics, or of none, do not compete", () => {
  assert.deepEqual(superseded(claimOf("a", 1), claimOf("b", 2, { topic: "u" })), []);
  assert.deepEqual(superseded(claimOf("a", 1, { topic: null }), claimOf("b", 2, { topic: null })), []);
});

test("corrections of one claim to different objects compete, whatever their topics; to equal objects they do not", () => {
  const correcting = (n: number, object: string, topic: string | null, target = 0) =>
    claimOf(`${object} ${topic}`, n, { topic, corrects: { target: id(target), object }, own: true });
  assert.deepEqual(superseded(correcting(1, "x", null), correcting(2, "y", null)), [id(1)]);
  assert.deepEqual(superseded(correcting(1, "x", "t"), correcting(2, "y", "u")), [id(1)]);
  assert.deepEqual(superseded(correcting(1, "x", "t"), correcting(2, "x", "u")), []);
  assert.deepEqual(superseded(correcting(1, "x", null), correcting(2, "y", null, 7)), []);
});

test("a conflict names the best claims of winner and losers", () => {
  const claims = [claimOf("a", 5), claimOf("a", 4), claimOf("b", 3), claimOf("b", 2), claimOf("c", 1)];
  assert.deepEqual(decideConflicts(claims).conflicts, [{ winner: id(5), losers: [id(3), id(1)] }]);
});

const time = fc.option(fc.integer({ min: 0, max: 6 }));
/** A statement has one topic and one object; a claim of it may correct something. */
const contenders = fc
  .array(
    fc.record({
      statement: fc.constantFrom("a", "b", "c", "d", "e", "f"),
      own: fc.boolean(),
      lamport: fc.integer({ min: 1, max: 4 }),
      from: time,
      until: time,
      target: fc.option(fc.integer({ min: 100, max: 102 }), { freq: 4 }),
    }),
    { maxLength: 12 },
  )
  .map((claims) =>
    claims.map(({ target, ...claim }, n) => {
      const topic = { a: "t", b: "t", c: "t", d: "u", e: "u", f: null }[claim.statement] ?? null;
      const object = "adf".includes(claim.statement) ? "x" : "y";
      return { ...claim, id: id(n), topic, corrects: target === null ? null : { target: id(target), object } };
    }),
  );

const rank = (left: Contender, right: Contender) =>
  Number(right.own) - Number(left.own) || right.lamport - left.lamport || (left.id < right.id ? 1 : -1);

function overlap(left: Contender, right: Contender): boolean {
  const from = Math.max(left.from ?? Number.NEGATIVE_INFINITY, right.from ?? Number.NEGATIVE_INFINITY);
  return from < Math.min(left.until ?? Number.POSITIVE_INFINITY, right.until ?? Number.POSITIVE_INFINITY);
}

function compete(mine: readonly Contender[], theirs: readonly Contender[]): boolean {
  const rivals = (one: Contender, other: Contender) =>
    one.corrects !== null && one.corrects.target === other.corrects?.target && one.corrects.object !== other.corrects.object;
  return (mine[0]?.topic ?? "mine") === (theirs[0]?.topic ?? "theirs") || mine.some((one) => theirs.some((other) => rivals(one, other)));
}

test("law: in rank order a statement loses exactly to active ones that compete with it while both hold", () => {
  fc.assert(
    fc.property(contenders, (claims) => {
      const active: Contender[][] = [];
      const lost = new Set<OpId>();
      for (const best of claims.toSorted(rank)) {
        const mine = claims.filter(({ statement }) => statement === best.statement);
        if (active.flat().includes(best) || lost.has(best.id)) continue;
        const loses = active.some((theirs) => compete(mine, theirs) && mine.some((one) => theirs.some((other) => overlap(one, other))));
        if (loses) for (const claim of mine) lost.add(claim.id);
        else active.push(mine);
      }
      assert.deepEqual([...decideConflicts(claims).superseded].sort(), [...lost].sort());
    }),
    { numRuns: 3_000 },
  );
});

test("law: the order in which claims are listed makes no difference", () => {
  fc.assert(
    fc.property(contenders, (claims) => {
      const { superseded: one, conflicts } = decideConflicts(claims);
      const other = decideConflicts(claims.toReversed());
      assert.deepEqual([...other.superseded].sort(), [...one].sort());
      const named = (list: typeof conflicts) => list.map(({ winner, losers }) => `${winner} ${losers.toSorted()}`).sort();
      assert.deepEqual(named(other.conflicts), named(conflicts));
    }),
  );
});

test("law: every superseded statement is named as a loser, to a winner that is active", () => {
  fc.assert(
    fc.property(contenders, (claims) => {
      const { superseded: lost, conflicts } = decideConflicts(claims);
      const losers = conflicts.flatMap((each) => each.losers);
      const statements = (ids: Iterable<OpId>) => new Set([...ids].map((each) => claims.find((claim) => claim.id === each)?.statement));
      assert.deepEqual(statements(losers), statements(lost));
      assert.ok(conflicts.every(({ winner }) => !lost.has(winner)));
    }),
  );
});
