/** `derive --model` as a person meets it: told what goes where, asked before it leaves the machine, and shown what to judge. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { chatServer, saying } from "../derive/chat-server.ts";
import { fablepool, json } from "./command.ts";

async function homeWithNote(context: TestContext): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "fablepool-model-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const home = join(folder, "home");
  await fablepool(home, ["init", "--name", "laptop"]);
  writeFileSync(join(folder, "day.md"), "# Day\n\nNothing like green tea in the evening.\n");
  await fablepool(home, ["import", join(folder, "day.md")]);
  return home;
}

test("a model on this machine is told of, asked, and what it says is a question", async (context) => {
  const home = await homeWithNote(context);
  const { url, questions } = await chatServer(context, () => [saying({ object: "green tea", quote: "nothing like green tea" })]);
  const env = { FABLEPOOL_MODEL_KEY: "k-1" };
  const { code, stdout, stderr } = await fablepool(home, ["derive", "--model", "small:1b", "--endpoint", url], { env });
  assert.equal(code, 0, stderr);
  assert.match(
    stderr,
    new RegExp(`sending your own words \\(1 note\\) to small:1b at ${url}/chat/completions, on this machine, in 1 question`),
  );
  assert.match(stdout, /^asked small:1b about 1 item: 1 new question for you, 0 known already\nsee `fablepool questions`/);
  assert.equal(questions[0]?.authorization, "Bearer k-1");
  assert.equal((await json<{ object: string }[]>(home, "questions"))[0]?.object, "green tea");
  const again = await fablepool(home, ["derive", "--model", "small:1b", "--endpoint", url]);
  assert.match(again.stdout, /^nothing to ask small:1b: it was asked about all of it before/);
});

test("words leave the machine only when somebody said yes, and never in the clear", async (context) => {
  const home = await homeWithNote(context);
  const ask = (endpoint: string, ...more: string[]) => fablepool(home, ["derive", "--model", "m", "--endpoint", endpoint, ...more]);
  const away = await ask("https://models.invalid/v1");
  assert.deepEqual([away.code, /OUTSIDE this machine/.test(away.stderr), /add --yes/.test(away.stderr)], [2, true, true]);
  assert.equal((await ask("http://models.invalid/v1", "--yes")).code, 2);
  const alone = await fablepool(home, ["derive", "--model", "m"]);
  assert.deepEqual([alone.code, /go together/.test(alone.stderr)], [2, true]);
  const log = await json<{ type: string }[]>(home, "log");
  assert.ok(!log.some(({ type }) => type === "inference"), "nothing was sent");
});

test("a model that isn't there is a problem told in one line, with the exit code for it", async (context) => {
  const home = await homeWithNote(context);
  const { code, stderr } = await fablepool(home, ["derive", "--model", "m", "--endpoint", "http://127.0.0.1:9/v1"]);
  assert.equal(code, 1);
  assert.match(stderr, /a question failed: .*(ECONNREFUSED|bad port)/);
});
