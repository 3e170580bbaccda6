/**
 * What a process of a hub takes: by itself, for each pool that it has open, for each connection that it keeps, and how long its part of
 * a small sync is. A real process on a real server; `POOLS=1000` opens more. docs/operate.md quotes it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeHubSecret } from "../src/hub/hub-secret.ts";
import { migrateHub } from "../src/hub/index.ts";
import { openRegistry } from "../src/hub/registry/database.ts";
import { nativeCrypto } from "../src/node/native-crypto.ts";
import { type LiveTransport, openLiveTransport } from "../src/transport/index.ts";
import { running } from "../test/e2e/running.ts";
import { hostedDevice, random, state, sync, type TestDevice } from "../test/hub/hub-of-test.ts";
import { PostgresServer } from "../test/store/postgres-server.ts";

const pools = Number(process.env["POOLS"] ?? 300);
const postgres = await PostgresServer.start();
const { url: database } = await postgres.database("sizes");
const folder = mkdtempSync(join(tmpdir(), "fablepool-sizes-"));
const secret = join(folder, "secret");
makeHubSecret(secret, random);
await migrateHub(database);
const own = ["--listen", "127.0.0.1:0", "--ops", "127.0.0.1:0", "--log", "silent", "--open-pools", String(pools)];
const hub = running(folder, "--json", "hub", "serve", "--database", database, "--secret", secret, ...own);
const served = JSON.parse(await hub.says(/^\{"url"/)) as { url: string; front: string; ops: string };
const registry = await openRegistry(database);

/** One number of the process's metrics; 0 where it has not been counted. */
async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${served.ops}/metrics`)).text();
  return Number(
    text
      .split("\n")
      .find((line) => line.startsWith(`${name} `))
      ?.split(" ")[1] ?? 0,
  );
}

/** Its memory once it has settled, MiB: the least of some readings. */
async function memory(): Promise<number> {
  const readings: number[] = [];
  for (let at = 0; at < 5; at++) {
    readings.push(await metric("process_resident_memory_bytes"));
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
  return Math.min(...readings) / 2 ** 20;
}

const devices: TestDevice[] = [];
const bring = async () => void devices.push(await hostedDevice({ ...served, registry } as never));
for (let at = 0; at < 20; at++) await bring(); // what is compiled and cached once
const before = await memory();
while (devices.length < pools) await bring();
const opened = await memory();
const live: LiveTransport[] = [];
for (const { hub: node, key } of devices) {
  const common = { url: served.url, node, key, certificate: null, crypto: nativeCrypto, clock: Date.now, random };
  const connection = await openLiveTransport({ ...common, onNotify: () => {} });
  await connection.request({ type: "hello", extensions: ["heads/1", "live/1"] });
  live.push(connection);
}
const kept = await memory();
const spent = async () => [await metric("process_cpu_seconds_total"), performance.now()] as const;
const [cpu, since] = await spent();
const syncs = Math.min(200, pools);
for (const device of devices.slice(0, syncs)) {
  await state(device);
  await sync(device, served);
}
const [cpuAfter, until] = await spent();
const row = (what: string, value: string) => console.log(`| ${what} | ${value} |`);
row(`a process, with 20 pools of a few operations open`, `${before.toFixed(0)} MiB`);
row(`a pool more that is open`, `${(((opened - before) * 1_024) / (pools - 20)).toFixed(0)} KiB`);
row(`a connection more that is kept`, `${(((kept - opened) * 1_024) / pools).toFixed(0)} KiB`);
row(`a small sync of one operation, four requests`, `${((1_000 * (cpuAfter - cpu)) / syncs).toFixed(1)} ms of processor`);
row(`the same, one after the other`, `${((until - since) / syncs).toFixed(0)} ms`);
for (const connection of live) await connection.close();
await registry.close();
await hub.stop("SIGTERM");
await postgres.stop();
rmSync(folder, { recursive: true });
