/** The few calls we make of SQLite, so that another build of it (or a failing one, in tests) can take its place. */
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { PoolError } from "../../core/errors.ts";

export type Value = SQLInputValue;
export type Row = Readonly<Record<string, unknown>>;

export interface Driver {
  /** Runs SQL without results. */
  exec(sql: string): void;
  /** Runs one statement and returns how many rows it changed. */
  run(sql: string, ...values: Value[]): number;
  /** Runs one INSERT and returns the number of its row. */
  insert(sql: string, ...values: Value[]): number;
  get(sql: string, ...values: Value[]): Row | undefined;
  all(sql: string, ...values: Value[]): Row[];
  close(): void;
}

/** `readOnly`: nobody else writes to the file meanwhile, and nothing is made beside it. */
export type OpenDriver = (path: string, options?: { readonly readOnly?: boolean }) => Driver;

/**
 * SQLite as Node brings it. Statements are prepared once each. Every failure is a `PoolError("storage")`.
 * Not `defensive`: nobody's SQL but ours runs here, and erasing writes the tables of the search index (`search-erase.ts`).
 */
export const nodeSqlite: OpenDriver = (path, { readOnly = false } = {}) => {
  const location = readOnly ? new URL(`${pathToFileURL(path)}?immutable=1`) : path;
  const database = asStorage(path, () => new DatabaseSync(location, { timeout: 20, defensive: false, readOnly }));
  const statements = new Map<string, ReturnType<DatabaseSync["prepare"]>>();
  const prepare = (sql: string) => {
    const known = statements.get(sql);
    if (known) return known;
    const statement = database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  return {
    exec: (sql) => asStorage(path, () => database.exec(sql)),
    run: (sql, ...values) => asStorage(path, () => Number(prepare(sql).run(...values).changes)),
    insert: (sql, ...values) => asStorage(path, () => Number(prepare(sql).run(...values).lastInsertRowid)),
    get: (sql, ...values) => asStorage(path, () => prepare(sql).get(...values) as Row | undefined),
    all: (sql, ...values) => asStorage(path, () => prepare(sql).all(...values) as Row[]),
    close: () => asStorage(path, () => database.close()),
  };
};

const meanings: Readonly<Record<number, string>> = {
  5: "another process is writing to it",
  8: "it is read-only",
  10: "the disk failed to read or write",
  11: "the file is damaged",
  13: "the disk is full",
  14: "it can't be opened",
  26: "the file is not a database",
};

/** SQLite's primary result code of a failed call; 0 when it is of another kind. */
export function sqliteCode(error: unknown): number {
  const cause = error instanceof PoolError ? error.cause : error;
  const code = (cause as { errcode?: unknown } | null)?.errcode;
  return typeof code === "number" ? code & 0xff : 0;
}

function asStorage<Result>(path: string, call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    const why = meanings[sqliteCode(error)] ?? (error instanceof Error ? error.message : String(error));
    throw new PoolError("storage", `the store at ${path}: ${why}`, { path }, { cause: error });
  }
}
