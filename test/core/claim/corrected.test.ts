/** Section 6, step 3: what a correction makes fall, what it does not reach, and what ends it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Envelope } from "../../../src/core/op/operation.ts";
import type { JsonObject } from "../../../src/core/ports.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { bare } from "../../../src/testkit/envelopes.ts";
import { claim, evidence, from, targets } from "../../../src/testkit/payloads.ts";
import { type ScriptedPool, scriptedPool } from "../../../src/testkit/scripted-pool.ts";
import { agreed } from "../../against-oracle.ts";

/** A pool with an importer, an assistant and a second full device, and an item that claims are derived from. */
function poolWithItem() {
  const pool = scriptedPool(nativeCrypto);
  pool.add("phone", "importer", "ingest");
  pool.add("phone", "agent", "assistant");
  pool.add("phone", "laptop", "full");
  const item = pool.write("importer", "evidence", evidence());
  const derived = (object: string, parts: JsonObject = {}) => pool.write("importer", "claim", claim({ ...from(item), object, ...parts }));
  const correct = (target: Envelope, object: string, parts: JsonObject = {}) =>
    pool.write("phone", "claim", claim({ object, corrects: target.op_id, ...parts }));
  return { pool, item, derived, correct };
}

type Wanted = readonly (readonly [Envelope, string])[];

async function statusesAre(pool: ScriptedPool, wanted: Wanted, given: readonly unknown[] = pool.ops): Promise<void> {
  const { statuses } = await agreed(pool, given);
  assert.deepEqual(
    wanted.map(([{ op_id }]) => statuses.get(op_id)),
    wanted.map(([, status]) => status),
  );
}

test("a correction replaces its target, with a subject and a predicate of its own", async () => {
  const { pool, derived, correct } = poolWithItem();
  const wrong = derived("Bern");
  const right = correct(wrong, "Basel", { subject: "person:ada", predicate: "place.work" });
  await statusesAre(pool, [
    [wrong, "corrected"],
    [right, "active"],
  ]);
});

test("what is corrected is the statement: every claim of it, written before or after, known to the corrector or not", async () => {
  const { pool, item, derived, correct } = poolWithItem();
  const before = derived("Bern");
  const alike = pool.write("laptop", "claim", claim(from(item)), [item]);
  const byIngest = pool.write("importer", "claim", claim());
  const other = derived("Bern", { predicate: "place.work" });
  const right = correct(before, "Basel");
  const after = derived("Bern", { valid_from: 5 });
  await statusesAre(pool, [
    [before, "corrected"],
    [alike, "corrected"],
    [byIngest, "corrected"],
    [after, "corrected"],
    [other, "active"],
    [right, "active"],
  ]);
});

test("what the user stated or endorsed falls only by being corrected itself", async () => {
  const { pool, derived, correct } = poolWithItem();
  const wrong = derived("Bern", { predicate: "preference.likes" });
  const endorsed = derived("Bern", { predicate: "preference.likes" });
  const stated = pool.write("laptop", "claim", claim({ predicate: "preference.likes" }));
  const endorsement = pool.write("phone", "endorsement", targets(endorsed));
  correct(wrong, "Basel", { predicate: "preference.likes" });
  await statusesAre(pool, [
    [wrong, "corrected"],
    [endorsed, "active"],
    [stated, "active"],
  ]);
  pool.write("laptop", "refutation", targets(endorsement));
  await statusesAre(pool, [[endorsed, "corrected"]]);
  correct(stated, "Genf", { predicate: "preference.likes" });
  await statusesAre(pool, [[stated, "corrected"]]);
});

test("correcting what the user stated corrects the statement of all the others; endorsing it afterwards saves nothing", async () => {
  const { pool, derived, correct } = poolWithItem();
  const stated = pool.write("phone", "claim", claim());
  const again = pool.write("laptop", "claim", claim());
  const like = derived("Bern");
  const right = correct(stated, "Basel", { predicate: "place.work" });
  pool.write("phone", "endorsement", targets(stated));
  await statusesAre(pool, [
    [stated, "corrected"],
    [again, "active"],
    [like, "corrected"],
    [right, "active"],
  ]);
});

