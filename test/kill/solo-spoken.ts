/** Programs on one home that are spoken to while they run: an assistant's over its input and output, the inspector over HTTP. */
import assert from "node:assert/strict";
import type { OpId } from "../../src/core/op/operation.ts";
import { addAssistant, listOperations } from "../../src/node/index.ts";
import { commandsOf, label, prepare, type Scene, type Solo, type Striking } from "./scene.ts";
import { clockFrom, type Struck, start, underStrike } from "./strike.ts";
import { idsIn } from "./whole.ts";

let assistant = { name: "", did: "" };

const message = (id: number, method: string, params: object) => `${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`;
const call = (id: number, name: string, args: object) => message(id, "tools/call", { name, arguments: args });

/** It asks and proposes; its input ends once it has been answered. */
async function talk(scene: Scene, { program, args, strike }: Striking): Promise<Struck> {
  const clock = clockFrom(strike.watched);
  const started = start(program, args, "pipe");
  const { stdin } = started.child;
  stdin?.on("error", () => undefined); // killed while it was spoken to
  const client = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "x", version: "1" } };
  stdin?.write(`${message(1, "initialize", client)}{"jsonrpc":"2.0","method":"notifications/initialized"}\n`);
  stdin?.write(call(2, "recall", { question: "test", limit: 10 }));
  for (let id = 3; id < 6; id++) {
    const said = `I like tea ${label(scene)}`;
    stdin?.write(call(id, "remember", { predicate: "preference.likes", object: said.slice(7), said }));
  }
  const answered = /(?:"id":[2-5]\b.*){4}/s;
  started.says(answered).then(
    () => stdin?.end(),
    () => undefined,
  );
  return underStrike(started, clock, strike.afterMs);
}

/** What an assistant was told of, but its own words, was noted before. */
async function checkNoted(scene: Scene, { struck }: { readonly struck: Struck }): Promise<void> {
  await prepare(scene, async ({ replica }) => {
    const ops = await listOperations(replica, 5_000);
    const noted = ops.flatMap(({ author, type, payload }) =>
      author === assistant.did && type === "inference" ? (payload?.["inputs"] as OpId[]) : [],
    );
    const authors = new Map<string, string>(ops.map(({ op_id, author }) => [op_id, author]));
    const answer = struck.stdout.split("\n").find((line) => line.includes('"id":2')) ?? "";
    for (const id of idsIn(answer)) assert.ok(noted.includes(id as OpId) || authors.get(id) === assistant.did, `${id} was read unseen`);
  });
}

/** Writes through the page's interface, a few at a time, and ends it when all was answered. */
async function usePage(scene: Scene, { program, args, strike }: Striking): Promise<Struck> {
  const clock = clockFrom(strike.watched);
  const started = start(program, args);
  let answers = "";
  const post = async (url: string, token: string, path: string, body: object) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const reply = await fetch(`${url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    const text = await reply.text();
    assert.ok(reply.status < 300, `${path} answers ${reply.status}: ${text.slice(0, 300)}`);
    answers += text;
  };
  const using = async () => {
    const [text] = await started.says(/\{"url".*\}/);
    const { url, token } = JSON.parse(text) as { url: string; token: string };
    for (let at = 0; at < 5; at++) {
      const claim = { subject: "self", predicate: "preference.likes", object: `tea ${label(scene)}` };
      await post(url, token, "/api/claims", claim);
      const targets = [scene.held.claims[(scene.strikes + at) % scene.held.claims.length]];
      await post(url, token, "/api/judgements", { kind: "refute", targets });
    }
    started.child.kill("SIGINT");
  };
  const used = using().catch((error: unknown) => (started.child.signalCode === null && started.child.exitCode === null ? error : null));
  const struck = await underStrike(started, clock, strike.afterMs);
  const failure = struck.killed ? null : await used;
  if (failure instanceof assert.AssertionError) throw failure;
  return { ...struck, stdout: struck.stdout + answers };
}

const solos: readonly Solo[] = [
  {
    name: "mcp",
    weight: 5,
    async args(scene) {
      const name = `helper-${scene.made++}`;
      const terms = {
        selector: { predicates: ["*"] },
        purpose: "to help",
        expiresAt: Date.now() + 86_400_000,
        evidence: false,
        quota: 100,
      };
      const { record } = await prepare(scene, (node) => addAssistant(node, { name, ...terms }, async () => null));
      assistant = record;
      return ["mcp", "--as", name];
    },
    run: talk,
    check: checkNoted,
  },
  { name: "open", weight: 5, args: () => ["open", "--no-browser", "--port", "0"], run: usePage },
];

export const spokenCommands = commandsOf(solos);
