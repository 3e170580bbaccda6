/** Section 6, step 2, and what it is for a judgement to be in force. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Envelope } from "../../../src/core/op/operation.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { claim, evidence, from, targets } from "../../../src/testkit/payloads.ts";
import { type ScriptedPool, scriptedPool } from "../../../src/testkit/scripted-pool.ts";
import { agreed } from "../../against-oracle.ts";

/** A pool with an importer and a second full device, and an item that claims are derived from. */
function poolWithItem() {
  const pool = scriptedPool(nativeCrypto);
  pool.add("phone", "importer", "ingest");
  pool.add("phone", "laptop", "full");
  return { pool, item: pool.write("importer", "evidence", evidence()) };
}

async function statusesAre(pool: ScriptedPool, wanted: readonly (readonly [Envelope, string])[]): Promise<void> {
  const { statuses } = await agreed(pool);
  for (const [{ op_id }, status] of wanted) assert.equal(statuses.get(op_id), status);
}

test("a refutation refutes the statement: every claim of it, written before or after, known to its author or not", async () => {
  const { pool, item } = poolWithItem();
  const before = pool.write("importer", "claim", claim(from(item)));
  const alike = pool.write("laptop", "claim", claim(from(item)), [item]);
  const other = pool.write("importer", "claim", claim({ ...from(item), predicate: "preference.likes" }));
  const refutation = pool.write("phone", "refutation", targets(before), [before]);
  const after = pool.write("importer", "claim", claim({ ...from(item), confidence: 0.5 }), [before, refutation]);
  await statusesAre(pool, [
    [before, "refuted"],
    [alike, "refuted"],
    [after, "refuted"],
    [other, "active"],
  ]);
});

test("equal statements are equal by canonical bytes: member order and −0 make no difference, validity and confidence neither", async () => {
  const { pool, item } = poolWithItem();
  const one = pool.write("importer", "claim", claim({ ...from(item), object: { city: "Bern", zip: 0 } }));
  const same = pool.write("importer", "claim", claim({ ...from(item), object: { zip: -0, city: "Bern" }, valid_from: 5, confidence: 0.1 }));
  const different = pool.write("importer", "claim", claim({ ...from(item), object: { city: "Bern", zip: "0" }, valid_until: 5 }));
  pool.write("phone", "refutation", targets(one));
  await statusesAre(pool, [
    [one, "refuted"],
    [same, "refuted"],
    [different, "active"],
  ]);
});

test("what the user stated falls only by being targeted itself", async () => {
  const { pool, item } = poolWithItem();
  const stated = pool.write("phone", "claim", claim());
  const derived = pool.write("importer", "claim", claim(from(item)));
  const byIngest = pool.write("importer", "claim", claim());
  pool.write("phone", "refutation", targets(derived));
  await statusesAre(pool, [
    [stated, "active"],
    [derived, "refuted"],
    [byIngest, "refuted"], // derived from nothing, but no `full` key wrote it
  ]);
  pool.write("laptop", "refutation", targets(stated));
  await statusesAre(pool, [[stated, "refuted"]]);
});

test("refuting what the user stated refutes the statement of all the others", async () => {
  const { pool, item } = poolWithItem();
  const stated = pool.write("phone", "claim", claim());
  const again = pool.write("laptop", "claim", claim());
  const derived = pool.write("importer", "claim", claim(from(item)));
  pool.write("phone", "refutation", targets(stated));
  await statusesAre(pool, [
    [stated, "refuted"],
    [again, "active"],
    [derived, "refuted"],
  ]);
});

test("an endorsed claim falls only by being targeted itself, its unendorsed likes fall with the statement", async () => {
  const { pool, item } = poolWithItem();
  const endorsed = pool.write("importer", "claim", claim(from(item)));
  const like = pool.write("importer", "claim", claim(from(item)));
  const endorsement = pool.write("phone", "endorsement", targets(endorsed));
  pool.write("phone", "refutation", targets(like));
  await statusesAre(pool, [
    [endorsed, "active"],
    [like, "refuted"],
  ]);
  pool.write("phone", "refutation", targets(endorsement));
  await statusesAre(pool, [[endorsed, "refuted"]]);
});

