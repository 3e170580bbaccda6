/**
 * What does a hub need, from a hundred pools to ten million? Measures here what the model (`kit/capacity-model.ts`) reckons with, and
 * prints its tables. `npm run bench -- capacity`; FABLEPOOL_WRITE=1 keeps the figures (`docs/benchmarks/capacity.json`) and the tables
 * (`docs/capacity.md`), FABLEPOOL_MEASURED=1 takes the figures that were kept.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { indexArrivals, nativeCrypto, Replica } from "../src/node/index.ts";
import { openPostgres } from "../src/store/postgres/index.ts";
import { onServer } from "../test/store/postgres-server.ts";
import type { Measured } from "./kit/capacity-model.ts";
import { capacityTables, intoPage } from "./kit/capacity-page.ts";
import { Child, HubRun } from "./kit/hub-run.ts";
import { machine, stamp } from "./kit/machine.ts";

const size = 10_000;
const [syncs, looks] = [60, 120];
const crowded = 100;
/** Of `npm run bench -- news`, which needs a nats-server: two processes, 10,000 pools at once. */
const newsPerSecond = 28_600;

type Figures = Record<keyof Measured, number>;

/** Processor time of hub and PostgreSQL while `work` is done, ms. */
async function cost(run: HubRun, work: () => Promise<unknown>): Promise<{ hub: number; postgres: number }> {
  const before = run.spent();
  await work();
  const after = run.spent();
  return { hub: after.hub - before.hub, postgres: after.postgres - before.postgres };
}

async function times(
  run: HubRun,
): Promise<Pick<Figures, "hubOpUs" | "postgresOpUs" | "hubSyncMs" | "postgresSyncMs" | "hubLookMs" | "postgresLookMs">> {
  const first = await run.device(0, size);
  await first.ask({ do: "sync" }); // a hub has run for a while: its code is compiled
  const second = await run.device(0, size);
  const bulk = await cost(run, () => second.ask({ do: "sync" }));
  const small = await cost(run, () => second.ask({ do: "sync", times: syncs, write: 10 }));
  const nothing = await cost(run, () => second.ask({ do: "sync", times: looks }));
  for (const each of [first, second]) each.end();
  return {
    hubOpUs: (1_000 * bulk.hub) / size,
    postgresOpUs: (1_000 * bulk.postgres) / size,
    hubSyncMs: small.hub / syncs,
    postgresSyncMs: small.postgres / syncs,
    hubLookMs: nothing.hub / looks,
    postgresLookMs: nothing.postgres / looks,
  };
}

/** Of a process that has just begun: pools that it has open, then connections that they keep. */
async function memory(run: HubRun): Promise<Pick<Figures, "processBytes" | "poolBytes" | "connectionBytes">> {
  const hub = run.hubs[0] as Child;
  const used = async () => {
    await hub.ask({ do: "memory" }); // what the first collection frees holds more that the second does
    return Number((await hub.ask({ do: "memory" }))["bytes"]);
  };
  const crowd = await Child.start(["crowd"]);
  const host = async () => crowd.ask({ do: "host", ...(await run.place(0)) });
  for (let pool = 0; pool < 5; pool++) await host();
  const before = await used();
  const processBytes = Number((await hub.ask({ do: "memory" }))["rss"]);
  for (let pool = 0; pool < crowded; pool++) await host();
  const open = await used();
  const { connections } = await crowd.ask({ do: "connect" });
  const connected = await used();
  crowd.end();
  return { processBytes, poolBytes: (open - before) / crowded, connectionBytes: (connected - open) / Number(connections) };
}

/** What a pool of `size` operations takes, by itself in a database. */
async function bytes(run: HubRun): Promise<Pick<Figures, "opBytes" | "opBytesFindable" | "payloadBytes" | "walBytes">> {
  const { unbound, url } = run.database;
  const one = async (sql: string) => Number((await onServer(unbound, sql)).at(0)?.["value"]);
  const tables = async () => {
    await onServer(unbound, "VACUUM", "CHECKPOINT");
    return one(
      "SELECT sum(pg_total_relation_size(oid)) AS value FROM pg_class WHERE relnamespace = 'fablepool'::regnamespace AND relkind = 'r'",
    );
  };
  const wal = () => one("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') AS value");
  const device = await run.device(0, size);
  const [before, logged] = [await tables(), await wal()];
  await device.ask({ do: "sync" });
  const written = (await wal()) - logged;
  const stored = (await tables()) - before;
  device.end();
  const payloadBytes = await one("SELECT avg(octet_length(payload)) AS value FROM fablepool.op WHERE type = 'evidence'");
  const [{ name } = { name: "" }] = await onServer(unbound, "SELECT name FROM fablepool.pool ORDER BY n DESC LIMIT 1");
  const database = await openPostgres(url);
  await indexArrivals(new Replica(await database.store(String(name)), nativeCrypto));
  await database.close();
  return { opBytes: stored / size, opBytesFindable: ((await tables()) - before) / size, payloadBytes, walBytes: written / size };
}

async function onHub<Result>(options: readonly string[], work: (run: HubRun) => Promise<Result>): Promise<Result> {
  const run = await HubRun.start(1, options);
  try {
    return await work(run);
  } finally {
    await run.end();
  }
}

async function measure(): Promise<Measured> {
  const held = await onHub(["--expose-gc"], memory);
  const rest = await onHub(["--max-semi-space-size=64"], async (run) => ({ ...(await times(run)), ...(await bytes(run)) }));
  return { ...held, ...rest, newsPerSecond };
}

const [kept, page] = ["benchmarks/capacity.json", "capacity.md"].map((name) => join(import.meta.dirname, "../docs", name)) as [
  string,
  string,
];
const measured = process.env["FABLEPOOL_MEASURED"]
  ? (JSON.parse(readFileSync(kept, "utf8")) as { at: string; figures: Measured })
  : { at: stamp(machine()), figures: await measure() };
console.log(`${measured.at}\n\n${capacityTables(measured.figures)}`);
if (process.env["FABLEPOOL_WRITE"]) {
  writeFileSync(kept, `${JSON.stringify(measured, null, 2)}\n`);
  writeFileSync(page, intoPage(readFileSync(page, "utf8"), measured.figures));
}
