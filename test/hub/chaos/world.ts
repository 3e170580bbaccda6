/** A whole hub to be broken: three processes, PostgreSQL, NATS, a load balancer before them, and devices that sync through it. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OpId } from "../../../src/core/op/operation.ts";
import { makeHubSecret } from "../../../src/hub/hub-secret.ts";
import { migrateHub } from "../../../src/hub/index.ts";
import { openRegistry } from "../../../src/hub/registry/database.ts";
import { viewDigest } from "../../../src/node/view/digest.ts";
import type { Store } from "../../../src/store/index.ts";
import { openPostgres } from "../../../src/store/postgres/index.ts";
import { PostgresServer } from "../../store/postgres-server.ts";
import { anotherDevice, hostedDevice, random, sync } from "../hub-of-test.ts";
import { NatsServer } from "../nats-server.ts";
import { balance } from "./balancer.ts";
import { ChaosDevice } from "./device.ts";
import { HubProcesses } from "./hub-processes.ts";

export interface World {
  readonly postgres: PostgresServer;
  readonly nats: NatsServer;
  readonly hubs: HubProcesses;
  readonly url: string;
  /** By pool. */
  readonly pools: readonly (readonly ChaosDevice[])[];
  /** What the database has of a pool, read past all processes. */
  stored(pool: OpId): Promise<ReadonlySet<OpId>>;
  [Symbol.asyncDispose](): Promise<void>;
}

export const hubCount = 3;

export async function openWorld(pools: number, devicesEach: number, pick: () => number): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "fablepool-chaos-"));
  const [postgres, nats] = await Promise.all([PostgresServer.start(), NatsServer.start()]);
  const { url: database } = await postgres.database("chaos");
  await migrateHub(database);
  const secret = join(folder, "secret");
  makeHubSecret(secret, random);
  const behind: { hubs: HubProcesses | null } = { hubs: null };
  const balancer = await balance(() => behind.hubs?.ports ?? [], pick);
  const url = `http://127.0.0.1:${balancer.port}`;
  const given = { database, secret, nats: nats.url, url, connections: "4", log: "silent" };
  const flags = Object.entries(given).flatMap(([name, value]) => [`--${name}`, value]);
  const hubs = await HubProcesses.start(folder, hubCount, flags);
  behind.hubs = hubs;
  const opened = await openPostgres(database, { connections: 2 });
  return {
    postgres,
    nats,
    hubs,
    url,
    pools: await peopled({ url, database, front: hubs.front }, pools, devicesEach),
    async stored(pool) {
      const store = await opened.store(pool, { there: true });
      const ids = await idsOf(store);
      await store.close();
      return ids;
    },
    async [Symbol.asyncDispose]() {
      await hubs.stop();
      await balancer.close();
      await opened.close();
      await nats.stop();
      await postgres.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

async function peopled({ url, database, front }: { url: string; database: string; front: string }, pools: number, devicesEach: number) {
  const registry = await openRegistry(database);
  const hub = { url, front: front as never, registry };
  const all: ChaosDevice[][] = [];
  while (all.length < pools) {
    const first = await hostedDevice(hub);
    const devices = [first];
    while (devices.length < devicesEach) devices.push(await anotherDevice(first));
    for (const device of devices) await sync(device, hub);
    all.push(devices.map((device) => new ChaosDevice(device, url)));
  }
  await registry.close();
  return all;
}

export async function idsOf(store: Store): Promise<Set<OpId>> {
  const ids = new Set<OpId>();
  for (let after: OpId | null = null, more = true; more; ) {
    const page: readonly OpId[] = await store.read((reader) => reader.idsAfter(after, 10_000));
    for (const id of page) ids.add(id);
    after = page.at(-1) ?? after;
    more = page.length > 0;
  }
  return ids;
}

/** All devices of a pool and the hub hold the same, and see the same. */
export async function assertConverged(devices: readonly ChaosDevice[], stored: ReadonlySet<OpId>): Promise<void> {
  const digests = new Set<string>();
  for (const { device } of devices) {
    assert.deepEqual(await idsOf(device.replica.store), stored);
    digests.add(await device.replica.store.read((reader) => viewDigest(reader)));
  }
  assert.equal(digests.size, 1);
}
