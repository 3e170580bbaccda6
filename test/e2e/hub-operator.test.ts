/**
 * An operator at the command line, two processes of a hub on a real database, and a device of a guest: invited, hosted, bounded, suspended,
 * resumed, exported to a bare machine, and deleted without a trace.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { PoolError } from "../../src/core/errors.ts";
import { hostingRefusalOf } from "../../src/core/sync/hosting.ts";
import { readHubInvitation } from "../../src/core/sync/hub-invitation.ts";
import { migrateJobs } from "../../src/hub/jobs/queue.ts";
import { homeAt } from "../../src/node/home.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { initNode, type Node } from "../../src/node/open-node.ts";
import { phraseOf } from "../../src/node/recovery-phrase.ts";
import { hostPath, openLiveTransport } from "../../src/transport/index.ts";
import { has, random, state, sync, type TestDevice, transportTo } from "../hub/hub-of-test.ts";
import { onServer } from "../store/postgres-server.ts";
import { tablesWith } from "../store/scanner.ts";
import { testDatabase } from "../store/test-database.ts";
import { fablepool, type Ran } from "./command.ts";
import { type Running, running } from "./running.ts";

let folder: string;
let database: string;
let unbound: string;
const processes: Running[] = [];

const at = (...names: string[]) => join(folder, ...names);

/** `fablepool hub …` with the settings of this hub. */
function hub(...args: string[]): Promise<Ran> {
  const env = { FABLEPOOL_HUB_DATABASE: database, FABLEPOOL_HUB_SECRET: at("secret"), FABLEPOOL_HUB_URL: url(0) };
  return fablepool(at("operator"), ["hub", ...args], { env });
}

const urls: string[] = [];
const url = (process: number) => urls[process] ?? "http://127.0.0.1:7420";

async function hubJson<Result>(...args: string[]): Promise<Result> {
  const { code, stdout, stderr } = await hub("--json", ...args);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Result;
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "fablepool-operator-"));
  ({ url: database, unbound } = await testDatabase());
  assert.equal((await hub("init")).code, 0);
  await migrateJobs(database);
  for (let started = 0; started < 2; started++) {
    const process = running(at("operator"), "hub", "serve", "--database", database, "--secret", at("secret"), "--listen", "127.0.0.1:0");
    processes.push(process);
    urls.push((/http:\S+/.exec(await process.says(/^ {2}at http/)) as RegExpExecArray)[0]);
  }
});

after(async () => {
  await Promise.all(processes.map((process) => process.stop("SIGTERM")));
  rmSync(folder, { recursive: true });
});

/** A guest's first device, whose recovery phrase is in a file. */
async function guest(): Promise<Node & { readonly phrase: string }> {
  const { node, entropy } = await initNode(homeAt(at("guest")), { name: "phone", passphrase: null });
  writeFileSync(at("phrase"), await phraseOf(entropy), { mode: 0o600 });
  return { ...node, phrase: at("phrase") };
}

/** Brings the guest's pool through one process. */
async function bring(node: Node, line: string): Promise<TestDevice> {
  const { front, token } = readHubInvitation(nativeCrypto.sha256Hex, line);
  const { did, seed } = node.writer;
  const key = { did, seed } as TestDevice["key"];
  const pool = (await node.replica.store.read((reader) => reader.pool())) as TestDevice["pool"];
  const transport = transportTo(url(1), front, key, hostPath);
  const { node: device } = (await transport.request({ type: "host", invitation: token, pool })) as { node: string };
  await transport.close();
  await node.write([{ type: "device_add", payload: { key: device, role: "mirror" } }]);
  return { key, replica: node.replica, pool, hub: device };
}

async function connected({ hub: node, key }: TestDevice, process: number): Promise<{ lost: Promise<PoolError> }> {
  const common = { certificate: null, crypto: nativeCrypto, clock: Date.now, random, onNotify: () => undefined };
  const live = await openLiveTransport({ url: url(process), node, key, ...common });
  await live.request({ type: "hello", extensions: ["heads/1", "live/1"] });
  return { lost: live.lost };
}

const told = (why: string) => (error: unknown) => error instanceof PoolError && hostingRefusalOf(error.details) === why;
const oneLine = (ran: Ran, code: number, message: RegExp) => {
  assert.equal(ran.code, code, ran.stderr);
  assert.match(ran.stderr, message);
  assert.equal(ran.stderr.trimEnd().split("\n").length, 1, ran.stderr);
};

