/** One pool's store: its turns, and its transactions. */
import type pg from "pg";
import { PoolError } from "../../core/errors.ts";
import { limits } from "../../core/limits.ts";
import type { Reader, Store, Transactor } from "../store.ts";
import type { Connections } from "./connections.ts";
import { asStorage, isLost } from "./failures.ts";
import type { Admits } from "./growth.ts";
import { type Row, Session } from "./session.ts";
import { bytesOfAll, type State, stateColumns, stateOf, stateUpdate } from "./state.ts";
import { PostgresTransactor } from "./transactor.ts";
import { PostgresReader } from "./view-reader.ts";

/**
 * One read and one write at a time, so that no pool takes the connections of all. Writers of other processes wait at the pool's
 * row of `state`, which every write locks first: what they then read is what is committed, and stays until they are done.
 */
export class PostgresStore implements Store {
  readonly #connections: Connections;
  readonly #number: number;
  readonly #onClosed: () => Promise<void>;
  readonly #admits: Admits | undefined;
  #reading: Promise<unknown> = Promise.resolve();
  #writing: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | null = null;

  constructor(connections: Connections, number: number, onClosed: () => Promise<void>, admits?: Admits) {
    this.#connections = connections;
    this.#number = number;
    this.#onClosed = onClosed;
    this.#admits = admits;
  }

  async read<Result>(work: (reader: Reader) => Promise<Result>): Promise<Result> {
    this.#checkOpen();
    const turn = this.#reading.then(() => this.#read(work));
    this.#reading = turn.catch(() => undefined);
    return turn;
  }

  async #read<Result>(work: (reader: Reader) => Promise<Result>): Promise<Result> {
    const begin = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${this.#setPool()}; SELECT ${stateColumns} FROM state WHERE pool = ${this.#number}`;
    const { client, row } = await this.#begin("read", begin);
    const session = new Session(client, this.#number, this.#connections.address);
    try {
      return await work(new PostgresReader(session, stateOf(row)));
    } finally {
      await session.end();
      await this.#connections.rollBack(client);
    }
  }

  async write<Result>(work: (transactor: Transactor) => Promise<Result>): Promise<Result> {
    this.#checkOpen();
    const turn = this.#writing.then(() => this.#write(work));
    this.#writing = turn.catch(() => undefined);
    return turn;
  }

  async #write<Result>(work: (transactor: Transactor) => Promise<Result>): Promise<Result> {
    const begin =
      `BEGIN; ${this.#setPool()}; SET LOCAL lock_timeout = ${limits.writeTurnMs}; ` +
      `SELECT ${stateColumns}, pg_current_xact_id()::text AS transaction FROM state WHERE pool = ${this.#number} FOR UPDATE`;
    const { client, row } = await this.#begin("write", begin);
    const session = new Session(client, this.#number, this.#connections.address);
    const [before, state] = [stateOf(row), stateOf(row)];
    let result: Result;
    try {
      if (before.bytes === null) state.bytes = (await session.all(bytesOfAll))[0]?.["bytes"] as number;
      result = await work(new PostgresTransactor(session, state, this.#admits));
      await session.end();
    } catch (error) {
      await session.end().catch(() => undefined); // what failed is told already
      await this.#connections.rollBack(client);
      throw error;
    }
    await this.#commit(client, row["transaction"] as string, before, state);
    return result;
  }

  /** Begins a transaction whose last statement asks for the pool's row of `state`. Rejects with `no_pool` when it has none any more. */
  async #begin(kind: "read" | "write", text: string): Promise<{ client: pg.PoolClient; row: Row }> {
    const { client, results } = await this.#connections.begin(kind, text);
    const row = results.at(-1)?.rows[0] as Row | undefined;
    if (row !== undefined) return { client, row };
    await this.#connections.rollBack(client);
    throw new PoolError("no_pool", `the store at ${this.#connections.address}: this pool was removed`);
  }

  /** A connection that is lost meanwhile has not told whether the write is there: another one is asked. */
  async #commit(client: pg.PoolClient, transaction: string, before: State, state: State): Promise<void> {
    const { address } = this.#connections;
    try {
      const answered: unknown = await client.query(`${stateUpdate(this.#number, before, state)} COMMIT`);
      const last = [answered].flat().at(-1) as pg.QueryResult;
      client.release();
      // What PostgreSQL says when a statement of the transaction had failed, and whoever called it went on.
      if (last.command !== "COMMIT") throw new PoolError("storage", `the store at ${address}: a statement failed, so nothing was written`);
    } catch (error) {
      if (error instanceof PoolError) throw error;
      if (!isLost(error)) {
        await this.#connections.rollBack(client);
        throw asStorage(error, address);
      }
      client.release(true);
      const outcome = await this.#connections.outcome(transaction);
      if (outcome === "committed") return;
      if (outcome === "aborted") throw asStorage(error, address);
      const said = "the connection was lost while a write was being committed: it is there whole, or not at all";
      throw new PoolError("storage", `the store at ${address}: ${said}`, { address, outcome }, { cause: error });
    }
  }

  #setPool(): string {
    return `SET LOCAL fablepool.pool = '${this.#number}'`;
  }

  close(): Promise<void> {
    this.#closing ??= Promise.all([this.#reading, this.#writing]).then(() => this.#onClosed());
    return this.#closing;
  }

  #checkOpen(): void {
    if (this.#closing) throw new PoolError("storage", "the store is closed");
  }
}
