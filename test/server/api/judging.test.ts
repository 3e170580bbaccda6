/** Judging through `/api`: what is foreseen is what happens, nothing is kept of what is only foreseen, and all of it can be taken back but forgetting. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { OpId } from "../../../src/core/op/operation.ts";
import { type Node, verifyReplica } from "../../../src/node/index.ts";
import * as contract from "../../../src/server/api/contract.ts";
import { derived, type Inspecting, inspecting, item, withNode } from "./inspecting.ts";

/** An item, a claim from it, three from that, and one from two of these. */
interface Tower {
  readonly source: OpId;
  readonly root: OpId;
  readonly all: readonly OpId[];
}

async function tower(node: Node): Promise<Tower> {
  const [source] = (await node.write([item(0, { text: "a rare word: zanzibar" })])) as [OpId];
  const [root] = (await node.write([derived("preference.likes", "sailing", [source])])) as [OpId];
  const middle = await node.write([1, 2, 3].map((number) => derived("preference.hobby", `boat ${number}`, [root])));
  const [top] = (await node.write([derived("trait.activity", "a sailor", middle.slice(0, 2))])) as [OpId];
  return { source, root, all: [root, ...middle, top] };
}

function onTower(name: string, work: (on: Inspecting, tower: Tower) => Promise<void>): () => Promise<void> {
  let built: Tower | undefined;
  const fill = async (node: Node) => {
    built = await tower(node);
  };
  return () => inspecting(name, { fill }, (on) => work(on, built as Tower));
}

const byId = (changes: readonly { readonly id: string }[]) => changes.toSorted((left, right) => (left.id < right.id ? -1 : 1));

test(
  "refuting: the cascade is told before, is the same after, and undoing brings all of it back",
  onTower("refute", async ({ get, send, home }, { root, all }) => {
    const before = await get(contract.status, "/api/status");
    const impact = await get(contract.impact, `/api/claims/${root}/impact?judgement=refute`);
    assert.deepEqual([impact.total, impact.falls, impact.rises, impact.erases], [5, 4, 0, 0]);
    assert.deepEqual([impact.changes[0]?.id, impact.changes[0]?.after, impact.changes[1]?.after], [root, "refuted", "invalidated"]);
    assert.deepEqual((await get(contract.status, "/api/status")).operations, before.operations);
    assert.equal((await get(contract.claims, "/api/claims")).items.length, all.length);
    const judged = await send(contract.judged, "/api/judgements", { kind: "refute", targets: [root], reason: "I get seasick" });
    assert.deepEqual(byId(judged.changes), byId(impact.changes));
    assert.deepEqual([judged.falls, judged.targets], [4, [root]]);
    assert.equal((await get(contract.claims, "/api/claims")).total, 0);
    const whole = await get(contract.wholeClaim, `/api/claims/${root}`);
    assert.deepEqual([whole.judgements[0]?.kind, whole.judgements[0]?.reason], ["refuted", "I get seasick"]);
    const back = await get(contract.impact, `/api/claims/${root}/impact?judgement=undo`);
    const undone = await send(contract.judged, "/api/judgements", { kind: "undo", target: root });
    assert.deepEqual([back.rises, undone.rises, undone.undone], [4, 4, [judged.op]]);
    assert.equal((await get(contract.claims, "/api/claims")).total, all.length);
    await withNode(home, async ({ replica }) => assert.deepEqual((await verifyReplica(home, replica)).faults, []));
  }),
);

test(
  "correcting: the right claim is answered; it is taken back like any claim; confirming holds against a fall",
  onTower("correct", async ({ get, send, post }, { root, all }) => {
    const impact = await get(contract.impact, `/api/claims/${root}/impact?judgement=correct`);
    assert.deepEqual([impact.falls, impact.total], [4, 5]);
    const corrected = await send(contract.judged, "/api/judgements", {
      kind: "correct",
      target: root,
      object: "rowing",
      reason: "a small boat",
    });
    assert.deepEqual([corrected.claim?.object, corrected.claim?.corrects, corrected.claim?.trust], ["rowing", root, "user"]);
    assert.deepEqual(
      corrected.changes.find(({ id }) => id === corrected.op),
      {
        id: corrected.op,
        sentence: "You like rowing",
        before: null,
        after: "active",
      },
    );
    const undone = await send(contract.judged, "/api/judgements", { kind: "undo", target: corrected.op });
    assert.deepEqual([undone.undone, undone.rises], [[corrected.op], 5]);
    const hobby = all[1] as OpId;
    await send(contract.judged, "/api/judgements", { kind: "confirm", targets: [hobby] });
    assert.equal((await get(contract.wholeClaim, `/api/claims/${hobby}`)).trust, "user");
    const same = await post("/api/judgements", { kind: "correct", target: root, object: "sailing" });
    assert.equal(same.status, 400);
    assert.equal((await post("/api/judgements", { kind: "undo", target: all[4] })).status, 404);
    assert.equal((await post("/api/judgements", { kind: "praise", targets: [root] })).status, 400);
  }),
);

