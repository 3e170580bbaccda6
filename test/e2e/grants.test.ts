/** Sharing as a person does it: preview, grant, serve, a grantee that pulls over HTTP, refute, revoke, ledger: real processes. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { checkDelegateOps } from "../../src/core/capability/delegate-ops.ts";
import { signPurgeReceipt } from "../../src/core/capability/holdings.ts";
import type { Did } from "../../src/core/crypto/did-key.ts";
import type { OpId } from "../../src/core/op/operation.ts";
import { type LedgerEntry, nativeCrypto, system } from "../../src/node/index.ts";
import { fixedKey } from "../../src/testkit/fixed-keys.ts";
import { networkAddresses, openHttpTransport } from "../../src/transport/index.ts";
import { fablepool, json, program } from "./command.ts";
import { running } from "./running.ts";

const folder = mkdtempSync(join(tmpdir(), "fablepool-grants-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const phone = join(folder, "phone");
const coach = fixedKey(nativeCrypto, "coach");

/** Serves the phone's home while `work` runs. */
async function serving<Result>(work: (server: { url: string; node: Did }) => Promise<Result>): Promise<Result> {
  const child = spawn(process.execPath, [program, "--home", phone, "--json", "serve", "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (data) => resolve(String(data)));
    child.once("error", reject);
    child.once("exit", () => reject(new RangeError("it did not serve")));
  });
  try {
    return await work(JSON.parse(line) as { url: string; node: Did });
  } finally {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
  }
}

async function pull(server: { url: string; node: Did }, grant: OpId, key = coach) {
  const transport = openHttpTransport({ url: server.url, node: server.node, key, crypto: nativeCrypto, ...system });
  try {
    const request = { type: "delegate_pull", grant_id: grant, grantee: key.did, nonce: `n ${Math.floor(performance.now() * 1_000)}` };
    const reply = await transport.request(request);
    const expected = { grant, grantee: key.did, nonce: request.nonce, server: server.node, lastAsOf: () => null, authority: [] };
    return {
      reply,
      checked: () => checkDelegateOps(nativeCrypto, reply, expected),
      purge: async (root: string, revocation: OpId | null) => {
        const receipt = signPurgeReceipt(nativeCrypto, key.seed, {
          grant,
          grantee: key.did,
          asOf: Date.now(),
          revocation,
          purgedRoot: root,
        });
        const again = openHttpTransport({ url: server.url, node: server.node, key, crypto: nativeCrypto, ...system });
        const ack = await again.request({ type: "purge_receipt", receipt: { ...receipt } });
        await again.close();
        return ack as { accepted: boolean };
      },
    };
  } finally {
    await transport.close();
  }
}

test("preview, grant, pull, refute, pull again, revoke, purge, ledger, audit, receipt", async () => {
  await fablepool(phone, ["init", "--name", "phone"]);
  const [run] = await Promise.all([json<{ id: OpId }>(phone, "claim", "self", "schedule.weekly", "run on Tuesday")]);
  await fablepool(phone, ["claim", "self", "health.condition", "asthma"]);

  const none = await fablepool(phone, ["grant", "preview"]);
  assert.deepEqual([none.code, /--predicate/.test(none.stderr)], [2, true]);
  const preview = await json<{ claim: OpId; object: string }[]>(phone, "grant", "preview", "--predicate", "*");
  assert.deepEqual(
    preview.map(({ object }) => object),
    ["run on Tuesday"],
    "what is sensitive is not shown unless it is asked for",
  );
  assert.equal((await json<unknown[]>(phone, "grants")).length, 0, "a preview grants nothing");

  const terms = ["--predicate", "schedule.*", "--purpose", "training", "--for", "90d", "--name", "coach"];
  const { grant, claims } = await json<{ grant: OpId; claims: number }>(phone, "grant", coach.did, ...terms);
  assert.equal(claims, 1);
  assert.match((await fablepool(phone, ["grants"])).stdout, /coach .*schedule\.\*.*active/);

  const root = await serving(async (server) => {
    const first = (await pull(server, grant)).checked();
    assert.deepEqual(
      first.attestations.map(({ object }) => object),
      ["run on Tuesday"],
    );
    const thief = await pull(server, grant, fixedKey(nativeCrypto, "thief"));
    assert.equal((thief.reply as { code: string }).code, "unauthorized");
    return first.slice.slice_root;
  });
  await fablepool(phone, ["refute", run.id]);
  assert.deepEqual((await json<LedgerEntry>(phone, "grant", "show", grant)).withdrawn, [run.id]);
  await serving(async (server) => assert.deepEqual((await pull(server, grant)).checked().attestations, []));
  assert.deepEqual((await json<LedgerEntry>(phone, "grant", "show", grant)).withdrawn, []);

  const { revocation } = await json<{ revocation: OpId }>(phone, "revoke", grant.slice(3, 15));
  assert.equal((await fablepool(phone, ["revoke", grant])).code, 2);
  const owed = await json<{ grants: LedgerEntry[]; attempts: { key: string }[] }>(phone, "ledger", "--open");
  assert.equal(owed.grants[0]?.purge.state, "owed");
  assert.equal(owed.attempts[0]?.key, fixedKey(nativeCrypto, "thief").did);
  await serving(async (server) => {
    const over = await pull(server, grant);
    assert.equal(over.checked().slice.status, "revoked");
    assert.equal((await over.purge(root, revocation)).accepted, true);
  });
  const audit = await json<{ grants: LedgerEntry[] }>(phone, "audit", "coach");
  assert.equal(audit.grants[0]?.purge.state, "acknowledged");
  const text = (await fablepool(phone, ["ledger"])).stdout;
  for (const part of [/read 1 claim,/, /said that it purged/, /purge acknowledged/, /refused here/]) assert.match(text, part);
  assert.equal((await fablepool(phone, ["audit", "nobody"])).code, 4);

  const record = await json<Record<string, unknown>>(phone, "grant", "receipt", grant);
  assert.deepEqual([record["record_id"], record["schema_version"]], [grant, "ISO/IEC TS 27560:2023"]);
  assert.match((await fablepool(phone, ["grant", "receipt", grant])).stdout, /purpose +training[\s\S]*withdrawn/);
});

