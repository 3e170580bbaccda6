/** No pool's rows are read or written in another's name, whatever SQL a bug comes up with: row-level security, tried on every table. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import pg from "pg";
import type { OpId } from "../../src/core/op/operation.ts";
import type { Store } from "../../src/store/index.ts";
import { migratePostgres, openPostgres, type PostgresDatabase } from "../../src/store/postgres/index.ts";
import { Session } from "../../src/store/postgres/session.ts";
import { stateOf as countersOf, stateColumns } from "../../src/store/postgres/state.ts";
import { PostgresTransactor } from "../../src/store/postgres/transactor.ts";
import type { SampleLog } from "../../src/testkit/store-contract-samples.ts";
import { everything, stateOf } from "../../src/testkit/store-contract-state.ts";
import { filled } from "./filled-pool.ts";
import { onServer, type TestDatabase } from "./postgres-server.ts";
import { testDatabase } from "./test-database.ts";

let database: TestDatabase;
let pools: PostgresDatabase;

/** Ann's and Bob's pools, with a row in every table; each with its number. */
const stores: { store: Store; log: SampleLog; number: number }[] = [];

before(async () => {
  database = await testDatabase();
  pools = await openPostgres(database.url);
  for (const [index, name] of ["ann", "bob"].entries()) {
    const store = await pools.store(name);
    const log = await filled(store, name);
    stores.push({ store, log, number: index + 1 });
  }
});

after(() => pools.close());

async function tables(): Promise<{ name: string; column: string }[]> {
  const rows = await onServer(
    database.unbound,
    "SELECT relname FROM pg_class WHERE relnamespace = 'fablepool'::regnamespace AND relkind IN ('r', 'p') AND relname NOT IN ('migration', 'removal')",
  );
  return rows.map(({ relname }) => ({ name: `fablepool.${relname}`, column: relname === "pool" ? "n" : "pool" }));
}

/** A connection as the stores have it, in a transaction that serves a pool. */
async function serving(pool: number | null, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: database.url, options: "-c search_path=fablepool" });
  await client.connect();
  try {
    await client.query(pool === null ? "BEGIN" : `BEGIN; SET LOCAL fablepool.pool = '${pool}'`);
    await work(client);
  } finally {
    await client.end();
  }
}

test("every table has rows of both pools, and a transaction for one sees those of no other in any table or partition", async () => {
  const all = await tables();
  assert.equal(all.length, 1 + 14 * 17);
  const seen = new Map<string, number>();
  for (const number of [1, 2, null]) {
    await serving(number, async (client) => {
      for (const { name, column } of all) {
        const { rows } = await client.query(`SELECT ${column}::int AS pool FROM ${name}`);
        for (const { pool } of rows) assert.equal(pool, number, `${name} shows rows of pool ${pool} to pool ${number}`);
        seen.set(name, (seen.get(name) ?? 0) + Math.sign(rows.length));
      }
    });
  }
  for (const { name } of all) if (!/_\d\d$|pool$/.test(name)) assert.equal(seen.get(name), 2, `${name} has no rows of both`);
  assert.deepEqual(await onServer(database.unbound, "SELECT count(*)::int AS names FROM fablepool.pool"), [{ names: 2 }]);
});

test("a transaction for one pool changes, takes away and adds no row of another", async () => {
  const before = await Promise.all(stores.map(({ store }) => stateOf(store, ["name"])));
  await serving(1, async (client) => {
    for (const { name } of await tables()) {
      if (name === "fablepool.pool") continue;
      for (const sql of [`DELETE FROM ${name} WHERE pool = 2`, `UPDATE ${name} SET pool = pool WHERE pool = 2`]) {
        assert.equal((await client.query(sql)).rowCount, 0, sql);
      }
      await client.query("SAVEPOINT trial");
      const { rowCount } = await client.query(`UPDATE ${name} SET pool = 2 WHERE pool = 1`).catch((error: { code: string }) => {
        assert.ok(["42501", "23514", "P0001"].includes(error.code), `${name}: ${error}`);
        return { rowCount: 0 };
      });
      assert.equal(rowCount, 0, name); // a partition without rows of the pool
      await client.query("ROLLBACK TO trial");
    }
  });
  await serving(1, async (client) => {
    await assert.rejects(client.query("INSERT INTO local VALUES (2, 'name', 'x')"), { code: "42501" });
  });
  assert.deepEqual(await Promise.all(stores.map(({ store }) => stateOf(store, ["name"]))), before);
});

