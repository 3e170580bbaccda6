/** Migrations: numbered, one at a time, gone on with where they were interrupted, and online: what is open goes on meanwhile. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { Store } from "../../src/store/index.ts";
import { type Migration, migratePostgres, openPostgres } from "../../src/store/postgres/index.ts";
import { migrations } from "../../src/store/postgres/migrate.ts";
import { SampleLog } from "../../src/testkit/store-contract-samples.ts";
import { onServer, type TestDatabase } from "./postgres-server.ts";
import { testDatabase } from "./test-database.ts";

const next: Migration = {
  oldest: 1,
  steps: [
    { sql: "ALTER TABLE op ADD COLUMN added integer" },
    { sql: "CREATE INDEX CONCURRENTLY IF NOT EXISTS op_00_ts ON op_00 (pool, ts)", alone: true },
    { sql: "SELECT 1 / count(*) FROM pg_class WHERE relname = 'op_00_ts'" },
  ],
};

let database: TestDatabase;

before(async () => {
  database = await testDatabase();
});

/** What the table of versions says once this program's own migrations are done. */
const ours = migrations.map(({ oldest, steps }, at) => ({ n: at + 1, steps: steps.length, oldest }));
const n = ours.length + 1;

const versions = () => onServer(database.unbound, "SELECT n, steps, oldest FROM fablepool.migration ORDER BY n");

async function write(store: Store, log: SampleLog): Promise<void> {
  await log.keep(store, [log.write("ann", { payload: { text: "meanwhile" } })]);
}

test("a step that fails is not counted, and the next run goes on with it; those before it are not run again", async () => {
  await assert.rejects(migratePostgres(database.url, { migrations: [...migrations, { oldest: 1, steps: [{ sql: "SELECT 1 / 0" }] }] }), {
    code: "storage",
  });
  assert.deepEqual(await versions(), ours);
  const broken: Migration = { ...next, steps: [next.steps[0] as (typeof next.steps)[0], { sql: "SELECT nonsense" }] };
  await assert.rejects(migratePostgres(database.url, { migrations: [...migrations, broken] }), { code: "storage", message: /nonsense/ });
  assert.deepEqual(await versions(), [...ours, { n, steps: 1, oldest: 1 }]);
});

test("a store that is open goes on reading and writing while the schema is migrated, and afterwards, beside newer programs", async (t) => {
  const old = await openPostgres(database.url);
  t.after(() => old.close());
  const store = await old.store("online");
  const log = new SampleLog();
  await log.keep(store, log.inOrder());
  let done = false;
  // An index that is built concurrently waits for writes that were under way when it began, and for no others.
  const migrating = Promise.all([1, 2, 3].map(() => migratePostgres(database.url, { migrations: [...migrations, next] }))).then(() => {
    done = true;
  });
  let writes = 0;
  do {
    await write(store, log);
    writes++;
  } while (!done);
  await migrating;
  await write(store, log);
  assert.deepEqual(await versions(), [...ours, { n, steps: 3, oldest: 1 }]);
  const newer = await openPostgres(database.url, { migrations: [...migrations, next] });
  t.after(() => newer.close());
  await write(await newer.store("online"), log);
  assert.equal((await store.read((reader) => reader.counts())).operations, 1 + writes + 2);
  await (await openPostgres(database.url)).close(); // an old program that starts now
});

test("a program that is too old for the schema is told to be updated", async () => {
  await migratePostgres(database.url, { migrations: [...migrations, next, { oldest: n + 1, steps: [{ sql: "SELECT 1" }] }] });
  const message = /was written by a newer version of fablepool: update this one/;
  await assert.rejects(openPostgres(database.url), { code: "storage", message });
  await assert.rejects(migratePostgres(database.url), { code: "storage", message });
});
