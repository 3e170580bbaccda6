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
}

export class Session implements Query {
  readonly pool: number;
  readonly #client: pg.ClientBase;
  readonly #address: string;
  #tail: Promise<unknown> = Promise.resolve();
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

  /** One after the other, whoever waits. */
  #ask(sql: string, values: readonly Value[]): Promise<pg.QueryResult> {
    if (this.#ended) throw new PoolError("storage", "a read or write of the store is over: its reader can't be used any more");
    const asked = this.#tail.then(() => this.#client.query({ name: nameOf(sql), text: sql, values: [this.pool, ...values] }));
    this.#tail = asked.catch(() => undefined);
    return asked.catch((error: unknown) => {
      throw asStorage(error, this.#address);
    });
  }

  /** Resolves when what was asked is answered: from then on the connection may serve somebody else. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#tail;
  }
}

/** One value of bytes. */
export function bytes(hex: string): string {
  return `\\x${hex}`;
}
