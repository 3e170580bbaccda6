/** A pool that is removed: not a row of it is left in the whole database, whatever happens meanwhile, and none of another is touched. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { limits } from "../../src/core/limits.ts";
import type { Store } from "../../src/store/index.ts";
import { openPostgres, type PostgresDatabase } from "../../src/store/postgres/index.ts";
import { didOf, type SampleLog } from "../../src/testkit/store-contract-samples.ts";
import { stateOf } from "../../src/testkit/store-contract-state.ts";
import { filled } from "./filled-pool.ts";
import { onServer, type TestDatabase } from "./postgres-server.ts";
import { tablesWith } from "./scanner.ts";
import { testDatabase } from "./test-database.ts";

let database: TestDatabase;
let pools: PostgresDatabase;
let neighbour: Store;

before(async () => {
  database = await testDatabase();
  pools = await openPostgres(database.url);
  neighbour = await pools.store("neighbour");
  await filled(neighbour, "bob");
  // Numbers that are found nowhere else.
  await onServer(database.unbound, "ALTER TABLE fablepool.pool ALTER n RESTART WITH 73400331230001");
});

after(() => pools.close());

interface Pool {
  readonly store: Store;
  /** What must be nowhere once it is gone. */
  readonly traces: readonly string[];
}

/** A pool of its own, with rows in every table, and more of them than one transaction takes away when it is `large`. */
async function pool(name: string, large = false): Promise<Pool> {
  const store = await pools.store(name);
  const log = await filled(store, name);
  if (large) await addWords(store, log, name);
  const number = (await onServer(database.unbound, `SELECT n FROM fablepool.pool WHERE name = '${name}'`))[0]?.["n"] as string;
  const [, ...own] = [...log.ops.keys()]; // the genesis of all these logs is the same
  const hex = Buffer.from(name).toString("hex");
  return { store, traces: [name, number, hex, didOf(name), ...own.map((id) => id.slice(3))] };
}

async function addWords(store: Store, log: SampleLog, name: string): Promise<void> {
  const id = [...log.ops.keys()][2] ?? log.pool;
  const text = Array.from({ length: limits.postgresRemovalRows + 10 }, (_, at) => `w${at}`);
  await store.write((tx) => tx.putSearchRows([{ id, at: 1, words: { title: [name], people: [], place: [], text, dates: [], kind: [] } }]));
}

const found = (traces: readonly string[]) => tablesWith(database.unbound, traces);

test("every row of it goes, in whatever schema and table, and what the planner counted of them; a neighbour's stay", async () => {
  await onServer(database.unbound, "ANALYZE"); // whole tables, partitioned ones too
  const { traces } = await pool("annabel");
  const before = await stateOf(neighbour, ["name"]);
  await onServer(database.unbound, "ANALYZE");
  const places = new Set((await found(traces)).map((each) => each.replace(/(_\d\d)?: .*/, "")));
  assert.equal(places.size, 14 + 1 + 1, `the scanner finds it in all tables, the list of names and the planner's: ${[...places]}`);
  await pools.remove("annabel");
  assert.deepEqual(await found(traces), []);
  assert.deepEqual(await stateOf(neighbour, ["name"]), before);
  assert.deepEqual(await onServer(database.unbound, "SELECT FROM fablepool.removal"), []);
});

test("removing what is not there, or is gone, does nothing; whoever has it open is told so, and its name stands for a new pool", async () => {
  await pools.remove("nobody's");
  const { store } = await pool("beatrix");
  await pools.remove("beatrix");
  await pools.remove("beatrix");
  const gone = { code: "no_pool", message: /this pool was removed/ };
  for (let more = 0; more < 2 * limits.postgresConnections; more++) {
    await assert.rejects(
      store.read((reader) => reader.counts()),
      gone,
    );
    await assert.rejects(
      store.write((tx) => tx.setLocal("name", "value")),
      gone,
    );
  }
  await assert.rejects(pools.store("beatrix", { there: true }), { code: "no_pool", message: /there is no such pool/ });
  const anew = await pools.store("beatrix", { there: false });
  assert.equal((await anew.read((reader) => reader.counts())).operations, 0);
  assert.equal(await anew.read((reader) => reader.local("name")), null);
});

test("a write that is under way is waited for, and goes with the rest; one that waits meanwhile is refused", async () => {
  const { store, traces } = await pool("clementine");
  const second = await openPostgres(database.url);
  const other = await second.store("clementine");
  const [written, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const writing = store.write(async (tx) => {
    await tx.setLocal("late", "clementine");
    written.resolve();
    await mayEnd.promise;
  });
  await written.promise;
  const removing = pools.remove("clementine");
  await waitingFor("begin_removal");
  const late = assert.rejects(
    other.write((tx) => tx.setLocal("later", "clementine")),
    { code: "no_pool" },
  );
  mayEnd.resolve();
  await Promise.all([writing, removing, late]);
  assert.deepEqual(await found(traces), []);
  await second.close();
});

test("kill -9 in the middle: nobody is given the half that is left, and whoever removes it again ends it", async () => {
  const { store, traces } = await pool("desdemona", true);
  const child = spawn(process.execPath, [join(import.meta.dirname, "remover-process.ts"), database.url, "desdemona"], { stdio: "inherit" });
  const holder = new pg.Client({ connectionString: database.unbound });
  await holder.connect();
  // In the table that comes last: all others are emptied before.
  await holder.query("BEGIN; SELECT FROM fablepool.search_word WHERE word = 'w77' FOR UPDATE");
  const first = await onServer(database.unbound, "SELECT count(*) AS words FROM fablepool.search_word WHERE word LIKE 'w%'");
  assert.ok(Number(first[0]?.["words"]) > limits.postgresRemovalRows);
  await waitingFor("continue_removal");
  child.kill("SIGKILL");
  await once(child, "close");
  await holder.end();
  assert.ok((await found(traces)).length > 0, "it was killed in the middle");
  await assert.rejects(
    store.read((reader) => reader.counts()),
    { code: "no_pool" },
  );
  const anew = await pools.store("desdemona");
  assert.equal((await anew.read((reader) => reader.counts())).operations, 0);
  await pools.remove("desdemona"); // the half and the new one
  assert.deepEqual(await found(traces), []);
});

test("it can be interrupted, and two may remove the same pool at once", async () => {
  const { traces } = await pool("eleonora", true);
  const signal = AbortSignal.abort();
  await assert.rejects(pools.remove("eleonora", { signal }), { code: "interrupted" });
  const second = await openPostgres(database.url);
  await Promise.all([pools.remove("eleonora"), second.remove("eleonora"), pools.remove("eleonora")]);
  assert.deepEqual(await found(traces), []);
  await second.close();
});

/** Until a statement of this text waits for a lock. */
async function waitingFor(text: string): Promise<void> {
  const sql = `SELECT FROM pg_stat_activity WHERE query LIKE '%${text}%' AND wait_event_type = 'Lock' AND datname = current_database()`;
  while ((await onServer(database.unbound, sql)).length === 0) await sleep(10);
}
