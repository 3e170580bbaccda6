/** Taking turns with other processes that have the same file open. */
import { setTimeout as sleep } from "node:timers/promises";
import { PoolError } from "../../core/errors.ts";
import { limits } from "../../core/limits.ts";
import { type Driver, sqliteCode } from "./driver.ts";

const busy = 5;

/** Waits, without blocking this process, while another one keeps the file to itself. */
export async function whenFree<Result>(call: () => Result): Promise<Result> {
  for (const deadline = performance.now() + limits.writeTurnMs; ; await sleep(5)) {
    try {
      return call();
    } catch (error) {
      if (sqliteCode(error) !== busy || performance.now() > deadline) throw error;
    }
  }
}

/** Does nothing when SQLite has rolled back by itself already, as it does when the disk is full. */
export function rollBack(driver: Driver): void {
  try {
    driver.exec("ROLLBACK");
  } catch (error) {
    if (!(error instanceof PoolError && error.message.includes("no transaction"))) throw error;
  }
}
