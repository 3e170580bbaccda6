/** `recall` as a person meets it: an answer with why, "I do not know" when there is none, and one line for what is wrong. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Recalled } from "../../src/node/index.ts";
import { embeddingServer } from "../node/recall/embedding-server.ts";
import { fablepool, json } from "./command.ts";

async function homeWithNote(context: TestContext): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "fablepool-recall-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const home = join(folder, "home");
  await fablepool(home, ["init", "--name", "laptop"]);
  writeFileSync(join(folder, "day.md"), "# Harbour\n\nTook the boat out with Bram.\n");
  await fablepool(home, ["import", join(folder, "day.md")]);
  await fablepool(home, ["claim", "self", "health.allergy", "penicillin"]);
  return home;
}

test("what is known is told with why, what is not is said to be unknown, and wrong input is one line", async (context) => {
  const home = await homeWithNote(context);
  const known = await fablepool(home, ["recall", "what", "am", "I", "allergic", "to?"]);
  assert.match(known.stdout, /^op:\w+ {2}self is allergic to penicillin \(100 %, said by you\)\n {4}says "allergic"\n$/);
  assert.deepEqual([known.code, known.stderr], [0, ""]);
  const told = await json<Recalled>(home, "recall", "who was on the boat with Bram?", "--limit", "1");
  assert.match(told.evidence[0]?.title ?? "", /Harbour/);
  assert.deepEqual([told.evidence.length, told.confident, told.answers], [1, true, []]);
  const unknown = await fablepool(home, ["recall", "when did Xiomara keep axolotls?"]);
  assert.deepEqual([unknown.code, unknown.stdout], [0, ""]);
  assert.equal(unknown.stderr, 'I do not know: nothing is near this; nothing here has "xiomara", "keep", "axolotls"\n');
  for (const wrong of [["recall"], ["recall", " "], ["recall", "x", "--limit", "0"], ["recall", "x", "--model", "m"]]) {
    const { code, stderr } = await fablepool(home, wrong);
    assert.equal(code, 2, wrong.join(" "));
    assert.match(stderr, /^(fablepool: .+\n|error: .+\n)/);
  }
});

test("what is not so yet, and what is no longer so, is told with its day", async (context) => {
  const home = await homeWithNote(context);
  await fablepool(home, ["claim", "self", "place.home", "Malmö", "--from", "2999-12-01"]);
  await fablepool(home, ["claim", "self", "place.work", "Lund", "--until", "2001-02-03"]);
  const { stdout } = await fablepool(home, ["recall", "Malmö or Lund?"]);
  assert.match(stdout, /Malmö \(100 %, said by you, from 2999-12-01\)\n.*is not so yet/);
  assert.match(stdout, /Lund \(100 %, said by you, until 2001-02-03\)\n.*is no longer so/);
});

test("a model of this machine is asked what texts mean; one that is not there is told of, and words have to do", async (context) => {
  const home = await homeWithNote(context);
  const { url } = await embeddingServer(context);
  const near = await json<Recalled>(home, "recall", "the regatta", "--model", "themes", "--endpoint", url);
  assert.deepEqual(near.evidence[0]?.reasons, ["means nearly what was asked"]);
  const gone = await fablepool(home, ["recall", "boat", "--model", "themes", "--endpoint", "http://127.0.0.1:9/v1"]);
  assert.deepEqual([gone.code, /^themes was not asked: /.test(gone.stderr), /Harbour/.test(gone.stdout)], [0, true, true]);
  const away = await fablepool(home, ["recall", "boat", "--model", "themes", "--endpoint", "https://models.invalid/v1"]);
  assert.deepEqual([away.code, /only a model on this machine/.test(away.stderr)], [2, true]);
});
