/** Each assistant is somebody: what it may read, what it writes, what the log knows of it, and how it ends. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { OpId } from "../../../src/core/op/operation.ts";
import { markOwnWords } from "../../../src/importers/index.ts";
import {
  type Assistant,
  addAssistant,
  changeLock,
  confirm,
  findRecord,
  forget,
  ledgerEntry,
  listClaims,
  listDevices,
  type Node,
  openAssistant,
  type Proposal,
  planForgetting,
  propose,
  Readings,
  recordOfToken,
  refute,
  removeAssistant,
  requireStanding,
  sliceAmong,
  stateClaim,
} from "../../../src/node/index.ts";
import { ViewFacts } from "../../../src/node/view/facts.ts";
import { house } from "./house.ts";

const nobody = async () => null;
const day = 86_400_000;

async function mayRead({ replica, writer }: Node, { record }: Assistant, ids: readonly OpId[]): Promise<OpId[]> {
  return replica.store.read(async (reader) => {
    const facts = new ViewFacts(reader, await replica.controlLog(reader));
    const { selector } = await requireStanding(facts, record, writer.clock());
    return (await sliceAmong(facts, selector, ids, writer.clock())).map(({ op }) => op.op_id);
  });
}

const said = (object: string, more: Partial<Proposal> = {}): Proposal => ({
  ...{ subject: "self", predicate: "taste.food", object, confidence: 0.8, said: `I like ${object}`, basedOn: [] },
  ...more,
});

async function opsOf({ replica }: Node, type: string) {
  return replica.store.read((reader) => reader.newest({ type, limit: 100 }));
}

test("an assistant has a key of its own in the pool, of role assistant, and a file for its owner alone", async (context) => {
  const at = await house(context);
  const helper = await at.assistant("helper", ["place.*"]);
  const device = (await listDevices(at.node.replica)).find(({ key }) => key === helper.record.did);
  assert.deepEqual([device?.role, device?.name], ["assistant", "helper"]);
  assert.notEqual(helper.writer.did, at.node.writer.did);
  assert.equal(recordOfToken(at.node.home, helper.token)?.name, "helper");
  assert.equal(
    recordOfToken(
      at.node.home,
      helper.token.replace(/.$/, (last) => (last === "0" ? "1" : "0")),
    ),
    null,
  );
  assert.doesNotMatch(readFileSync(join(at.node.home.folder, "assistants", "helper.json"), "utf8"), new RegExp(helper.token));
});

test("names are plain, and taken once", async (context) => {
  const at = await house(context);
  await at.assistant("helper", ["place.*"]);
  for (const name of ["", "../x", "Ada", "a b", "-a", "a".repeat(33)])
    await assert.rejects(at.assistant(name, ["place.*"]), { code: "usage" });
  await assert.rejects(at.assistant("helper", ["place.*"]), { code: "usage", message: /already/ });
  await assert.rejects(at.assistant("none", []), { code: "usage", message: /predicates/ });
  assert.equal(existsSync(join(at.node.home.folder, "assistants", "none.json")), false);
});

test("it may read the active claims that its grant selects, and nothing else", async (context) => {
  const at = await house(context);
  const helper = await at.assistant("helper", ["place.*", "health.*"], { min_confidence: 0.5 });
  const home = await at.state("place.home", "Lyon");
  const other = await at.state("taste.music", "jazz");
  const sensitive = await at.state("health.condition", "asthma");
  const unsure = await stateClaim(at.node, { subject: "self", predicate: "place.visited", object: "Oslo", confidence: 0.4 });
  const wrong = await at.state("place.visited", "Rome");
  const ended = await stateClaim(at.node, { subject: "self", predicate: "place.visited", object: "Bonn", until: at.now - 1 });
  await refute(at.node, [wrong]);
  assert.deepEqual(await mayRead(at.node, helper, [home, other, sensitive, unsure, wrong, ended]), [home]);
});

test("what it remembers is proposed, rests on what was said, and counts when the owner confirms", async (context) => {
  const at = await house(context);
  const helper = await at.assistant("helper", ["taste.*"]);
  const { claim, is } = await propose(at.node, helper, said("olives"));
  assert.equal(is, "proposed");
  const [found] = await listClaims(at.node.replica, { predicate: "taste.food", limit: 1 });
  assert.deepEqual([found?.status, found?.op.author], ["proposed", helper.record.did]);
  const [evidence] = await opsOf(at.node, "evidence");
  assert.deepEqual(found?.op.payload?.["derived_from"], [evidence?.op_id]);
  assert.deepEqual([evidence?.author, evidence?.payload?.["origin"]], [helper.record.did, "assistant"]);
  assert.deepEqual(await mayRead(at.node, helper, [claim]), [], "proposed claims are served to nobody");
  assert.deepEqual(await propose(at.node, helper, said("olives")), { claim, is: "proposed before" });
  await confirm(at.node, [claim]);
  assert.deepEqual(await mayRead(at.node, helper, [claim]), [claim]);
  assert.deepEqual(await propose(at.node, helper, said("olives")), { claim, is: "known" });
});

test("that the memory says something already is told only to those who may read it", async (context) => {
  const at = await house(context);
  const stranger = await at.assistant("stranger", ["place.*"]);
  await at.state("taste.food", "olives");
  assert.equal((await propose(at.node, stranger, said("olives"))).is, "proposed");
});

test("a claim may rest on claims that it may read, and on no others; both errors are the same", async (context) => {
  const at = await house(context);
  const helper = await at.assistant("helper", ["place.*"]);
  const home = await at.state("place.home", "Lyon");
  const hidden = await at.state("health.condition", "asthma");
  assert.equal((await propose(at.node, helper, said("quenelles", { basedOn: [home] }))).is, "proposed");
  const message = async (id: OpId) => {
    const error = await propose(at.node, helper, said("x", { basedOn: [id] })).then(
      () => null,
      (reason: Error & { code: string }) => [reason.code, reason.message.replace(id, "ID")],
    );
    return error;
  };
  const unknown = `op:${"0".repeat(64)}` as OpId;
  assert.deepEqual(await message(hidden), await message(unknown));
  assert.equal((await message(hidden))?.[0], "not_found");
});

test("the memory's own answer is nobody's word", async (context) => {
  const at = await house(context);
  const helper = await at.assistant("helper", ["taste.*"]);
  await assert.rejects(propose(at.node, helper, said("olives", { said: markOwnWords("self likes olives") })), { code: "usage" });
  await assert.rejects(propose(at.node, helper, said(markOwnWords("olives"))), { code: "usage" });
  await propose(at.node, helper, said("olives", { said: `You told me ${markOwnWords("self likes figs")} and I like olives` }));
  assert.doesNotMatch(JSON.stringify(await opsOf(at.node, "evidence")), /figs/);
});

test("a day's quota holds over all that write as it, and a refused proposal leaves nothing", async (context) => {
  const at = await house(context);
  const helper = await at.assistant("helper", ["taste.*"], { quota: 3 });
  const results = await Promise.allSettled(["a", "b", "c", "d", "e"].map((object) => propose(at.node, helper, said(object))));
  assert.equal(results.filter(({ status }) => status === "fulfilled").length, 3);
  await assert.rejects(propose(at.node, helper, said("f")), { code: "rate", message: /3 claims a day/ });
  assert.equal((await listClaims(at.node.replica, { limit: 10 })).length, 3);
  at.now += day;
  assert.equal((await propose(at.node, helper, said("f"))).is, "proposed");
});

test("two assistants at the same time write side by side", async (context) => {
  const at = await house(context);
  const pair = [await at.assistant("one", ["taste.*"]), await at.assistant("two", ["taste.*"])];
  await Promise.all(
    pair.flatMap((each) => ["a", "b", "c"].map((object) => propose(at.node, each, said(`${object} of ${each.record.name}`)))),
  );
  const proposed = await listClaims(at.node.replica, { statuses: ["proposed"], limit: 20 });
  assert.deepEqual(Map.groupBy(proposed, ({ op }) => op.author).size, 2);
  assert.equal(proposed.length, 6);
  for (const { chains } of await listDevices(at.node.replica)) assert.ok(chains <= 1, "no key forked");
});

test("what it reads is noted under its grant and by its own key, each claim once a day", async (context) => {
  const at = await house(context);
  const helper = await at.assistant("helper", ["place.*"]);
  const [home, work] = [await at.state("place.home", "Lyon"), await at.state("place.work", "Paris")];
  const readings = new Readings(at.node, helper);
  await readings.note("recall", [home]);
  await readings.note("recall", [home]);
  await new Readings(at.node, helper).note("why", [home]); // another process
  await readings.note("about", [home, work]);
  const inputs = async () =>
    (await opsOf(at.node, "inference")).map(({ author, payload }) => [author, payload?.["purpose"], payload?.["inputs"]]);
  const did = helper.record.did;
  assert.deepEqual(await inputs(), [
    [did, "about", [work]],
    [did, "recall", [home]],
  ]);
  at.now += day;
  await readings.note("recall", [home]);
  assert.equal((await inputs()).length, 3);
  const entry = await ledgerEntry(at.node.replica, helper.record.grant, at.now);
  assert.deepEqual(
    entry?.accesses.map(({ server, outcome, served }) => [server === at.node.writer.did, outcome, served]),
    [
      [true, "served", 2],
      [true, "served", 2],
    ],
    "once, and once more on the next day",
  );
});

test("removing it ends it at once, and the ledger says what became of it", async (context) => {
  const at = await house(context);
  const helper = await at.assistant("helper", ["place.*"]);
  const home = await at.state("place.home", "Lyon");
  const readings = new Readings(at.node, helper);
  await readings.note("recall", [home]);
  await removeAssistant(at.node, "helper", nobody);
  await assert.rejects(mayRead(at.node, helper, [home]), { code: "unauthorized", message: /removed the assistant helper on 2026-03-01/ });
  await assert.rejects(propose(at.node, helper, said("olives")), { code: "unauthorized" });
  await assert.rejects(openAssistant(at.node.home, "helper", nobody), { code: "unauthorized", message: /access ended/ });
  assert.equal(existsSync(join(at.node.home.folder, "assistants", "helper.key")), false);
  await readings.noteAccess();
  const entry = await ledgerEntry(at.node.replica, helper.record.grant, at.now);
  assert.deepEqual([entry?.status, entry?.purge.state, entry?.receipts.length], ["revoked", "acknowledged", 1]);
  assert.deepEqual(
    entry?.accesses.map(({ outcome }) => outcome),
    ["served", "revoked"],
  );
  await assert.rejects(removeAssistant(at.node, "helper", nobody), { code: "not_found" });
  const again = await at.assistant("helper", ["place.*"]);
  assert.notEqual(again.record.did, helper.record.did);
  assert.equal(recordOfToken(at.node.home, helper.token), null, "its old token is nobody's");
});

test("one whose key is damaged can be ended, too", async (context) => {
  const at = await house(context);
  const helper = await at.assistant("helper", ["place.*"]);
  await new Readings(at.node, helper).note("recall", [await at.state("place.home", "Lyon")]);
  writeFileSync(join(at.node.home.folder, "assistants", "helper.key"), "no key");
  await removeAssistant(at.node, "helper", nobody);
  await assert.rejects(mayRead(at.node, helper, []), { code: "unauthorized" });
  const entry = await ledgerEntry(at.node.replica, helper.record.grant, at.now);
  assert.deepEqual([entry?.status, entry?.receipts.length], ["revoked", 0]);
});

test("while its key can't be taken off the disk it is not called removed, and doing it again does it", async (context) => {
  const at = await house(context);
  await at.assistant("helper", ["*"]);
  const key = join(at.node.home.assistants, "helper.key");
  rmSync(key);
  mkdirSync(key); // what can't be unlinked
  await assert.rejects(removeAssistant(at.node, "helper", nobody));
  assert.equal(findRecord(at.node.home, "helper")?.removedAt, null);
  rmdirSync(key);
  await removeAssistant(at.node, "helper", nobody);
  assert.notEqual(findRecord(at.node.home, "helper")?.removedAt, null);
});

test("a revoked or expired grant says which it is", async (context) => {
  const at = await house(context);
  const [one, two] = [await at.assistant("one", ["place.*"]), await at.assistant("two", ["place.*"])];
  await at.node.write([{ type: "cap_revoke", payload: { grant: one.record.grant } }]);
  await assert.rejects(mayRead(at.node, one, []), { code: "unauthorized", message: /revoked the grant of one/ });
  at.now += 90 * day;
  await assert.rejects(mayRead(at.node, two, []), { code: "unauthorized", message: /expired on 2026-05-30/ });
});

test("what was forgotten is not in what is kept of readings", async (context) => {
  const at = await house(context);
  const helper = await at.assistant("helper", ["place.*"]);
  const { claim } = await propose(at.node, helper, { ...said("a very private place"), predicate: "place.visited" });
  const { items, quoting } = await planForgetting(at.node.replica, [claim]);
  await forget(at.node, [...items, ...quoting]);
  assert.equal((await propose(at.node, helper, { ...said("a very private place"), predicate: "place.visited" })).is, "proposed");
});

test("only a full device adds assistants", async (context) => {
  const at = await house(context);
  const node = { ...at.node, role: async () => "mirror" };
  const terms = { selector: { predicates: ["*"] }, purpose: "x", expiresAt: at.now + day, evidence: false, quota: 1 };
  await assert.rejects(addAssistant(node, { name: "helper", ...terms }, nobody), { code: "role" });
});

test("an assistant's key is locked as the device's is, and with it anew", async (context) => {
  const at = await house(context);
  const before = await at.assistant("before", ["place.*"]);
  await changeLock(at.node.home, nobody, { by: "passphrase", text: "first" });
  const ask = async () => "first";
  await assert.rejects(openAssistant(at.node.home, "before", nobody), { code: "passphrase" });
  assert.equal((await openAssistant(at.node.home, "before", ask)).writer.did, before.record.did);
  const terms = { selector: { predicates: ["*"] }, purpose: "x", expiresAt: at.now + day, evidence: false, quota: 1 };
  await addAssistant(at.node, { name: "after", ...terms }, ask);
  await assert.rejects(openAssistant(at.node.home, "after", nobody), { code: "passphrase" });
  await openAssistant(at.node.home, "after", ask);
});