test("what can't be granted is refused with a reason, before anything is signed", async () => {
  const home = join(folder, "other");
  await fablepool(home, ["init", "--name", "phone"]);
  const terms = ["--predicate", "a.*", "--purpose", "p"];
  const tries: readonly [number, RegExp, readonly string[]][] = [
    [2, /--until/, [coach.did, ...terms]],
    [2, /over already/, [coach.did, ...terms, "--until", "2001-01-01"]],
    [2, /no did:key/, ["did:key:z6MkNobody", ...terms, "--for", "1d"]],
    [2, /duration/, [coach.did, ...terms, "--for", "soon"]],
    [
      2,
      /no grant: member "min_confidence" does not fit: .* number from 0 to 1\n$/,
      [coach.did, ...terms, "--for", "1d", "--min-confidence", "7"],
    ],
    [4, /is no grant|no operation/, ["show", "1234"]],
  ];
  for (const [code, words, args] of tries) {
    const ran = await fablepool(home, ["grant", ...args]);
    assert.equal(ran.code, code, ran.stderr);
    assert.match(ran.stderr, words);
  }
  assert.deepEqual(await json(home, "grants", "--all"), []);
});

test("any text is a pattern; one that selects nothing is told with what a pattern is", async () => {
  const home = join(folder, "patterns");
  await fablepool(home, ["init", "--name", "phone"]);
  await fablepool(home, ["claim", "self", "odd[", "x"]);
  for (const [args, selects] of [
    [["preview", "--predicate", "["], false],
    [["preview", "--predicate", "*["], true],
    [[coach.did, "--purpose", "p", "--for", "1d", "--predicate", "["], false],
    [[coach.did, "--purpose", "p", "--for", "1d", "--predicate", "odd["], true],
  ] as const) {
    const { code, stderr } = await fablepool(home, ["grant", ...args]);
    assert.deepEqual(
      [code, /nothing is selected now: a pattern is a whole predicate.*schedule\.\*/.test(stderr)],
      [0, !selects],
      args.join(" "),
    );
  }
});

test("whoever listens at every address is named by one that others reach, and to programs here by this machine's own", async () => {
  const home = join(folder, "everywhere");
  await fablepool(home, ["init", "--name", "server"]);
  const served = running(home, "--json", "serve", "--host", "0.0.0.0", "--port", "0", "--tls");
  const { url, addresses } = JSON.parse(await served.says(/"url"/)) as { url: string; addresses: string[] };
  await served.stop();
  const { port } = new URL(url);
  assert.deepEqual([url, addresses], [`https://127.0.0.1:${port}`, [...networkAddresses().map((each) => `https://${each}:${port}`), url]]);
  const { invitation } = await json<{ invitation: string }>(
    home,
    "grant",
    coach.did,
    "--predicate",
    "place.*",
    "--purpose",
    "a",
    "--for",
    "1d",
  );
  assert.equal(new URLSearchParams(invitation.replace(/^[^?]*/, "")).get("url"), addresses[0]);
  await fablepool(home, ["assistant", "add", "helper", "--allow", "place.*"]);
  const { stdout } = await fablepool(home, ["assistant", "config", "helper", "--client", "http"]);
  assert.match(stdout, new RegExp(`^${url}/mcp$`, "m"));
});