test("along a chain everything below is corrected; refuting from the top gives back one after the other", async () => {
  const { pool, derived, correct } = poolWithItem();
  const first = derived("Bern");
  const like = derived("Bern");
  const second = correct(first, "Basel");
  const third = correct(second, "Genf");
  const fourth = correct(third, "Chur");
  await statusesAre(pool, [
    [first, "corrected"],
    [like, "corrected"],
    [second, "corrected"],
    [third, "corrected"],
    [fourth, "active"],
  ]);
  const undo = pool.write("laptop", "refutation", targets(fourth));
  await statusesAre(pool, [
    [first, "corrected"],
    [second, "corrected"],
    [third, "active"],
    [fourth, "refuted"],
  ]);
  pool.write("laptop", "refutation", targets(third, second));
  await statusesAre(pool, [
    [first, "active"],
    [like, "active"],
    [second, "refuted"],
    [third, "refuted"],
  ]);
  pool.write("phone", "refutation", targets(undo)); // the top is in force again, and with it the whole chain falls
  await statusesAre(pool, [
    [first, "corrected"],
    [like, "corrected"],
    [second, "refuted"],
    [third, "refuted"],
    [fourth, "active"],
  ]);
});

test("a refuted link in the middle still is passed: the top corrects what is below it", async () => {
  const { pool, derived, correct } = poolWithItem();
  const first = derived("Bern");
  const second = correct(first, "Basel");
  const third = correct(second, "Genf");
  pool.write("phone", "refutation", targets(second));
  await statusesAre(pool, [
    [first, "corrected"],
    [second, "refuted"],
    [third, "active"],
  ]);
});

test("what says the same as a link of the chain is corrected with it", async () => {
  const { pool, derived, correct } = poolWithItem();
  const first = derived("Bern");
  const second = correct(first, "Basel");
  const likeSecond = derived("Basel");
  await statusesAre(pool, [[likeSecond, "active"]]);
  const third = correct(second, "Genf");
  await statusesAre(pool, [[likeSecond, "corrected"]]);
  pool.write("phone", "refutation", targets(third));
  await statusesAre(pool, [[likeSecond, "active"]]);
});

test("back to what was first said: the correction's own word stands, what others said of it stays corrected", async () => {
  const { pool, derived, correct } = poolWithItem();
  const first = derived("Bern");
  const second = correct(first, "Basel");
  const third = correct(second, "Bern");
  const hanging = derived("north", { ...from(first), predicate: "trait.activity" });
  await statusesAre(pool, [
    [first, "corrected"],
    [second, "corrected"],
    [third, "active"],
    [hanging, "active"], // the statement is made again
  ]);
});

test("two corrections of one claim: it falls as long as one of them is in force", async () => {
  const { pool, derived, correct } = poolWithItem();
  const wrong = derived("Bern");
  const one = correct(wrong, "Basel");
  const other = correct(wrong, "Genf");
  pool.write("laptop", "refutation", targets(one));
  await statusesAre(pool, [
    [wrong, "corrected"],
    [one, "refuted"],
    [other, "active"],
  ]);
  pool.write("laptop", "refutation", targets(other));
  await statusesAre(pool, [[wrong, "active"]]);
});

test("a correction whose target is no claim, or is nowhere, corrects nothing, and stands like any claim", async () => {
  const { pool, item, derived } = poolWithItem();
  const like = derived("Bern");
  const hanging = derived("east", { predicate: "trait.activity" });
  const note = pool.write("phone", "note", { target: like.op_id, text: "why" });
  const refutation = pool.write("phone", "refutation", targets(note));
  const targetsOfNoUse = [item.op_id, note.op_id, refutation.op_id, pool.id, `op:${"0".repeat(64)}`];
  const corrections = targetsOfNoUse.map((corrects, n) =>
    pool.write("phone", "claim", claim({ corrects, predicate: `odd.p${n}`, object: "Bern" })),
  );
  await statusesAre(pool, [...[like, hanging, ...corrections].map((op) => [op, "active"] as const)]);
});

