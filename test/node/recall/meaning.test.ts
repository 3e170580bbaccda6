/** Finding by what texts mean, with a small server in a model's place. */
import assert from "node:assert/strict";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { OpId } from "../../../src/core/op/operation.ts";
import { embeddingEndpoint, homeAt, initNode, Meaning, type Node, recall } from "../../../src/node/index.ts";
import { claim, targeting } from "../replicas.ts";
import { note } from "../search-items.ts";
import { embeddingServer } from "./embedding-server.ts";

const now = Date.UTC(2026, 6, 15);

async function newNode(context: TestContext): Promise<Node> {
  const folder = mkdtempSync(join(tmpdir(), "fablepool-meaning-"));
  const { node } = await initNode(homeAt(join(folder, "home")), { name: "laptop", passphrase: null });
  context.after(async () => {
    await node.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return node;
}

const drafts = [
  note("Saturday", "We took the boat out of the harbour."),
  note("Monday", "Made dough, the loaf is in the oven."),
  claim("self", "preference.hobby", "sailing"),
];

async function ask(node: Node, meaning: Meaning, question: string) {
  const { answers, evidence } = await recall(node.replica, {
    question,
    limit: 5,
    mayRead: "all",
    now,
    near: await meaning.nearest(question, 2),
  });
  return { answers, evidence };
}

test("what means nearly what was asked is found without a common word, and says so; each text is asked about once", async (context) => {
  const node = await newNode(context);
  const server = await embeddingServer(context);
  await node.write(drafts);
  await recall(node.replica, { question: "x", limit: 1, mayRead: "all", now });
  const of = { endpoint: embeddingEndpoint(server.url), model: "themes" };
  const meaning = new Meaning(node.home, of);
  assert.equal(await meaning.learn(node.replica), 3);
  const { answers, evidence } = await ask(node, meaning, "the regatta");
  assert.deepEqual([answers[0]?.sentence, evidence[0]?.title], ["self enjoys sailing as a hobby", "Saturday"]);
  assert.deepEqual(answers[0]?.reasons, ["means nearly what was asked"]);
  assert.deepEqual(await ask(node, meaning, "the regatta"), { answers, evidence }, "the same question has the same answer");
  assert.equal(await meaning.learn(node.replica), 0);
  assert.equal(await new Meaning(node.home, of).learn(node.replica), 0, "kept beside the store");
  assert.equal(await new Meaning(node.home, { ...of, model: "other" }).learn(node.replica), 3, "another model knows nothing of it");
});

test("when something is erased, no vector is left; what a crash tore off the file is asked about again", async (context) => {
  const node = await newNode(context);
  const server = await embeddingServer(context);
  const [, loaf] = await node.write(drafts);
  await recall(node.replica, { question: "x", limit: 1, mayRead: "all", now });
  const of = { endpoint: embeddingEndpoint(server.url), model: "themes" };
  const path = `${node.home.store}.vectors`;
  await new Meaning(node.home, of).learn(node.replica);
  const bytes = readFileSync(path);
  appendFileSync(path, bytes.subarray(-40, -3));
  assert.equal(await new Meaning(node.home, of).learn(node.replica), 0);
  assert.deepEqual(readFileSync(path), bytes, "the torn end is gone");
  const meaning = new Meaning(node.home, of);
  await node.write([targeting("redaction", loaf as OpId)]);
  assert.ok(!existsSync(path), "erasure takes the file away");
  assert.deepEqual(
    (await ask(node, meaning, "baking")).evidence.filter(({ id }) => id === loaf),
    [],
    "not even for who still holds it",
  );
  assert.equal(await new Meaning(node.home, of).learn(node.replica), 2);
  assert.ok(!readFileSync(path).includes(Buffer.from((loaf as string).slice(3), "hex")));
});

test("only a model of this machine is asked, and a reply of another form is refused and kept nowhere", async (context) => {
  for (const url of ["https://models.invalid/v1", "http://192.0.2.1/v1"]) assert.throws(() => embeddingEndpoint(url), { code: "usage" });
  const node = await newNode(context);
  const server = await embeddingServer(context);
  await node.write(drafts);
  await recall(node.replica, { question: "x", limit: 1, mayRead: "all", now });
  const meaning = new Meaning(node.home, { endpoint: embeddingEndpoint(server.url), model: "themes" });
  for (const said of [
    "[",
    "{}",
    '{"data": [{"index": 0, "embedding": [1, 2]}]}',
    JSON.stringify({ data: [0, 1, 2].map((index) => ({ index, embedding: [1, index === 1 ? "2" : 2] })) }),
    JSON.stringify({ data: [0, 1, 2].map((index) => ({ index, embedding: Array(index + 1).fill(1) })) }),
  ]) {
    server.say(said);
    await assert.rejects(meaning.learn(node.replica), { code: "peer" }, said.slice(0, 60));
  }
  assert.deepEqual(await new Meaning(node.home, { endpoint: embeddingEndpoint(server.url), model: "themes" }).nearest("", 3), []);
});
