/** "Why?": the tree down to the words of the sources, with what was judged on the way and what brought a claim down. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Envelope, OpId } from "../../src/core/op/operation.ts";
import type { Json, JsonObject } from "../../src/core/ports.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { type Why, whyClaim } from "../../src/node/why.ts";
import { bare } from "../../src/testkit/envelopes.ts";
import { claim, evidence, from, targets } from "../../src/testkit/payloads.ts";
import { type ScriptedPool, scriptedPool } from "../../src/testkit/scripted-pool.ts";
import { deliver, withReplica } from "../replicas.ts";

function poolOfRoles() {
  const pool = scriptedPool(nativeCrypto);
  for (const [name, role] of Object.entries({ laptop: "full", importer: "ingest", agent: "assistant" })) pool.add("phone", name, role);
  const item = (text: string) =>
    pool.write(
      "importer",
      "evidence",
      evidence({ external_id: text, content: { text }, source: { adapter: "notes", version: "1", uri: `file:///diary.md#${text}` } }),
    );
  const derive = (object: string, sources: readonly Envelope[], parts: JsonObject = {}, author = "importer") =>
    pool.write(author, "claim", claim({ predicate: "trait.activity", object, ...from(...sources), ...parts }));
  return { pool, item, derive };
}

function whyOf(pool: ScriptedPool, op: Envelope, given: readonly unknown[] = pool.ops): Promise<Why> {
  return withReplica({ kind: "memory", pool: pool.id }, async (replica) => {
    await deliver(replica, [], structuredClone(given) as Json[]);
    return whyClaim(replica, op.op_id);
  });
}

/** `object or text [status]` of each, those below it in brackets. */
function outline({ op, status, because }: Why): string {
  const content = op?.payload?.["content"] as JsonObject | undefined;
  const words = content?.["text"] ?? op?.payload?.["object"] ?? op?.type ?? "?";
  return `${words} ${status}${because.length > 0 ? ` (${because.map(outline).join(", ")})` : ""}`;
}

const judgementsIn = ({ judgements }: Why) => judgements.map(({ id, kind, reason }) => ({ id, kind, reason }));

test("the tree ends at the words of the source, and where they stand", async () => {
  const { pool, item, derive } = poolOfRoles();
  const [race, notes] = [item("ran 10 km"), item("shoes are worn out")];
  const runner = derive("runner", [race], { confidence: 0.8, rationale: "1 race seen" });
  const endurance = derive("endurance runner", [runner, notes], { confidence: 0.6 }, "phone");
  const why = await whyOf(pool, endurance);
  assert.equal(outline(why), "endurance runner active (runner active (ran 10 km holds), shoes are worn out holds)");
  const [below, leaf] = why.because as [Why, Why];
  assert.deepEqual([why.trust, why.sensitivity, why.op?.payload?.["confidence"]], ["import", "personal", 0.6]);
  assert.deepEqual([below.op?.payload?.["rationale"], below.trust], ["1 race seen", "import"]);
  assert.deepEqual(leaf.op?.payload?.["source"], notes.payload?.["source"]);
  assert.deepEqual([leaf.type, leaf.trust, leaf.op], ["evidence", null, notes]);
});

test("what is below in two places is told once, and named the second time", async () => {
  const { pool, item, derive } = poolOfRoles();
  const low = derive("low", [item("text")]);
  const why = await whyOf(pool, derive("top", [derive("left", [low]), derive("right", [low])]));
  assert.equal(outline(why), "top active (left active (low active (text holds)), right active (low active))");
  const [left, right] = why.because as [Why, Why];
  assert.deepEqual([left.because[0]?.told, right.because[0]?.told, right.because[0]?.trust], [false, true, "import"]);
});

test("others that say the same are named, those that stand", async () => {
  const { pool, item, derive } = poolOfRoles();
  const [one, two, fallen] = [derive("runner", [item("a")]), derive("runner", [item("b")]), derive("runner", [item("c")])];
  pool.write("phone", "refutation", { targets: (fallen.payload as JsonObject)["derived_from"] as Json });
  assert.deepEqual((await whyOf(pool, one)).alsoSaidBy, [two.op_id]);
  assert.deepEqual(new Set((await whyOf(pool, fallen)).alsoSaidBy), new Set([one.op_id, two.op_id]));
});

