/** Section 6, steps 3 and 6: corrections that name one target with different objects are in conflict, whatever their topics. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Envelope } from "../../../src/core/op/operation.ts";
import type { JsonObject } from "../../../src/core/ports.ts";
import { allConflicts, conflictsOf } from "../../../src/node/conflicts.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { claim, evidence, from, predicate, targets } from "../../../src/testkit/payloads.ts";
import { type ScriptedPool, scriptedPool } from "../../../src/testkit/scripted-pool.ts";
import { agreed } from "../../against-oracle.ts";
import { deliver, withReplica } from "../../replicas.ts";

/** A claim that the user is about to correct, in a predicate of which many values hold: there nothing else competes. */
function poolWithTarget() {
  const pool = scriptedPool(nativeCrypto);
  pool.add("phone", "importer", "ingest");
  pool.add("phone", "laptop", "full");
  const item = pool.write("importer", "evidence", evidence());
  const likes = (object: string, parts: JsonObject = {}) => claim({ predicate: "preference.likes", object, ...parts });
  const derived = (object: string, parts: JsonObject = {}) => pool.write("importer", "claim", likes(object, { ...from(item), ...parts }));
  const wrong = derived("beer");
  const correct = (object: string, parts: JsonObject = {}, author = "phone") =>
    pool.write(author, "claim", likes(object, { corrects: wrong.op_id, ...parts }));
  return { pool, wrong, derived, correct };
}

type Wanted = readonly (readonly [Envelope, string])[];

async function statusesAre(pool: ScriptedPool, wanted: Wanted): Promise<void> {
  const { statuses } = await agreed(pool);
  assert.deepEqual(
    wanted.map(([{ op_id }]) => statuses.get(op_id)),
    wanted.map(([, status]) => status),
  );
}

test("different objects conflict where otherwise many values stand side by side: the last correction stays", async () => {
  const { pool, wrong, derived, correct } = poolWithTarget();
  const beside = derived("figs");
  const [one, other] = [correct("tea"), correct("coffee", {}, "laptop")];
  await statusesAre(pool, [
    [wrong, "corrected"],
    [beside, "active"],
    [one, "superseded"],
    [other, "active"],
  ]);
});

test("subject and predicate make no difference", async () => {
  const { pool, correct } = poolWithTarget();
  const one = correct("tea", { subject: "person:ada" });
  const other = correct("Bern", { predicate: "place.home" });
  await statusesAre(pool, [
    [one, "superseded"],
    [other, "active"],
  ]);
});

test("equal objects do not, by canonical bytes, whatever their subjects and predicates", async () => {
  const { pool, wrong } = poolWithTarget();
  const corrects = wrong.op_id;
  const one = pool.write("phone", "claim", claim({ subject: "person:ada", object: { a: 1, b: -0 }, corrects }));
  const other = pool.write("laptop", "claim", claim({ predicate: "odd.thing", object: { b: 0, a: 1 }, corrects }));
  const same = pool.write("laptop", "claim", claim({ predicate: "odd.thing", object: { b: 0, a: 1 }, corrects }));
  await statusesAre(pool, [
    [one, "active"],
    [other, "active"],
    [same, "active"],
  ]);
});

test("at times that do not overlap they stand side by side; one millisecond is enough", async () => {
  const { pool, correct } = poolWithTarget();
  const before = correct("tea", { valid_until: 10 });
  const since = correct("coffee", { valid_from: 10 });
  const never = correct("milk", { valid_from: 3, valid_until: 3 });
  await statusesAre(pool, [
    [before, "active"],
    [since, "active"],
    [never, "active"],
  ]);
  const across = correct("water", { valid_from: 9, valid_until: 10 });
  await statusesAre(pool, [
    [before, "superseded"],
    [since, "active"],
    [across, "active"],
  ]);
});

test("all claims of the statement that loses are superseded with it, and any of them that overlaps makes it lose", async () => {
  const { pool, derived, correct } = poolWithTarget();
  const early = correct("tea", { valid_until: 0 });
  const like = derived("tea", { valid_from: 100 });
  const late = correct("coffee", { valid_from: 50 });
  await statusesAre(pool, [
    [early, "superseded"],
    [like, "superseded"],
    [late, "active"],
  ]);
});

test("a winner that is refuted, redacted or corrected itself leaves its place, and takes it again when that is undone", async () => {
  const { pool, wrong, correct } = poolWithTarget();
  const [one, two, three] = [correct("tea"), correct("coffee"), correct("milk")];
  const refutation = pool.write("laptop", "refutation", targets(three));
  await statusesAre(pool, [
    [one, "superseded"],
    [two, "active"],
    [three, "refuted"],
  ]);
  pool.write("phone", "redaction", targets(two));
  await statusesAre(pool, [
    [wrong, "corrected"],
    [one, "active"],
    [two, "redacted"],
  ]);
  pool.write("phone", "refutation", targets(refutation));
  await statusesAre(pool, [
    [one, "superseded"],
    [three, "active"],
  ]);
  pool.write("phone", "claim", claim({ predicate: "odd.thing", corrects: three.op_id }));
  await statusesAre(pool, [
    [wrong, "corrected"],
    [one, "active"],
    [three, "corrected"],
  ]);
});

