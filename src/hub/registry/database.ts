/** The registry's tables, schema `fablepool_hub` of the database in which the pools are. */
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { PoolError } from "../../core/errors.ts";
import { limits } from "../../core/limits.ts";
import { types } from "../../store/postgres/connections.ts";
import { asStorage, isLost, isUndone, shownAddress } from "../../store/postgres/failures.ts";
import { type Migration, migratePostgres } from "../../store/postgres/index.ts";
import { type SchemaState, schemaOf, migrations as storeMigrations } from "../../store/postgres/migrate.ts";
import { hubLimits } from "../hub-limits.ts";
import { registry } from "./migrations/001-registry.ts";
import { leaving } from "./migrations/002-leaving.ts";
import { seen } from "./migrations/003-seen.ts";
import { uncounted } from "./migrations/004-uncounted.ts";

/** Integers as numbers, bytes as hex digits. */
export type Row = Readonly<Record<string, unknown>>;
export type Value = string | number | boolean | null;

/** One statement, or some in one transaction. What PostgreSQL undid because two waited for each other is asked again. */
export interface Sql {
  rows(sql: string, ...values: Value[]): Promise<Row[]>;
}

export interface RegistryDatabase extends Sql {
  /** All that `work` asks, or nothing of it. It is called again when PostgreSQL undid it all. */
  atomically<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result>;
  /** Whether the tables, the stores' too, are of a version that this program can go on with. Rejects when the database does not answer. */
  isCurrent(): Promise<boolean>;
  close(): Promise<void>;
}

export const schema = "fablepool_hub";
/** In order and for ever. */
const migrations: readonly Migration[] = [registry, leaving, seen, uncounted];

/** Makes the tables, or brings them to this program's version. `serve`: the role that processes connect as, when it is another than the owner. */
export function migrateRegistry(url: string, serve?: string): Promise<void> {
  return migratePostgres(url, { schema, migrations, grants, ...(serve ? { serve } : {}) });
}

function grants(role: string): string {
  return `
    GRANT USAGE ON SCHEMA ${schema} TO ${role};
    GRANT SELECT ON migration TO ${role};
    GRANT SELECT, INSERT, UPDATE, DELETE ON hosted, invitation, nonce, nonce_since, seen TO ${role};`;
}

/** Rejects with `PoolError("storage")` when the database can't be reached, or its registry was not migrated to this version. */
export async function openRegistry(url: string): Promise<RegistryDatabase> {
  const database = new Registry(url);
  try {
    const { version, oldest } = await database.version();
    const wrong =
      oldest > migrations.length ? "written by a newer version of fablepool: update this one" : "not migrated: `fablepool hub migrate`";
    if (version < migrations.length || oldest > migrations.length) {
      throw new PoolError("storage", `the hub's tables at ${shownAddress(url)} are ${wrong}`);
    }
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

class Registry implements RegistryDatabase {
  readonly #address: string;
  readonly #pool: pg.Pool;

  constructor(url: string) {
    this.#address = shownAddress(url);
    this.#pool = new pg.Pool({
      connectionString: url,
      application_name: "fablepool hub",
      options: `-c search_path=${schema}`,
      max: hubLimits.registryConnections,
      connectionTimeoutMillis: limits.postgresPatienceMs,
      keepAlive: true,
      types,
    });
    // A connection was lost: whoever uses it hears of it from the statement, and an idle one is not given out again.
    this.#pool.on("error", () => undefined).on("connect", (client) => client.on("error", () => undefined));
  }

  async isCurrent(): Promise<boolean> {
    const fits = ({ version, oldest }: SchemaState, known: number) => version >= known && oldest <= known;
    return this.#with(async (client) => {
      const queries = { query: (sql: string) => client.query(sql) };
      return fits(await schemaOf(queries, schema), migrations.length) && fits(await schemaOf(queries), storeMigrations.length);
    });
  }

  async version() {
    return this.#with((client) => schemaOf({ query: (sql) => client.query(sql) }, schema));
  }

  rows(sql: string, ...values: Value[]): Promise<Row[]> {
    return this.#untilDone(async (client) => (await client.query(sql, values)).rows as Row[]);
  }

  atomically<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.#untilDone(async (client) => {
      await client.query("BEGIN");
      try {
        const result = await work({ rows: async (sql, ...values) => (await client.query(sql, values)).rows as Row[] });
        await client.query("COMMIT");
        return result;
      } catch (error) {
        await client.query("ROLLBACK").catch(() => undefined);
        throw error;
      }
    });
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  /** Rows that many remove at once, or that the job queue changes meanwhile, are locked in whatever order: so two may come to wait for each other. */
  async #untilDone<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#with(work);
      } catch (error) {
        if (!isUndone(error) || tries === hubLimits.undoneTries) throw error;
      }
    }
  }

  async #with<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    const client = await this.#connect();
    try {
      const result = await work(client);
      client.release();
      return result;
    } catch (error) {
      client.release(isLost(error));
      throw asStorage(error, this.#address);
    }
  }

  /** Waits for a server that restarts: nothing was asked yet. What an idle connection is worth, a first word on it tells. */
  async #connect(): Promise<pg.PoolClient> {
    const deadline = performance.now() + limits.postgresPatienceMs;
    for (let waitMs = 10; ; waitMs = Math.min(2 * waitMs, 500)) {
      try {
        return await this.#pool.connect();
      } catch (error) {
        if (!isLost(error) || performance.now() > deadline) throw asStorage(error, this.#address);
        await sleep(waitMs);
      }
    }
  }
}
