/** The official Inspector's command line against the real server: every tool, as a person would try it. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { listClaims } from "../../src/node/index.ts";
import { served } from "../mcp/served.ts";
import { program } from "./command.ts";

const inspector = join(
  createRequire(import.meta.url).resolve("@modelcontextprotocol/inspector/package.json"),
  ...["..", "clients", "launcher", "build", "index.js"],
);
const folder = mkdtempSync(join(tmpdir(), "fablepool-inspector-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const config = join(folder, "servers.json");

interface Inspected {
  readonly code: number | null;
  readonly stderr: string;
  readonly result: {
    readonly isError?: boolean;
    readonly content?: readonly { readonly text: string }[];
    readonly structuredContent?: Readonly<Record<string, unknown>>;
    readonly tools?: readonly { readonly name: string }[];
  };
}

function inspect(server: "started" | "served", ...args: readonly string[]): Promise<Inspected> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, HOME: folder, MCP_INSPECTOR_SECRET_STORE: "memory", NODE_COMPILE_CACHE: join(folder, "compiled") };
    const all = [inspector, "--cli", "--config", config, "--server", server, "--format", "json", ...args];
    const child = spawn(process.execPath, all, { env, stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (data) => {
      stdout += data;
    });
    child.stderr.on("data", (data) => {
      stderr += data;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      try {
        resolve({ code, stderr, result: (JSON.parse(stdout) as Pick<Inspected, "result">).result });
      } catch {
        reject(new SyntaxError(`no JSON: ${stdout}${stderr}`));
      }
    });
  });
}

const tool = (name: string, asked: object) =>
  inspect("served", "--method", "tools/call", "--tool-name", name, "--tool-args-json", JSON.stringify(asked));

test("the Inspector finds every tool of the real server without a complaint, and drives each", async (context) => {
  const at = await served(context);
  const id = await at.state("place.home", "Lyon");
  const { token } = await at.assistant("tester", ["place.*", "preference.*"]);
  const started = { command: process.execPath, args: [program, "--home", at.node.home.folder, "mcp", "--as", "tester"] };
  const byUrl = { type: "streamable-http", url: at.url.href, headers: { Authorization: `Bearer ${token}` } };
  writeFileSync(config, JSON.stringify({ mcpServers: { started, served: byUrl } }));

  const listed = await inspect("started", "--method", "tools/list", "--strict");
  assert.deepEqual([listed.code, /Warning|Error: tool/.test(listed.stderr)], [0, false], listed.stderr);
  const names = (listed.result.tools ?? []).map(({ name }) => name);

  const asks: Record<string, object> = {
    recall: { question: "is my home in Lyon?" },
    about: { topic: "place" },
    why: { claim: id },
    questions: {},
    remember: { predicate: "preference.food", object: "olives", said: "I love olives" },
    correct: { claim: id, object: "Nice", said: "I moved to Nice" },
    refute: { claims: [id] },
    confirm: { claims: [id] },
    forget: { claims: [id] },
  };
  assert.deepEqual(Object.keys(asks).sort(), names.toSorted());
  const answers = new Map<string, Inspected>();
  for (const [name, asked] of Object.entries(asks)) answers.set(name, await tool(name, asked));
  for (const name of ["recall", "about", "why"]) {
    assert.match(JSON.stringify(answers.get(name)?.result.structuredContent), /"object":"Lyon"/, name);
  }
  assert.deepEqual(answers.get("questions")?.result.structuredContent?.["questions"], []);
  for (const name of ["remember", "correct"]) assert.equal(answers.get(name)?.result.structuredContent?.["is"], "proposed", name);
  for (const name of ["refute", "confirm", "forget"]) {
    const { code, result } = answers.get(name) as Inspected;
    assert.ok(code !== 0 && result.isError, name);
    assert.ok(result.content?.[0]?.text.endsWith(`Tell them to run: fablepool ${name} ${id}`), name);
  }
  const waiting = await listClaims(at.node.replica, { statuses: ["proposed"], limit: 10 });
  assert.deepEqual(waiting.map(({ op }) => op.payload?.["object"]).sort(), ["Nice", "olives"]);
});