test("a superseded correction still corrects, and still supports", async () => {
  const { pool, wrong, derived, correct } = poolWithTarget();
  const [one, other] = [correct("tea"), correct("coffee")];
  const hanging = derived("scones", from(one));
  await statusesAre(pool, [
    [wrong, "corrected"],
    [one, "superseded"],
    [other, "active"],
    [hanging, "active"],
  ]);
});

test("corrections of different links of one chain do not compete by that", async () => {
  const { pool, wrong, correct } = poolWithTarget();
  const second = correct("tea");
  const third = pool.write("phone", "claim", claim({ predicate: "preference.likes", object: "green tea", corrects: second.op_id }));
  const beside = correct("coffee");
  await statusesAre(pool, [
    [wrong, "corrected"],
    [second, "corrected"],
    [third, "active"],
    [beside, "active"],
  ]);
});

test("void and contested corrections compete with nobody", async () => {
  const { pool, wrong, correct } = poolWithTarget();
  const kept = correct("tea");
  const misshapen = correct("coffee", { confidence: 0.5 });
  const byIngest = correct("milk", {}, "importer");
  const contested = correct("water", {}, "laptop");
  const same = correct("beer");
  pool.remove("root", "laptop", null);
  await statusesAre(pool, [
    [wrong, "corrected"],
    [kept, "active"],
    [misshapen, "void"],
    [byIngest, "void"],
    [contested, "contested"],
    [same, "void"],
  ]);
});

test("only an active statement beats, whether by its topic or as a correction", async () => {
  const { pool, wrong, correct } = poolWithTarget();
  const third = correct("tea", { predicate: "place.home" });
  const second = correct("Basel", { predicate: "place.work" }); // beats `third` as a correction, and loses by its topic
  const first = pool.write("phone", "claim", claim({ predicate: "place.work", object: "Bern" }));
  await statusesAre(pool, [
    [wrong, "corrected"],
    [third, "active"],
    [second, "superseded"],
    [first, "active"],
  ]);
  pool.write("laptop", "refutation", targets(first));
  await statusesAre(pool, [
    [third, "superseded"],
    [second, "active"],
  ]);
});

test("a statement that loses as a correction leaves its topic to what it had beaten there", async () => {
  const { pool, derived, correct } = poolWithTarget();
  const town = derived("Genf", { predicate: "place.home" });
  const one = correct("Bern", { predicate: "place.home" });
  await statusesAre(pool, [[town, "superseded"]]);
  const other = correct("coffee");
  await statusesAre(pool, [
    [town, "active"],
    [one, "superseded"],
    [other, "active"],
  ]);
});

test("cardinality may change under them: as corrections they compete on", async () => {
  const { pool, correct } = poolWithTarget();
  const one = correct("Bern", { predicate: "odd.thing" });
  const other = correct("Basel", { predicate: "odd.thing" });
  const aside = pool.write("laptop", "claim", claim({ predicate: "odd.thing", object: "Chur" }));
  await statusesAre(pool, [
    [one, "superseded"],
    [other, "superseded"],
    [aside, "active"],
  ]);
  pool.write("phone", "predicate", predicate("odd.thing", "many"));
  await statusesAre(pool, [
    [one, "superseded"],
    [other, "active"],
    [aside, "active"],
  ]);
});

test("corrections whose common target is no claim, or has not arrived, compete all the same", async () => {
  const { pool } = poolWithTarget();
  for (const [n, corrects] of [pool.id, `op:${"0".repeat(64)}`].entries()) {
    const one = pool.write("phone", "claim", claim({ predicate: `odd.a${n}`, object: 1, corrects }));
    const other = pool.write("laptop", "claim", claim({ predicate: `odd.b${n}`, object: 2, corrects }));
    await statusesAre(pool, [
      [one, "superseded"],
      [other, "active"],
    ]);
  }
});

test("the list of conflicts tells them by the winner's topic, from wherever one asks", async () => {
  const { pool, correct } = poolWithTarget();
  const one = correct("tea");
  const other = correct("Bern", { predicate: "place.home" });
  await withReplica({ kind: "memory", pool: pool.id }, async (replica) => {
    await deliver(replica, [], structuredClone(pool.ops) as never);
    const told = [{ subject: "self", predicate: "place.home", winner: other.op_id, losers: [one.op_id] }];
    assert.deepEqual(await allConflicts(replica), told);
    const rows = await replica.store.read((reader) => reader.claims([one.op_id, other.op_id]));
    for (const { topic } of rows) assert.deepEqual(await conflictsOf(replica, new Set([topic])), told);
  });
});
