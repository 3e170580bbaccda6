/** Pages of claims: whatever is filtered by, page after page gives what going through everything gives. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { claimStatuses } from "../../src/core/claim/status.ts";
import type { Place } from "../../src/core/op/operation.ts";
import { ClaimBook, type ClaimPageQuery, claimPage, countWithin, listClaims, topicsOf } from "../../src/node/index.ts";
import type { Replica } from "../../src/node/replica.ts";
import { seededRandom } from "../../src/testkit/seeded-random.ts";
import { randomHistory, replicaOf, runs } from "./replicas.ts";

async function allPages(replica: Replica, query: ClaimPageQuery): Promise<string[]> {
  const book = new ClaimBook(replica);
  const found: string[] = [];
  for (let after: Place | undefined; ; ) {
    const page = await claimPage(replica, book, { ...query, after });
    assert.ok(page.claims.length <= query.limit);
    found.push(...page.claims.map(({ row }) => row.id));
    if (page.next === null) return found;
    after = page.next;
  }
}

test("law: pages of any size, from either end, with any filter, are what going through everything gives", async () => {
  let shown = 0;
  for (let seed = 1; seed <= runs(3); seed++) {
    const random = seededRandom(seed);
    const { pool, ops } = await randomHistory(seed, 80);
    const replica = await replicaOf(pool.id, ops);
    const everything = await listClaims(replica, { limit: 10_000 });
    const told = everything.flatMap(({ op }) => (op.payload ? [op.payload] : []));
    for (let turn = 0; turn < 12; turn++) {
      const statuses = random.some(claimStatuses, claimStatuses.length);
      const payload = told.length > 0 ? random.pick(told) : {};
      const subject = random.once(2) ? String(payload["subject"]) : undefined;
      const predicate = random.once(2)
        ? String(payload["predicate"])
            .split(".")
            .slice(0, 1 + random.below(2))
            .join(".")
        : undefined;
      const minConfidence = random.once(3) ? random.below(10) / 10 : undefined;
      const oldestFirst = random.once(2);
      const query = {
        statuses,
        subject,
        minConfidence,
        oldestFirst,
        limit: 1 + random.below(7),
        ...(predicate ? { predicates: [predicate] } : {}),
      };
      const listed = await listClaims(replica, {
        statuses,
        limit: 10_000,
        ...(subject ? { subject } : {}),
        ...(predicate ? { predicate } : {}),
      });
      const isSure = (confidence: unknown) =>
        minConfidence === undefined || minConfidence === 0 || Number(confidence ?? 0) >= minConfidence;
      const expected = listed.filter(({ op }) => isSure(op.payload?.["confidence"])).map(({ op }) => op.op_id);
      assert.deepEqual(
        await allPages(replica, query),
        oldestFirst ? expected.toReversed() : expected,
        `seed ${seed}: ${JSON.stringify(query)}`,
      );
      shown += expected.length;
    }
    const counts = await replica.store.read((reader) => reader.claimCounts());
    const { total } = await claimPage(replica, new ClaimBook(replica), { statuses: claimStatuses, limit: 5 });
    assert.equal(total, everything.length);
    const standing = everything.filter(({ status, op }) => (status === "active" || status === "superseded") && op.payload !== undefined);
    assert.equal(
      topicsOf(counts).reduce((sum, topic) => sum + topic.total, 0),
      standing.length,
    );
  }
  assert.ok(shown > 0);
});

test("times within bounds are counted, the first included and the last not", () => {
  const times = [1, 3, 3, 3, 7];
  assert.deepEqual([countWithin(times, 3, 7), countWithin(times, 0, 99), countWithin(times, 4, 7), countWithin([], 0, 9)], [3, 5, 0, 0]);
});
