/** What a look at a grant finds due, what it forgets, and when the next look is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../../../src/core/limits.ts";
import type { OpId } from "../../../src/core/op/operation.ts";
import { grantsOf, lookAtGrant } from "../../../src/node/delegation/look.ts";
import { dayMs, Grantee, type Grantor, hourMs, newGrantor, run, startMs } from "./grantor.ts";

async function granted(terms: Parameters<Grantor["grant"]>[0] = {}) {
  const grantor = await newGrantor();
  await grantor.write([run()]);
  const grant = await grantor.grant({ purge_ms: hourMs, refresh_ms: 2 * dayMs, ...terms });
  const look = () => lookAtGrant(grantor.replica, grant, grantor.world.now);
  const coach = new Grantee(grantor.who("coach"), grant);
  const remembers = () => grantor.replica.store.read((reader) => reader.local(`served:${grant}`));
  return { grantor, grant, look, coach, remembers };
}

test("a grant that nobody pulled is looked at once in refresh_ms, and when it expires", async () => {
  const { grantor, look } = await granted();
  assert.deepEqual(await look(), { purge: "none", isStale: false, forgot: false, next: startMs + 2 * dayMs });
  grantor.world.now = startMs + 29 * dayMs;
  assert.equal((await look())?.next, startMs + 30 * dayMs);
  grantor.world.now = startMs + 30 * dayMs;
  assert.deepEqual(await look(), { purge: "none", isStale: false, forgot: false, next: null });
});

test("a slice that is not pulled again is stale after refresh_ms and the day within which accesses are noted", async () => {
  const { grantor, look, coach } = await granted();
  await coach.pull(grantor);
  const stale = startMs + 2 * dayMs + limits.accessRepeatMs;
  assert.equal((await look())?.next, stale);
  grantor.world.now = stale - 1;
  assert.equal((await look())?.isStale, false);
  grantor.world.now = stale;
  assert.deepEqual(await look(), { purge: "none", isStale: true, forgot: false, next: stale + 2 * dayMs });
  await coach.pull(grantor);
  assert.equal((await look())?.isStale, false);
});

test("revoked: looked at when the purge is overdue; once a receipt covers it, what was served is forgotten, once", async () => {
  const { grantor, grant, look, coach, remembers } = await granted();
  await coach.pull(grantor);
  const held = coach.root;
  const [revocation] = await grantor.write([{ type: "cap_revoke", payload: { grant } }]);
  assert.deepEqual(await look(), { purge: "owed", isStale: false, forgot: false, next: startMs + hourMs + 1 });
  grantor.world.now = startMs + hourMs + 1;
  assert.deepEqual(await look(), { purge: "overdue", isStale: false, forgot: false, next: grantor.world.now + dayMs });
  assert.notEqual(await remembers(), null, "it is owed still");
  await coach.purge(grantor, held, revocation as OpId);
  assert.deepEqual(await look(), { purge: "acknowledged", isStale: false, forgot: true, next: startMs + 30 * dayMs });
  assert.equal(await remembers(), null);
  assert.equal((await look())?.forgot, false);
});

test("a redacted grant: its grantee is forgotten when it expires, and not before", async () => {
  const { grantor, grant, look } = await granted();
  await grantor.write([{ type: "redaction", payload: { targets: [grant], suppress: [] } }]);
  const grantees = () => grantor.replica.store.read((reader) => reader.grantees([grant]));
  assert.deepEqual(await look(), { purge: "none", isStale: false, forgot: false, next: startMs + 30 * dayMs });
  grantor.world.now = startMs + 30 * dayMs;
  assert.equal((await grantees()).length, 1);
  assert.deepEqual(await look(), { purge: "none", isStale: false, forgot: true, next: null });
  assert.deepEqual(await grantees(), []);
  assert.equal(await look(), null, "from then on it is none");
});

test("what is no grant is none, and all grants of a pool are found", async () => {
  const { grantor, grant } = await granted();
  assert.equal(await lookAtGrant(grantor.replica, grantor.pool, grantor.world.now), null);
  const more: OpId[] = [];
  for (let at = 0; at < 205; at++) more.push(await grantor.grant({ purpose: `purpose ${at}` }));
  assert.deepEqual((await grantsOf(grantor.replica)).toSorted(), [grant, ...more].toSorted());
});
