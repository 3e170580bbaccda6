/** The log is a set: whatever the order, the batches and the gaps in which it arrives, log and view are the same. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Envelope, OpId } from "../../src/core/op/operation.ts";
import type { Replica } from "../../src/node/replica.ts";
import { syncWith } from "../../src/node/sync-client.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { type SeededRandom, seededRandom } from "../../src/testkit/seeded-random.ts";
import {
  addDevice,
  assertSound,
  claim,
  connect,
  evidence,
  joining,
  logOf,
  newPool,
  randomHistory,
  replicaOf,
  runs,
  stateOf,
  take,
  targeting,
  writerOf,
} from "./replicas.ts";

/** As the last that has a payload would be stripped of it on its way. */
function stripped({ salt: _salt, payload: _payload, ...bare }: Envelope): Envelope {
  return bare;
}

/** Delivers in random batches, again and again what was deferred; some operations come stripped first. */
async function deliverShuffled(random: SeededRandom, pool: OpId, ops: readonly Envelope[]): Promise<Replica> {
  const replica = await joining(pool);
  let waiting = random.shuffled(ops.flatMap((op) => (op.payload && random.once(3) ? [op, stripped(op)] : op)));
  for (let round = 0; waiting.length > 0; round++) {
    assert.ok(round < 100 * ops.length, `${waiting.length} operations wait for ever`);
    const { rejected, deferred } = await take(replica, waiting.splice(0, 1 + random.below(8)));
    assert.deepEqual(rejected, []);
    waiting = [...waiting, ...deferred.filter(({ waitsFor }) => waitsFor).map(({ envelope }) => envelope as unknown as Envelope)];
    // What counts as not received without its payload is sent again, with it.
    const lacking = new Set(deferred.filter(({ waitsFor }) => waitsFor === null).map(({ id }) => id));
    waiting = [...waiting, ...ops.filter(({ op_id }) => lacking.has(op_id))];
  }
  await take(replica, ops); // payloads that came too early for a redaction which lost its force later
  return replica;
}

test("law: log and view are the same in every order of arrival, with every batching, and when payloads come late", async () => {
  for (let seed = 1; seed <= runs(40); seed++) {
    const { pool, ops } = await randomHistory(seed, 25);
    const inOrder = await replicaOf(pool.id, ops);
    const expected = await stateOf(inOrder);
    assert.equal(expected.ids.length, ops.length, `seed ${seed}`);
    for (let order = 0; order < 2; order++) {
      const shuffled = await deliverShuffled(seededRandom(1_000 * seed + order), pool.id, ops);
      assert.deepEqual(await stateOf(shuffled), expected, `seed ${seed}, order ${order}`);
    }
  }
});

/** Statuses by operation, of those that are claims. */
async function statuses(replica: Replica, ids: readonly OpId[]): Promise<(string | undefined)[]> {
  const rows = await replica.store.read((reader) => reader.claims(ids));
  return ids.map((id) => rows.find((row) => row.id === id)?.status);
}

test("an operation that comes stripped and whole in one batch is whole", async () => {
  const { id, replica, phone } = await newPool();
  const [said] = await writeDrafts(replica, phone, [claim("self", "diet", "rye")]);
  const ops = await logOf(replica);
  const last = ops.at(-1) as Envelope;
  for (const twins of [
    [stripped(last), last],
    [last, stripped(last)],
  ]) {
    const other = await replicaOf(id, [...ops.slice(0, -1), ...twins]);
    assert.deepEqual(await statuses(other, [said as OpId]), ["active"]);
    await assertSound(other);
  }
});

test("a claim no longer waits for an item without payload once that item is redacted", async () => {
  const { id, replica, phone } = await newPool();
  const [item] = await writeDrafts(replica, phone, [evidence("letter")]);
  const [derived] = await writeDrafts(replica, phone, [claim("self", "diet", "rye", { derived_from: [item as string] })]);
  await writeDrafts(replica, phone, [targeting("redaction", item as string)]);
  const ops = (await logOf(replica)).map((op) => (op.op_id === item ? stripped(op) : op));
  const other = await replicaOf(id, ops.slice(0, -1));
  assert.deepEqual(await statuses(other, [derived as OpId]), ["pending"]);
  await take(other, ops.slice(-1));
  await assertSound(other);
});

test("endorsing a claim that lost makes it win", async () => {
  const pool = await newPool();
  const bridge = await addDevice(pool, "bridge", "ingest");
  const [rye] = await writeDrafts(pool.replica, bridge, [claim("self", "diet", "rye")]);
  const [oat] = await writeDrafts(pool.replica, bridge, [claim("self", "diet", "oat")]);
  assert.deepEqual(await statuses(pool.replica, [rye, oat] as OpId[]), ["superseded", "active"]);
  await writeDrafts(pool.replica, pool.phone, [targeting("endorsement", rye as string)]);
  assert.deepEqual(await statuses(pool.replica, [rye, oat] as OpId[]), ["active", "superseded"]);
});

test("redacting a claim frees what it superseded, and what its refutation held down", async () => {
  const pool = await newPool();
  const bridge = await addDevice(pool, "bridge", "ingest");
  const [rye, oat] = await writeDrafts(pool.replica, bridge, [claim("self", "diet", "rye"), claim("self", "diet", "oat")]);
  const [tea, again] = await writeDrafts(pool.replica, bridge, [claim("self", "drink", "tea"), claim("self", "drink", "tea")]);
  await writeDrafts(pool.replica, pool.phone, [targeting("refutation", again as string)]);
  const four = [rye, oat, tea, again] as OpId[];
  assert.deepEqual(await statuses(pool.replica, four), ["superseded", "active", "refuted", "refuted"]);
  await writeDrafts(pool.replica, pool.phone, [targeting("redaction", oat as string, again as string)]);
  assert.deepEqual(await statuses(pool.replica, four), ["active", "redacted", "active", "redacted"]);
  await assertSound(pool.replica);
});

test("what a thief redacted is asked for again once root has removed the stolen device", async () => {
  const pool = await newPool();
  const thief = await addDevice(pool, "laptop", "full");
  const [said] = await writeDrafts(pool.replica, pool.phone, [claim("self", "diet", "rye")]);
  const backup = await replicaOf(pool.id, await logOf(pool.replica)); // a server that was off meanwhile
  await writeDrafts(pool.replica, thief, [targeting("redaction", said as string)]);
  assert.deepEqual(await statuses(pool.replica, [said as OpId]), ["redacted"]);
  await writeDrafts(pool.replica, pool.root, [{ type: "device_remove", payload: { key: thief.did, last: null } }]);
  assert.deepEqual(await statuses(pool.replica, [said as OpId]), ["pending"]);
  await syncWith(pool.replica, connect(backup, writerOf("server").did, pool.phone.did));
  assert.deepEqual(await statuses(pool.replica, [said as OpId]), ["active"]);
  await assertSound(pool.replica);
});