test("before its target arrives a correction stands and corrects nothing; then it corrects", async () => {
  const { pool, item, correct, derived } = poolWithItem();
  const wrong = pool.write("laptop", "claim", claim({ ...from(item), object: "Bern" }));
  const knownToPhone = pool.ops.filter((op) => op !== wrong);
  const right = pool.write("phone", "claim", claim({ object: "Basel", corrects: wrong.op_id }), knownToPhone);
  const withoutTarget = pool.ops.filter((op) => op !== wrong);
  await statusesAre(pool, [[right, "active"]], withoutTarget);
  await statusesAre(
    pool,
    [
      [wrong, "pending"],
      [right, "active"],
    ],
    pool.ops.map((op) => (op === wrong ? bare(op) : op)),
  );
  const like = derived("Bern");
  await statusesAre(pool, [
    [wrong, "corrected"],
    [right, "active"],
    [like, "corrected"],
  ]);
  const third = correct(right, "Genf");
  await statusesAre(pool, [
    [wrong, "corrected"],
    [right, "corrected"],
    [third, "active"],
  ]);
});

test("a correction to the target's own statement, equal by canonical bytes, is void and corrects nothing", async () => {
  const { pool, item } = poolWithItem();
  const object = { city: "Bern", zip: 0 };
  const wrong = pool.write("importer", "claim", claim({ ...from(item), object }));
  const same = pool.write("phone", "claim", claim({ object: { zip: -0, city: "Bern" }, corrects: wrong.op_id, valid_from: 5 }));
  const onVoid = pool.write("phone", "claim", claim({ object: "Basel", predicate: "place.work", corrects: same.op_id }));
  await statusesAre(pool, [
    [wrong, "active"], // a void link is passed by nothing
    [same, "void"],
    [onVoid, "active"],
  ]);
});

test("of a correction to its own statement it is the target's statement that counts: gone, the correction is a claim like any", async () => {
  const { pool, derived } = poolWithItem();
  const wrong = derived("Bern");
  const same = pool.write("phone", "claim", claim({ corrects: wrong.op_id }));
  const sameAgain = pool.write("phone", "claim", claim({ corrects: same.op_id })); // of a void claim, which says nothing
  await statusesAre(pool, [
    [wrong, "active"],
    [same, "void"],
    [sameAgain, "active"],
  ]);
  pool.write("phone", "redaction", targets(wrong));
  await statusesAre(pool, [
    [wrong, "redacted"],
    [same, "active"],
    [sameAgain, "void"],
  ]);
});

test("only a full device corrects; confidence below 1 or a source makes a correction void", async () => {
  const { pool, item, derived } = poolWithItem();
  pool.add("phone", "mirror", "mirror");
  const wrong = derived("Bern");
  const corrects = wrong.op_id;
  const attempts = [
    ...["importer", "agent", "mirror", "root"].map((name) => pool.write(name, "claim", claim({ object: "Basel", corrects }))),
    pool.write("phone", "claim", claim({ object: "Basel", corrects, confidence: 0.9 })),
    pool.write("phone", "claim", claim({ object: "Basel", corrects, ...from(item) })),
    pool.write("phone", "claim", claim({ object: "Basel", corrects: "op:1" })),
  ];
  pool.write("phone", "endorsement", targets(...attempts));
  await statusesAre(pool, [[wrong, "active"], ...attempts.map((op) => [op, "void"] as const)]);
});

test("a contested correction has no force; covered by `last` it has", async () => {
  const { pool, derived } = poolWithItem();
  const wrong = derived("Bern");
  const kept = pool.write("laptop", "claim", claim({ object: "Basel", corrects: wrong.op_id }));
  const other = derived("Lugano");
  const late = pool.write("laptop", "claim", claim({ object: "Genf", predicate: "place.work", corrects: other.op_id }));
  pool.remove("root", "laptop", kept);
  await statusesAre(pool, [
    [wrong, "corrected"],
    [kept, "active"],
    [other, "superseded"],
    [late, "contested"],
  ]);
});

