/** `fablepool/client`, as it is published, and the examples that use it. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type ConnectOptions, connectMemory, type MemoryClient } from "fablepool/client";
import type { OpId } from "../../src/core/op/operation.ts";
import { withoutOwnWords } from "../../src/importers/index.ts";
import { listClaims, removeAssistant, showOperation } from "../../src/node/index.ts";
import { program } from "../e2e/command.ts";
import { type Served, served } from "./served.ts";

const root = join(import.meta.dirname, "..", "..");

async function connected(
  context: Pick<TestContext, "after">,
  address: Parameters<typeof connectMemory>[0],
  options: ConnectOptions = {},
): Promise<MemoryClient> {
  const memory = await connectMemory(address, options);
  context.after(() => memory.close());
  return memory;
}

test("recall, remember, confirm, correct, refute and forget, with the owner's word", async (context) => {
  const at = await served(context);
  const { token } = await at.assistant("helper", ["place.*", "preference.*"]);
  const home = await at.state("place.home", "Lyon");
  let agrees = false;
  const memory = await connected(context, { url: at.url, token }, { askOwner: async () => agrees });
  const recalled = await memory.recall("is my home in Lyon?");
  assert.deepEqual(
    recalled.claims.map(({ claim, object }) => [claim, object]),
    [[home, "Lyon"]],
  );
  assert.equal(withoutOwnWords(recalled.text), "");
  const { claim } = await memory.remember({ predicate: "preference.food", object: "olives", said: "I love olives" });
  const id = claim?.claim ?? "";
  await assert.rejects(memory.confirm([id]), { name: "PoolError", code: "interrupted" });
  agrees = true;
  await memory.confirm([id], "they said so");
  assert.deepEqual(
    (await memory.about({ topic: "preference" })).claims.map(({ object, trust }) => [object, trust]),
    [["olives", "user"]],
  );
  const corrected = await memory.correct({ claim: home, object: "Nice" });
  assert.equal(corrected.is, "corrected");
  assert.equal((await memory.why(corrected.claim)).claim.object, "Nice");
  await memory.refute([corrected.claim]);
  await assert.rejects(memory.why(corrected.claim), { code: "not_found" });
  assert.equal((await memory.forget([id])).forgotten, 2);
  assert.equal((await showOperation(at.node.replica, id as OpId)).status, "redacted");
  assert.deepEqual((await memory.questions()).questions, []);
});

test("failures have codes: nobody, nothing there, no form, no owner to ask, access that ended", async (context) => {
  const at = await served(context);
  const { token } = await at.assistant("helper", ["place.*"]);
  const home = await at.state("place.home", "Lyon");
  await assert.rejects(connectMemory({ url: at.url, token: "nobody" }), { code: "unauthorized", message: /by their token/ });
  await assert.rejects(connectMemory({ url: "http://127.0.0.1:9/mcp", token }), { code: "network" });
  const memory = await connected(context, { url: at.url, token });
  await assert.rejects(memory.why(`op:${"0".repeat(64)}`), { code: "not_found" });
  await assert.rejects(memory.recall(""), { code: "usage" });
  await assert.rejects(memory.refute([home]), { code: "unauthorized", message: /Tell them to run: fablepool refute/ });
  at.now += 91 * 86_400_000;
  await assert.rejects(
    memory.watch("everything", () => {}),
    { code: "unauthorized", message: /expired/ },
  );
  await removeAssistant(at.node, "helper", async () => null);
  await assert.rejects(memory.about(), { code: "unauthorized", message: /removed the assistant helper/ });
});

test("over a pipe it is the same, changes included", async (context) => {
  const at = await served(context, { now: new Date().toISOString() }); // another process has a clock of its own
  await at.assistant("helper", ["place.*"]);
  const args = [program, "--home", at.node.home.folder, "mcp", "--as", "helper"];
  const memory = await connected(context, { command: process.execPath, args });
  await watched(at, memory);
});

test("over HTTP changes are told, until they are not wanted any more", async (context) => {
  const at = await served(context);
  const { token } = await at.assistant("helper", ["place.*"]);
  await watched(at, await connected(context, { url: at.url, token }));
});

async function watched(at: Served, memory: MemoryClient): Promise<void> {
  let heard = 0;
  const stop = await memory.watch({ subject: "self", predicate: "place.lived" }, () => {
    heard++;
  });
  for (let town = 0; heard === 0; town++) {
    await at.state("place.lived", `Town ${town}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.ok((await memory.about()).total > 0);
  await stop();
}

interface Example {
  readonly lines: string[];
  says(pattern: RegExp): Promise<void>;
  types(line: string): void;
  readonly ended: Promise<number | null>;
}

function example(at: Served, token: string, file: string, args: readonly string[]): Example {
  const env = { ...process.env, FABLEPOOL_MCP_URL: at.url.href, FABLEPOOL_MCP_TOKEN: token };
  const child = spawn(process.execPath, [join(root, "examples", file), ...args], { cwd: root, env, stdio: ["pipe", "pipe", "pipe"] });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => lines.push(...String(data).trim().split("\n")));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const says = async (pattern: RegExp) => {
    while (!lines.some((line) => pattern.test(line))) {
      const code = await Promise.race([ended, new Promise<"going">((resolve) => setTimeout(() => resolve("going"), 20))]);
      if (code !== "going" && !lines.some((line) => pattern.test(line))) assert.fail(`${file} ended with ${code}: ${lines.join("\n")}`);
    }
  };
  return { lines, says, types: (line) => child.stdin.write(`${line}\n`), ended };
}

test("the examples run", async (context) => {
  const at = await served(context);
  const { token } = await at.assistant("example", ["place.*", "preference.*"]);
  await at.state("place.home", "Lyon");
  const ask = example(at, token, "ask.ts", ["is", "my", "home", "in", "Lyon?"]);
  assert.equal(await ask.ended, 0, ask.lines.join("\n"));
  assert.ok(ask.lines.includes("self lives at Lyon (confidence 1, trust user)"), ask.lines.join("\n"));
  const remember = example(at, token, "remember.ts", ["preference.food", "olives", "I love olives"]);
  await remember.says(/\[y\/N\]/);
  remember.types("y");
  assert.equal(await remember.ended, 0, remember.lines.join("\n"));
  assert.equal(remember.lines.at(-1), "Confirmed.");
  assert.equal((await listClaims(at.node.replica, { predicate: "preference.food", limit: 1 }))[0]?.status, "active");
  const watch = example(at, token, "watch.ts", ["self", "preference.drink"]);
  await watch.says(/^watching$/);
  await at.state("preference.drink", "tea");
  await watch.says(/tea/);
  assert.equal(await watch.ended, 0);
});