test(
  "forgetting: the plan is shown, only what it showed is erased, and no word of it is left",
  onTower("forget", async ({ get, send, post, home }, { source, root, all }) => {
    const impact = await get(contract.impact, `/api/claims/${root}/impact?judgement=forget`);
    assert.equal(impact.erases, 5);
    const plan = await send(contract.forgettingPlanned, "/api/forgettings/plan", { targets: [source] });
    assert.deepEqual([plan.items.map(({ id }) => id), plan.quoting_total, plan.cascade.total], [[source], 5, 5]);
    const only = true;
    const alone = await send(contract.forgettingPlanned, "/api/forgettings/plan", { targets: [source], only });
    assert.deepEqual([alone.quoting_total, alone.cascade.falls], [0, 5]);
    assert.notEqual(alone.plan, plan.plan);
    const late = await post("/api/claims", {
      subject: "self",
      predicate: "event.milestone",
      object: { what: "a trip", date: "2025" },
      derived_from: [source],
    });
    assert.equal(late.status, 201);
    const refused = await post("/api/forgettings", { targets: [source], plan: plan.plan });
    assert.equal(refused.status, 409);
    assert.equal((await get(contract.wholeEvidence, `/api/evidence/${source}`)).quote, "a rare word: zanzibar");
    const again = await send(contract.forgettingPlanned, "/api/forgettings/plan", { targets: [source] });
    const { forgotten, redactions } = await send(contract.forgotten, "/api/forgettings", { targets: [source], plan: again.plan });
    assert.deepEqual([forgotten.length, redactions.length], [7, 1]);
    const gone = await get(contract.wholeEvidence, `/api/evidence/${source}`);
    assert.deepEqual([gone.status, gone.content, gone.quote], ["redacted", null, ""]);
    assert.equal((await get(contract.wholeClaim, `/api/claims/${all[0]}`)).sentence, "(its words are not here)");
    assert.equal((await get(contract.search, "/api/search?q=zanzibar")).items.length, 0);
    for (const file of [home.store, `${home.store}-wal`]) assert.ok(!readFileSync(file).includes("zanzibar"), file);
    assert.equal((await post("/api/forgettings/plan", { targets: [source] })).status, 404);
  }),
);

test(
  "what people write is one line of plain text wherever it is shown as one",
  onTower("hostile", async ({ get, send }) => {
    const evil = "<script>alert(1)</script>\u202egnp.exe\u0000\u001b[31m\nline\u2028two";
    const stated = await send(contract.claim, "/api/claims", {
      subject: evil,
      predicate: "preference.likes",
      object: `${evil} ${"x".repeat(5_000)}`,
    });
    assert.doesNotMatch(stated.sentence, /[\p{Cc}\p{Cf}\u2028\u2029]/u);
    assert.ok(stated.sentence.length <= 300);
    assert.deepEqual([stated.clipped, stated.object], [true, undefined]);
    const whole = await get(contract.wholeClaim, `/api/claims/${stated.id}`);
    assert.equal(String(whole.object).length, evil.length + 5_001);
    for (const { sentence } of (await get(contract.why, `/api/claims/${stated.id}/why`)).nodes)
      assert.doesNotMatch(sentence, /[\p{Cc}\p{Cf}]/u);
    const found = await get(contract.search, "/api/search?q=alert");
    assert.doesNotMatch(JSON.stringify(found.items.map(({ title, snippet }) => [title, snippet])), /\\u00|\u202e/u);
  }),
);