test("a target that makes no statement is corrected alone: redacted, contested, void or without payload", async () => {
  const { pool, item, derived, correct } = poolWithItem();
  const statement = (object: string) => claim({ ...from(item), object, predicate: "preference.likes" });
  const redacted = pool.write("importer", "claim", statement("a"));
  const contested = pool.write("laptop", "claim", statement("b"));
  const misshapen = pool.write("importer", "claim", { ...statement("c"), confidence: 2 });
  const unheard = pool.write("importer", "claim", statement("d"));
  const likes = ["a", "b", "c", "d"].map((object) => derived(object, { predicate: "preference.likes" }));
  for (const [n, op] of [redacted, contested, misshapen, unheard].entries()) correct(op, "x", { predicate: `odd.p${n}` });
  pool.write("phone", "redaction", targets(redacted));
  pool.remove("root", "laptop", null);
  const given = pool.ops.map((op) => (op === unheard ? bare(op) : op));
  const alone: Wanted = [
    [redacted, "redacted"],
    [contested, "contested"],
    [misshapen, "void"],
  ];
  await statusesAre(pool, [...alone, [unheard, "pending"], ...likes.map((op) => [op, "active"] as const)], given);
  await statusesAre(pool, [...alone, [unheard, "corrected"], ...likes.map((op, n) => [op, n === 3 ? "corrected" : "active"] as const)]);
});

test("a target that waits for its source makes its statement: others that make it are corrected", async () => {
  const { pool, derived, correct } = poolWithItem();
  const waiting = pool.write("importer", "claim", claim({ derived_from: [`op:${"0".repeat(64)}`] }));
  const like = derived("Bern");
  correct(waiting, "Basel");
  await statusesAre(pool, [
    [waiting, "pending"],
    [like, "corrected"],
  ]);
});

test("refuted comes before corrected, corrected before proposed", async () => {
  const { pool, derived, correct } = poolWithItem();
  const both = derived("Bern");
  const proposed = pool.write("agent", "claim", claim({ object: "Lugano" }));
  correct(both, "Basel");
  correct(proposed, "Genf", { predicate: "place.work" });
  pool.write("phone", "refutation", targets(both));
  await statusesAre(pool, [
    [both, "refuted"],
    [proposed, "corrected"],
  ]);
});

test("a correction is the user's word: the fall of its statement elsewhere leaves it, its own refutation takes the statement along", async () => {
  const { pool, derived, correct } = poolWithItem();
  const wrong = derived("Bern");
  const right = correct(wrong, "Basel");
  const like = derived("Basel");
  const refutation = pool.write("laptop", "refutation", targets(like));
  await statusesAre(pool, [
    [wrong, "corrected"],
    [right, "active"],
    [like, "refuted"],
  ]);
  pool.write("laptop", "refutation", targets(refutation));
  pool.write("laptop", "refutation", targets(right));
  await statusesAre(pool, [
    [wrong, "active"],
    [right, "refuted"],
    [like, "refuted"],
  ]);
});

test("a corrected claim supports nothing; its statement does, where the user's own claim still makes it", async () => {
  const { pool, derived, correct } = poolWithItem();
  const wrong = derived("Bern");
  const hanging = derived("skiing", { ...from(wrong), predicate: "preference.hobby" });
  const right = correct(wrong, "Basel", { predicate: "place.work" });
  await statusesAre(pool, [[hanging, "invalidated"]]);
  const own = pool.write("laptop", "claim", claim());
  await statusesAre(pool, [
    [wrong, "corrected"],
    [own, "active"],
    [hanging, "active"],
  ]);
  pool.write("phone", "refutation", targets(own));
  await statusesAre(pool, [
    [wrong, "refuted"], // the statement is
    [hanging, "invalidated"],
    [right, "active"],
  ]);
});