test("what brought a claim down is in its tree, whatever it was", async () => {
  const { pool, item, derive } = poolOfRoles();
  const [refuted, redacted, kept] = [item("refuted"), item("redacted"), item("kept")];
  const note = pool.write("phone", "note", { target: kept.op_id, text: "a note" });
  const misshapen = pool.write("importer", "evidence", { ...evidence(), content: { text: "misshapen" }, kind: 7 });
  const contested = pool.write("laptop", "evidence", evidence({ content: { text: "contested" } }));
  const proposed = derive("proposed", [kept], {}, "agent");
  const unheard = item("unheard");
  const nowhere = { derived_from: [`op:${"0".repeat(64)}`] };
  pool.write("phone", "redaction", targets(redacted));
  pool.write("phone", "refutation", targets(refuted));
  pool.remove("root", "laptop", null);
  const given = () => pool.ops.map((op) => (op === unheard ? bare(op) : op));
  const cases: readonly (readonly [Envelope, string])[] = [
    [derive("1", [kept, refuted]), "1 invalidated (kept holds, refuted refuted)"],
    [derive("2", [derive("2a", [refuted])]), "2 invalidated (2a invalidated (refuted refuted))"],
    [derive("3", [redacted]), "3 invalidated (evidence redacted)"],
    [derive("4", [misshapen]), "4 invalidated (misshapen void)"],
    [derive("5", [contested]), "5 invalidated (contested contested)"],
    [derive("6", [proposed]), "6 invalidated (proposed proposed (kept holds))"],
    [derive("7", [note]), "7 invalidated (note holds nothing up)"],
    [derive("8", [unheard]), "8 pending (evidence pending)"],
    [derive("9", [], nowhere), "9 pending (? missing)"],
  ];
  for (const [op, wanted] of cases) {
    const why = await whyOf(pool, op, given());
    assert.deepEqual([outline(why), why.trust, why.sensitivity], [wanted, null, null]);
  }
});

test("a refutation is told with its author, time and reason, also where it targets another claim of the statement", async () => {
  const { pool, item, derive } = poolOfRoles();
  const [one, same] = [derive("runner", [item("a")]), derive("runner", [item("b")])];
  const refutation = pool.write("laptop", "refutation", targets(same));
  pool.write("laptop", "note", { target: refutation.op_id, text: "I never ran" });
  for (const op of [one, same]) {
    const { status, judgements } = await whyOf(pool, op);
    const { op_id: id, author, ts } = refutation;
    assert.deepEqual([status, judgements], ["refuted", [{ id, kind: "refuted", author, ts, reason: "I never ran" }]]);
  }
  pool.write("phone", "refutation", targets(refutation));
  assert.deepEqual(judgementsIn(await whyOf(pool, one)), []);
});

test("a reason is somebody's who may give one: not an importer's, not a removed device's, not one that was erased", async () => {
  const { pool, item, derive } = poolOfRoles();
  const refutation = pool.write("phone", "refutation", targets(derive("runner", [item("a")])));
  const doubted = pool.ops.at(-2) as Envelope;
  const noted = (author: string, text: string) => pool.write(author, "note", { target: refutation.op_id, text });
  noted("importer", "void");
  noted("laptop", "contested");
  pool.write("phone", "redaction", targets(noted("phone", "erased")));
  pool.remove("root", "laptop", null);
  assert.deepEqual((await whyOf(pool, doubted)).judgements[0]?.reason, "");
  noted("phone", "never ran");
  assert.deepEqual((await whyOf(pool, doubted)).judgements[0]?.reason, "never ran");
});

test("an endorsement is told where it was made, an undone one nowhere", async () => {
  const { pool, item, derive } = poolOfRoles();
  const [one, same] = [derive("runner", [item("a")], {}, "agent"), derive("runner", [item("b")])];
  const endorsement = pool.write("phone", "endorsement", targets(one));
  assert.deepEqual(judgementsIn(await whyOf(pool, one)), [{ id: endorsement.op_id, kind: "endorsed", reason: "" }]);
  assert.deepEqual(judgementsIn(await whyOf(pool, same)), []);
  pool.write("phone", "refutation", targets(endorsement));
  assert.deepEqual(judgementsIn(await whyOf(pool, one)), []);
});

