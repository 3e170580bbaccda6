/** A proof that travels: it verifies where no pool is, and whatever is done to it on the way is a fault. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../../src/core/limits.ts";
import type { Envelope, OpId } from "../../src/core/op/operation.ts";
import type { Json, JsonObject } from "../../src/core/ports.ts";
import { type Bundle, bundleFormat, makeBundle, verifyBundle } from "../../src/node/bundle.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { bare } from "../../src/testkit/envelopes.ts";
import { claim, evidence, from, targets } from "../../src/testkit/payloads.ts";
import { type ScriptedPool, scriptedPool } from "../../src/testkit/scripted-pool.ts";
import { deliver, withReplica } from "../replicas.ts";

/** A claim of the phone, derived from one of the importer and a note of the phone, each from evidence: all of it is needed. */
function poolWithLineage() {
  const pool = scriptedPool(nativeCrypto);
  const added = pool.add("phone", "importer", "ingest");
  const race = pool.write("importer", "evidence", evidence({ external_id: "race", content: { text: "ran 10 km" } }));
  const diary = pool.write("phone", "evidence", evidence({ external_id: "diary", origin: "user" }));
  const runner = pool.write("importer", "claim", claim({ predicate: "preference.hobby", object: "running", ...from(race) }));
  const fit = pool.write("phone", "claim", claim({ predicate: "trait.activity", object: "fit", ...from(runner, diary) }));
  return { pool, added, race, diary, runner, fit };
}

function bundleOf(pool: ScriptedPool, op: Envelope): Promise<Bundle> {
  return withReplica({ kind: "memory", pool: pool.id }, async (replica) => {
    await deliver(replica, [], structuredClone(pool.ops) as unknown as Json[]);
    return makeBundle(replica, op.op_id);
  });
}

/** Judged as a stranger does who was sent a file. */
function verified(bundle: unknown) {
  return verifyBundle(nativeCrypto, JSON.parse(JSON.stringify(bundle)) as Json);
}

function assertFault(bundle: unknown, fault: RegExp): void {
  const { faults } = verified(bundle);
  assert.ok(
    faults.some((each) => fault.test(each)),
    `${fault} is not among: ${faults.join("; ") || "no faults at all"}`,
  );
}

const replaced = (bundle: Bundle, op: Envelope, by: unknown): object => ({
  ...bundle,
  ops: bundle.ops.map((each) => (each.op_id === op.op_id ? by : each)),
});

test("a bundle verifies with nothing but itself, and tells what the claim rests on", async () => {
  const { pool, added, race, diary, runner, fit } = poolWithLineage();
  pool.write("phone", "claim", claim({ predicate: "odd.thing", object: "a secret of another lineage" }));
  pool.write("phone", "note", { target: fit.op_id, text: "another secret" });
  const bundle = await bundleOf(pool, fit);
  const [genesis, phone] = pool.ops as [Envelope, Envelope];
  assert.deepEqual(
    bundle.ops.map(({ op_id }) => op_id),
    [genesis, phone, added, race, diary, runner, fit].map(({ op_id }) => op_id),
  );
  const { claim: proven, ...verdict } = verified(bundle);
  assert.deepEqual(verdict, { faults: [], evidence: 2, claims: 1 });
  assert.deepEqual(proven, fit);
});

test("a claim that rests on nothing, and one in a batch, are proven like any other", async () => {
  const { pool } = poolWithLineage();
  const drafts = ["tea", "coffee", "milk"].map((object) => ({ type: "claim", payload: claim({ predicate: "preference.likes", object }) }));
  for (const op of pool.writeBatch("phone", drafts)) {
    assert.deepEqual(verified(await bundleOf(pool, op)).faults, []);
  }
});

test("nothing of it may be left out", async () => {
  const { pool, fit } = poolWithLineage();
  const bundle = await bundleOf(pool, fit);
  for (const gone of bundle.ops) {
    const { faults } = verified({ ...bundle, ops: bundle.ops.filter((op) => op !== gone) });
    assert.notEqual(faults.length, 0, `without its ${gone.type}`);
    assert.notEqual(verified(replaced(bundle, gone, bare(gone))).faults.length, 0, `without the words of its ${gone.type}`);
  }
});

test("nothing in it may be other than it was written: not a member of an envelope, not a word, not a bit of a signature", async () => {
  const { pool, fit } = poolWithLineage();
  const bundle = await bundleOf(pool, fit);
  const flipped = (text: string) => text.slice(0, -1) + (text.endsWith("0") ? "1" : "0");
  for (const op of bundle.ops) {
    const altered: readonly Json[] = [
      { ...op, op_id: flipped(op.op_id) },
      { ...op, payload_hash: flipped(op.payload_hash) },
      { ...op, salt: flipped(op.salt ?? "") },
      { ...op, sig: flipped(op.sig) },
      { ...op, sig: op.sig.toUpperCase() },
      { ...op, ts: op.ts + 1 },
      { ...op, lamport: op.lamport + 1 },
      { ...op, seq: op.seq + 1 },
      { ...op, type: op.type === "claim" ? "evidence" : "claim" },
      { ...op, author: pool.key("thief").did },
      { ...op, prev: [...op.prev, `op:${"0".repeat(64)}`] },
      { ...op, payload: { ...op.payload, extra: 1 } },
      { ...op, extra: 1 },
    ] as unknown as Json[];
    for (const value of altered) assert.notEqual(verified(replaced(bundle, op, value)).faults.length, 0, JSON.stringify(value));
  }
});

