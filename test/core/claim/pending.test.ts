/** Section 6, step 1: what a claim waits for, and what ends the wait. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Envelope } from "../../../src/core/op/operation.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { bare } from "../../../src/testkit/envelopes.ts";
import { claim, evidence, from, targets } from "../../../src/testkit/payloads.ts";
import { type ScriptedPool, scriptedPool } from "../../../src/testkit/scripted-pool.ts";
import { agreed } from "../../against-oracle.ts";

function poolWithImporter() {
  const pool = scriptedPool(nativeCrypto);
  pool.add("phone", "importer", "ingest");
  pool.add("phone", "laptop", "full");
  return pool;
}

/** Statuses when only a copy without payload is there of some operations. */
async function statusesWithout(pool: ScriptedPool, stripped: readonly Envelope[]): Promise<ReadonlyMap<string, string>> {
  const given = pool.ops.map((op) => (stripped.includes(op) ? bare(op) : op));
  return (await agreed(pool, given)).statuses;
}

test("a claim without payload is pending, and so is all that was derived from it, until the payload comes", async () => {
  const pool = poolWithImporter();
  const first = pool.write("importer", "claim", claim({ object: 1 }));
  const second = pool.write("importer", "claim", claim({ ...from(first), predicate: "odd.thing" }));
  const third = pool.write("importer", "claim", claim({ ...from(second), predicate: "odd.other" }));
  const stripped = await statusesWithout(pool, [first]);
  for (const op of [first, second, third]) assert.equal(stripped.get(op.op_id), "pending");
  const both = await agreed(pool, [...pool.ops.map(bare).filter(({ type }) => type === "claim"), ...pool.ops]);
  for (const op of [first, second, third]) assert.equal(both.statuses.get(op.op_id), "active");
});

test("a claim waits for a source that is not in the log, whatever type it turns out to have", async () => {
  const pool = poolWithImporter();
  const sources = [pool.write("phone", "evidence", evidence()), pool.write("phone", "mood", {}), pool.write("phone", "claim", claim())];
  const known = pool.ops.filter((op) => !sources.includes(op));
  const waiting = sources.map((source, index) =>
    pool.write("importer", "claim", claim({ ...from(source), predicate: `odd.p${index}` }), known),
  );
  const whole = await agreed(pool);
  const expected = ["active", "invalidated", "active"]; // a mood never holds, but it is here
  assert.deepEqual(
    waiting.map((op) => whole.statuses.get(op.op_id)),
    expected,
  );
  const without = await agreed(
    pool,
    pool.ops.filter((op) => !sources.includes(op)),
  );
  for (const op of waiting) assert.equal(without.statuses.get(op.op_id), "pending");
});

test("a source that is void, refuted or contested is not pending", async () => {
  const pool = poolWithImporter();
  const contested = pool.write("laptop", "evidence", evidence());
  const misshapen = pool.write("phone", "evidence", {});
  const refuted = pool.write("phone", "claim", claim());
  pool.write("phone", "refutation", targets(refuted));
  pool.remove("root", "laptop", null);
  const derived = pool.write("importer", "claim", claim({ ...from(contested, misshapen, refuted), predicate: "odd.thing" }));
  assert.equal((await agreed(pool)).statuses.get(derived.op_id), "invalidated");
});

test("evidence without payload that becomes contested is no longer waited for", async () => {
  const pool = poolWithImporter();
  const item = pool.write("laptop", "evidence", evidence());
  const derived = pool.write("phone", "claim", claim(from(item)));
  assert.equal((await statusesWithout(pool, [item])).get(derived.op_id), "pending");
  pool.remove("root", "laptop", null);
  assert.equal((await statusesWithout(pool, [item])).get(derived.op_id), "invalidated");
});

test("evidence without payload that becomes redacted is no longer waited for; when the redaction is contested, it is again", async () => {
  const pool = poolWithImporter();
  const item = pool.write("phone", "evidence", evidence());
  const derived = pool.write("phone", "claim", claim(from(item)));
  pool.write("laptop", "redaction", targets(item));
  assert.equal((await statusesWithout(pool, [item])).get(derived.op_id), "invalidated");
  pool.remove("root", "laptop", null);
  assert.equal((await statusesWithout(pool, [item])).get(derived.op_id), "pending");
});

test("a void claim without payload waits for it; with it, it is void, pending sources or not", async () => {
  const pool = poolWithImporter();
  pool.add("phone", "mirror", "mirror");
  const foreign = pool.write("mirror", "claim", claim({ derived_from: [`op:${"0".repeat(64)}`] }));
  assert.equal((await statusesWithout(pool, [foreign])).get(foreign.op_id), "pending");
  assert.equal((await agreed(pool)).statuses.get(foreign.op_id), "void");
});
