/** The store's file, before it is opened as a store: whose it is, whether SQLite finds it sound, and whether it is in use. */
import { existsSync } from "node:fs";
import { PoolError } from "../../core/errors.ts";
import { nodeSqlite, storeVersion } from "../../store/index.ts";
import type { Home } from "../home.ts";
import { type Finding, fine, wrong } from "./finding.ts";

/** With `sound`, whether the rest of the home can be looked at. */
export function examineStore(home: Home): { readonly findings: readonly Finding[]; readonly sound: boolean } {
  if (!existsSync(home.store)) return { findings: [], sound: false };
  const another = "bring it back from another device or a backup: move pool.db aside, then `fablepool restore` or `fablepool recover`";
  try {
    const driver = nodeSqlite(home.store);
    try {
      const version = Number(driver.get("PRAGMA user_version")?.["user_version"]);
      if (version > storeVersion)
        return failed(
          `the store was written by a newer version of fablepool (${version}, this one knows ${storeVersion})`,
          "update this one",
        );
      const faults = driver.all("PRAGMA quick_check(5)").map((row) => String(row["quick_check"]));
      if (faults.join() !== "ok") return failed(`the store is damaged: ${faults[0]}`, another);
      return { findings: [fine("store", "SQLite finds the store sound; `fablepool verify` proves what is in it")], sound: true };
    } finally {
      driver.close();
    }
  } catch (error) {
    if (!(error instanceof PoolError)) throw error;
    const isBusy = /another process/.test(error.message);
    return failed(error.message, isBusy ? "a program is writing right now: ask again" : another);
  }
}

function failed(says: string, todo: string) {
  return { findings: [wrong("store", says, todo)], sound: false };
}
