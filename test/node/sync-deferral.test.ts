/** What arrives before its predecessors waits, within bounds, and one sync is enough all the same (section 4). */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OpId } from "../../src/core/op/operation.ts";
import { Deferred, type Waiting } from "../../src/core/sync/deferred.ts";
import { syncWith } from "../../src/node/sync-client.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { seededRandom } from "../../src/testkit/seeded-random.ts";
import { assertConverged, claims, connect, joining, newPool, randomHistory, replicaOf, runs } from "./replicas.ts";

const plain = { extensions: [] };

test("a chain that is pulled in sorted order is kept in as many writes as requests, not one for each operation", async () => {
  const pool = await newPool();
  await writeDrafts(pool.replica, pool.phone, claims(700));
  const client = await joining(pool.id);
  let writes = 0;
  client.onChange(() => writes++);
  const { pulled, deferred } = await syncWith(client, connect(pool.replica, pool.phone.did, pool.phone.did), plain);
  assert.deepEqual([pulled, deferred], [702, []]);
  assert.ok(writes <= 8, `${writes} writes`);
  await assertConverged(pool.replica, client);
});

test("with room for a few waiting operations only, one sync still brings everything, in passes", async () => {
  const pool = await newPool();
  await writeDrafts(pool.replica, pool.phone, claims(600));
  for (const deferredBytes of [3_000, 40_000]) {
    const client = await joining(pool.id);
    const { pulled, deferred } = await syncWith(client, connect(pool.replica, pool.phone.did, pool.phone.did), { ...plain, deferredBytes });
    assert.deepEqual([pulled, deferred], [602, []]);
    await assertConverged(pool.replica, client);
  }
});

test("law: with any room, plain or not, whatever the history, one sync is enough", async () => {
  for (let seed = 1; seed <= runs(15); seed++) {
    const { pool, ops, parts } = await randomHistory(seed, 40);
    const server = await replicaOf(pool.id, ops);
    for (const extensions of [[], ["heads/1"]]) {
      for (const { replica } of parts.slice(0, 3)) {
        const client = await replicaOf(
          pool.id,
          (await replica.store.read((reader) => reader.ordered({ limit: 9_999 }))).slice(0, 20 + seed),
        );
        const { deferred } = await syncWith(client, connect(server, pool.root.did, pool.root.did), { extensions, deferredBytes: 4_000 });
        assert.deepEqual(deferred, [], `seed ${seed}`);
        await assertConverged(server, client);
      }
    }
  }
});

const waiting = (id: string, lamport: number, ...missing: string[]): Waiting => {
  const ids = missing as OpId[];
  return { id: id as OpId, lamport, waitsFor: ids[0] ?? null, missing: ids, envelope: id, bytes: 10 };
};

test("what is released is a whole chain, each after what it follows, and nothing that lacks something else", () => {
  const deferred = new Deferred(1_000);
  for (const op of [
    waiting("d", 4, "c", "b"),
    waiting("c", 3, "b", "x"),
    waiting("e", 5, "d"),
    waiting("b", 2, "a"),
    waiting("lacks payload", 1),
  ]) {
    assert.deepEqual(deferred.add(op), []);
  }
  assert.deepEqual(deferred.release(["a" as OpId]), ["b"]);
  assert.deepEqual(deferred.release(["x" as OpId]), ["c", "d", "e"]);
  assert.deepEqual(deferred.ids(), ["lacks payload"]);
  assert.deepEqual(deferred.release(["a", "x", "b"] as OpId[]), []);
});

test("law: however operations come and go, the room is kept to, the lowest lamports stay, and nothing is released too early", () => {
  for (let seed = 1; seed <= runs(300); seed++) {
    const random = seededRandom(seed);
    const room = 40 + random.below(100);
    const deferred = new Deferred(room);
    const arrived = new Set<string>();
    const released = new Set<string>();
    const ops = Array.from({ length: 30 }, (_, index) => {
      const missing = random.some([...Array(index).keys()].map(String), 3);
      return waiting(String(index), index, ...missing);
    });
    for (const op of random.shuffled(ops)) {
      const missing = op.missing.filter((id) => !arrived.has(id) && !released.has(id));
      const dropped = missing.length > 0 ? deferred.add({ ...op, missing }) : [];
      const kept = deferred.ids().map(Number);
      assert.ok(kept.length * 10 <= room);
      for (const id of dropped)
        assert.ok(
          kept.every((each) => each < Number(id)),
          "a higher lamport was kept",
        );
      if (missing.length > 0) continue;
      arrived.add(op.id);
      for (const id of deferred.release([op.id])) {
        released.add(id as string);
        for (const before of ops[Number(id)]?.missing ?? [])
          assert.ok(arrived.has(before) || released.has(before), `${id} before ${before}`);
      }
    }
  }
});
