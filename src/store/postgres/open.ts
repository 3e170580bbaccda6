/** Opening a database of pools, and the stores in it. */
import pg from "pg";
import { PoolError } from "../../core/errors.ts";
import { limits } from "../../core/limits.ts";
import type { Store } from "../store.ts";
import { Connections } from "./connections.ts";
import { asStorage } from "./failures.ts";
import type { Admits, Held } from "./growth.ts";
import { type Migration, migratePostgres, migrations, newer, type SchemaState, schemaOf } from "./migrate.ts";
import { PostgresStore } from "./postgres-store.ts";
import { type RemoveOptions, removePool } from "./remove.ts";
import { bytesOfAll, stateColumns, stateOf } from "./state.ts";

export interface PostgresOptions {
  /** Connections for reading, and as many for writing. */
  readonly connections?: number;
  /** How long a transaction waits for a server that restarts, ms. */
  readonly patienceMs?: number;
  /** Stores that are thrown away after use: promise 4 (durability) is not kept, which is faster. */
  readonly scratch?: boolean;
  /**
   * Called once when a new connection leads to another server, or another history of this one, than those before: it was restored, or
   * a stand-by took over. From then on nothing is read or written; what this process remembers may be wrong, so that it should end.
   */
  readonly onReplaced?: () => void;
  /** Instead of `migrations`, for tests of migrating. */
  readonly migrations?: readonly Migration[];
}

export interface StoreOptions {
  /** Asked before the pool grows. */
  readonly admits?: Admits;
  /** Rejects with `no_pool` rather than make it. */
  readonly there?: boolean;
}

/** Many pools in one database. */
export interface PostgresDatabase {
  /** Which server, and which of its histories, this is: the same for ever, but after a restore, a failover or a dump. */
  readonly identity: string;
  /** The store of the pool that this database knows by `name` (up to 200 characters), made when it is not there. */
  store(name: string, options?: StoreOptions): Promise<Store>;
  /** How much the pool of this name holds; null when there is none. */
  held(name: string): Promise<Held | null>;
  /**
   * Takes a pool away, every row of it, and resolves when none is left; at once when there is none of this name. Before the first row
   * goes nobody can open, read or write it any more: stores of it reject with `no_pool`, and its name stands for a new pool. Interrupted in
   * the middle it is to be called again, here or elsewhere, and goes on. Rejects with `interrupted`, between two transactions, and `storage`.
   */
  remove(name: string, options?: RemoveOptions): Promise<void>;
  /** Waits for the stores' reads and writes, closes them and ends the connections. */
  close(): Promise<void>;
}

/**
 * Opens the database at `url`, `postgres://user:password@host:port/database`. Its role owns the schema `fablepool`, which is
 * then made or migrated, or was allowed to serve it (`migratePostgres`). Rejects with `PoolError("storage")`.
 */
export async function openPostgres(url: string, options: PostgresOptions = {}): Promise<PostgresDatabase> {
  const connections = new Connections(url, {
    connections: options.connections ?? limits.postgresConnections,
    patienceMs: options.patienceMs ?? limits.postgresPatienceMs,
    scratch: options.scratch ?? false,
    onReplaced: options.onReplaced,
  });
  const stores = new Set<Store>();
  try {
    await checkServer(connections, options.scratch ?? false);
    await checkSchema(connections, url, options.migrations ?? migrations);
  } catch (error) {
    await connections.close();
    throw error;
  }
  let closing: Promise<void> | null = null;
  return {
    identity: connections.server.known as string,
    async store(name, { admits, there = false } = {}) {
      if (closing) throw new PoolError("storage", "the database is closed");
      const number = await numberOf(connections, name, there);
      const store: Store = new PostgresStore(connections, number, async () => void stores.delete(store), admits);
      stores.add(store);
      return store;
    },
    async held(name) {
      if (closing) throw new PoolError("storage", "the database is closed");
      return heldBy(connections, name);
    },
    async remove(name, removing) {
      if (closing) throw new PoolError("storage", "the database is closed");
      await removePool(connections, name, removing);
    },
    close() {
      closing ??= Promise.all([...stores].map((store) => store.close())).then(() => connections.close());
      return closing;
    },
  };
}