test("a judgement is told where it reaches, and nowhere else: what the user stated himself it does not", async () => {
  const { pool, item, derive } = poolOfRoles();
  const [derived, other] = [derive("runner", [item("a")]), derive("swimmer", [item("b")])];
  const [stated, endorsed] = [derive("runner", [], {}, "phone"), derive("swimmer", [item("c")])];
  pool.write("phone", "endorsement", targets(endorsed));
  const refutation = pool.write("phone", "refutation", targets(derived));
  const correction = pool.write("phone", "claim", claim({ corrects: other.op_id, rationale: "it was her sister" }));
  assert.deepEqual(judgementsIn(await whyOf(pool, derived)), [{ id: refutation.op_id, kind: "refuted", reason: "" }]);
  assert.deepEqual(judgementsIn(await whyOf(pool, other)), [{ id: correction.op_id, kind: "corrected", reason: "it was her sister" }]);
  assert.deepEqual(judgementsIn(await whyOf(pool, stated)), []);
  assert.deepEqual(
    judgementsIn(await whyOf(pool, endorsed)).map(({ kind }) => kind),
    ["endorsed"],
  );
});

test("judgements of claims that make no statement reach them alone", async () => {
  const { pool, item, derive } = poolOfRoles();
  const contested = derive("runner", [], {}, "laptop");
  const misshapen = derive("runner", [], { confidence: 2 });
  const standing = derive("runner", [item("a")]);
  pool.write("phone", "refutation", targets(contested, misshapen));
  pool.remove("root", "laptop", null);
  const { status, judgements } = await whyOf(pool, standing);
  assert.deepEqual([status, judgements], ["active", []]);
});

test("a corrected claim tells which correction reaches it: along the chain, none that is void, none that was refuted", async () => {
  const { pool, item, derive } = poolOfRoles();
  const first = derive("runner", [item("a")]);
  const correct = (target: Envelope, object: string, author = "phone", rationale = "") =>
    derive(object, [], { corrects: target.op_id, derived_from: [], rationale }, author);
  const ofIngest = correct(first, "rider", "importer");
  const same = correct(first, "runner", "phone");
  assert.deepEqual(judgementsIn(await whyOf(pool, first)), [], `neither ${ofIngest.op_id} nor ${same.op_id} is in force`);
  const second = correct(first, "walker", "phone", "I walk");
  const third = correct(second, "hiker", "laptop", "no, I hike");
  const of = ({ op_id }: Envelope, reason: string) => ({ id: op_id, kind: "corrected" as const, reason });
  assert.deepEqual(judgementsIn(await whyOf(pool, second)), [of(third, "no, I hike")]);
  assert.deepEqual(judgementsIn(await whyOf(pool, first)), [of(second, "I walk"), of(third, "no, I hike")]);
  const refutation = pool.write("phone", "refutation", targets(second));
  assert.deepEqual(judgementsIn(await whyOf(pool, first)), [of(third, "no, I hike")]); // through a link that is refuted
  pool.write("phone", "refutation", targets(refutation, third));
  assert.deepEqual(judgementsIn(await whyOf(pool, first)), [of(second, "I walk")]);
});

test("of evidence and of what is not here", async () => {
  const { pool, item } = poolOfRoles();
  const doubted = item("ran 10 km");
  const refutation = pool.write("phone", "refutation", targets(doubted));
  const why = await whyOf(pool, doubted);
  assert.deepEqual([outline(why), judgementsIn(why)], ["ran 10 km refuted", [{ id: refutation.op_id, kind: "refuted", reason: "" }]]);
  await assert.rejects(whyOf(pool, { ...doubted, op_id: `op:${"0".repeat(64)}` as OpId }), { code: "not_found" });
});

test("a chain of hundreds, each of two supports, is told within bounds and without delay", async () => {
  const { pool, item, derive } = poolOfRoles();
  let top = derive("0", [item("bottom")]);
  for (let n = 1; n < 400; n++) top = derive(`${n}`, [top, derive(`${n - 1}`, [item(`${n}`)])]);
  await withReplica({ kind: "memory", pool: pool.id }, async (replica) => {
    await deliver(replica, [], structuredClone(pool.ops) as unknown as Json[]);
    const start = performance.now();
    let [count, open] = [0, [await whyClaim(replica, top.op_id)]];
    const duration = performance.now() - start;
    for (; open.length > 0; open = open.flatMap(({ because }) => because)) count += open.length;
    assert.ok(count > 500 && count < 2_000, `${count} operations told or named`);
    assert.ok(duration < 5_000, `${duration} ms`);
  });
});
