/** A disk that fails at the N-th write, for tests: N = 1, 2, 3 … until a run completes visits every place where it can. */
import { PoolError } from "../core/errors.ts";
import type { Driver, OpenDriver } from "../store/index.ts";

export interface FailingDriver {
  readonly open: OpenDriver;
  /** Fails at the `at`-th write call from now on, and at every later one; null never fails. */
  failFrom(at: number | null): void;
  /** Write calls since `failFrom`. */
  readonly writes: number;
}

const changing = /^(BEGIN IMMEDIATE|INSERT|UPDATE|DELETE|CREATE|PRAGMA (journal_mode|application_id))/;

/** Wraps `open`. A rollback never fails: SQLite does it in memory. */
export function failingDriver(open: OpenDriver): FailingDriver {
  let failAt: number | null = null;
  let writes = 0;
  const count = (sql: string) => {
    writes++;
    if (failAt !== null && writes >= failAt) throw new PoolError("storage", `the disk failed at write ${writes}: ${sql.slice(0, 40)}`);
  };
  const wrap = (driver: Driver): Driver => {
    let writing = false; // a COMMIT of a reader writes nothing
    return {
      ...driver,
      exec(sql) {
        if (changing.test(sql) || (sql === "COMMIT" && writing)) count(sql);
        driver.exec(sql);
        writing = sql === "BEGIN IMMEDIATE" || (writing && !/^(COMMIT|ROLLBACK)/.test(sql));
      },
      get(sql, ...values) {
        if (sql.startsWith("PRAGMA wal_checkpoint")) count(sql);
        return driver.get(sql, ...values);
      },
      run(sql, ...values) {
        if (changing.test(sql)) count(sql);
        return driver.run(sql, ...values);
      },
      insert(sql, ...values) {
        count(sql);
        return driver.insert(sql, ...values);
      },
    };
  };
  return {
    open: (path) => wrap(open(path)),
    failFrom(at) {
      failAt = at;
      writes = 0;
    },
    get writes() {
      return writes;
    },
  };
}
