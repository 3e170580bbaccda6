/**
 * What does PostgreSQL cost, and does one pool pay for others? First the same batches into SQLite and PostgreSQL, durable, on the same
 * disk; then the same questions to pools among 10 and among 2,000. `node bench/stores.ts [operations] [pools]`
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Admitted } from "../src/core/admission/admit.ts";
import type { OpId } from "../src/core/op/operation.ts";
import { openSqliteStore, type Store } from "../src/store/index.ts";
import { openPostgres, openPostgresStore, type PostgresDatabase } from "../src/store/postgres/index.ts";
import { SampleLog, sha256Hex } from "../src/testkit/store-contract-samples.ts";
import { onServer, PostgresServer, type TestDatabase } from "../test/store/postgres-server.ts";
import { machine, median, stamp } from "./kit/machine.ts";

const [operations = 20_000, pools = 2_000] = process.argv.slice(2).map(Number);
const batch = 200;
/** In each of the many pools. */
const small = 30;

const text = "a sentence of the length that a claim has, with a name and a place in it, again and again".repeat(3);

/** Operations in batches, each with what admission added to the control log. */
function batchesOf(count: number) {
  const log = new SampleLog();
  const made = [{ ops: log.inOrder(), changes: log.log.takeChanges() }];
  for (let at = 0; at < count; at += batch) {
    const ops = Array.from({ length: Math.min(batch, count - at) }, (_, index) =>
      log.write(`author${index % 3}`, { type: "claim", payload: { text, n: at + index } }),
    );
    made.push({ ops, changes: log.log.takeChanges() });
  }
  return { log, made };
}

type Batches = ReturnType<typeof batchesOf>;

/** One transaction a batch: operations, control log, and the rows that the view of a claim has. */
async function write(store: Store, { log, made }: Batches): Promise<void> {
  for (const { ops, changes } of made) {
    await store.write(async (tx) => {
      await tx.setPool(log.pool);
      await tx.append(ops, new Set());
      await tx.keepControlLog(changes);
      await tx.addRefs(ops.map(({ id }) => ({ from: id, kind: "derives", to: log.pool })));
      await tx.putClaims(ops.map(claimRow));
    });
  }
}

function claimRow({ id, lamport, author }: Admitted, at: number) {
  const keys = { statement: sha256Hex(id), topic: sha256Hex(`topic ${at % 20}`), object: "" };
  return {
    id,
    lamport,
    author,
    ...keys,
    predicate: `test.p${at % 9}`,
    underived: true,
    from: null,
    until: null,
    corrects: null,
    status: "active" as const,
  };
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

async function bulk(folder: string, url: string): Promise<void> {
  const rates: Record<"sqlite" | "postgres", number[]> = { sqlite: [], postgres: [] };
  for (let round = 0; round < 3; round++) {
    const batches = batchesOf(operations);
    const sqlite = await openSqliteStore(join(folder, `${round}.db`));
    rates.sqlite.push(operations / (await seconds(() => write(sqlite, batches))));
    await sqlite.close();
    const postgres = await openPostgresStore(url, `bulk ${round}`);
    rates.postgres.push(operations / (await seconds(() => write(postgres, batches))));
    await postgres.close();
  }
  const [ours, theirs] = [Math.max(...rates.postgres), Math.max(...rates.sqlite)];
  console.log(`${operations} claims in batches of ${batch}, durable, best of 3, operations a second:`);
  console.log(`  SQLite ${theirs.toFixed(0)}, PostgreSQL ${ours.toFixed(0)}: ${(ours / theirs).toFixed(2)} of it`);
}

/** What a device asks of a pool in a small sync and a look at its claims, ms. */
async function asked(database: PostgresDatabase, log: SampleLog, name: string): Promise<number> {
  const ids = [...log.ops.keys()] as OpId[];
  const ms =
    1_000 *
    (await seconds(async () => {
      const store = await database.store(name);
      await store.read(async (reader) => {
        await reader.heads();
        await reader.chains();
        await reader.known(ids.slice(0, 20));
        await reader.ordered({ limit: 20 });
        await reader.claimsOfTopics([sha256Hex("topic 1")]);
        await reader.claimList({ statuses: ["active"], limit: 20 });
        await reader.refsTo(ids.slice(0, 5));
      });
      await store.write((tx) => tx.setLocal("looked", "1"));
      await store.close();
    }));
  return ms;
}

interface Filled {
  readonly database: PostgresDatabase;
  /** The pools that are asked, by name. */
  readonly asked: ReadonlyMap<string, SampleLog>;
}

async function filled({ url, unbound }: TestDatabase, count: number): Promise<Filled> {
  const database = await openPostgres(url, { scratch: true });
  const chosen = new Map<string, SampleLog>();
  for (let at = 0; at < count; at++) {
    const batches = batchesOf(small);
    await write(await database.store(`pool ${at}`), batches);
    if (at < 10) chosen.set(`pool ${at}`, batches.log);
  }
  await onServer(unbound, "VACUUM ANALYZE"); // so that the server does it neither meanwhile nor in one of them alone
  return { database, asked: chosen };
}

/** In turns, so that whatever else the machine does falls on both. */
async function amongMany(few: Filled, many: Filled): Promise<void> {
  const times = [few, many].map(({ database, asked: chosen }) => ({ database, chosen, ms: [] as number[] }));
  for (let round = 0; round < 100; round++) {
    for (const { database, chosen, ms } of times) {
      for (const [name, log] of chosen) ms.push(await asked(database, log, name));
    }
  }
  const [ofFew = 1, ofMany = 0] = times.map(({ ms }) => median(ms));
  console.log(`one pool opened and asked, ms, median of 1,000: among 10 pools ${ofFew.toFixed(2)}, among ${pools} ${ofMany.toFixed(2)}`);
  console.log(`  (${small} operations each): ratio ${(ofMany / ofFew).toFixed(2)}`);
  await few.database.close();
  await many.database.close();
}

const folder = mkdtempSync(join(tmpdir(), "fablepool-bench-stores-"));
const server = await PostgresServer.start(mkdtempSync(join(tmpdir(), "fablepool-bench-postgres-")));
try {
  console.log(stamp(machine()));
  const { url } = await server.database("bench");
  await bulk(folder, url);
  const few = await filled(await server.database("few"), 10);
  await amongMany(few, await filled(await server.database("many"), pools));
} finally {
  await server.stop();
  rmSync(folder, { recursive: true });
}
