/** same/1 (SYN-22): whoever comes back to a moment that the server remembers is told in the greeting what came after. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { registryHash } from "../../src/core/claim/predicates.ts";
import type { Did } from "../../src/core/crypto/did-key.ts";
import { limits } from "../../src/core/limits.ts";
import type { OpId } from "../../src/core/op/operation.ts";
import { countOps } from "../../src/core/op/run.ts";
import type { Json, JsonObject } from "../../src/core/ports.ts";
import { tipsOf } from "../../src/core/sync/heads.ts";
import { HeldBefore } from "../../src/core/sync/held-before.ts";
import { heldHash } from "../../src/core/sync/same.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import type { Replica } from "../../src/node/replica.ts";
import { syncWith } from "../../src/node/sync-client.ts";
import { answer } from "../../src/node/sync-server.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { loopback } from "../../src/transport/index.ts";
import { addDevice, assertConverged, claims, joining, logOf, newPool, type Pool, replicaOf, writerOf } from "./replicas.ts";

/** Syncs until both hold the same; the types of the requests, and how many operations the greeting brought. */
async function asked(client: Replica, server: Replica, pool: Pool, as = pool.root.did): Promise<{ requests: string; greeted: number }> {
  const requests: string[] = [];
  let greeted = 0;
  const transport = loopback(async (message, key) => {
    const reply = await answer(server, { did: pool.phone.did }, message, key);
    requests.push(String((message as JsonObject)["type"]));
    if (requests.length === 1) greeted = countOps((reply["ops"] ?? []) as unknown[]);
    return reply;
  }, as);
  await syncWith(client, transport);
  await assertConverged(client, server);
  return { requests: requests.join(" "), greeted };
}

/** `same` of a device that has nothing. */
const nothing = heldHash(nativeCrypto.sha256Hex, new Map(), registryHash(nativeCrypto.sha256Hex));

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

test("each device is told what came after its own moment, whatever the others did meanwhile", async () => {
  const pool = await twoDevices();
  const { laptop, replica } = pool;
  const tablet = await addDevice(pool, "tablet", "full");
  const away = await replicaOf(pool.id, await logOf(replica));
  assert.deepEqual(await asked(away, replica, pool, tablet.did), { requests: "hello", greeted: 0 });
  await asked(laptop, replica, pool);
  for (let turn = 0; turn < 20; turn++) {
    await writeDrafts(laptop, writerOf("laptop"), claims(1, 100 + turn));
    assert.deepEqual(await asked(laptop, replica, pool), { requests: "hello push", greeted: 0 });
    await writeDrafts(replica, pool.phone, claims(1, 300 + turn));
    assert.deepEqual(await asked(laptop, replica, pool), { requests: "hello", greeted: 1 });
  }
  assert.deepEqual(await asked(away, replica, pool, tablet.did), { requests: "hello", greeted: 40 });
  assert.deepEqual(await asked(await replicaOf(pool.id, await logOf(laptop)), replica, pool), { requests: "hello", greeted: 0 });
});

test("the moment at the end of a pull is remembered", async () => {
  const pool = await twoDevices();
  const { laptop, replica } = pool;
  await writeDrafts(laptop, writerOf("laptop"), claims(1, 500));
  await writeDrafts(replica, pool.phone, claims(limits.pageOps + 300, 600));
  const { requests } = await asked(laptop, replica, pool);
  assert.match(requests, /^hello ops_since .*ops_since/);
  await writeDrafts(replica, pool.phone, claims(1, 9_000));
  assert.deepEqual(await asked(laptop, replica, pool), { requests: "hello", greeted: 1 });
});

test("of so many devices a moment is remembered, and no more", () => {
  const before = new HeldBefore();
  const chain = {
    n: 1,
    author: writerOf("phone").did,
    parent: 0,
    parentSeq: 0,
    tip: `op:${"1".repeat(64)}` as OpId,
    tipSeq: 1,
    tipLamport: 1,
  };
  const { sha256Hex } = nativeCrypto;
  const [hash, nothing] = [heldHash(sha256Hex, tipsOf([chain]), "r"), heldHash(sha256Hex, new Map(), "r")];
  const name = (index: number) => `did:key:${index}` as Did;
  for (let index = 0; index <= limits.moments; index++) before.note(name(index), [chain]);
  assert.equal(before.tipsAt(name(0), hash, sha256Hex, "r"), null);
  assert.deepEqual(before.tipsAt(name(1), hash, sha256Hex, "r"), new Map([[chain.author, [chain.tip]]]));
  assert.equal(before.tipsAt(name(1), hash, sha256Hex, "another registry"), null);
  assert.deepEqual(before.tipsAt(name(0), nothing, sha256Hex, "r"), new Map());
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
    return answer(pool.replica, { did: pool.phone.did }, { type: "hello", same: nothing, extensions }, pool.root.did);
  };
  const inEnvelopes = (await plain(["heads/1", "same/1"]))["ops"] as JsonObject[];
  assert.ok(inEnvelopes.every((each) => "op_id" in each) && inEnvelopes.length === 23);
  assert.ok(((await plain(["heads/1", "same/1", "runs/1"]))["ops"] as JsonObject[]).some((each) => "items" in each));
  for (const other of [null, "runs/1", [1]]) assert.deepEqual((await plain(other))["ops"], inEnvelopes, JSON.stringify(other));
});

test("nobody is told what came after but who may ask for everything", async () => {
  const pool = await twoDevices();
  const inbox = await addDevice(pool, "inbox", "ingest");
  for (const key of [null, inbox.did, writerOf("stranger").did]) {
    const reply = await answer(pool.replica, { did: pool.phone.did }, { type: "hello", same: nothing }, key);
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
