/** The owner's word as a node writes it: every judgement has the force it says it has, and can be taken back. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { OpId } from "../../src/core/op/operation.ts";
import type { Json, JsonObject } from "../../src/core/ports.ts";
import {
  addDevice,
  confirm,
  correct,
  forget,
  giveReason,
  homeAt,
  initNode,
  judgedAlready,
  type Node,
  planForgetting,
  refute,
  showOperation,
  stateClaim,
  undo,
  whyClaim,
} from "../../src/node/index.ts";
import { type Writer, writeDrafts } from "../../src/node/write.ts";
import { claim, evidence, targeting, writerOf } from "./replicas.ts";

interface Scene {
  readonly node: Node;
  readonly importer: Writer;
  readonly agent: Writer;
  /** An item of evidence. */
  readonly item: OpId;
  /** Writes a claim derived from the item. */
  derive(author: Writer, object: Json, more?: JsonObject): Promise<OpId>;
  statusesAre(wanted: Readonly<Record<string, string>>, ids: Readonly<Record<string, OpId>>): Promise<void>;
}

function scene(name: string, play: (scene: Scene) => Promise<void>): void {
  test(name, async () => {
    const folder = mkdtempSync(join(tmpdir(), "fablepool-judgements-"));
    const { node } = await initNode(homeAt(join(folder, "home")), { name: "phone", passphrase: null });
    try {
      const [importer, agent] = [writerOf("importer"), writerOf("agent")];
      await addDevice(node, { key: importer.did, role: "ingest", name: "" });
      await addDevice(node, { key: agent.did, role: "assistant", name: "" });
      const write = async (author: Writer, draft: ReturnType<typeof claim>) =>
        (await writeDrafts(node.replica, author, [draft]))[0] as OpId;
      const item = await write(importer, evidence("walk"));
      await play({
        node,
        importer,
        agent,
        item,
        derive: (author, object, more = {}) => write(author, claim("self", "preference.hobby", object, { derived_from: [item], ...more })),
        async statusesAre(wanted, ids) {
          const found = await Promise.all(
            Object.keys(wanted).map(async (each) => [each, await statusOf(node, ids[each] as OpId)] as const),
          );
          assert.deepEqual(Object.fromEntries(found), wanted);
        },
      });
    } finally {
      await node.close();
      rmSync(folder, { recursive: true });
    }
  });
}

const statusOf = async (node: Node, id: OpId) => (await showOperation(node.replica, id)).status;
const operations = ({ replica }: Node) => replica.store.read(async (reader) => (await reader.counts()).operations);

scene(
  "refute and undo: by the claim, by another that says the same, by the refutation, and by evidence",
  async ({ node, importer, item, derive, statusesAre }) => {
    const ids = { one: await derive(importer, "walking"), same: await derive(importer, "walking") };
    const up = { one: "active", same: "active" };
    const down = { one: "refuted", same: "refuted" };
    for (const by of ["one", "same", "refutation"] as const) {
      const refutation = await refute(node, [ids.one], "I sit");
      await statusesAre(down, ids);
      const { undone } = await undo(node, by === "refutation" ? refutation : ids[by]);
      assert.deepEqual(undone, [refutation]);
      await statusesAre(up, ids);
    }
    const ofItem = await refute(node, [item]);
    await statusesAre({ one: "invalidated", same: "invalidated", item: "refuted" }, { ...ids, item });
    assert.deepEqual((await undo(node, item)).undone, [ofItem]);
    await statusesAre(up, ids);
  },
);

scene(
  "undo takes back every refutation that reaches the claim, and the undo can be undone",
  async ({ node, importer, derive, statusesAre }) => {
    const ids = { one: await derive(importer, "walking"), same: await derive(importer, "walking") };
    const both = [await refute(node, [ids.one]), await refute(node, [ids.same])];
    const { undone, by } = await undo(node, ids.one);
    assert.deepEqual(new Set(undone), new Set(both));
    await statusesAre({ one: "active", same: "active" }, ids);
    await undo(node, by);
    await statusesAre({ one: "refuted", same: "refuted" }, ids);
  },
);

