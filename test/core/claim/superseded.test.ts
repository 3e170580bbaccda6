/** Section 6, step 6: conflicts between statements of one topic, as replicas decide them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Envelope } from "../../../src/core/op/operation.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { claim, evidence, from, predicate, targets } from "../../../src/testkit/payloads.ts";
import { type ScriptedPool, scriptedPool } from "../../../src/testkit/scripted-pool.ts";
import { agreed } from "../../against-oracle.ts";

function poolWithItem() {
  const pool = scriptedPool(nativeCrypto);
  pool.add("phone", "importer", "ingest");
  pool.add("phone", "laptop", "full");
  const item = pool.write("importer", "evidence", evidence());
  const derived = (object: string, parts: object = {}) => pool.write("importer", "claim", claim({ ...from(item), object, ...parts }));
  const stated = (object: string, parts: object = {}) => pool.write("phone", "claim", claim({ object, ...parts }));
  return { pool, derived, stated };
}

async function statusesAre(pool: ScriptedPool, wanted: readonly (readonly [Envelope, string])[]): Promise<void> {
  const { statuses } = await agreed(pool);
  for (const [{ op_id }, status] of wanted) assert.equal(statuses.get(op_id), status);
}

test("of two derived statements the later wins", async () => {
  const { pool, derived } = poolWithItem();
  const [old, late] = [derived("Basel"), derived("Bern")];
  await statusesAre(pool, [
    [old, "superseded"],
    [late, "active"],
  ]);
});

test("what the user stated wins over what was derived later", async () => {
  const { pool, derived, stated } = poolWithItem();
  const [own, late] = [stated("Basel"), derived("Bern")];
  await statusesAre(pool, [
    [own, "active"],
    [late, "superseded"],
  ]);
});

test("an endorsement lifts a superseded claim over the one that beat it, and its refutation lets it fall again", async () => {
  const { pool, derived } = poolWithItem();
  const [old, late] = [derived("Basel"), derived("Bern")];
  const endorsement = pool.write("phone", "endorsement", targets(old));
  await statusesAre(pool, [
    [old, "active"],
    [late, "superseded"],
  ]);
  pool.write("laptop", "refutation", targets(endorsement));
  await statusesAre(pool, [
    [old, "superseded"],
    [late, "active"],
  ]);
});

test("equal statements corroborate: all claims of a statement win or lose together", async () => {
  const { pool, derived, stated } = poolWithItem();
  const [one, other, same] = [derived("Bern"), derived("Basel"), derived("Bern")];
  await statusesAre(pool, [
    [one, "active"],
    [other, "superseded"],
    [same, "active"],
  ]);
  const own = stated("Basel");
  await statusesAre(pool, [
    [one, "superseded"],
    [other, "active"],
    [same, "superseded"],
    [own, "active"],
  ]);
});

test("statements whose validity does not overlap stand side by side", async () => {
  const { pool, derived } = poolWithItem();
  const before = derived("Basel", { valid_until: 10 });
  const since = derived("Bern", { valid_from: 10 });
  const within = derived("Zürich", { valid_from: 9, valid_until: 10 });
  await statusesAre(pool, [
    [before, "superseded"],
    [since, "active"],
    [within, "active"],
  ]);
});

test("a superseded statement beats nobody: what it alone overlaps stays active", async () => {
  const { pool, derived } = poolWithItem();
  const third = derived("Basel", { valid_from: 0, valid_until: 10 });
  const second = derived("Bern", { valid_from: 5, valid_until: 15 });
  const first = derived("Zürich", { valid_from: 12, valid_until: 20 });
  await statusesAre(pool, [
    [third, "active"],
    [second, "superseded"],
    [first, "active"],
  ]);
});

test("a winner that is refuted leaves its place to what it beat", async () => {
  const { pool, derived } = poolWithItem();
  const [old, late] = [derived("Basel"), derived("Bern")];
  pool.write("phone", "refutation", targets(late));
  await statusesAre(pool, [
    [old, "active"],
    [late, "refuted"],
  ]);
});

test("other subjects and other predicates do not compete", async () => {
  const { pool, derived } = poolWithItem();
  const claims = [derived("Basel"), derived("Bern", { subject: "person:ada" }), derived("Bern", { predicate: "place.work" })];
  await statusesAre(
    pool,
    claims.map((each) => [each, "active"] as const),
  );
});

test("cardinality comes from the last predicate operation in force, else from the registry, else it is one", async () => {
  const { pool, derived } = poolWithItem();
  const likes = [derived("tea", { predicate: "preference.likes" }), derived("coffee", { predicate: "preference.likes" })] as const;
  const odd = [derived("tea", { predicate: "odd.thing" }), derived("coffee", { predicate: "odd.thing" })] as const;
  await statusesAre(pool, [
    [likes[0], "active"],
    [odd[0], "superseded"],
  ]);
  pool.write("importer", "predicate", predicate("odd.thing", "many")); // void: `full` only
  pool.write("phone", "predicate", predicate("preference.likes", "one"));
  await statusesAre(pool, [
    [likes[0], "superseded"],
    [odd[0], "superseded"],
  ]);
  pool.write("phone", "predicate", predicate("odd.thing", "many"));
  pool.write("laptop", "predicate", predicate("preference.likes", "many"));
  await statusesAre(pool, [
    [likes[0], "active"],
    [odd[0], "active"],
  ]);
  pool.remove("root", "laptop", null); // contests the override by laptop
  await statusesAre(pool, [[likes[0], "superseded"]]);
});

test("when a device loses its role of author, what it stated no longer wins", async () => {
  const { pool, derived } = poolWithItem();
  const own = pool.write("laptop", "claim", claim({ object: "Basel" }));
  const late = derived("Bern");
  await statusesAre(pool, [[late, "superseded"]]);
  pool.remove("root", "laptop", null);
  await statusesAre(pool, [
    [own, "contested"],
    [late, "active"],
  ]);
});
