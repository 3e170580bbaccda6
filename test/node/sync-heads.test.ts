/** heads/1 (section 7): the cost follows the difference; what one side can't know of the other costs only where it is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { countOps } from "../../src/core/op/run.ts";
import type { JsonObject } from "../../src/core/ports.ts";
import type { Replica } from "../../src/node/replica.ts";
import { syncWith } from "../../src/node/sync-client.ts";
import { answer } from "../../src/node/sync-server.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { loopback } from "../../src/transport/index.ts";
import { addDevice, assertConverged, claims, connect, logOf, newPool, type Pool, replicaOf, writerOf } from "./replicas.ts";

/** Syncs, and counts the operations that went over the wire each way and the requests. */
async function counted(client: Replica, server: Replica, pool: Pool) {
  const counts = { requests: 0, pulled: 0, pushed: 0 };
  const transport = loopback(async (message, key) => {
    const reply = await answer(server, { did: pool.phone.did }, message, key);
    counts.requests++;
    counts.pulled += countOps((reply["ops"] ?? []) as unknown[]);
    counts.pushed += countOps(((message as JsonObject)["ops"] ?? []) as unknown[]);
    return reply;
  }, pool.root.did);
  await syncWith(client, transport);
  await assertConverged(client, server);
  return counts;
}

test("in sync, one round trip tells; a difference of n costs n operations", async () => {
  const pool = await newPool();
  await addDevice(pool, "laptop", "full");
  await writeDrafts(pool.replica, pool.phone, claims(500));
  const laptop = await replicaOf(pool.id, await logOf(pool.replica));
  assert.deepEqual(await counted(laptop, pool.replica, pool), { requests: 1, pulled: 0, pushed: 0 });
  await writeDrafts(pool.replica, pool.phone, claims(3, 600));
  assert.deepEqual(await counted(laptop, pool.replica, pool), { requests: 1, pulled: 3, pushed: 0 });
  await writeDrafts(laptop, writerOf("laptop"), claims(4, 700));
  assert.deepEqual(await counted(laptop, pool.replica, pool), { requests: 2, pulled: 0, pushed: 4 });
});

test("an author of whom the server does not know our tip costs a locator, at most as much again as the difference", async () => {
  const pool = await newPool();
  await addDevice(pool, "laptop", "full");
  await writeDrafts(pool.replica, pool.phone, claims(400));
  const base = await logOf(pool.replica);
  const client = await replicaOf(pool.id, base);
  await writeDrafts(pool.replica, pool.phone, claims(20, 1_000));
  await writeDrafts(client, pool.phone, claims(30, 2_000)); // a fork: neither side knows the other's tip
  const { pulled, pushed } = await counted(client, pool.replica, pool);
  assert.ok(pulled <= 20 + 64 && pushed === 30, `${pulled} pulled, ${pushed} pushed`);
});

test("what follows operations of an author who needs a locator waits for them, and one sync is enough", async () => {
  const pool = await newPool();
  await addDevice(pool, "laptop", "full");
  await writeDrafts(pool.replica, pool.phone, claims(50));
  const client = await replicaOf(pool.id, await logOf(pool.replica));
  await writeDrafts(client, pool.phone, claims(5, 500));
  for (let turn = 0; turn < 6; turn++) {
    await writeDrafts(pool.replica, pool.phone, claims(10, 1_000 + 100 * turn));
    await writeDrafts(pool.replica, writerOf("laptop"), claims(10, 2_000 + 100 * turn));
  }
  await counted(client, pool.replica, pool);
});

test("law: after a sync each knows the other's heads: the next costs one request, wherever the first began", async () => {
  const pool = await newPool();
  await addDevice(pool, "laptop", "full");
  await writeDrafts(pool.replica, pool.phone, claims(30));
  const log = await logOf(pool.replica);
  for (let length = 2; length <= log.length; length += 3) {
    const client = await replicaOf(pool.id, log.slice(0, length));
    const { pulled } = await counted(client, pool.replica, pool);
    assert.equal(pulled, log.length - length);
    assert.equal((await counted(client, pool.replica, pool)).requests, 1);
  }
});

test("a server that does not say its heads in hello is asked for them", async () => {
  const pool = await newPool();
  await writeDrafts(pool.replica, pool.phone, claims(5));
  const client = await replicaOf(pool.id, (await logOf(pool.replica)).slice(0, 3));
  const asked: unknown[] = [];
  const transport = loopback(async (message, key) => {
    asked.push((message as JsonObject)["type"]);
    const { heads, ...reply } = await answer(pool.replica, { did: pool.phone.did }, message, key);
    return reply["type"] === "hello" ? reply : { ...reply, ...(heads ? { heads } : {}) };
  }, pool.root.did);
  await syncWith(client, transport);
  assert.deepEqual(asked, ["hello", "heads", "ops_since"]);
  await assertConverged(client, pool.replica);
  await syncWith(client, connect(pool.replica, pool.phone.did, pool.root.did));
});
