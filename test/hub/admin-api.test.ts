/** The operators' API over real HTTP: the same as the commands do, for whoever has the token and nobody else. */
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Did } from "../../src/core/crypto/did-key.ts";
import { readHubInvitation } from "../../src/core/sync/hub-invitation.ts";
import { adminLimits } from "../../src/hub/admin/admin-limits.ts";
import { readAdminToken, startAdmin } from "../../src/hub/index.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { askHost, founder, hostedDevice, random, testHub } from "./hub-of-test.ts";

const patience = { timeout: 600_000 };
const token = "t0ken-".repeat(8);

interface Asked {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

async function operated(t: TestContext) {
  const hub = await testHub();
  const { news } = hub;
  const { registry, database } = hub.one;
  const options = {
    registry,
    database,
    news,
    clock: Date.now,
    random,
    token,
    hub: { url: "https://hub.example", front: hub.one.front as Did },
  };
  const api = await startAdmin({ host: "127.0.0.1", port: 0 }, options);
  t.after(async () => {
    await api.close();
    await hub[Symbol.asyncDispose]();
  });
  const ask = async (method: string, path: string, { body, headers = { authorization: `Bearer ${token}` } }: Asked = {}) => {
    const reply = await fetch(`${api.url}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const text = await reply.text();
    return { status: reply.status, text, json: /application.json/.test(reply.headers.get("content-type") ?? "") ? JSON.parse(text) : null };
  };
  return { ...hub, options, ask };
}

test("who has no token, another one, or asks from a page is answered 401; who guesses is slowed down", patience, async (t) => {
  const { ask } = await operated(t);
  const wrong = [
    {},
    { authorization: `Bearer ${token}x` },
    { authorization: token },
    { authorization: `Bearer ${token}`, origin: "https://evil.example" },
  ];
  for (const headers of wrong) {
    const { status, json } = await ask("GET", "/pools", { headers });
    assert.deepEqual([status, json.error.code], [401, "unauthorized"]);
  }
  const guesses = await Promise.all(Array.from({ length: 3 * adminLimits.strangersBurst }, () => ask("GET", "/pools", { headers: {} })));
  assert.ok(guesses.some(({ status }) => status === 429));
  assert.equal((await ask("GET", "/pools")).status, 200, "who has it is not slowed down by who has not");
});

test("what is asked for wrongly gets one line that says what is wrong, and changes nothing", patience, async (t) => {
  const { ask, options } = await operated(t);
  const pool = `op:${"0".repeat(64)}`;
  const cases = [
    ["POST", "/invitations", { rol: "full" }, 400, /Unrecognized key: "rol"/],
    ["POST", "/invitations", { quota: { bytes: -1 } }, 400, /body, quota\.bytes/],
    ["POST", "/invitations", { label: "x".repeat(adminLimits.words + 1) }, 400, /body, label/],
    ["POST", "/invitations", { label: "x".repeat(adminLimits.requestBytes) }, 413, /too large/],
    ["POST", "/invitations", [], 400, /body/],
    ["DELETE", "/invitations/0123456789abcdef", undefined, 404, /no invitation/],
    ["GET", "/pools/op:12", undefined, 400, /is no pool/],
    ["GET", `/pools/${pool}`, undefined, 404, /not hosted here/],
    ["GET", `/pools/${pool}/export`, undefined, 404, /not hosted here/],
    ["PUT", `/pools/${pool}/quota`, { operations: 1 }, 404, /not hosted here/],
    ["DELETE", `/pools/${pool}`, { tell_for_ms: 1e15 }, 400, /tell_for_ms/],
    ["GET", "/nothing", undefined, 404, /docs\/hub-admin\.md/],
  ] as const;
  for (const [method, path, body, status, message] of cases) {
    const reply = await ask(method, path, { body });
    assert.equal(reply.status, status, `${method} ${path}: ${reply.text.slice(0, 200)}`);
    assert.match(reply.json.error.message, message);
  }
  const off = startAdmin({ host: "0.0.0.0", port: 0 }, options);
  await assert.rejects(off, { code: "usage", message: /only be served there over TLS/ });
});

test("invited, seen, bounded, suspended, resumed, exported and deleted, each as often as one likes", patience, async (t) => {
  const { ask, one } = await operated(t);
  const made = await ask("POST", "/invitations", { body: { label: "Mara", quota: { operations: 50 } } });
  assert.equal(made.status, 201);
  const invitation = readHubInvitation(nativeCrypto.sha256Hex, made.json.invitation);
  const guest = await founder();
  const brought = await askHost(one, guest.key, { type: "host", invitation: invitation.token, pool: guest.pool });
  assert.deepEqual([brought["type"], brought["quota"]], ["hosted", { operations: 50, bytes: null }]);
  const open = await ask("POST", "/invitations");
  assert.equal((await ask("DELETE", `/invitations/${open.json.id}`)).status, 200);
  const { invitations } = (await ask("GET", "/invitations")).json;
  assert.ok(invitations.some((each: { id: string; state: string }) => each.id === made.json.id && each.state === "used"));
  const { pool, hub, key } = await hostedDevice(one);
  const { pools, next } = (await ask("GET", "/pools")).json;
  assert.ok(next === null && [pool, guest.pool].every((each) => pools.some((listed: { pool: string }) => listed.pool === each)));
  const shown = (await ask("GET", `/pools/${pool}`)).json;
  assert.deepEqual([shown.did, shown.state, shown.held.operations], [hub, "active", 3]);
  assert.ok(shown.devices.some((device: { key: string; role: string }) => device.key === key.did && device.role === "full"));
  for (let times = 0; times < 2; times++) {
    assert.equal((await ask("POST", `/pools/${pool}/suspend`, { body: { notice: "pay" } })).json.state, "suspended");
  }
  for (let times = 0; times < 2; times++) assert.equal((await ask("POST", `/pools/${pool}/resume`)).json.state, "active");
  assert.deepEqual((await ask("PUT", `/pools/${pool}/quota`, { body: { bytes: 5 } })).json.quota, { operations: null, bytes: 5 });
  const exported = await ask("GET", `/pools/${pool}/export`);
  assert.equal(exported.text.trimEnd().split("\n").length, 3);
  const gone = await ask("DELETE", `/pools/${pool}`, { body: { tell_for_ms: 0 } });
  assert.deepEqual([gone.status, gone.json], [202, { pool, hosted: true, told_until: null }]);
  while ((await ask("GET", `/pools/${pool}`)).status !== 404) await sleep(20);
  assert.equal((await ask("DELETE", `/pools/${pool}`)).json.hosted, false);
});

test("a token that others may read, that can be guessed or that is not there is refused, with what to do", () => {
  const folder = mkdtempSync(join(tmpdir(), "fablepool-token-"));
  const file = join(folder, "token");
  const refused = (message: RegExp) => assert.throws(() => readAdminToken(file), { code: "home", message });
  refused(/openssl rand -hex 32/);
  writeFileSync(file, `${token}\n`, { mode: 0o600 });
  assert.equal(readAdminToken(file), token);
  chmodSync(file, 0o644);
  refused(/chmod 600/);
  chmodSync(file, 0o600);
  for (const text of ["", "short", `${token} ${token}`, "x".repeat(600)]) {
    writeFileSync(file, text);
    refused(/one token of 32 to 512/);
  }
  rmSync(folder, { recursive: true });
});