test("a refutation of a refutation undoes it, one of that does it again", async () => {
  const { pool, item } = poolWithItem();
  const doubted = pool.write("importer", "claim", claim(from(item)));
  const first = pool.write("phone", "refutation", targets(doubted));
  const second = pool.write("laptop", "refutation", targets(first));
  await statusesAre(pool, [[doubted, "active"]]);
  pool.write("phone", "refutation", targets(second));
  await statusesAre(pool, [[doubted, "refuted"]]);
});

test("one refutation that still is in force is enough", async () => {
  const { pool, item } = poolWithItem();
  const doubted = pool.write("importer", "claim", claim(from(item)));
  const first = pool.write("phone", "refutation", targets(doubted));
  pool.write("laptop", "refutation", targets(doubted));
  pool.write("phone", "refutation", targets(first));
  await statusesAre(pool, [[doubted, "refuted"]]);
});

test("a judgement by a role that may not judge, or with a payload that does not fit, has no force", async () => {
  const { pool, item } = poolWithItem();
  const safe = pool.write("importer", "claim", claim(from(item)));
  pool.write("importer", "refutation", targets(safe));
  pool.write("root", "refutation", targets(safe));
  pool.write("phone", "refutation", { targets: [safe.op_id, safe.op_id] });
  pool.write("phone", "refutation", { targets: safe.op_id });
  await statusesAre(pool, [[safe, "active"]]);
});

test("a contested judgement has no force; with its author's removal contested in turn it has it again", async () => {
  const { pool, item } = poolWithItem();
  const doubted = pool.write("importer", "claim", claim(from(item)));
  pool.write("laptop", "refutation", targets(doubted));
  await statusesAre(pool, [[doubted, "refuted"]]);
  pool.add("phone", "tablet", "full");
  const removal = pool.remove("tablet", "laptop", null);
  await statusesAre(pool, [[doubted, "active"]]);
  pool.remove("phone", "tablet", null, [removal]);
  await statusesAre(pool, [[doubted, "refuted"]]);
});

test("a judgement may come before what it judges", async () => {
  const { pool, item } = poolWithItem();
  const claimed = pool.write("importer", "claim", claim(from(item)));
  pool.write("phone", "refutation", targets(claimed), [item]);
  await statusesAre(pool, [[claimed, "refuted"]]);
});

test("a claim that waits for its source makes its statement all the same: refuting it refutes the statement", async () => {
  const { pool, item } = poolWithItem();
  const missing = { derived_from: [`op:${"0".repeat(64)}`] };
  const waiting = pool.write("importer", "claim", claim(missing));
  const like = pool.write("importer", "claim", claim(from(item)));
  pool.write("phone", "refutation", targets(waiting));
  await statusesAre(pool, [
    [waiting, "pending"],
    [like, "refuted"],
  ]);
});

test("a void or contested claim makes no statement: refuting it reaches it alone", async () => {
  const { pool, item } = poolWithItem();
  const like = pool.write("importer", "claim", claim(from(item)));
  const misshapen = pool.write("importer", "claim", claim({ confidence: 2 }));
  const foreign = pool.write("laptop", "claim", claim(from(item)));
  pool.write("phone", "refutation", targets(misshapen, foreign), [misshapen, foreign]);
  pool.remove("root", "laptop", null);
  await statusesAre(pool, [
    [like, "active"],
    [misshapen, "void"],
    [foreign, "contested"],
  ]);
});

test("the first status that applies is the one: contested, redacted, pending, void, then refuted", async () => {
  const { pool, item } = poolWithItem();
  const contested = pool.write("laptop", "claim", claim({ object: 1 }));
  const redacted = pool.write("phone", "claim", claim({ object: 2 }));
  const misshapen = pool.write("phone", "claim", claim({ object: 3, subject: "" }));
  const refuted = pool.write("importer", "claim", claim({ ...from(item), object: 4 }));
  pool.write("phone", "redaction", targets(contested, redacted));
  pool.write("phone", "refutation", targets(contested, redacted, misshapen, refuted));
  pool.remove("root", "laptop", null);
  await statusesAre(pool, [
    [contested, "contested"],
    [redacted, "redacted"],
    [misshapen, "void"],
    [refuted, "refuted"],
  ]);
});