test("a store whose every statement names the wrong pool reads nothing of it, and writes nothing", async () => {
  const [ann, bob] = stores as [(typeof stores)[0], (typeof stores)[0]];
  await serving(ann.number, async (client) => {
    const asBob = new Session(client, bob.number, "here");
    const state = countersOf((await client.query(`SELECT ${stateColumns} FROM state WHERE pool = ${ann.number}`)).rows[0]);
    const tx = new PostgresTransactor(asBob, { ...state });
    const id = [...bob.log.ops.keys()][1] as OpId;
    const ids = [...bob.log.ops.keys()];
    assert.deepEqual(await tx.envelopes(ids), []);
    assert.deepEqual(await tx.ordered({ limit: 9, parts: [{ chain: 1, after: 0, upTo: 9 }] }), []);
    assert.deepEqual(await tx.search({ any: [{ word: "bob" }], limit: 9 }), []);
    assert.equal(await tx.local("name"), null);
    const { infos, claims, refs, heads } = await everything(tx);
    assert.deepEqual([infos, claims, refs, heads], [[], [], [], []]);
    await tx.erase([id]);
    await tx.unerase(ids);
    const kept = bob.log.keepIn(tx, [bob.log.write("bob")]).then(() => asBob.settled());
    await assert.rejects(kept, { code: "storage" });
  });
  assert.deepEqual((await bob.store.read((reader) => reader.counts())).operations, 3);
});

test("who opens a name sees no other name; a role that nothing binds is refused", async () => {
  await serving(1, async (client) => {
    assert.deepEqual((await client.query("SELECT name FROM pool")).rows, []);
    await client.query("SET LOCAL fablepool.name = 'ann'");
    assert.deepEqual((await client.query("SELECT name FROM pool")).rows, [{ name: "ann" }]);
  });
  await assert.rejects(openPostgres(database.unbound), { code: "storage", message: /bound by no row-level policy.*docs\/postgres\.md/ });
});

test("a reader that is kept after its turn reads nothing more: its connection may serve another pool", async () => {
  const [ann] = stores as [(typeof stores)[0]];
  const kept = await ann.store.read(async (reader) => [reader]);
  await assert.rejects(async () => kept[0]?.heads(), { code: "storage", message: /is over/ });
});

test("a role that only serves needs no more than it is given, and can't delete or change an operation, nor make tables", async () => {
  const role = `fablepool_serving_${process.pid}`;
  await onServer(database.unbound, `CREATE ROLE ${role} LOGIN PASSWORD 'serving'`);
  const address = new URL(database.url);
  [address.username, address.password] = [role, "serving"];
  const url = address.href;
  await assert.rejects(openPostgres(url), { code: "storage", message: /may not do that/ });
  await migratePostgres(database.url, { serve: role });
  const served = await openPostgres(url);
  const store = await served.store("cyd");
  const log = await filled(store, "cyd");
  const id = [...log.ops.keys()][1] as OpId;
  await store.write(async (tx) => {
    await tx.erase([id]);
    await tx.unerase([id]);
    await tx.attach({ id, salt: "00".repeat(16), payload: {}, payloadText: "{}" });
    await tx.setStatuses([{ id, status: "refuted" }]);
    await tx.dropGrantees([id]);
    await tx.dropSearchRows([id]);
    await tx.setLocal("name", null);
  });
  assert.equal((await store.read((reader) => reader.counts())).operations, 3);
  await served.close();
  for (const sql of [
    "DELETE FROM fablepool.op",
    "UPDATE fablepool.op SET ts = 0",
    "TRUNCATE fablepool.op",
    "CREATE TABLE fablepool.x ()",
    "SELECT FROM fablepool.op_00",
    "ALTER TABLE fablepool.op DISABLE ROW LEVEL SECURITY",
    "INSERT INTO fablepool.removal VALUES (1, 'cyd')",
    "DELETE FROM fablepool.pool",
    "DELETE FROM fablepool.state",
  ]) {
    await assert.rejects(onServer(url, sql), { code: "42501" }, sql);
  }
  await onServer(database.unbound, `DROP OWNED BY ${role}`, `DROP ROLE ${role}`);
});
