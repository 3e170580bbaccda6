/** One connection in one transaction, lent to one read or write. */
import type pg from "pg";
import { PoolError } from "../../core/errors.ts";
import { asStorage } from "./failures.ts";

/** Whole numbers as numbers (none of ours is over 2^53), bytes as hex digits. */
export type Row = Readonly<Record<string, unknown>>;
/** Bytes are what PostgreSQL reads as binary: arrays. */
export type Value = string | number | boolean | null | Buffer;

/** Statements are prepared once a connection, under a name that is their number here. They are ours, and few. */
const names = new Map<string, string>();

function nameOf(sql: string): string {
  const known = names.get(sql);
  if (known !== undefined) return known;
  const name = `f${names.size}`;
  names.set(sql, name);
  return name;
}

export interface Query {
  /** The pool's number: `$1` of every statement. */
  readonly pool: number;
  /** Rows of one statement. */
  all(sql: string, ...values: Value[]): Promise<Row[]>;
  /** Runs one statement and tells how many rows it changed. */
  run(sql: string, ...values: Value[]): Promise<number>;
  /**
   * Sends one statement and goes on: what it does is there for whatever is asked after it, and its failure is that of the next question, or of
   * the transaction. `then` is told how many rows it changed.
   */
  later(sql: string, values: readonly Value[], then?: (changed: number) => void | Promise<void>): void;
  /** Resolves when what was sent is done, `then` included. */
  settled(): Promise<void>;
}

export class Session implements Query {
  readonly pool: number;
  readonly #client: pg.ClientBase;
  readonly #address: string;
  #settled: Promise<void> = Promise.resolve();
  #last: Promise<unknown> = Promise.resolve();
  #ended = false;

  constructor(client: pg.ClientBase, pool: number, address: string) {
    this.#client = client;
    this.pool = pool;
    this.#address = address;
  }

  async all(sql: string, ...values: Value[]): Promise<Row[]> {
    return (await this.#ask(sql, values)).rows as Row[];
  }

  async run(sql: string, ...values: Value[]): Promise<number> {
    return (await this.#ask(sql, values)).rowCount ?? 0;
  }

  later(sql: string, values: readonly Value[], then: (changed: number) => void | Promise<void> = () => undefined): void {
    const [before, sent] = [this.#settled, this.#send(sql, values)];
    // The first failure is the reason: what is sent into a transaction that has failed fails for that alone.
    this.#settled = before.then(() => sent.then(({ rowCount }) => then(rowCount ?? 0)));
    this.#settled.catch(() => undefined); // told to whoever asks next, or ends the transaction
    sent.catch(() => undefined);
  }

  async settled(): Promise<void> {
    for (let seen: Promise<void> | null = null; seen !== this.#settled; await seen) seen = this.#settled; // `then` may send more
  }

  async #ask(sql: string, values: readonly Value[]): Promise<pg.QueryResult> {
    this.#checkOpen();
    await this.settled();
    return this.#send(sql, values);
  }

  /** They are answered one after the other, whoever waits. */
  async #send(sql: string, values: readonly Value[]): Promise<pg.QueryResult> {
    this.#checkOpen();
    const sent = this.#client.query({ name: nameOf(sql), text: sql, values: [this.pool, ...values] });
    this.#last = sent.catch(() => undefined);
    try {
      return await sent;
    } catch (error) {
      throw asStorage(error, this.#address);
    }
  }

  #checkOpen(): void {
    if (this.#ended) throw new PoolError("storage", "a read or write of the store is over: its reader can't be used any more");
  }

  /** Resolves when what was asked is answered: from then on the connection may serve somebody else. Rejects when something sent has failed. */
  async end(): Promise<void> {
    try {
      await this.settled();
    } finally {
      this.#ended = true;
      await this.#last;
    }
  }
}

/** One value of bytes. */
export function bytes(hex: string): string {
  return `\\x${hex}`;
}
