/** What `ingest` of section 4 answers, and what is there afterwards. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Envelope } from "../../src/core/op/operation.ts";
import type { Json } from "../../src/core/ports.ts";
import { ingestOps } from "../../src/node/ingest.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { assertSound, claim, claims, idsOf, joining, logOf, newPool, replicaOf, take, targeting } from "./replicas.ts";

const ids = (ops: readonly Envelope[]) => ops.map(({ op_id }) => op_id);
const forged = (op: Envelope): Envelope => ({ ...op, sig: "00".repeat(64), ...(op.batch ? { batch: { ...op.batch } } : {}) });
const stripped = ({ salt: _salt, payload: _payload, ...bare }: Envelope): Envelope => bare;

async function written(count: number) {
  const pool = await newPool();
  for (const draft of claims(count)) await writeDrafts(pool.replica, pool.phone, [draft]); // each with its own signature
  return { ...pool, ops: await logOf(pool.replica) };
}

test("accepted are those that were not here, in dependency order; a second time all are duplicates", async () => {
  const { id, ops } = await written(5);
  const replica = await joining(id);
  const first = await take(replica, ops.toReversed());
  assert.deepEqual(first.accepted, ids(ops));
  assert.deepEqual([first.rejected, first.deferred, first.duplicates], [[], [], []]);
  const second = await take(replica, ops);
  assert.deepEqual([second.accepted, second.rejected, second.deferred], [[], [], []]);
  assert.deepEqual(second.duplicates.toSorted(), ids(ops).toSorted());
});

test("deferred tells what each waits for; nothing of it is stored, and it can come again", async () => {
  const { id, ops } = await written(4);
  const replica = await joining(id);
  const [a, b, c, d] = ops.slice(2) as [Envelope, Envelope, Envelope, Envelope];
  const { deferred, accepted } = await take(replica, [...ops.slice(0, 2), b, d]);
  assert.deepEqual(accepted, ids(ops.slice(0, 2)));
  assert.deepEqual(
    deferred.map(({ id: op, waitsFor, missing }) => [op, waitsFor, missing]),
    [
      [b.op_id, a.op_id, [a.op_id]],
      [d.op_id, c.op_id, [c.op_id]],
    ],
  );
  assert.equal((await idsOf(replica)).length, 2);
  assert.deepEqual((await take(replica, [d, c, b, a])).accepted, ids([a, b, c, d]));
});

test("a duplicate among new operations is told as one, so that what waits for it can go on", async () => {
  const { id, ops } = await written(3);
  const replica = await replicaOf(id, ops.slice(0, -1));
  const { accepted, duplicates } = await take(replica, ops.slice(-2));
  assert.deepEqual([accepted, duplicates], [ids(ops.slice(-1)), ids(ops.slice(-2, -1))]);
});

test("what is refused by its signature is no duplicate, and is not remembered", async () => {
  const { id, ops } = await written(3);
  const replica = await joining(id);
  const bad = ops.map(forged);
  const { accepted, duplicates, rejected } = await take(replica, bad);
  assert.deepEqual([accepted, duplicates], [[], []]);
  assert.deepEqual(
    rejected,
    bad.map(({ op_id }) => ({ op: op_id, reason: "signature or identity verification failed" })),
  );
  assert.equal((await replica.store.read((reader) => reader.rejected(ids(ops)))).size, 0);
  assert.equal((await take(replica, ops)).accepted.length, ops.length);
});

test("20 bad signatures refuse the whole batch, 19 only themselves, and none is counted for what is here already", async () => {
  const { id, ops } = await written(25);
  const replica = await replicaOf(id, ops.slice(0, 5));
  await assert.rejects(take(replica, [...ops.slice(5, 7), ...ops.slice(7).map(forged), ...ops.slice(5, 7).map(forged)]), {
    code: "bad_signature",
  });
  assert.equal((await idsOf(replica)).length, 5);
  const { accepted, rejected } = await take(replica, [...ops.slice(0, 5).map(forged), ops[5] as Envelope, ...ops.slice(6, 25).map(forged)]);
  assert.deepEqual([accepted.length, rejected.length], [1, 19]);
});

test("parse errors name the operation as it was given, or nothing, and say why in a few words", async () => {
  const { id, ops } = await written(1);
  const replica = await joining(id);
  const [op] = ops as [Envelope];
  const long = "x".repeat(100_000);
  const values: readonly (readonly [Json, string, RegExp])[] = [
    [null, "", /must be a JSON object/],
    [[], "", /must be a JSON object/],
    ["op", "", /must be a JSON object/],
    [{}, "", /is missing/],
    [{ op_id: 7 }, "", /is missing/],
    [{ ...op, v: 2 } as unknown as Json, op.op_id, /"v" must be 1/],
    [{ ...op, [long]: 1 } as unknown as Json, op.op_id, /unknown member "xxx/],
    [{ ...op, op_id: long } as unknown as Json, long.slice(0, 100), /"op_id" must be/],
  ];
  for (const [value, given, why] of values) {
    const { rejected } = await ingestOps(replica, [value]);
    assert.equal(rejected.length, 1);
    assert.equal(rejected[0]?.op, given);
    assert.match(rejected[0]?.reason ?? "", /^parse error: /);
    assert.match(rejected[0]?.reason ?? "", why);
    assert.ok((rejected[0]?.reason.length ?? 0) < 500, "the reason is as long as its writer likes");
  }
});

test("a payload that comes later is attached, whoever brings it; one that is not the operation's is refused", async () => {
  const { id, ops } = await written(2);
  const replica = await replicaOf(
    id,
    ops.map((op) => (op.type === "claim" ? stripped(op) : op)),
  );
  const [, last] = ops.slice(-2) as [Envelope, Envelope];
  const other = { ...last, payload: { ...last.payload, object: "another" } };
  assert.equal((await take(replica, [other])).rejected.length, 1);
  const { accepted, attached, rejected, duplicates } = await take(replica, [forged(last)]); // the header is here: no signature needed
  assert.deepEqual([accepted, rejected, attached, duplicates], [[], [], [last.op_id], [last.op_id]]);
  assert.deepEqual((await logOf(replica)).at(-1), last);
  await assertSound(replica);
});

test("a redacted payload stays away: of the target that is here, that comes later, and that comes again", async () => {
  const { id, replica, phone } = await written(1);
  const [said] = await writeDrafts(replica, phone, [claim("self", "diet", "rye")]);
  const whole = await logOf(replica);
  await writeDrafts(replica, phone, [targeting("redaction", said as string)]);
  const redaction = (await logOf(replica)).at(-1) as Envelope;
  const inOrder = await replicaOf(id, whole);
  await take(inOrder, [redaction]);
  const together = await replicaOf(id, [...whole, redaction]);
  for (const each of [replica, inOrder, together]) {
    assert.deepEqual((await take(each, whole)).attached, []);
    assert.deepEqual((await logOf(each)).at(-2), stripped(whole.at(-1) as Envelope));
    await assertSound(each);
  }
});

test("listeners hear of a change once it is durable, and of none that was refused", async () => {
  const { id, ops } = await written(2);
  const replica = await joining(id);
  const heard: number[] = [];
  const stop = replica.onChange(({ accepted }) => heard.push(accepted.length));
  await take(replica, ops.slice(0, 3));
  await take(replica, ops.slice(0, 3));
  await take(replica, ops.slice(3).map(forged));
  stop();
  await take(replica, ops);
  assert.deepEqual(heard, [3]);
});
