/** Section 6, "Erasure", and what the view makes of it: payloads go, and come back when the redaction no longer counts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { bare } from "../../../src/testkit/envelopes.ts";
import { claim, evidence, from, predicate, targets } from "../../../src/testkit/payloads.ts";
import { scriptedPool } from "../../../src/testkit/scripted-pool.ts";
import { agreed } from "../../against-oracle.ts";

function poolOfTwo() {
  const pool = scriptedPool(nativeCrypto);
  pool.add("phone", "laptop", "full");
  return pool;
}

test("a redaction takes the payload away, whether it comes before or after its target; the header stays", async () => {
  const pool = poolOfTwo();
  const secret = pool.write("phone", "claim", claim());
  pool.write("laptop", "redaction", targets(secret), [secret]);
  const seen = await agreed(pool);
  assert.equal(seen.statuses.get(secret.op_id), "redacted");
  assert.ok(seen.accepted.has(secret.op_id) && !seen.payloads.has(secret.op_id));
});

test("every redactable type loses its payload, and no other", async () => {
  const pool = poolOfTwo();
  const redactable = [
    pool.write("phone", "claim", claim()),
    pool.write("phone", "evidence", evidence()),
    pool.write("phone", "note", { target: pool.id, text: "why" }),
    pool.write("phone", "inference", { consumer: "agent", purpose: "to know", inputs: [] }),
    pool.write("phone", "predicate", predicate("odd.thing", "many")),
    pool.write("phone", "cap_grant", {}),
    pool.write("phone", "cap_access", {}),
    pool.write("phone", "cap_receipt", {}),
  ];
  const kept = [
    pool.write("phone", "refutation", targets(pool.genesis)),
    pool.write("phone", "endorsement", targets(pool.genesis)),
    pool.write("phone", "cap_revoke", {}),
    pool.write("phone", "mood", {}),
  ];
  pool.write("phone", "redaction", targets(pool.genesis, ...redactable, ...kept));
  const { payloads } = await agreed(pool);
  for (const op of redactable) assert.ok(!payloads.has(op.op_id), op.type);
  for (const op of [pool.genesis, ...kept]) assert.ok(payloads.has(op.op_id), op.type);
});

test("a redaction can't be undone by refuting it", async () => {
  const pool = poolOfTwo();
  const secret = pool.write("phone", "claim", claim());
  const redaction = pool.write("phone", "redaction", targets(secret));
  pool.write("laptop", "refutation", targets(redaction));
  assert.equal((await agreed(pool)).statuses.get(secret.op_id), "redacted");
});

test("a redaction by a role that may not redact, or that does not fit, takes nothing away", async () => {
  const pool = poolOfTwo();
  pool.add("phone", "importer", "ingest");
  const safe = pool.write("phone", "claim", claim());
  pool.write("importer", "redaction", targets(safe));
  pool.write("root", "redaction", targets(safe));
  pool.write("phone", "redaction", { ...targets(safe), suppress: ["not a hash"] });
  pool.write("phone", "redaction", { targets: [] });
  assert.equal((await agreed(pool)).statuses.get(safe.op_id), "active");
});

test("a contested redaction is not in force: a payload that it took is accepted again", async () => {
  const pool = poolOfTwo();
  const secret = pool.write("phone", "claim", claim());
  const item = pool.write("phone", "evidence", evidence());
  pool.write("laptop", "redaction", targets(secret, item));
  pool.remove("root", "laptop", null);
  const seen = await agreed(pool);
  assert.equal(seen.statuses.get(secret.op_id), "active");
  assert.ok(seen.payloads.has(secret.op_id) && seen.payloads.has(item.op_id));
});

test("a payload that a contested redaction took, and that nobody has, is pending again", async () => {
  const pool = poolOfTwo();
  const secret = pool.write("phone", "claim", claim());
  pool.write("laptop", "redaction", targets(secret));
  pool.remove("root", "laptop", null);
  const seen = await agreed(
    pool,
    pool.ops.map((op) => (op === secret ? bare(op) : op)),
  );
  assert.equal(seen.statuses.get(secret.op_id), "pending");
});

test("a redacted claim makes no statement: what it beat is active, what fell with it stands again", async () => {
  const pool = poolOfTwo();
  pool.add("phone", "importer", "ingest");
  const item = pool.write("importer", "evidence", evidence());
  const beaten = pool.write("importer", "claim", claim({ ...from(item), object: "Basel" }));
  const best = pool.write("phone", "claim", claim({ object: "Bern" }));
  const like = pool.write("importer", "claim", claim({ ...from(item), predicate: "odd.thing" }));
  const doubted = pool.write("importer", "claim", claim({ ...from(item), predicate: "odd.thing" }));
  pool.write("phone", "refutation", targets(doubted));
  const before = await agreed(pool);
  assert.equal(before.statuses.get(beaten.op_id), "superseded");
  assert.equal(before.statuses.get(like.op_id), "refuted");
  pool.write("phone", "redaction", targets(best, doubted));
  const after = await agreed(pool);
  assert.equal(after.statuses.get(beaten.op_id), "active");
  assert.equal(after.statuses.get(like.op_id), "active");
});

test("a redacted predicate operation overrides nothing", async () => {
  const pool = poolOfTwo();
  const many = pool.write("phone", "predicate", predicate("place.home", "many"));
  const one = pool.write("phone", "claim", claim({ object: "Bern" }));
  pool.write("phone", "claim", claim({ object: "Basel" }));
  assert.equal((await agreed(pool)).statuses.get(one.op_id), "active");
  pool.write("phone", "redaction", targets(many));
  assert.equal((await agreed(pool)).statuses.get(one.op_id), "superseded");
});

test("a redacted correction corrects nothing: what it replaced, and all below, is as it was", async () => {
  const pool = poolOfTwo();
  const first = pool.write("phone", "claim", claim({ object: "Basel" }));
  const second = pool.write("phone", "claim", claim({ object: "Bern", corrects: first.op_id }));
  const third = pool.write("laptop", "claim", claim({ object: "Zürich", corrects: second.op_id }));
  const before = await agreed(pool);
  for (const op of [first, second]) assert.equal(before.statuses.get(op.op_id), "corrected");
  pool.write("phone", "redaction", targets(third));
  const without = await agreed(pool);
  assert.equal(without.statuses.get(first.op_id), "corrected");
  assert.equal(without.statuses.get(second.op_id), "active");
  pool.write("phone", "redaction", targets(second));
  assert.equal((await agreed(pool)).statuses.get(first.op_id), "active");
});
