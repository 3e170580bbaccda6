/**
 * The schema's versions. Migrations are numbered, run one at a time under an advisory lock, and online: processes of the
 * version before go on reading and writing meanwhile and afterwards, so that a fleet is updated one process at a time.
 *
 * A migration is a list of steps. Each is one transaction, or one statement by itself where PostgreSQL demands it (`CREATE
 * INDEX CONCURRENTLY`), and is counted when it is done: what was interrupted goes on where it was. A step may wait for no lock longer than
 * `lockWaitMs`, since everybody else would wait behind it; then it is tried again.
 */
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { PoolError } from "../../core/errors.ts";
import { asStorage, codeOf, shownAddress } from "./failures.ts";
import { init } from "./migrations/001-init.ts";
import { removing } from "./migrations/002-removal.ts";
import { countingBytes } from "./migrations/003-bytes.ts";
import { poolStatistics } from "./migrations/004-pool-statistics.ts";

export interface Migration {
  /** The oldest version of the schema whose programs may go on once this migration is done. */
  readonly oldest: number;
  readonly steps: readonly {
    readonly sql: string;
    /** One statement that PostgreSQL runs outside of transactions only; written so that it can be repeated. */
    readonly alone?: boolean;
  }[];
}

/** In order and for ever. */
export const migrations: readonly Migration[] = [init, removing, countingBytes, poolStatistics];

/** "FPL1", as in the header of a SQLite store. */
const lockNumber = 0x46504c31;
const lockWaitMs = 2_000;
const lockTries = 30;

export interface MigrateOptions {
  /** The role that stores connect as, when it is another than the one that owns the tables: it is allowed what a store does. */
  readonly serve?: string;
  /** Instead of `migrations`. */
  readonly migrations?: readonly Migration[];
  /** Another schema than the store's, with migrations of its own. */
  readonly schema?: string;
  /** What a role that serves may do there, as SQL; what a store does without. */
  readonly grants?: (role: string) => string;
}

/** Brings the schema `fablepool` of a database, or another, to this program's version. Rejects with `PoolError("storage")`. */
export async function migratePostgres(url: string, options: MigrateOptions = {}): Promise<void> {
  const address = shownAddress(url);
  const { schema = "fablepool", migrations: list = migrations, serve, grants: allow = grants } = options;
  const client = new pg.Client({ connectionString: url, application_name: "fablepool migrate", options: `-c search_path=${schema}` });
  client.on("error", () => undefined); // the query under way rejects with it
  try {
    await client.connect();
    await takeTurn(client);
    await run(client, list, address, schema);
    if (serve) await client.query(allow(pg.escapeIdentifier(serve)));
  } catch (error) {
    throw asStorage(error, address);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** By asking again and again: a statement that waited would be waited for by an index that is built concurrently. */
async function takeTurn(client: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query(`SELECT pg_try_advisory_lock(${lockNumber}) AS mine`);
    if (rows[0]?.mine === true) return;
    await sleep(100);
  }
}

async function run(client: pg.Client, list: readonly Migration[], address: string, schema: string): Promise<void> {
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
  await client.query("CREATE TABLE IF NOT EXISTS migration (n integer PRIMARY KEY, steps integer NOT NULL, oldest integer NOT NULL)");
  const done = await schemaOf(client, schema);
  if (done.oldest > list.length) throw newer(address, done);
  for (const [at, { steps, oldest }] of list.entries()) {
    const n = at + 1;
    for (let step = n < done.version ? steps.length : n === done.version ? done.steps : 0; step < steps.length; step++) {
      const counted =
        `INSERT INTO migration VALUES (${n}, ${step + 1}, ${step + 1 === steps.length ? oldest : (list[at - 1]?.oldest ?? 0)}) ` +
        "ON CONFLICT (n) DO UPDATE SET steps = excluded.steps, oldest = excluded.oldest";
      const { sql, alone } = steps[step] as Migration["steps"][number];
      if (alone) await patiently(client, [sql, counted]);
      else await patiently(client, [`BEGIN; ${sql}; ${counted}; COMMIT`]);
    }
  }
}

async function patiently(client: pg.Client, texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    for (let tries = 1; ; tries++) {
      try {
        await client.query(`SET lock_timeout = ${lockWaitMs}`);
        await client.query(text);
        break;
      } catch (error) {
        await client.query("ROLLBACK");
        if (codeOf(error) !== "55P03" || tries === lockTries) throw error;
        await sleep(100 * tries);
      }
    }
  }
}

export interface SchemaState {
  /** The newest migration that was begun; 0 in an empty database. */
  readonly version: number;
  readonly steps: number;
  readonly oldest: number;
}

interface Queries {
  query(sql: string): Promise<{ rows: Record<string, unknown>[] }>;
}

export async function schemaOf(client: Queries, schema = "fablepool"): Promise<SchemaState> {
  const there = await client.query(`SELECT to_regclass('${schema}.migration') IS NOT NULL AS there`);
  if (there.rows[0]?.["there"] !== true) return { version: 0, steps: 0, oldest: 0 };
  const { rows } = await client.query(`SELECT n, steps, oldest FROM ${schema}.migration ORDER BY n DESC LIMIT 1`);
  const [row] = rows as { n: number; steps: number; oldest: number }[];
  return row ? { version: row.n, steps: row.steps, oldest: row.oldest } : { version: 0, steps: 0, oldest: 0 };
}

export function newer(address: string, { oldest }: SchemaState): PoolError {
  return new PoolError("storage", `the store at ${address} was written by a newer version of fablepool: update this one`, {
    address,
    oldest,
  });
}

/**
 * What a store does, and no more: of an operation nothing may be updated but the payload, and none deleted but with its whole pool, by the
 * two functions of `002-removal.ts`.
 */
function grants(role: string): string {
  return `
    GRANT USAGE ON SCHEMA fablepool TO ${role};
    GRANT SELECT ON migration TO ${role};
    GRANT SELECT, INSERT ON pool, op, past, control TO ${role};
    GRANT SELECT, INSERT, UPDATE ON state, chain, claim TO ${role};
    GRANT UPDATE (body, salt, payload) ON op TO ${role};
    GRANT SELECT, INSERT, UPDATE, DELETE ON local, head, ref, evidence, grantee, search_row, search_word, rejected TO ${role};
    GRANT EXECUTE ON FUNCTION begin_removal(text), continue_removal(text, integer) TO ${role};`;
}