test("an operation that is whole in itself, but that another key signed, is a fault", async () => {
  const { pool, race, runner, fit } = poolWithLineage();
  const bundle = await bundleOf(pool, fit);
  const forged = pool.altered(race, { author: pool.key("thief").did }, "thief");
  assertFault(replaced(bundle, race, forged), /is missing/); // another id than the one that the claim names
  const stolen = pool.altered(fit, { author: pool.key("thief").did }, "thief");
  const retold = { ...(replaced(bundle, fit, stolen) as Bundle), claim: stolen.op_id };
  assertFault(retold, /no device of the pool/);
  assertFault(replaced(bundle, runner, pool.altered(runner, {}, "thief")), /hash or signature/);
});

test("a device that a stranger added, or one that may not add, is none", async () => {
  const { pool, fit } = poolWithLineage();
  const bundle = await bundleOf(pool, fit);
  const last = bundle.ops.at(-1) as Envelope;
  for (const adder of ["thief", "importer"]) {
    const add = pool.add(adder, "gardener", "full");
    const own = pool.write("gardener", "claim", claim({ object: "planted" }));
    assertFault({ format: bundleFormat, claim: own.op_id, ops: [...bundle.ops, add, own] }, /no device of the pool/);
    pool.withhold(own);
    pool.withhold(add);
  }
  assert.deepEqual(verified({ ...bundle, claim: last.op_id }).faults, []);
});

test("what a role may not write proves nothing", async () => {
  const { pool, runner } = poolWithLineage();
  pool.add("phone", "mirror", "mirror");
  const bundle = await bundleOf(pool, runner);
  const controls = pool.ops.filter(({ type }) => type === "device_add" || type === "genesis");
  const byMirror = pool.write("mirror", "claim", claim());
  assertFault({ ...bundle, claim: byMirror.op_id, ops: [...controls, byMirror] }, /role mirror may not write a claim/);
  const byRoot = pool.write("root", "claim", claim());
  assertFault({ ...bundle, claim: byRoot.op_id, ops: [...controls, byRoot] }, /role root may not write a claim/);
  const correction = pool.write("importer", "claim", claim({ corrects: runner.op_id }));
  assertFault({ ...bundle, claim: correction.op_id, ops: [...controls, correction] }, /role ingest may not correct/);
});

test("operations of two pools don't mix", async () => {
  const { pool, fit, race } = poolWithLineage();
  const other = scriptedPool(nativeCrypto, "another pool");
  const bundle = await bundleOf(pool, fit);
  const foreign = other.write("phone", "evidence", evidence());
  assertFault({ ...bundle, ops: [...bundle.ops, foreign] }, /several pools/);
  assertFault({ ...bundle, ops: [...bundle.ops, other.genesis] }, /several pools/);
  assertFault(replaced(bundle, race, pool.altered(race, { pool: other.id })), /is missing/);
});

test("a removed device's word can't be told from what it wrote when it was stolen", async () => {
  const { pool, fit } = poolWithLineage();
  pool.remove("root", "importer", pool.ops.at(-2) as Envelope);
  assertFault(await bundleOf(pool, fit), /was removed/);
});

test("sources that hold nothing up: other types, words that do not fit, claims of nothing", async () => {
  const { pool } = poolWithLineage();
  const controls = pool.ops.slice(0, 3);
  const sources = [
    [pool.write("phone", "note", { target: pool.id, text: "so it is" }), /a note holds nothing up/],
    [pool.write("phone", "evidence", { ...evidence(), content: "no object" }), /"content" does not fit/],
    [pool.write("phone", "claim", claim({ confidence: 2 })), /"confidence" does not fit/],
    [pool.write("phone", "claim", claim({ derived_from: [`op:${"0".repeat(64)}`] })), /is missing/],
  ] as const;
  for (const [source, fault] of sources) {
    const hanging = pool.write("phone", "claim", claim({ predicate: "odd.thing", ...from(source) }));
    assertFault({ format: bundleFormat, claim: hanging.op_id, ops: [...controls, source, hanging] }, fault);
  }
});

