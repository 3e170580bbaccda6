/** Rows that others remove or change at the same time, in another order: who waits for each other is let go by PostgreSQL, and asks again. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import pg from "pg";
import type { OpId } from "../../src/core/op/operation.ts";
import { migrateHub } from "../../src/hub/index.ts";
import { jobsSchema, queueNames, removeJobsOf } from "../../src/hub/jobs/queue.ts";
import { openRegistry, type RegistryDatabase, schema } from "../../src/hub/registry/database.ts";
import { forgetNonces } from "../../src/hub/registry/shared-nonces.ts";
import type { TestDatabase } from "../store/postgres-server.ts";
import { testDatabase } from "../store/test-database.ts";
import { opId } from "./observe/observed-process.ts";

const options = { timeout: 120_000 };
const pool: OpId = opId(1);
let database: TestDatabase;
let registry: RegistryDatabase;
/** Whoever else is at work there: a superuser, who may say how long to wait before looking who waits for whom. */
let other: pg.Client;

before(async () => {
  database = await testDatabase();
  await migrateHub(database.url);
  registry = await openRegistry(database.url);
  other = new pg.Client({ connectionString: database.unbound });
  await other.connect();
  await other.query("SET deadlock_timeout = '10s'"); // the registry's statement looks after one second
});
after(async () => {
  await other.end();
  await registry.close();
});

const isWaiting = async () =>
  (await registry.rows("SELECT 1 FROM pg_stat_activity WHERE application_name = 'fablepool hub' AND wait_event_type = 'Lock'")).length > 0;

/**
 * `work` locks the first row, then waits for the second, which somebody else holds who then asks for the first. True when it was `work`
 * that PostgreSQL undid; false when it took the other one, which happens on a slow machine.
 */
async function crossed(work: () => Promise<unknown>, lock: (row: "first" | "second") => string): Promise<boolean> {
  await other.query("BEGIN");
  await other.query(lock("second"));
  const working = work();
  working.catch(() => undefined); // awaited below
  while (!(await isWaiting()));
  const mine = await other.query(lock("first")).then(
    () => true,
    (error: { code?: string }) => error.code !== "40P01" && Promise.reject(error),
  );
  await other.query(mine ? "COMMIT" : "ROLLBACK");
  await working;
  return mine;
}

test("forgetting nonces while another process removes some of them", options, async () => {
  const nonces = () => registry.rows("SELECT 1 FROM nonce");
  const lock = (row: string) => `SELECT 1 FROM ${schema}.nonce WHERE until = ${row === "first" ? 1 : 2} FOR UPDATE`;
  for (let undone = false; !undone; ) {
    await registry.rows("INSERT INTO nonce VALUES ($1, decode('01', 'hex'), 1), ($1, decode('02', 'hex'), 2)", pool);
    undone = await crossed(() => forgetNonces(registry, 10), lock);
    assert.equal((await nonces()).length, 0);
  }
});

test("removing a pool's jobs while the queue is at work on them", options, async () => {
  const ids = { first: "00000000-0000-4000-8000-000000000001", second: "00000000-0000-4000-8000-000000000002" };
  const lock = (row: "first" | "second") => `UPDATE ${jobsSchema}.job SET priority = 1 WHERE id = '${ids[row]}'`;
  for (let undone = false; !undone; ) {
    for (const [key, id] of Object.entries(ids)) {
      const insert = `INSERT INTO ${jobsSchema}.job (id, name, data, singleton_key) VALUES ($1::uuid, $2, jsonb_build_object('pool', $3::text), $4)`;
      await registry.rows(insert, id, queueNames.pool, pool, key);
    }
    let removed: number | null = null;
    undone = await crossed(async () => {
      removed = await removeJobsOf(registry, pool);
    }, lock);
    assert.equal(removed, 2);
  }
});

test("a transaction is run again whole, and what it can't do five times it says", options, async () => {
  const insert = "INSERT INTO invitation (token, label, role, made, expires) VALUES (decode($1, 'hex'), '', 'mirror', 0, 0)";
  const undo = "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40P01'; END $$";
  let times = 0;
  await registry.atomically(async (sql) => {
    await sql.rows(insert, "01");
    if (++times < 3) await sql.rows(undo);
  });
  assert.deepEqual([times, (await registry.rows("SELECT 1 FROM invitation")).length], [3, 1]);
  times = 0;
  const always = registry.atomically(async (sql) => {
    times++;
    await sql.rows(undo);
  });
  await assert.rejects(always, { code: "storage" });
  assert.equal(times, 5);
});