scene("what this device has judged already is known while its judgement is in force, and only of what it targets itself", async (at) => {
  const { node, importer, derive } = at;
  const [one, same] = [await derive(importer, "walking"), await derive(importer, "walking")];
  const already = (kind: "refutes" | "endorses", ...targets: OpId[]) => judgedAlready(node, kind, targets);
  assert.equal(await already("refutes", one), null);
  const first = await refute(node, [one]);
  assert.deepEqual([await already("refutes", one), await already("endorses", one)], [first, null]);
  // The other falls by its statement alone: endorsed, it would stand again.
  assert.deepEqual([await already("refutes", same), await already("refutes", one, same)], [null, null]);
  const second = await refute(node, [same]);
  assert.equal(await already("refutes", one, same), first);
  await undo(node, first);
  assert.deepEqual([await already("refutes", one), await already("refutes", same)], [null, second]);
  assert.equal(await judgedAlready({ ...node, writer: writerOf("another") }, "refutes", [same]), null);

  assert.deepEqual([await giveReason(node, second, "I sit"), await giveReason(node, second, "I sit")], [true, false]);
  assert.deepEqual([await giveReason(node, second, ""), await giveReason(node, second, "I lie")], [false, true]);
});

scene("confirm and undo: a proposal counts, and waits again", async ({ node, agent, derive }) => {
  const proposed = await derive(agent, "walking");
  const endorsement = await confirm(node, [proposed], "yes");
  const { status, judgements } = await whyClaim(node.replica, proposed);
  assert.deepEqual([status, judgements.map(({ kind, reason }) => `${kind}: ${reason}`)], ["active", ["endorsed: yes"]]);
  assert.deepEqual((await undo(node, endorsement)).undone, [endorsement]);
  assert.equal(await statusOf(node, proposed), "proposed");
});

scene(
  "correct: the right one stands in the wrong one's place, is refuted like any claim, and comes back by undo",
  async ({ node, importer, derive, statusesAre }) => {
    const wrong = await derive(importer, "walking", { valid_from: 5 });
    const right = await correct(node, wrong, { object: "hiking", from: 10, until: 20, reason: "in mountains" });
    const ids = { wrong, right };
    await statusesAre({ wrong: "corrected", right: "active" }, ids);
    const { op } = await showOperation(node.replica, right);
    const { subject, predicate, object, confidence, derived_from, valid_from, valid_until, rationale, corrects } = op.payload ?? {};
    assert.deepEqual(
      { subject, predicate, object, confidence, derived_from, valid_from, valid_until, rationale, corrects },
      {
        subject: "self",
        predicate: "preference.hobby",
        object: "hiking",
        confidence: 1,
        derived_from: [],
        valid_from: 10,
        valid_until: 20,
        rationale: "in mountains",
        corrects: wrong,
      },
    );
    await refute(node, [right]);
    await statusesAre({ wrong: "active", right: "refuted" }, ids);
    await undo(node, right);
    await statusesAre({ wrong: "corrected", right: "active" }, ids);
    const last = await correct(node, right, { subject: "person:ada", predicate: "work.role", object: "guide" });
    await statusesAre({ wrong: "corrected", right: "corrected", last: "active" }, { ...ids, last });
  },
);

scene("a target that is named twice is judged once", async ({ node, importer, agent, derive, statusesAre }) => {
  const ids = { doubted: await derive(importer, "walking"), proposed: await derive(agent, "cooking") };
  await refute(node, [ids.doubted, ids.doubted]);
  await confirm(node, [ids.proposed, ids.proposed]);
  await statusesAre({ doubted: "refuted", proposed: "active" }, ids);
});

scene(
  "a correction that would be void is not written: the same in other words, or of no valid form",
  async ({ node, importer, derive }) => {
    const wrong = await derive(importer, { city: "Bern", zip: 3000 });
    const before = await operations(node);
    for (const nothing of [
      { object: { zip: 3000, city: "Bern" } },
      { object: { city: "Bern", zip: 3000 }, predicate: "preference.hobby", subject: "self" },
      { object: "Basel", predicate: "" },
      { object: "Basel", subject: "" },
      { object: "Basel", from: 0.5 },
    ]) {
      await assert.rejects(correct(node, wrong, nothing), { code: "usage" }, JSON.stringify(nothing));
    }
    assert.deepEqual([await statusOf(node, wrong), await operations(node)], ["active", before]);
    const misshapen = await derive(importer, "x", { subject: 7 });
    await assert.rejects(correct(node, misshapen, { object: "y" }), { code: "usage", message: /"subject" does not fit/ });
    await correct(node, wrong, { object: { zip: 3001, city: "Bern" } });
    assert.equal(await statusOf(node, wrong), "corrected");
  },
);