test("what is no bundle is told so, whatever it is", async () => {
  const { pool, fit, race } = poolWithLineage();
  const bundle = await bundleOf(pool, fit);
  const none: readonly unknown[] = [
    ...[null, 7, "bundle", [], {}],
    { ...bundle, format: "fablepool-bundle/2" },
    { ...bundle, ops: { ...bundle.ops } },
    { ...bundle, claim: fit },
    { ...bundle, claim: undefined },
  ];
  for (const value of none) assert.match(verified(value).faults.join(), /no bundle of format/);
  for (const value of [null, 7, [], {}]) assertFault({ ...bundle, ops: [...bundle.ops, value] }, /./);
  assertFault({ ...bundle, ops: [] }, /claim itself is not in the bundle/);
  assertFault({ ...bundle, claim: race.op_id }, /claim itself is not in the bundle/);
  assertFault({ ...bundle, claim: `op:${"0".repeat(64)}` }, /claim itself is not in the bundle/);
  assertFault({ ...bundle, ops: Array(limits.pushOps + 1).fill(null) }, /over 20000 operations/);
});

test("order and repetition of its operations say nothing", async () => {
  const { pool, fit } = poolWithLineage();
  const bundle = await bundleOf(pool, fit);
  assert.deepEqual(verified({ ...bundle, ops: bundle.ops.toReversed() }).faults, []);
  assert.deepEqual(verified({ ...bundle, ops: [...bundle.ops, ...bundle.ops] }).faults, []);
});

test("a claim that another one of its statement holds up is proven by that one, though where its own source came from is erased", async () => {
  const { pool, race, runner, fit } = poolWithLineage();
  const watch = pool.write("importer", "evidence", evidence({ external_id: "watch" }));
  const again = pool.write("importer", "claim", claim({ predicate: "preference.hobby", object: "running", ...from(watch) }));
  pool.write("phone", "redaction", targets(race));
  const bundle = await bundleOf(pool, fit);
  const ids = new Set<string>(bundle.ops.map(({ op_id }) => op_id));
  for (const { op_id } of [runner, again, watch]) assert.ok(ids.has(op_id));
  assert.deepEqual([verified(bundle).faults, ids.has(race.op_id)], [[], false]);
  assertFault({ ...bundle, ops: bundle.ops.filter(({ op_id }) => op_id !== watch.op_id) }, /is missing/);
});

test("a long chain and a wide one, told backwards, are checked at once", async () => {
  const { pool, race } = poolWithLineage();
  const controls = pool.ops.slice(0, 3);
  const wide = pool.writeBatch(
    "importer",
    Array.from({ length: 700 }, (_, n) => ({ type: "claim", payload: claim({ predicate: "odd.thing", object: n, ...from(race) }) })),
  );
  const top = pool.write("importer", "claim", claim({ predicate: "odd.top", ...from(...wide) }));
  let chain = [top];
  for (let n = 0; n < 60; n++) {
    const sources = [...chain.slice(0, 1), ...wide.slice(0, 600)];
    chain = [pool.write("importer", "claim", claim({ predicate: "odd.chain", object: n, ...from(...sources) })), ...chain];
  }
  const bundle = { format: bundleFormat, claim: (chain[0] as Envelope).op_id, ops: [...chain, ...wide, race, ...controls] };
  const start = performance.now();
  assert.deepEqual(verified(bundle).faults, []);
  const all = performance.now() - start;
  assert.ok(all < 10_000, `${all} ms`);
});

const refusals: readonly (readonly [string, (pool: ScriptedPool, item: Envelope) => Envelope])[] = [
  ["refuted", (pool, item) => judged(pool, "refutation", pool.write("importer", "claim", claim(from(item))))],
  ["redacted", (pool, item) => judged(pool, "redaction", pool.write("importer", "claim", claim(from(item))))],
  ["invalidated", (pool, item) => pool.write("importer", "claim", claim(from(judged(pool, "refutation", item))))],
  ["proposed", (pool, item) => pool.write("agent", "claim", claim(from(item)))],
  ["pending", (pool) => pool.write("importer", "claim", claim({ derived_from: [`op:${"0".repeat(64)}`] }))],
  ["void", (pool) => pool.write("importer", "claim", claim({ confidence: 0 }))],
];

function judged(pool: ScriptedPool, type: string, op: Envelope): Envelope {
  pool.write("phone", type, targets(op));
  return op;
}

for (const [status, write] of refusals) {
  test(`a ${status} claim has no bundle: it would be taken for a proof`, async () => {
    const { pool, race } = poolWithLineage();
    pool.add("phone", "agent", "assistant");
    const op = write(pool, race);
    await assert.rejects(bundleOf(pool, op), { code: "usage", message: new RegExp(`is ${status}: there is nothing to prove`) });
  });
}

test("what is no claim has no bundle, and neither has what nobody could check", async () => {
  const { pool, race } = poolWithLineage();
  for (const op of [race, pool.genesis, { ...race, op_id: `op:${"0".repeat(64)}` as OpId }]) {
    await assert.rejects(bundleOf(pool, op), { code: "usage" });
  }
  const long = "word ".repeat(11_000);
  const drafts = Array.from({ length: 320 }, (_, n) => ({
    type: "evidence",
    payload: evidence({ external_id: `${n}`, content: { long } }),
  }));
  const everything = pool.write(
    "phone",
    "claim",
    claim(from(...pool.writeBatch("importer", drafts as { type: string; payload: JsonObject }[]))),
  );
  await assert.rejects(bundleOf(pool, everything), { code: "too_large" });
});