/** Opens one store with connections of its own, which end with it. */
export async function openPostgresStore(url: string, name: string, options: PostgresOptions = {}): Promise<Store> {
  const database = await openPostgres(url, options);
  try {
    const store = await database.store(name);
    return { read: (work) => store.read(work), write: (work) => store.write(work), close: () => database.close() };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** A role that no policy binds would read any pool; a server that does not wait for its disk keeps no promise. */
async function checkServer(connections: Connections, scratch: boolean): Promise<void> {
  const sql =
    "SELECT rolsuper OR rolbypassrls AS unbound, current_user AS role, current_setting('server_version_num')::int AS version, " +
    "current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on' AS safe, getdatabaseencoding() AS encoding " +
    "FROM pg_roles WHERE rolname = current_user";
  const { client, results } = await connections.begin("read", `SELECT 1; ${sql}`, false);
  client.release();
  const { unbound, role, version, safe, encoding }: Record<string, unknown> = results[1]?.rows[0] ?? {};
  const refuse = (why: string) => {
    throw new PoolError("storage", `the store at ${connections.address}: ${why}: see docs/postgres.md`, { address: connections.address });
  };
  if (unbound) refuse(`the role ${role} is bound by no row-level policy (superuser or BYPASSRLS): connect as another`);
  if ((version as number) < 150_000) refuse("PostgreSQL 15 or newer is needed");
  if (encoding !== "UTF8") refuse(`the database's encoding is ${encoding}, and UTF8 is needed`);
  if (!safe && !scratch) refuse("its settings fsync and full_page_writes must be on, or a crash would lose what was reported as kept");
}

async function checkSchema(connections: Connections, url: string, list: readonly Migration[]): Promise<void> {
  const state = await schemaState(connections);
  if (state.oldest > list.length) throw newer(connections.address, state);
  const behind = state.version < list.length || (state.version === list.length && state.steps < (list.at(-1)?.steps.length ?? 0));
  if (behind) await migratePostgres(url, { migrations: list });
}

async function schemaState(connections: Connections): Promise<SchemaState> {
  const { client } = await connections.begin("read", "SELECT 1; SELECT 1");
  try {
    return await schemaOf(client);
  } catch (error) {
    throw asStorage(error, connections.address);
  } finally {
    client.release();
  }
}

async function heldBy(connections: Connections, name: string): Promise<Held | null> {
  const named = `set_config('fablepool.name', ${pg.escapeLiteral(name)}, true)`;
  const numbered = `set_config('fablepool.pool', (SELECT n::text FROM pool WHERE name = ${pg.escapeLiteral(name)}), true)`;
  const { client, results } = await connections.begin("read", `BEGIN READ ONLY; SELECT ${named}; SELECT ${numbered} AS number`);
  try {
    const number = Number(results.at(-1)?.rows[0]?.number ?? 0);
    const ask = async (sql: string) => (await client.query(sql, [number])).rows[0];
    const row = await ask(`SELECT ${stateColumns} FROM state WHERE pool = $1`);
    if (row === undefined) return null;
    const { operations, bytes } = stateOf(row);
    return { operations, bytes: bytes ?? (await ask(bytesOfAll)).bytes };
  } catch (error) {
    throw asStorage(error, connections.address);
  } finally {
    await connections.rollBack(client);
  }
}

/** A name's number. Who opens a name sees that one row of the list and no other. */
async function numberOf(connections: Connections, name: string, there: boolean): Promise<number> {
  if (name === "" || name.length > limits.postgresNameCharacters || name.includes("\u0000")) {
    throw new PoolError("storage", `a store's name in a database has 1 to ${limits.postgresNameCharacters} characters`, { name });
  }
  const { client } = await connections.begin("write", "BEGIN; SELECT 1");
  try {
    await client.query("SELECT set_config('fablepool.name', $1, true)", [name]);
    const select = async () => (await client.query("SELECT n FROM pool WHERE name = $1", [name])).rows[0]?.n as number | undefined;
    let number = await select();
    if (number === undefined && there) throw new PoolError("no_pool", `the store at ${connections.address}: there is no such pool`);
    if (number === undefined) {
      await client.query("INSERT INTO pool (name) VALUES ($1) ON CONFLICT (name) DO NOTHING", [name]);
      number = (await select()) as number;
      await client.query(`SET LOCAL fablepool.pool = '${number}'`);
      await client.query("INSERT INTO state (pool) VALUES ($1) ON CONFLICT (pool) DO NOTHING", [number]);
    }
    await client.query("COMMIT");
    client.release();
    return number;
  } catch (error) {
    await connections.rollBack(client);
    throw asStorage(error, connections.address);
  }
}