scene(
  "undoing a claim of one's own leaves the refutation of another that says the same",
  async ({ node, importer, derive, statusesAre }) => {
    const derived = await derive(importer, "walking");
    const own = await stateClaim(node, { subject: "self", predicate: "preference.hobby", object: "walking" });
    const ids = { derived, own };
    await refute(node, [derived]);
    await statusesAre({ derived: "refuted", own: "active" }, ids);
    await assert.rejects(undo(node, own), { code: "not_found" });
    await refute(node, [own]);
    await undo(node, own);
    await statusesAre({ derived: "refuted", own: "active" }, ids);
  },
);

scene("what is not in force can't be taken back", async ({ node, importer, item, derive }) => {
  const doubted = await derive(importer, "walking");
  const [refutation, endorsement] = [await refute(node, [doubted]), await confirm(node, [doubted])];
  for (const judgement of [refutation, endorsement]) {
    await undo(node, judgement);
    const before = await operations(node);
    await assert.rejects(undo(node, judgement), { code: "not_found" });
    assert.equal(await operations(node), before);
  }
  for (const id of [doubted, item]) await assert.rejects(undo(node, id), { code: "not_found", message: /nothing to undo/ });
});

scene(
  "only claims and evidence are refuted, only claims confirmed and corrected, only what is here judged",
  async ({ node, importer, item, derive }) => {
    const doubted = await derive(importer, "walking");
    const refutation = await refute(node, [doubted]);
    const nowhere = `op:${"0".repeat(64)}` as OpId;
    const object = "x";
    const before = await operations(node);
    await assert.rejects(refute(node, [doubted, refutation]), { code: "usage", message: /is of type refutation: only claim and evidence/ });
    await assert.rejects(confirm(node, [item]), { code: "usage" });
    await assert.rejects(correct(node, item, { object }), { code: "usage" });
    await assert.rejects(refute(node, [doubted, nowhere]), { code: "not_found" });
    await assert.rejects(confirm(node, [nowhere]), { code: "not_found" });
    await assert.rejects(correct(node, nowhere, { object }), { code: "not_found" });
    await assert.rejects(undo(node, nowhere), { code: "not_found" });
    await assert.rejects(refute(node, []), { code: "usage" });
    assert.equal(await operations(node), before);
  },
);

scene(
  "what was erased can be refuted and confirmed, but not corrected: nobody knows what it said",
  async ({ node, importer, item, derive }) => {
    const gone = await derive(importer, "walking");
    await forget(node, (await planForgetting(node.replica, [item])).quoting);
    assert.equal(await statusOf(node, gone), "redacted");
    await assert.rejects(correct(node, gone, { object: "x" }), { code: "usage", message: /are not here/ });
    await refute(node, [gone]);
    assert.equal(await statusOf(node, gone), "redacted");
  },
);

scene("a device that may not judge is told so, and nothing is written", async ({ node, importer, agent, derive }) => {
  const doubted = await derive(importer, "walking");
  for (const writer of [importer, agent]) {
    for (const type of ["refutation", "endorsement"] as const) {
      await assert.rejects(writeDrafts(node.replica, writer, [targeting(type, doubted)]), { code: "role" });
    }
  }
  assert.equal(await statusOf(node, doubted), "active");
});

scene("more targets than one operation holds are refused before anything is written", async ({ node, importer }) => {
  const drafts = Array.from({ length: 901 }, (_, n) => claim("self", "preference.hobby", n));
  const ids = await writeDrafts(node.replica, importer, drafts);
  for (const count of [901, 850]) await assert.rejects(refute(node, ids.slice(0, count)), { code: "usage", message: /at once/ });
  await refute(node, ids.slice(0, 800));
  const shown = await Promise.all([0, 799, 800].map((n) => statusOf(node, ids[n] as OpId)));
  assert.deepEqual(shown, ["refuted", "refuted", "active"]);
});
