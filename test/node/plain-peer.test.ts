/** Plain fpl-sync/1, both ways, with a peer that was written from the protocol page and shares nothing with ours. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json, JsonObject } from "../../src/core/ports.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import type { Replica } from "../../src/node/replica.ts";
import { syncWith } from "../../src/node/sync-client.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { PlainPeer, type PlainPeerOptions, type Request } from "../../src/testkit/plain-peer.ts";
import { seededRandom } from "../../src/testkit/seeded-random.ts";
import { loopback } from "../../src/transport/index.ts";
import {
  assertSound,
  claims,
  connect,
  idsOf,
  joining,
  logOf,
  newPool,
  type Pool,
  randomHistory,
  replicaOf,
  runs,
  take,
  writerOf,
} from "./replicas.ts";

const server = writerOf("server").did;
const small: PlainPeerOptions = { frontier: 5, page: 3, reply: 2, batch: 4 };

function peerOf(pool: Pool, options: PlainPeerOptions = {}): PlainPeer {
  return new PlainPeer(nativeCrypto, server, pool.id, options);
}

/** Ours asks the plain peer. */
const asking = (peer: PlainPeer) => loopback(async (message) => peer.answer(message), null);
/** The plain peer asks ours. */
const askedBy = (replica: Replica, pool: Pool): Request => {
  const transport = connect(replica, pool.phone.did, pool.root.did);
  return (message) => transport.request(message);
};

async function assertAlike(replica: Replica, peer: PlainPeer): Promise<void> {
  assert.deepEqual(await idsOf(replica), peer.log.ids());
  await assertSound(replica);
}

async function served(count: number): Promise<Pool> {
  const pool = await newPool();
  await writeDrafts(pool.replica, pool.phone, claims(count));
  return pool;
}

for (const options of [{}, small, { ...small, frontier: 0 }, { tellsPool: false }]) {
  test(`a plain server takes and gives everything in one sync: ${JSON.stringify(options)}`, async () => {
    const pool = await served(60);
    const peer = peerOf(pool, options);
    const report = await syncWith(pool.replica, asking(peer));
    assert.deepEqual([report.pulled, report.pushed, report.deferred], [0, 62, []]);
    const client = await joining(pool.id);
    const second = await syncWith(client, asking(peer));
    assert.deepEqual([second.pulled, second.pushed, second.deferred, second.rejected], [62, 0, [], []]);
    await assertAlike(client, peer);
  });

  test(`a plain client takes and gives everything in one sync: ${JSON.stringify(options)}`, async () => {
    const pool = await served(60);
    const peer = peerOf(pool, options);
    const report = await peer.sync(askedBy(pool.replica, pool), pool.phone.did);
    assert.deepEqual(report, { pulled: 62, pushed: 0, rejected: [], deferred: [] });
    const other = await joining(pool.id);
    await take(other, (await logOf(pool.replica)).slice(0, 20));
    const second = await peer.sync(askedBy(other, pool), pool.phone.did);
    assert.deepEqual(second, { pulled: 0, pushed: 42, rejected: [], deferred: [] });
    await assertAlike(other, peer);
  });
}

test("payloads that one side lacks come with the next sync, whoever is the client", async () => {
  const pool = await served(8);
  const stripped = (await logOf(pool.replica)).map((op, at) =>
    at >= 2 && at % 2 === 0 ? (({ salt: _, payload: __, ...bare }) => bare)(op) : op,
  );
  for (const ours of ["whole", "stripped"]) {
    for (const client of ["ours", "plain"]) {
      const replica = await replicaOf(pool.id, ours === "whole" ? await logOf(pool.replica) : stripped);
      const peer = peerOf(pool);
      peer.log.ingest(JSON.parse(JSON.stringify(ours === "whole" ? stripped : await logOf(pool.replica))) as Json[]);
      if (client === "ours") await syncWith(replica, asking(peer));
      else await peer.sync(askedBy(replica, pool), pool.phone.did);
      assert.deepEqual(peer.log.incomplete(), [], `${client} as the client, ours is ${ours}`);
      assert.deepEqual(await replica.store.read((reader) => reader.incomplete(null, 99)), []);
      await assertAlike(replica, peer);
    }
  }
});

test("a peer without codes, and one that knows only its own messages, is told apart from a broken one", async () => {
  const pool = await served(3);
  const peer = peerOf(pool);
  assert.deepEqual(peer.answer({ type: "heads" }), { type: "error", error: "unknown message type: heads" });
  const refusing = loopback(async (message) => {
    return (message as JsonObject)["type"] === "frontier" ? { type: "error", error: "not today" } : peer.answer(message);
  }, null);
  await assert.rejects(syncWith(pool.replica, refusing), { code: "peer", message: /not today/ });
});

test("law: random histories, each side with a random part of them, are alike after one sync in either direction", async () => {
  for (let seed = 1; seed <= runs(100); seed++) {
    const random = seededRandom(seed);
    const { pool, ops, parts } = await randomHistory(seed, 14);
    const replica = await replicaOf(pool.id, await logOf(random.pick(parts).replica));
    const peer = peerOf(pool, random.pick([{}, small]));
    peer.log.ingest(JSON.parse(JSON.stringify(random.once(4) ? [] : random.some(ops, ops.length))) as Json[]);
    const union = new Set([...(await idsOf(replica)), ...peer.log.ids()]);
    if (random.once(2)) {
      const { deferred, rejected } = await syncWith(replica, asking(peer), { deferredBytes: random.pick([5_000, 1_000_000]) });
      assert.deepEqual([deferred, rejected], [[], []], `seed ${seed}`);
    } else {
      const { deferred, rejected } = await peer.sync(askedBy(replica, pool), pool.phone.did);
      assert.deepEqual([deferred, rejected], [[], []], `seed ${seed}`);
    }
    assert.equal(peer.log.ids().length, union.size, `seed ${seed}`);
    await assertAlike(replica, peer);
  }
});
