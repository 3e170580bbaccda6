/**
 * Messages of the Model Context Protocol's grammar, whole and damaged, to what answers assistants: over HTTP and over standard input. None is a
 * defect, takes seconds, leaves memory behind, or keeps an honest client from being answered afterwards.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { mcpEndpoint } from "../../src/mcp/index.ts";
import { serveAssistant } from "../../src/mcp/stdio.ts";
import { openAdmissions } from "../../src/node/index.ts";
import { damaged } from "../../src/testkit/grammar.ts";
import { seededRandom } from "../../src/testkit/seeded-random.ts";
import { house } from "../node/assistants/house.ts";
import { runs } from "../node/replicas.ts";
import { exchange, message } from "./mcp-messages.ts";

const seed = Number(process.env["FABLEPOOL_SEED"] ?? 20_261_127);
const inputs = runs(300);
/** Of processor time, which a busy machine does not stretch: a thousand times what any of them took. */
const msMax = 10_000;

/** What ever failed, tried first. */
const known = JSON.parse(readFileSync(new URL("mcp-regressions.json", import.meta.url), "utf8")) as { head: string; body: string }[];

const initialize = JSON.stringify({
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "x", version: "1" } },
});
const about = JSON.stringify({ jsonrpc: "2.0", id: "honest", method: "tools/call", params: { name: "about", arguments: {} } });

/** What HTTP itself lets through. */
function isHeader(name: string, value: string): boolean {
  try {
    return new Headers([[name, value]]) !== null;
  } catch {
    return false;
  }
}

async function memoryStays(work: () => Promise<void>): Promise<void> {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  await work();
  globalThis.gc?.();
  const grown = process.memoryUsage().heapUsed - before;
  assert.ok(grown < 100e6, `${Math.round(grown / 1e6)} MB stay`);
}

test(`${inputs} messages over HTTP (FABLEPOOL_SEED=${seed})`, async (context) => {
  const at = await house(context);
  await at.state("place.home", "Lyon");
  const { token } = await at.assistant("helper", ["*"], { quota: 1_000_000 });
  const news = await openAdmissions(at.node.replica);
  const defects: unknown[] = [];
  const endpoint = mcpEndpoint({ node: at.node, ask: async () => null, news, report: (error) => defects.push(error) });
  context.after(() => endpoint.close().then(() => news.close()));
  const post = (head: string, body: string, method = "POST") => {
    const all = new Headers({
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    });
    for (const line of head.split("\n").filter((each) => each !== "")) {
      const [name = "", ...value] = line.split(": ");
      if (isHeader(name, value.join(": "))) all.set(name, value.join(": "));
    }
    at.now += 1_000;
    return endpoint.answer(new Request("http://127.0.0.1:7411/mcp", { method, headers: all, ...(method === "POST" ? { body } : {}) }));
  };
  const opened = await post("", initialize);
  await opened.text();
  const session = opened.headers.get("mcp-session-id") ?? "";
  const random = seededRandom(seed);
  const rule = exchange(session);
  const counted = new Map<number, number>();
  const answered = async (head: string, body: string, method = "POST") => {
    const began = process.cpuUsage();
    const response = await post(head, body, method);
    if (method === "GET") await response.body?.cancel();
    else await response.text();
    const what = `${method} ${JSON.stringify(head)} ${JSON.stringify(body.slice(0, 500))}`;
    assert.ok(response.status < 500, `${response.status} for ${what}`);
    assert.deepEqual(defects, [], what);
    const { user, system } = process.cpuUsage(began);
    assert.ok(user + system < 1_000 * msMax, `it took ${Math.round((user + system) / 1_000)} ms: ${what}`);
    counted.set(response.status, (counted.get(response.status) ?? 0) + 1);
  };
  for (const { head, body } of known) await answered(head.replace("SESSION", session), body);
  await memoryStays(async () => {
    for (let count = 0; count < inputs; count++) {
      const whole = rule(random);
      const [head = "", ...body] = (random.once(3) ? damaged(random, whole, rule(random)) : whole).split("\n\n");
      await answered(head, body.join("\n\n"), random.once(40) ? "GET" : "POST");
    }
  });
  const honest = await post(`mcp-session-id: ${session}\nmcp-protocol-version: 2025-11-25`, about);
  assert.match(await honest.text(), /Lyon/);
  context.diagnostic(`answered: ${[...counted].map(([status, count]) => `${count} by ${status}`).join(", ")}`);
});

test(`${inputs} messages over standard input (FABLEPOOL_SEED=${seed})`, async (context) => {
  const at = await house(context);
  await at.state("place.home", "Lyon");
  const assistant = await at.assistant("helper", ["*"], { quota: 1_000_000 });
  const news = await openAdmissions(at.node.replica);
  const [input, output] = [new PassThrough(), new PassThrough()];
  const reported: unknown[] = [];
  const serving = serveAssistant({ node: at.node, assistant, news, input, output, report: (error) => reported.push(error) });
  context.after(() => serving.close().then(() => news.close()));
  const waiting = new Map<string, () => void>();
  let [rest, replies] = ["", 0];
  output.on("data", (chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const { jsonrpc, id } = JSON.parse(line) as { jsonrpc: string; id?: unknown };
      assert.equal(jsonrpc, "2.0");
      replies++;
      waiting.get(String(id))?.();
    }
  });
  const says = (id: string, line: string) =>
    new Promise<void>((resolve) => {
      waiting.set(id, () => resolve(void waiting.delete(id)));
      input.write(`\n${line}\n`);
    });
  await says("1", initialize);
  input.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  const random = seededRandom(seed);
  await memoryStays(async () => {
    for (let count = 0; count < inputs; count += 10) {
      for (let each = 0; each < 10; each++) {
        const whole = message(random);
        const line = random.once(3) ? damaged(random, whole, message(random)) : whole;
        input.write(random.once(10) ? line : `${line}\n`);
        at.now += 1_000;
      }
      const ping = `ping ${count}`;
      await says(ping, JSON.stringify({ jsonrpc: "2.0", id: ping, method: "ping" }));
    }
  });
  at.now += 10_000;
  await says("honest", about);
  const defects = reported.filter((error) => /TypeError|RangeError|ReferenceError/.test((error as Error)?.name ?? ""));
  assert.deepEqual(defects, []);
  context.diagnostic(`${replies} replies; ${reported.length} were no messages`);
});
