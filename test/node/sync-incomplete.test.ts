/** Section 4: payloads that are missing, what is asked for again, and what is not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { writeOps } from "../../src/core/op/create.ts";
import type { Envelope, OpId } from "../../src/core/op/operation.ts";
import type { Json, JsonObject } from "../../src/core/ports.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import type { Replica } from "../../src/node/replica.ts";
import { syncWith } from "../../src/node/sync-client.ts";
import { answer } from "../../src/node/sync-server.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { PlainPeer } from "../../src/testkit/plain-peer.ts";
import { loopback } from "../../src/transport/index.ts";
import { assertConverged, claims, connect, logOf, newPool, type Pool, replicaOf, targeting, writerOf } from "./replicas.ts";

const stripped = ({ salt: _salt, payload: _payload, ...bare }: Envelope): Envelope => bare;
const lacking = (replica: Replica) => replica.store.read((reader) => reader.incomplete(null, 99_999));
const ways = [{ extensions: [] }, {}];

async function served(count: number): Promise<Pool & { ops: Envelope[] }> {
  const pool = await newPool();
  await writeDrafts(pool.replica, pool.phone, claims(count));
  return { ...pool, ops: await logOf(pool.replica) };
}

test("incomplete operations are asked for 1,000 at a time, in rotation, so that each has its turn whoever serves none", async () => {
  const { id, ops, phone, root } = await served(2_300);
  const client = await replicaOf(
    id,
    ops.map((op) => (op.type === "claim" ? stripped(op) : op)),
  );
  const without = await replicaOf(
    id,
    ops.map((op) => (op.type === "claim" ? stripped(op) : op)),
  );
  const asked: string[][] = [];
  for (let times = 0; times < 5; times++) {
    const round: string[] = [];
    const transport = loopback(async (message, key) => {
      const { type, want } = message as JsonObject;
      if (type === "ops_request") round.push(...(want as string[]));
      return answer(without, { did: phone.did }, message, key);
    }, root.did);
    await syncWith(client, transport);
    asked.push(round);
  }
  assert.deepEqual(
    asked.map((round) => round.length),
    [1_000, 1_000, 300, 1_000, 1_000],
  );
  assert.equal(new Set(asked.slice(0, 3).flat()).size, 2_300);
  assert.deepEqual(asked[3], asked[0]);
});

test("a server names what it lacks, in rotation, and is given it; a few syncs complete any number", async () => {
  for (const options of ways) {
    const { id, ops, phone, root, replica } = await served(2_300);
    const server = await replicaOf(
      id,
      ops.map((op) => (op.type === "claim" ? stripped(op) : op)),
    );
    for (let times = 0; times < 4; times++) await syncWith(replica, connect(server, phone.did, root.did), options);
    assert.deepEqual(await lacking(server), []);
    await assertConverged(server, replica);
  }
});

test("stripping a refutation delays it and never blunts it", async () => {
  for (const options of ways) {
    const { replica, phone, root, ops, id } = await served(3);
    const target = ops.at(-1)?.op_id as OpId;
    await writeDrafts(replica, phone, [targeting("refutation", target)]);
    const client = await replicaOf(id, ops);
    const strips = loopback(async (message, key) => {
      const reply = await answer(replica, { did: phone.did }, message, key);
      const sent = reply["ops"] as unknown as Envelope[] | undefined;
      return sent ? { ...reply, ops: sent.map((op) => (op.type === "refutation" ? stripped(op) : op)) as unknown as Json } : reply;
    }, root.did);
    const { deferred, pulled } = await syncWith(client, strips, options);
    assert.deepEqual([pulled, deferred.length], [0, 1]);
    await syncWith(client, connect(replica, phone.did, root.did), options);
    await assertConverged(client, replica);
  }
});

test("a server wants the payload of what it did not take without, and takes it in the same sync", async () => {
  const { replica, phone, root, ops, id } = await served(3);
  await writeDrafts(replica, phone, [targeting("refutation", ops.at(-1)?.op_id as OpId)]);
  const server = await replicaOf(id, ops);
  let strip = true;
  const strips = loopback(async (message, key) => {
    const pushed = (message as JsonObject)["ops"] as unknown as Envelope[] | undefined;
    if (!pushed || !strip) return answer(server, { did: phone.did }, message, key);
    strip = false;
    return answer(server, { did: phone.did }, { type: "push", ops: pushed.map(stripped) as unknown as Json }, key);
  }, root.did);
  await syncWith(replica, strips);
  await assertConverged(server, replica);
});

test("an operation that is rejected for ever is not asked for again, and what follows it is reported as waiting", async () => {
  const { replica, phone, ops, id } = await served(3);
  const stranger = writerOf("stranger");
  const head = ops.at(-1) as Envelope;
  const pen = { author: stranger.did, seed: stranger.seed, pool: id, own: null, heads: [head.op_id], lamport: head.lamport, now: 1 };
  const [bad, after] = writeOps(nativeCrypto, { ...pen, salt: () => stranger.random(16) }, claims(2)).map(({ envelope }) => envelope);
  const peer = new PlainPeer(nativeCrypto, writerOf("server").did, id); // which takes whatever is signed
  peer.log.ingest(JSON.parse(JSON.stringify([...ops, bad, after])) as Json[]);
  const asked: string[] = [];
  const transport = loopback(async (message) => {
    const { type, want } = message as JsonObject;
    if (type === "ops_request") asked.push(...(want as string[]));
    return peer.answer(message);
  }, phone.did);
  const first = await syncWith(replica, transport);
  assert.deepEqual(first.rejected, [{ op: bad?.op_id, reason: "author not authorised: the key is not a device of this pool" }]);
  assert.deepEqual(first.deferred, [after?.op_id]);
  assert.deepEqual(asked.toSorted(), [bad?.op_id, after?.op_id].toSorted());
  asked.length = 0;
  const second = await syncWith(replica, transport);
  assert.deepEqual(asked, [after?.op_id]);
  assert.deepEqual([second.rejected, second.deferred], [[], [after?.op_id]]);
});
