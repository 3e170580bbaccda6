/** Section 4's table, row by row, and the order of its rows. The rows of devices are in `rank`, `contested` and `control`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Envelope, OpId } from "../../../src/core/op/operation.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { bare, resealed } from "../../../src/testkit/envelopes.ts";
import { claim, evidence, targets } from "../../../src/testkit/payloads.ts";
import { type ScriptedPool, scriptedPool } from "../../../src/testkit/scripted-pool.ts";
import { endOf } from "../../against-oracle.ts";

const mismatch = "signature or identity verification failed";
const elsewhere = `op:${"5".repeat(64)}` as OpId;

/** The next operation of phone, written but not delivered. */
function poolAndNext(): { pool: ScriptedPool; next: Envelope } {
  const pool = scriptedPool(nativeCrypto);
  pool.write("phone", "evidence", evidence());
  return { pool, next: pool.withhold(pool.write("phone", "claim", claim())) };
}

test("an operation that breaks no rule is accepted", async () => {
  const { pool, next } = poolAndNext();
  assert.equal(await endOf(pool, next), "accepted");
});

test("shape: what is no envelope is a parse error with a reason", async () => {
  const { pool, next } = poolAndNext();
  assert.match(await endOf(pool, { ...next, extra: true }), /^parse error: unknown member "extra"$/);
  assert.match(await endOf(pool, 7), /^parse error: an envelope must be a JSON object$/);
});

test("identity: an id, a payload or a signature that does not fit", async () => {
  const { pool, next } = poolAndNext();
  assert.equal(await endOf(pool, { ...next, op_id: elsewhere }), mismatch);
  assert.equal(await endOf(pool, { ...next, ts: next.ts + 1 }), mismatch);
  assert.equal(await endOf(pool, { ...next, payload: {} }), mismatch);
  assert.equal(await endOf(pool, { ...next, sig: "0".repeat(128) }), mismatch);
  assert.equal(await endOf(pool, resealed(nativeCrypto, next, pool.key("root"))), mismatch);
  assert.equal(await endOf(pool, { ...bare(next), sig: "0".repeat(128) }), mismatch);
});

test("identity: a duplicate is dropped silently, and its signature not even looked at; but it must be one", async () => {
  const { pool } = poolAndNext();
  const held = pool.ops.at(-1) as Envelope;
  assert.equal(await endOf(pool, held), "dropped");
  assert.equal(await endOf(pool, { ...held, sig: "0".repeat(128) }), "dropped");
  assert.equal(await endOf(pool, bare(held)), "dropped");
  assert.equal(await endOf(pool, { ...held, ts: held.ts + 1 }), mismatch);
  assert.equal(await endOf(pool, { ...held, payload: {} }), mismatch);
});

test("pool: another pool's operation, another genesis too", async () => {
  const { pool, next } = poolAndNext();
  assert.equal(await endOf(pool, pool.altered(next, { pool: elsewhere })), "operation belongs to another pool");
  assert.equal(await endOf(pool, scriptedPool(nativeCrypto, "another").genesis), "operation belongs to another pool");
  assert.equal(await endOf(pool, pool.altered(pool.genesis, { lamport: 2 })), "operation belongs to another pool");
});

test("causality: an operation whose prev is not there waits", async () => {
  const { pool, next } = poolAndNext();
  const [own] = next.prev as [OpId];
  assert.equal(await endOf(pool, pool.altered(next, { prev: [own, elsewhere] })), "deferred");
  assert.equal(await endOf(pool, pool.altered(next, { prev: [elsewhere] })), "deferred");
});

test("causality: control operations and judgements without payload count as not received, others are taken", async () => {
  const required = ["device_add", "device_remove", "refutation", "endorsement", "redaction", "cap_revoke"];
  const taken = ["claim", "evidence", "note", "inference", "predicate", "cap_grant", "cap_access", "cap_receipt", "mood"];
  for (const type of [...required, ...taken]) {
    const { pool, next } = poolAndNext();
    const op = pool.altered({ ...next, type }, {});
    assert.equal(await endOf(pool, bare(op)), required.includes(type) ? "deferred" : "accepted", type);
  }
  const pool = scriptedPool(nativeCrypto);
  const founding = { ...pool, ops: [] };
  assert.equal(await endOf(founding, bare(pool.genesis)), "deferred");
  assert.equal(await endOf(founding, pool.genesis), "accepted");
});

