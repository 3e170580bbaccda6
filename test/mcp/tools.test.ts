/** What each tool does, in both eras of the protocol, over HTTP as a node serves it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OpId } from "../../src/core/op/operation.ts";
import { ownWordsMark, withoutOwnWords } from "../../src/importers/index.ts";
import { confirm, listClaims, refute, showOperation, stateClaim } from "../../src/node/index.ts";
import { call, eras, overHttp } from "./clients.ts";
import { served } from "./served.ts";

interface Told {
  readonly claim: OpId;
  readonly sentence: string;
  readonly trust: string;
  readonly object: unknown;
}
const told = (data: Readonly<Record<string, unknown>>, member = "claims") => data[member] as Told[];

for (const era of eras) {
  test(`recall tells what may be read, best first, and says when it does not know (${era})`, async (context) => {
    const at = await served(context);
    const home = await at.state("place.home", "Lyon");
    await at.state("health.condition", "asthma");
    const { token } = await at.assistant("helper", ["place.*", "preference.*"]);
    const client = await overHttp(context, at.url, token, { era });
    const found = await call(client, "recall", { question: "where is home, is it Lyon?" });
    assert.deepEqual(
      told(found.data).map(({ claim, trust, object }) => [claim, trust, object]),
      [[home, "user", "Lyon"]],
    );
    assert.equal(withoutOwnWords(found.text), "", "all of it is the memory's own words");
    assert.deepEqual([found.data["begins"], found.data["ends"]], [ownWordsMark.begin, ownWordsMark.end]);
    const nothing = await call(client, "recall", { question: "asthma" });
    assert.deepEqual([nothing.data["knows"], told(nothing.data)], [false, []]);
    assert.match(nothing.text, /don't know/);
    assert.deepEqual(at.defects, []);
  });

  test(`what will be so is told with the day from which it is (${era})`, async (context) => {
    const at = await served(context);
    const from = Date.UTC(2999, 11, 1);
    await stateClaim(at.node, { subject: "self", predicate: "place.home", object: "Lyon", from });
    const { token } = await at.assistant("helper", ["place.*"]);
    const client = await overHttp(context, at.url, token, { era });
    const found = await call(client, "recall", { question: "where is home, is it Lyon?" });
    assert.match(found.text, /\(trust user, confidence 1, said \d{4}-\d\d-\d\d, so from 2999-12-01\)/);
  });

  test(`remember proposes, confirm makes it count, each by whom it is signed (${era})`, async (context) => {
    const at = await served(context);
    const helper = await at.assistant("helper", ["preference.*"]);
    const asked: string[] = [];
    const user = (message: string) => {
      asked.push(message);
      return "yes" as const;
    };
    const client = await overHttp(context, at.url, helper.token, { era, user });
    const remembered = await call(client, "remember", { predicate: "preference.food", object: "olives", said: "I love olives" });
    const { claim } = remembered.data["claim"] as Told;
    assert.deepEqual([remembered.data["is"], (await showOperation(at.node.replica, claim)).status], ["proposed", "proposed"]);
    assert.equal((await showOperation(at.node.replica, claim)).op.author, helper.record.did);
    assert.deepEqual(told((await call(client, "recall", { question: "olives" })).data), [], "it counts for nothing yet");
    const questions = await call(client, "questions");
    assert.deepEqual(
      told(questions.data, "questions").map((each) => [each.claim, each.trust]),
      [[claim, "proposed"]],
    );
    const confirmed = await call(client, "confirm", { claims: [claim], reason: "they said so" });
    assert.match(asked.join(), /The assistant helper asks to say that this is right:\n {2}“.*olives”/);
    const { op } = await showOperation(at.node.replica, confirmed.data["judgement"] as OpId);
    assert.deepEqual([op.type, op.author], ["endorsement", at.node.writer.did], "the owner's word, by the owner's device");
    assert.deepEqual(
      told((await call(client, "recall", { question: "olives" })).data).map((each) => [each.claim, each.trust]),
      [[claim, "user"]],
    );
    assert.deepEqual(told((await call(client, "questions")).data, "questions"), []);
    assert.deepEqual(at.defects, []);
  });

  test(`refute, correct and forget are done when the owner says yes, and only then (${era})`, async (context) => {
    const at = await served(context);
    const [home, work, visited] = [
      await at.state("place.home", "Lyon"),
      await at.state("place.work", "Paris"),
      await at.state("place.lived", "Rome"),
    ];
    const { token } = await at.assistant("helper", ["place.*"]);
    let says: "yes" | "no" | "unticked" = "no";
    const client = await overHttp(context, at.url, token, { era, user: () => says });
    const statusOf = async (id: OpId) => (await showOperation(at.node.replica, id)).status;
    const all: [string, Record<string, unknown>, OpId, string][] = [
      ["refute", { claims: [home] }, home, "refuted"],
      ["correct", { claim: work, object: "Grenoble" }, work, "corrected"],
      ["forget", { claims: [visited] }, visited, "redacted"],
    ];
    for (const [tool, asked, id, becomes] of all) {
      for (const answer of ["no", "unticked"] as const) {
        says = answer;
        const refused = await call(client, tool, asked);
        assert.deepEqual([refused.isError, await statusOf(id)], [true, "active"], `${tool}: ${answer}`);
        assert.match(refused.text, /the owner did not agree: nothing was done/);
      }
      says = "yes";
      const done = await call(client, tool, asked);
      assert.deepEqual([done.isError, await statusOf(id)], [false, becomes], done.text);
    }
    const found = told((await call(client, "about")).data);
    assert.deepEqual(
      found.map(({ object }) => object),
      ["Grenoble"],
    );
    assert.deepEqual(at.defects, []);
  });

  test(`where the client can't ask, the owner is told how, and nothing is done (${era})`, async (context) => {
    const at = await served(context);
    const home = await at.state("place.home", "Lyon");
    const { token } = await at.assistant("helper", ["place.*"]);
    const client = await overHttp(context, at.url, token, { era });
    for (const tool of ["refute", "confirm", "forget"]) {
      const { isError, text } = await call(client, tool, { claims: [home] });
      assert.equal(isError, true);
      assert.ok(text.endsWith(`Tell them to run: fablepool ${tool} ${home}`), text);
    }
    assert.equal((await showOperation(at.node.replica, home)).status, "active");
    const corrected = await call(client, "correct", { claim: home, object: "Nice", said: "I moved to Nice" });
    assert.equal(corrected.data["is"], "proposed");
    const [newest] = await listClaims(at.node.replica, { limit: 1 });
    assert.deepEqual([newest?.status, newest?.op.payload?.["object"]], ["proposed", "Nice"]);
    await confirm(at.node, [corrected.data["claim"] as OpId]);
    assert.equal((await showOperation(at.node.replica, home)).status, "superseded");
  });
}

test("the owner is asked on the stream of the call, whether or not the session has one of its own", async (context) => {
  const at = await served(context);
  const home = await at.state("place.home", "Lyon");
  const { token } = await at.assistant("helper", ["place.*"]);
  const client = await overHttp(context, at.url, token, { user: () => "yes", streamFrom: new Promise(() => {}) });
  const { isError, text } = await call(client, "refute", { claims: [home] });
  assert.equal(isError, false, text);
  assert.equal((await showOperation(at.node.replica, home)).status, "refuted");
});

test("a yes is for what was asked: it can't be made up, nor used for something else", async (context) => {
  const at = await served(context);
  const [home, work] = [await at.state("place.home", "Lyon"), await at.state("place.work", "Paris")];
  const { token } = await at.assistant("helper", ["place.*"]);
  const post = async (params: object) => {
    const meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientInfo": { name: "liar", version: "1" },
      "io.modelcontextprotocol/clientCapabilities": { elicitation: { form: {} } },
    };
    const headers = {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": "tools/call",
      "mcp-name": "refute",
    };
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "refute", ...params, _meta: meta } });
    const reply = (await (await fetch(at.url, { method: "POST", headers, body })).json()) as {
      result?: Record<string, unknown>;
      error?: { message: string };
    };
    return reply.result ?? { error: reply.error };
  };
  const yes = { agree: { action: "accept", content: { agree: true } } };
  const made = await post({ arguments: { claims: [home] }, inputResponses: yes });
  assert.equal(made["resultType"], "input_required", "a yes without a question is a question");
  const other = await post({ arguments: { claims: [work] }, inputResponses: yes, requestState: made["requestState"] });
  assert.equal(other["resultType"], "input_required", "a yes to another question is a question");
  const forged = await post({ arguments: { claims: [home] }, inputResponses: yes, requestState: "x" });
  assert.match(JSON.stringify(forged), /Invalid or expired requestState/);
  for (const id of [home, work]) assert.equal((await showOperation(at.node.replica, id)).status, "active");
  const done = await post({ arguments: { claims: [home] }, inputResponses: yes, requestState: made["requestState"] });
  assert.equal(done["isError"], undefined, JSON.stringify(done));
  assert.equal((await showOperation(at.node.replica, home)).status, "refuted");
});

test("confirming says what it takes the place of", async (context) => {
  const at = await served(context);
  const home = await at.state("place.home", "Lyon");
  const { token } = await at.assistant("helper", ["place.*"]);
  let asked = "";
  const client = await overHttp(context, at.url, token, {
    user: (message) => {
      asked = message;
      return "no";
    },
  });
  const { data } = await call(client, "remember", { predicate: "place.home", object: "Nice", said: "I live in Nice" });
  assert.deepEqual(
    told(data, "would_replace").map(({ claim }) => claim),
    [home],
  );
  await call(client, "confirm", { claims: [(data["claim"] as Told).claim] });
  assert.match(asked, /It takes the place of “self lives at Lyon”/);
});

test("why tells the lineage that may be read, and evidence only where the owner allowed it", async (context) => {
  const at = await served(context);
  const [evidence] = await at.node.write([
    {
      type: "evidence",
      payload: {
        ...{ source: { adapter: "notes", version: "1" }, origin: "import", external_id: "1", kind: "note" },
        content: { text: "Moved to Lyon, and the doctor said asthma" },
      },
    },
  ]);
  const state = (predicate: string, object: string, derivedFrom: OpId[]) =>
    stateClaim(at.node, { subject: "self", predicate, object, derivedFrom, rationale: "the note says asthma" });
  const hidden = await state("health.condition", "asthma", [evidence as OpId]);
  const lived = await state("place.lived", "Lyon", [evidence as OpId]);
  const home = await state("place.home", "Lyon", [lived]);
  const mixed = await state("place.work", "Lyon", [lived, hidden]);
  const plain = await overHttp(context, at.url, (await at.assistant("plain", ["place.*"])).token);
  const trusted = await overHttp(context, at.url, (await at.assistant("trusted", ["place.*"], { evidence: true })).token);
  const why = await call(plain, "why", { claim: home });
  assert.deepEqual(
    told(why.data, "follows_from").map(({ claim }) => claim),
    [lived],
  );
  assert.deepEqual([why.data["evidence_items"], why.data["evidence"], why.data["may_show_evidence"]], [1, [], false]);
  assert.doesNotMatch(JSON.stringify(why), /asthma|doctor/);
  const shown = await call(trusted, "why", { claim: home });
  assert.match(JSON.stringify(shown.data["evidence"]), /Moved to Lyon/);
  // What is derived from something sensitive is sensitive itself: it is not there for who may not see that.
  assert.match((await call(plain, "why", { claim: mixed })).text, /not_found/);
});

test("what does not fit, is unknown or may not be read is refused in plain words", async (context) => {
  const at = await served(context);
  const hidden = await at.state("health.condition", "asthma");
  const gone = await at.state("place.home", "Lyon");
  await refute(at.node, [gone]);
  const { token } = await at.assistant("helper", ["place.*"]);
  const client = await overHttp(context, at.url, token, { user: () => "yes" });
  const refusal = async (tool: string, asked: Record<string, unknown>) => {
    const { isError, text } = await call(client, tool, asked);
    assert.equal(isError, true, `${tool}: ${text}`);
    return text;
  };
  const words = await Promise.all(
    [hidden, gone, `op:${"0".repeat(64)}`].map(async (id) => (await refusal("why", { claim: id })).replace(id, "ID")),
  );
  assert.equal(new Set(words).size, 1, "nothing tells one from the other");
  assert.match(await refusal("why", { claim: "it" }), /usage: that is no claim's id/);
  for (const tool of ["refute", "confirm", "forget"]) assert.match(await refusal(tool, { claims: [hidden] }), /not_found/);
  assert.match(await refusal("correct", { claim: hidden, object: "x" }), /not_found/);
  assert.match(await refusal("remember", { predicate: "Not a predicate", object: 1 }), /dotted lower-case words/);
  assert.match(await refusal("recall", { question: "" }), /question/);
  assert.match(await refusal("recall", { question: "x".repeat(2_001) }), /question/);
  assert.match(await refusal("remember", { predicate: "place.home", object: Array.from({ length: 2_000 }, () => 0) }), /1,?000|elements/);
  assert.equal((await showOperation(at.node.replica, hidden)).status, "active");
  assert.deepEqual(at.defects, []);
});

test("an answer stays within its budget", async (context) => {
  const at = await served(context);
  for (let number = 0; number < 40; number++) await at.state("place.lived", `a town by the name of Number ${number}`);
  const { token } = await at.assistant("helper", ["place.*"]);
  const client = await overHttp(context, at.url, token);
  for (const tool of ["about", "recall"]) {
    const small = await call(client, tool, { question: "which town by the name of number", token_budget: 200, limit: 40 });
    const large = await call(client, tool, { question: "which town by the name of number", token_budget: 4_000, limit: 40 });
    assert.ok(told(small.data).length >= 1 && told(small.data).length < told(large.data).length, tool);
    assert.ok(small.text.length < 200 * 4 + 700, `${tool}: ${small.text.length}`);
  }
});

test("tools say what they are: each with schemas for what it takes and gives, and what it may do", async (context) => {
  const at = await served(context);
  const client = await overHttp(context, at.url, (await at.assistant("helper", ["place.*"])).token);
  const { tools } = await client.listTools();
  const looking = ["recall", "about", "why", "questions"];
  const destructive = ["refute", "correct", "forget"];
  assert.deepEqual(tools.map(({ name }) => name).sort(), [...looking, ...destructive, "remember", "confirm"].sort());
  for (const { name, title, description = "", annotations, inputSchema, outputSchema } of tools) {
    assert.ok(title && description.length > 80, name);
    assert.equal(inputSchema.type, "object");
    assert.ok(outputSchema?.["properties"], name);
    assert.equal(annotations?.readOnlyHint, looking.includes(name), name);
    assert.equal(annotations?.destructiveHint, destructive.includes(name), name);
    assert.equal(annotations?.openWorldHint, false, name);
  }
  const { prompts } = await client.listPrompts();
  for (const { name, arguments: wanted = [] } of prompts) {
    const values = Object.fromEntries(wanted.map((each) => [each.name, "music"]));
    const { messages } = await client.getPrompt({ name, arguments: values });
    assert.ok(messages.length > 0, name);
  }
});
