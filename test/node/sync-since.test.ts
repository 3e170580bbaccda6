/** same/1 (SYN-22): whoever comes back to a moment that the server remembers is told in the greeting what came after. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../../src/core/limits.ts";
import { countOps } from "../../src/core/op/run.ts";
import type { Json, JsonObject } from "../../src/core/ports.ts";
import type { Replica } from "../../src/node/replica.ts";
import { syncWith } from "../../src/node/sync-client.ts";
import { answer } from "../../src/node/sync-server.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { loopback } from "../../src/transport/index.ts";
import { addDevice, assertConverged, claims, joining, logOf, newPool, type Pool, replicaOf, writerOf } from "./replicas.ts";

/** Syncs until both hold the same; the types of the requests, and how many operations the greeting brought. */
async function asked(client: Replica, server: Replica, pool: Pool): Promise<{ requests: string; greeted: number }> {
  const requests: string[] = [];
  let greeted = 0;
  const transport = loopback(async (message, key) => {
    const reply = await answer(server, { did: pool.phone.did }, message, key);
    requests.push(String((message as JsonObject)["type"]));
    if (requests.length === 1) greeted = countOps((reply["ops"] ?? []) as unknown[]);
    return reply;
  }, pool.root.did);
  await syncWith(client, transport);
  await assertConverged(client, server);
  return { requests: requests.join(" "), greeted };
}

async function twoDevices(): Promise<Pool & { readonly laptop: Replica }> {
  const pool = await newPool();
  await addDevice(pool, "laptop", "full");
  await writeDrafts(pool.replica, pool.phone, claims(20));
  return { ...pool, laptop: await replicaOf(pool.id, await logOf(pool.replica)) };
}

test("what was written since comes with the greeting, of authors who are new too", async () => {
  const pool = await twoDevices();
  const { laptop, replica } = pool;
  assert.deepEqual(await asked(laptop, replica, pool), { requests: "hello", greeted: 0 });
  await writeDrafts(replica, pool.phone, claims(3, 100));
  const tablet = await addDevice(pool, "tablet", "full");
  await writeDrafts(replica, tablet, claims(2, 200));
  assert.deepEqual(await asked(laptop, replica, pool), { requests: "hello", greeted: 6 });
  assert.deepEqual(await asked(laptop, replica, pool), { requests: "hello", greeted: 0 });
});

test("the moment after a push is remembered; one that the server never saw costs what it always cost", async () => {
  const pool = await twoDevices();
  const { laptop, replica } = pool;
  await writeDrafts(laptop, writerOf("laptop"), claims(4, 300));
  assert.deepEqual(await asked(laptop, replica, pool), { requests: "hello push", greeted: 0 });
  await writeDrafts(replica, pool.phone, claims(5, 400));
  assert.deepEqual(await asked(laptop, replica, pool), { requests: "hello", greeted: 5 });
  await writeDrafts(laptop, writerOf("laptop"), claims(1, 500));
  await writeDrafts(replica, pool.phone, claims(1, 600));
  assert.deepEqual(await asked(laptop, replica, pool), { requests: "hello ops_since push", greeted: 0 });
});

test("a few moments are remembered, not more", async () => {
  const pool = await twoDevices();
  const { laptop, replica } = pool;
  const old = await replicaOf(pool.id, await logOf(laptop));
  await asked(laptop, replica, pool);
  for (let moment = 0; moment < 8; moment++) {
    await writeDrafts(replica, pool.phone, claims(1, 100 + moment));
    assert.deepEqual(await asked(laptop, replica, pool), { requests: "hello", greeted: 1 });
  }
  assert.deepEqual(await asked(old, replica, pool), { requests: "hello ops_since", greeted: 0 });
});

test("a new device has its first page with the greeting, and asks on behind it", async () => {
  const pool = await twoDevices();
  await writeDrafts(pool.replica, pool.phone, claims(limits.pageOpsFirst, 1_000));
  const { requests, greeted } = await asked(await joining(pool.id), pool.replica, pool);
  assert.deepEqual({ requests, greeted }, { requests: "hello ops_since", greeted: limits.pageOpsFirst });
});

test("a client that names no runs is given envelopes", async () => {
  const pool = await twoDevices();
  const plain = async (extensions: Json) => {
    const empty = `sha256:${"0".repeat(64)}`;
    const note = pool.replica.heldBefore;
    note.note(empty, []);
    return answer(pool.replica, { did: pool.phone.did }, { type: "hello", same: empty, extensions }, pool.root.did);
  };
  const inEnvelopes = (await plain(["heads/1", "same/1"]))["ops"] as JsonObject[];
  assert.ok(inEnvelopes.every((each) => "op_id" in each) && inEnvelopes.length === 23);
  assert.ok(((await plain(["heads/1", "same/1", "runs/1"]))["ops"] as JsonObject[]).some((each) => "items" in each));
  for (const other of [null, "runs/1", [1]]) assert.deepEqual((await plain(other))["ops"], inEnvelopes, JSON.stringify(other));
});

test("nobody is told what came after but who may ask for everything", async () => {
  const pool = await twoDevices();
  const inbox = await addDevice(pool, "inbox", "ingest");
  const hash = `sha256:${"1".repeat(64)}`;
  pool.replica.heldBefore.note(hash, []);
  for (const key of [null, inbox.did, writerOf("stranger").did]) {
    const reply = await answer(pool.replica, { did: pool.phone.did }, { type: "hello", same: hash }, key);
    assert.equal(reply["type"], "hello");
    assert.ok(!("ops" in reply), String(key));
  }
});

test("a store that was put in another's place brings nothing with the greeting, and the sync is whole", async () => {
  const pool = await twoDevices();
  const { laptop, replica } = pool;
  await asked(laptop, replica, pool);
  const older = await joining(pool.id);
  await asked(older, replica, pool);
  await writeDrafts(replica, pool.phone, claims(5, 100));
  await asked(laptop, replica, pool);
  const backup = await replicaOf(pool.id, await logOf(older));
  Object.assign(backup, { heldBefore: replica.heldBefore }); // the process remembers what its store no longer holds
  assert.equal((await asked(laptop, backup, pool)).greeted, 0);
});