interface Shown {
  readonly state: string;
  readonly held: { readonly operations: number };
  readonly devices: readonly { readonly key: string }[];
}

test("a pool comes by an invitation, stays within bounds, and goes without a trace", { timeout: 600_000 }, async () => {
  await onServer(unbound, "ALTER TABLE fablepool.pool ALTER n RESTART WITH 73400331230001"); // a number that is found nowhere else
  const node = await guest();
  const { invitation } = await hubJson<{ invitation: string }>("invite", "--label", "Mara", "--operations", "1000");
  const device = await bring(node, invitation);
  const { pool } = device;
  const said = await state(device);
  await sync(device, { url: url(0) });
  assert.match((await hub("pools")).stdout, new RegExp(`${pool} +active +mirror +\\d+ of 1000 .* Mara`));
  const shown = await hubJson<Shown>("show", pool);
  assert.ok(shown.devices.some(({ key }) => key === device.key.did));

  await hubJson("quota", pool, "--operations", String(shown.held.operations), "--bytes", "1GiB");
  await node.write([{ type: "redaction", payload: { targets: [said] } }]);
  await sync(device, { url: url(1) });
  const refused = await state(device);
  const full = /the quota of this pool is met: it may hold \d+ operations here, holds \d+, and this would make \d+$/;
  for (const process of [0, 1]) await assert.rejects(sync(device, { url: url(process) }), full);
  assert.equal((await hubJson<Shown>("show", pool)).held.operations, shown.held.operations + 1, "the redaction, and nothing else");
  await hubJson("quota", pool, "--operations", "none");

  const live = await connected(device, 1);
  assert.equal((await hub("suspend", pool, "--notice", "the bill")).code, 0);
  assert.match(String(await live.lost), /suspended/);
  await assert.rejects(sync(device, { url: url(0) }), told("suspended"));
  assert.match((await hub("resume", pool)).stdout, /is active/);
  await sync(device, { url: url(0) });

  assert.match((await hub("export", pool, at("log"))).stdout, /exported \d+ operations/);
  const recovered = await fablepool(at("bare"), ["recover", "--log", at("log"), "--recovery-file", node.phrase, "--name", "new"]);
  assert.equal(recovered.code, 0, recovered.stderr);
  assert.equal((await fablepool(at("bare"), ["verify"])).code, 0);

  const traces = [pool, device.hub, device.key.did, said, refused].map((each) => each.replace(/^op:/, ""));
  const [row] = await onServer(unbound, `SELECT n FROM fablepool.pool WHERE name = '${pool}'`);
  traces.push(String(row?.["n"]));
  await onServer(database, `INSERT INTO fablepool_jobs.job (name, data) VALUES ('look_at_pool', '{"pool":"${pool}"}')`);
  assert.ok((await tablesWith(unbound, traces)).length > 20);
  const again = await connected(device, 1);
  const deleted = await hubJson<{ told_until: null }>("delete", pool, "--yes", "--notice", "we close", "--tell-for", "0s");
  assert.equal(deleted.told_until, null);
  assert.match(String(await again.lost), /leaving/);
  assert.deepEqual(await tablesWith(unbound, traces), []);
  const isGone = (error: unknown) => error instanceof PoolError && error.details["status"] === 421;
  for (const process of [0, 1]) {
    // A process that had it open says once more that it leaves.
    await assert.rejects(sync(device, { url: url(process) }), (error) => told("leaving")(error) || isGone(error));
    await assert.rejects(sync(device, { url: url(process) }), isGone);
  }
  assert.deepEqual(await tablesWith(unbound, traces), []);
  assert.ok(await has(device, refused), "the guest has what is the guest's");
  await node.close();
});

test("what an operator types wrongly gets one line that says what to do, and an exit code of its own", { timeout: 600_000 }, async () => {
  const pool = `op:${"0".repeat(64)}`;
  oneLine(await hub("show", "op:12"), 2, /is no pool: its id is op: and 64 hex digits/);
  oneLine(await hub("quota", pool), 2, /say how much: --operations, --bytes, or both/);
  oneLine(await hub("delete", pool), 2, /--yes says that it is meant/);
  oneLine(await hub("export", pool, at("nothing")), 4, /is not hosted here/);
});
