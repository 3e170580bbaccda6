/** The official conformance suite against the real endpoint, with its fixtures registered beside the memory's own tools. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { registerFixtures } from "./conformance-fixtures.ts";
import { served } from "./served.ts";

const suite = join(createRequire(import.meta.url).resolve("@modelcontextprotocol/conformance/package.json"), "..", "dist", "index.js");

function run(args: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [suite, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data) => {
        output += data;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}

test("every server scenario of the official conformance suite passes", async (context) => {
  let token = "";
  // The suite can send no token: what it asks is asked as an assistant.
  const before = (request: Request) => {
    const headers = new Headers(request.headers);
    headers.set("authorization", `Bearer ${token}`);
    const { method, body, signal } = request;
    return new Request(request.url, { method, headers, body, signal, ...(body === null ? {} : { duplex: "half" }) });
  };
  const at = await served(context, { register: registerFixtures, before });
  token = (await at.assistant("conformance", ["*"])).token;
  const { code, output } = await run(["server", "--url", at.url.href, "--suite", "all"]);
  const failed = output.split("\n").filter((line) => /[1-9]\d* failed/.test(line) || line.includes("✗"));
  assert.equal(code, 0, failed.join("\n"));
  assert.match(output, /Total: 44 passed, 0 failed/);
  assert.deepEqual(at.defects, []);
});
