/** `fablepool hub serve` as its operator sees it: health, metrics, a log without a word of what is hosted, and how it ends. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { makeHubSecret } from "../../src/hub/hub-secret.ts";
import { migrateHub } from "../../src/hub/index.ts";
import { openRegistry } from "../../src/hub/registry/database.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { type Running, running } from "../e2e/running.ts";
import { until } from "../node/live-nodes.ts";
import { onServer } from "../store/postgres-server.ts";
import { testDatabase } from "../store/test-database.ts";
import { signedFields } from "../transport/by-hand.ts";
import { hostedDevice, keptConnection, random, sync, type TestDevice, writerOf } from "./hub-of-test.ts";
import { documented } from "./observe/observed-process.ts";

const patience = { timeout: 200_000 };
const marked = ["marked-predicate", "marked object", "marked rationale", "marked method"];

interface Served extends AsyncDisposable {
  readonly process: Running;
  readonly url: string;
  readonly port: number;
  readonly ops: string;
  readonly device: TestDevice;
  readonly secret: string;
}

/** A process, and a device whose pool it hosts, with a marked claim in it. */
async function serve(...flags: string[]): Promise<Served> {
  const { url: database } = await testDatabase();
  const folder = mkdtempSync(join(tmpdir(), "fablepool-hub-"));
  const secret = join(folder, "secret");
  makeHubSecret(secret, random);
  await migrateHub(database);
  const own = ["--listen", "127.0.0.1:0", "--ops", "127.0.0.1:0", "--process", "tested", "--connections", "2"];
  const process = running(folder, "--json", "hub", "serve", "--database", database, "--secret", secret, ...own, ...flags);
  const { url, port, front, ops } = JSON.parse(await process.says(/^\{"url"/)) as { url: string; port: number; front: string; ops: string };
  const registry = await openRegistry(database);
  const device = await hostedDevice({ url, front, registry } as never);
  await registry.close();
  const claim = {
    ...{ subject: "self", predicate: "marked-predicate", object: "marked object", confidence: 1, derived_from: [] },
    ...{ method: { name: "marked method", version: "1" }, rationale: "marked rationale" },
  };
  await writeDrafts(device.replica, writerOf(device.key), [{ type: "claim", payload: claim }]);
  await sync(device, { url });
  return {
    ...{ process, url, port, ops, device, secret },
    async [Symbol.asyncDispose]() {
      await process.stop("SIGKILL");
      rmSync(folder, { recursive: true });
    },
  };
}

/** A request whose body is not whole yet; `finish` sends the rest, and resolves with the reply. */
function begun({ port, device, url }: Served): { readonly socket: Socket; finish(): Promise<string> } {
  const content = '{"type":"heads"}';
  const fields = signedFields({ key: device.key, to: device.hub, authority: new URL(url).host, content });
  const lines = Object.entries({ ...fields, "content-length": String(content.length) }).map(([name, value]) => `${name}: ${value}\r\n`);
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(`POST /fpl-sync/1 HTTP/1.1\r\n${lines.join("")}\r\n${content.slice(0, 5)}`);
  return {
    socket,
    async finish() {
      let said = "";
      socket.on("data", (chunk) => {
        said += chunk;
      });
      const closed = once(socket, "close");
      socket.write(content.slice(5));
      await until("a whole reply", () => said.includes("\r\n\r\n{"), 60_000);
      socket.end();
      await closed;
      return said;
    },
  };
}

const statusOf = async (url: string) => (await fetch(url)).status;
const linesOf = ({ process }: Served) => process.stderr.map((line) => JSON.parse(line) as Record<string, string | number>);

test(
  "ready, it is asked; told to end, it is not ready, ends what is kept, answers what is under way, and says nothing of the pool",
  patience,
  async () => {
    await using served = await serve();
    const { process, ops, device, secret, url } = served;
    assert.equal(await statusOf(`${ops}/healthz`), 200);
    assert.deepEqual(await (await fetch(`${ops}/readyz`)).json(), {
      ready: true,
      database: "ok",
      schema: "ok",
      news: "ok",
      draining: false,
    });
    for (const path of ["/healthz", "/readyz", "/metrics"]) assert.equal(await statusOf(`${url}${path}`), 404, "not where devices ask");
    const live = await keptConnection(device, url);
    const metrics = await (await fetch(`${ops}/metrics`)).text();
    for (const line of [
      'fablepool_hub_requests_total{type="push",status="200",code="none"} 2',
      'fablepool_hub_operations_total{outcome="accepted"} 4',
      "fablepool_hub_live_connections 1",
      "fablepool_hub_open_pools 1",
      "fablepool_hub_ready 1",
    ])
      assert.ok(metrics.includes(`\n${line}\n`), `${line} in ${metrics}`);
    const request = begun(served);
    await once(request.socket, "connect");
    await sync(device, served); // by now the other request's header has been read
    process.child.kill("SIGTERM");
    await until("not ready", async () => (await statusOf(`${ops}/readyz`)) === 503, 60_000);
    await until(
      "the kept connection ended",
      () =>
        live.request({ type: "heads" }).then(
          () => false,
          () => true,
        ),
      60_000,
    );
    assert.match(await request.finish(), /^HTTP\/1.1 200 /);
    assert.equal(await process.ended, 0);

    const fields = documented(readFileSync("docs/metrics.md", "utf8"), "Log");
    const ids = (await device.replica.store.read((reader) => reader.ordered({ limit: 100 }))).map(({ op_id }) => op_id);
    const secrets = [...marked, ...ids, device.pool.slice(3), device.key.did, device.hub, readFileSync(secret, "utf8").trim(), "did:key"];
    for (const line of process.stderr) for (const each of secrets) assert.ok(!line.includes(each), `${each} in ${line}`);
    const lines = linesOf(served);
    for (const line of lines)
      assert.deepEqual(
        Object.keys(line).filter((name) => !fields.includes(name)),
        [],
      );
    const events = lines.map(({ event }) => event);
    for (const event of ["started", "ready", "request", "draining", "unready", "stopped"]) assert.ok(events.includes(event), event);
  },
);

test("the job queue's connections are ended: that is logged and counted, and its words are not", patience, async () => {
  await using served = await serve();
  const { unbound } = await testDatabase();
  await onServer(unbound, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'fablepool jobs'");
  const line = JSON.parse(await served.process.says(/"type":"queue"/)) as Record<string, unknown>;
  assert.deepEqual([line["event"], line["code"], line["reason"]], ["failed", "storage", "no connection"]);
  assert.match(await (await fetch(`${served.ops}/metrics`)).text(), /^fablepool_hub_store_failures_total\{kind="queue"\} [1-9]/m);
  await sync(served.device, served); // devices are answered as before
});

test("told twice, it ends at once", patience, async () => {
  await using served = await serve("--linger-seconds", "100");
  served.process.child.kill("SIGTERM");
  await served.process.says(/"event":"draining"/);
  assert.equal(await statusOf(`${served.ops}/readyz`), 503);
  await sync(served.device, served); // it lingers: whoever was sent to it is answered
  served.process.child.kill("SIGTERM");
  assert.equal(await served.process.ended, 130);
});
