/** Two assistants at once, one allowed less than the other, over standard input and output and over HTTP, with real processes. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Client } from "@modelcontextprotocol/client";
import type { Selector } from "../../src/core/capability/selector.ts";
import type { OpId } from "../../src/core/op/operation.ts";
import {
  type AssistantRecord,
  addAssistant,
  homeAt,
  initNode,
  ledgerEntry,
  listClaims,
  listOperations,
  type Node,
  previewSlice,
  stateClaim,
} from "../../src/node/index.ts";
import { type Called, call, overHttp, overStdio } from "../mcp/clients.ts";
import { fablepool } from "./command.ts";
import { withHome } from "./homes.ts";
import { running } from "./running.ts";

const folder = mkdtempSync(join(tmpdir(), "fablepool-assistants-e2e-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const home = join(folder, "home");

const claimsOf = ({ data }: Called, member = "claims") =>
  (data[member] as readonly { readonly claim: string }[]).map(({ claim }) => claim).sort();

interface Added {
  readonly name: string;
  readonly record: AssistantRecord;
  readonly token: string;
  /** The claims that its grant shows. */
  readonly slice: readonly OpId[];
}

const claims = [
  ["place.home", "Lyon"],
  ["place.work", "Paris"],
  ["preference.food", "olives"],
  ["health.condition", "asthma"],
] as const;

async function add(node: Node, name: string, selector: Selector): Promise<Added> {
  const terms = { selector, purpose: "to help", expiresAt: Date.now() + 86_400_000, evidence: false, quota: 100 };
  const added = await addAssistant(node, { name, ...terms }, async () => null);
  return {
    name,
    ...added,
    slice: (await previewSlice(node.replica, selector, Date.now())).map(({ attestation }) => attestation.claim).sort(),
  };
}

test("each sees exactly its slice over either transport, a removed one is told so at once, and all of it is in the ledger", async (context) => {
  const { node: founder } = await initNode(homeAt(home), { name: "laptop", passphrase: null });
  for (const [predicate, object] of claims) await stateClaim(founder, { subject: "self", predicate, object });
  const less = await add(founder, "less", { predicates: ["place.*"] });
  const more = await add(founder, "more", { predicates: ["*"], max_sensitivity: "sensitive" });
  assert.deepEqual([less.slice.length, more.slice.length], [2, 4]);
  await founder.close();

  const server = running(home, "serve", "--port", "0");
  context.after(() => server.stop("SIGKILL"));
  const url = new URL(`${/http:\S+/.exec(await server.says(/at http:/))?.[0]}/mcp`);
  const [lessStdio, lessHttp, moreStdio, moreHttp] = await Promise.all([
    overStdio(context, home, less.name),
    overHttp(context, url, less.token, { era: "modern" }),
    overStdio(context, home, more.name),
    overHttp(context, url, more.token),
  ]);

  const ask = (client: Client) =>
    Promise.all([
      call(client, "about"),
      call(client, "recall", { question: "home Lyon work Paris food olives condition asthma", limit: 20 }),
    ]);
  const [a, b, c, d] = await Promise.all([lessStdio, lessHttp, moreStdio, moreHttp].map((client) => ask(client as Client)));
  for (const answer of [...(a ?? []), ...(b ?? [])]) assert.deepEqual(claimsOf(answer), less.slice);
  for (const answer of [...(c ?? []), ...(d ?? [])]) assert.deepEqual(claimsOf(answer), more.slice);

  // Both write at once, over both ways in: nothing is lost, nothing forks.
  const objects = ["a", "b", "c"].flatMap((object) => [`${object} of less`, `${object} of more`]);
  const remember = (client: Client, object: string) =>
    call(client, "remember", { predicate: "preference.likes", object, said: `I like ${object}` });
  const proposed = await Promise.all(
    objects.map((object, at) =>
      remember((object.endsWith("less") ? [lessStdio, lessHttp] : [moreStdio, moreHttp])[at % 2] as Client, object),
    ),
  );
  assert.ok(
    proposed.every(({ data }) => data["is"] === "proposed"),
    JSON.stringify(proposed),
  );
  const waiting = await withHome(homeAt(home), ({ replica }) => listClaims(replica, { statuses: ["proposed"], limit: 20 }));
  assert.deepEqual(waiting.map(({ op }) => op.payload?.["object"]).sort(), objects.toSorted());
  for (const { op } of waiting) assert.equal(op.author, (String(op.payload?.["object"]).endsWith("less") ? less : more).record.did);

  assert.equal((await fablepool(home, ["assistant", "remove", "less"])).code, 0);
  const refused = await call(lessStdio, "about");
  assert.equal(refused.isError, true);
  assert.match(refused.text, /unauthorized: access ended: the owner of this memory removed the assistant less/);
  await assert.rejects(call(lessHttp, "about"), /access ended: the owner of this memory removed the assistant less/);
  for (const client of [moreStdio, moreHttp]) assert.deepEqual(claimsOf(await call(client, "about")), more.slice);
  const again = await fablepool(home, ["mcp", "--as", "less"]);
  assert.deepEqual([again.code, /removed the assistant less/.test(again.stderr)], [6, true]);

  await withHome(homeAt(home), async ({ replica }) => {
    const [ended, going] = await Promise.all([less, more].map(({ record }) => ledgerEntry(replica, record.grant, Date.now())));
    assert.deepEqual(
      [ended?.status, ended?.accesses.map(({ outcome, served }) => `${outcome} ${served}`)],
      ["revoked", ["served 2", "revoked 0"]],
    );
    assert.equal(ended?.purge.state, "acknowledged");
    assert.deepEqual([going?.status, going?.accesses.at(-1)?.served], ["active", 4]);
    const inferences = (await listOperations(replica, 500)).filter(({ type }) => type === "inference");
    for (const { record, slice } of [less, more]) {
      const read = inferences.filter(({ author }) => author === record.did).flatMap(({ payload }) => payload?.["inputs"] as OpId[]);
      assert.deepEqual(read.toSorted(), slice, "each claim that was read is noted once, by who read it, and no other");
    }
  });
  assert.equal(await server.stop(), 0);
});

test("slips get a line that says what to do", async () => {
  const slips: [string[], number, RegExp][] = [
    [["mcp"], 2, /--as/],
    [["mcp", "--as", "nobody"], 4, /no assistant nobody here: `fablepool assistant list`/],
    [["assistant", "add", "x"], 2, /--allow/],
    [["assistant", "add", "more", "--allow", "*"], 2, /there is an assistant more already/],
    [["assistant", "config", "less"], 6, /removed the assistant less/],
  ];
  for (const [args, code, words] of slips) {
    const ran = await fablepool(home, args);
    assert.deepEqual([ran.code, words.test(ran.stderr)], [code, true], `${args.join(" ")}: ${ran.code} ${ran.stderr}`);
  }
  const { stdout } = await fablepool(home, ["assistant", "list"]);
  assert.match(stdout, /less {2}removed .* may read place\.\*/);
  const added = await fablepool(home, ["assistant", "add", "third", "--allow", "place.*", "--for", "30d", "--client", "vscode"]);
  const [summary = "", lines = ""] = added.stdout.split(/\n\n(.*)/s);
  assert.match(summary, /^third may read place\.\*, up to personal, until .*: 2 claims now$/);
  const { servers } = JSON.parse(lines) as { servers: { fablepool: { command: string; args: string[] } } };
  assert.deepEqual(servers.fablepool.args.slice(-3), ["mcp", "--as", "third"]);
});
