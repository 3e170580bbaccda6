/** The connections of one process to one database: so many for reading and as many for writing, shared by all its stores. */
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { PoolError } from "../../core/errors.ts";
import { limits } from "../../core/limits.ts";
import { asStorage, isLost, shownAddress } from "./failures.ts";
import { ServerIdentity } from "./server-identity.ts";

export interface ConnectionOptions {
  /** Connections for reading, and as many for writing: a write that waits for a read is then never waited for by it. */
  readonly connections: number;
  /** How long a transaction waits for a server that restarts, ms. */
  readonly patienceMs: number;
  /** See `PostgresOptions`. */
  readonly scratch: boolean;
  readonly onReplaced?: (() => void) | undefined;
}

/**
 * Every statement of ours finds its rows by an index that the pool leads. PostgreSQL would read a whole small table, or join by
 * reading all of a pool, where it thinks that this is cheaper; what it thinks changes with its statistics, and then the cost
 * of one pool would follow the size of others. That pages cost little, and rows ten times as much as by default, makes rows
 * count: it looks keys up one by one rather than go through a pool that was small when it last counted. Compiling costs more than
 * such statements take.
 */
export const planning = [
  "enable_seqscan=off",
  "enable_hashjoin=off",
  "enable_mergejoin=off",
  "random_page_cost=0.1",
  "seq_page_cost=0.1",
  "cpu_tuple_cost=0.1",
  "cpu_index_tuple_cost=0.05",
  "jit=off",
  "plan_cache_mode=force_custom_plan",
]
  .map((setting) => `-c ${setting}`)
  .join(" ");

const int8 = 20;
const bytea = 17;

/** Rows as `Row` says: `pg` itself gives text for large numbers, and a Buffer for bytes. */
export const types = {
  getTypeParser: ((oid: number, format: "text" | "binary") => {
    if (oid === int8) return Number;
    if (oid === bytea) return (text: string) => text.slice(2);
    return pg.types.getTypeParser(oid, format as "text");
  }) as typeof pg.types.getTypeParser,
};

export class Connections {
  readonly address: string;
  readonly server: ServerIdentity;
  readonly #pools: Readonly<Record<"read" | "write", pg.Pool>>;
  readonly #patienceMs: number;

  constructor(url: string, { connections, patienceMs, scratch, onReplaced }: ConnectionOptions) {
    this.address = shownAddress(url);
    this.server = new ServerIdentity(this.address, onReplaced ?? (() => undefined));
    this.#patienceMs = patienceMs;
    const open = () => {
      const pool = new pg.Pool({
        connectionString: url,
        application_name: "fablepool",
        options: `-c search_path=fablepool ${planning} -c synchronous_commit=${scratch ? "off" : "on"}`,
        max: connections,
        connectionTimeoutMillis: limits.postgresPatienceMs,
        keepAlive: true,
        pipeline: true, // statements that nobody waits for are sent one behind the other
        verify: (client: pg.ClientBase, done: (error?: Error) => void) => void this.server.check(client).then(() => done(), done),
        types,
      });
      // A connection was lost: whoever uses it hears of it from the statement, and an idle one is not given out again.
      pool.on("error", () => undefined).on("connect", (client) => client.on("error", () => undefined));
      return pool;
    };
    this.#pools = { read: open(), write: open() };
  }

  /** Sends `text`, several statements, on a connection that is then the caller's. It is sent again when the connection was lost: it begins a transaction and no more. */
  async begin(kind: "read" | "write", text: string, patient = true): Promise<{ client: pg.PoolClient; results: pg.QueryResult[] }> {
    const deadline = performance.now() + (patient ? this.#patienceMs : 0);
    for (let waitMs = 10; ; waitMs = Math.min(2 * waitMs, 500)) {
      let client: pg.PoolClient | undefined;
      try {
        client = await this.#pools[kind].connect();
        const answered: unknown = await client.query(text);
        return { client, results: answered as pg.QueryResult[] };
      } catch (error) {
        client?.release(true);
        if (!isLost(error) || performance.now() > deadline) throw asStorage(error, this.address);
        await sleep(waitMs);
      }
    }
  }

  /** Ends the transaction without a trace of it, and gives the connection back. */
  async rollBack(client: pg.PoolClient): Promise<void> {
    try {
      await client.query("ROLLBACK");
      client.release();
    } catch {
      client.release(true);
    }
  }

  /** The end of a transaction whose connection was lost while it committed. */
  async outcome(transaction: string): Promise<"committed" | "aborted" | "unknown"> {
    const deadline = performance.now() + this.#patienceMs;
    try {
      while (performance.now() < deadline) {
        const { client, results } = await this.begin("write", `SELECT 1; SELECT pg_xact_status('${BigInt(transaction)}'::xid8) AS status`);
        client.release();
        const status: unknown = results[1]?.rows[0]?.status;
        if (status === "committed" || status === "aborted") return status;
        await sleep(20); // the server has not noticed yet that nobody listens
      }
    } catch (error) {
      if (!(error instanceof PoolError)) throw error;
    }
    return "unknown";
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#pools).map((pool) => pool.end()));
  }
}