test("chain: seq counts from 1 and without gaps", async () => {
  const { pool, next } = poolAndNext();
  const broken = /^chain rule broken: /;
  assert.match(await endOf(pool, pool.altered(next, { seq: 3 })), broken);
  assert.match(await endOf(pool, pool.altered(next, { seq: 0 })), broken);
  assert.equal(await endOf(pool, pool.altered(next, { seq: 1 })), "accepted"); // a fork of the first operation
  const first = pool.altered(pool.ops[2] as Envelope, { seq: 2 });
  assert.match(await endOf(pool, first), broken);
});

test("chain: prev[0] is the author's own, and nobody else's", async () => {
  const { pool, next } = poolAndNext();
  const add = pool.ops[1] as Envelope; // root's, seq 2
  assert.match(await endOf(pool, pool.altered(next, { prev: [add.op_id], seq: 3, lamport: 3 })), /^chain rule broken: prev\[0\]/);
  const side = pool.write("root", "mood", {});
  assert.match(await endOf(pool, pool.altered(next, { prev: [side.op_id], lamport: 5 })), /^chain rule broken: prev\[0\]/);
});

test("chain: lamport is one more than the highest of prev, no more and no less", async () => {
  const { pool, next } = poolAndNext();
  for (const lamport of [next.lamport - 1, next.lamport + 1, 0, 2 ** 53 - 1]) {
    assert.match(await endOf(pool, pool.altered(next, { lamport })), /^chain rule broken: lamport/);
  }
  const high = pool.write("root", "mood", {}, [pool.write("root", "mood", {})]);
  const joining = pool.withhold(pool.write("phone", "mood", {}, [pool.ops[2] as Envelope, high]));
  assert.equal(await endOf(pool, joining), "accepted");
  assert.match(await endOf(pool, pool.altered(joining, { lamport: 4 })), /^chain rule broken: lamport is 4, not 6/);
});

test("chain: other prev need not be heads, only there", async () => {
  const { pool, next } = poolAndNext();
  const [own] = next.prev as [OpId];
  assert.equal(await endOf(pool, pool.altered(next, { prev: [own, pool.id] })), "accepted");
});

test("author: a key that is no device there, whatever it writes", async () => {
  const { pool, next } = poolAndNext();
  const foreign = pool.altered(next, { author: pool.key("thief").did, seq: 1 }, "thief");
  assert.equal(await endOf(pool, foreign), "author not authorised: the key is not a device of this pool");
});

test("the first row that applies decides", async () => {
  const { pool, next } = poolAndNext();
  const foreignPool = pool.altered(next, { pool: elsewhere, prev: [elsewhere] });
  assert.equal(await endOf(pool, foreignPool), "operation belongs to another pool");
  assert.equal(await endOf(pool, { ...foreignPool, sig: "0".repeat(128) }), mismatch);
  assert.match(await endOf(pool, { ...foreignPool, sig: "0" }), /^parse error: /);
  const early = pool.altered(next, { prev: [elsewhere], lamport: 99, author: pool.key("thief").did }, "thief");
  assert.equal(await endOf(pool, early), "deferred");
  const wrongChain = pool.altered(next, { lamport: 99, author: pool.key("thief").did, seq: 1 }, "thief");
  assert.match(await endOf(pool, wrongChain), /^chain rule broken: /);
  const stranger = pool.withhold(pool.write("thief", "device_add", { nonsense: true }));
  assert.match(await endOf(pool, stranger), /^author not authorised: /);
});

test("the list is closed: whether a role may write a type, or a payload fits, is no matter of admission", async () => {
  const { pool } = poolAndNext();
  pool.add("phone", "importer", "ingest");
  pool.add("phone", "gardener", "waters plants");
  const everything = [
    pool.write("importer", "refutation", targets(pool.genesis)),
    pool.write("gardener", "claim", { not: "a claim" }),
    pool.write("root", "claim", claim()),
    pool.write("phone", "a_type_nobody_knows", { anything: [1, 2, 3] }),
    pool.write("phone", "redaction", { targets: "all" }),
  ];
  for (const op of everything) {
    const rest = { ...pool, ops: pool.ops.slice(0, pool.ops.indexOf(op)) };
    assert.equal(await endOf(rest, op), "accepted", op.type);
  }
});
