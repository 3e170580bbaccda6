/** Opening a store in one SQLite file: whose file it is, who may read it, and what version it has. */
import { accessSync, closeSync, constants, existsSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { PoolError } from "../../core/errors.ts";
import type { Store } from "../store.ts";
import { type Driver, nodeSqlite, type OpenDriver } from "./driver.ts";
import { init } from "./migrations/001-init.ts";
import { delegation } from "./migrations/002-delegation.ts";
import { claimLists } from "./migrations/003-claim-lists.ts";
import { leanLog } from "./migrations/004-lean-log.ts";
import { quickInserts } from "./migrations/005-quick-inserts.ts";
import { ownSteps } from "./migrations/006-own-steps.ts";
import { SqliteStore } from "./sqlite-store.ts";
import { rollBack, whenFree } from "./turns.ts";

/** In order and for ever: a store says how many of them it has seen in `PRAGMA user_version`. */
export const migrations: readonly string[] = [init, delegation, claimLists, leanLog, quickInserts, ownSteps];

/** The version of a store that this software writes. */
export const storeVersion = migrations.length;

/**
 * Pages in the write-ahead log before they are copied into the file: 32 MiB. A batch of a bulk load touches a page of each
 * index for nearly every operation, and pages that many batches touch are then copied once. Measured: 1.3 times as fast.
 */
const checkpointPages = 8_192;

/**
 * What SQLite puts aside for a while: copies of pages, to take a statement back that adds many rows, and rows to be sorted. In files elsewhere on
 * the disk they cost half as much as the rows, and nobody would erase them. But not the whole of a store while it is written anew.
 */
const inMemory = "PRAGMA temp_store = MEMORY";

/** "FPL1": a file of ours says so, and another program's database is never touched. */
const applicationId = 0x46504c31;

export interface SqliteOptions {
  readonly driver?: OpenDriver;
  /** A store that is thrown away after use: promise 4 (durability) is not kept, which is faster. */
  readonly scratch?: boolean;
  /** Called before a write that erased something resolves, and at opening: what the caller keeps beside the file may hold it too. */
  readonly onErased?: () => void;
  /** Instead of `migrations`, for tests of migrating. */
  readonly migrations?: readonly string[];
}

/**
 * Opens the store in `path`, making it when it is not there. One that may only be read (a read-only disk, a backup of a home) is opened for that:
 * `readOnly` is true, and writing rejects. Rejects with `PoolError("storage")` when it can't.
 */
export async function openSqliteStore(path: string, options: SqliteOptions = {}): Promise<Store> {
  const open = options.driver ?? nodeSqlite;
  if (mayOnlyBeRead(path)) return openToRead(path, open);
  keepPrivate(path);
  const writer = open(path);
  const drivers = [writer];
  try {
    await whenFree(() => checkOwner(writer, path));
    // WAL: readers never wait. FULL: a committed transaction survives a power cut. secure_delete: erased is overwritten.
    // recursive_triggers: REPLACE meets the triggers that keep the log append-only.
    const durability = options.scratch ? "OFF" : "FULL";
    await whenFree(() => writer.exec("PRAGMA journal_mode = WAL"));
    writer.exec(
      `PRAGMA synchronous = ${durability}; PRAGMA secure_delete = ON; PRAGMA recursive_triggers = ON; PRAGMA cache_size = -16384`,
    );
    writer.exec(`PRAGMA wal_autocheckpoint = ${checkpointPages}`);
    await migrate(writer, path, options.migrations ?? migrations);
    const reader = open(path);
    drivers.push(reader);
    reader.exec("PRAGMA query_only = ON");
    reader.get("SELECT 1 FROM local LIMIT 1"); // from here on all files are open: should their names go, both still read the same
    const store = new SqliteStore(writer, reader, { onErased: options.onErased });
    await store.finishErasing();
    await store.rewriteIfDue();
    for (const driver of drivers) driver.exec(inMemory);
    return store;
  } catch (error) {
    for (const driver of drivers) driver.close();
    throw error;
  }
}

/** A store that is there, on a disk or in a folder that can't be written to, or whose own file can't. */
function mayOnlyBeRead(path: string): boolean {
  if (!existsSync(path)) return false;
  try {
    accessSync(path, constants.W_OK);
    accessSync(dirname(path), constants.W_OK);
    return false;
  } catch {
    return true;
  }
}

/**
 * Opens it as it stands: SQLite makes no file beside it, and takes no turns with others. What was written and never copied into the file, as
 * after a crash, can't be read so.
 */
async function openToRead(path: string, open: OpenDriver): Promise<Store> {
  const wal = statSync(`${path}-wal`, { throwIfNoEntry: false });
  if (wal !== undefined && wal.size > 0) {
    const why =
      "it is open elsewhere or was not closed, and it can't be written to: close it there, or copy its whole folder to read the copy";
    throw new PoolError("storage", `the store at ${path}: ${why}`, { path });
  }
  const driver = open(path, { readOnly: true });
  try {
    checkOwner(driver, path);
    const version = Number(driver.get("PRAGMA user_version")?.["user_version"]);
    if (version > storeVersion) throw newerVersion(path, version);
    if (version < storeVersion) {
      const why =
        "an older version of fablepool wrote it, and it can't be written to, to be brought up to date: copy its whole folder, and open the copy";
      throw new PoolError("storage", `the store at ${path}: ${why}`, { path, version });
    }
    driver.exec(`PRAGMA query_only = ON; ${inMemory}`);
    return new SqliteStore(driver, driver, { readOnly: true });
  } catch (error) {
    driver.close();
    throw error;
  }
}

function newerVersion(path: string, version: number): PoolError {
  return new PoolError("storage", `${path} was written by a newer version of fablepool: update this one`, { path, version });
}

/** Made before SQLite opens it: the journal files take the same mode. */
function keepPrivate(path: string): void {
  try {
    closeSync(openSync(path, "a", 0o600));
  } catch (error) {
    throw new PoolError(
      "storage",
      `the store at ${path} can't be opened: ${error instanceof Error ? error.message : error}`,
      { path },
      { cause: error },
    );
  }
}

/** Nothing is written to a file before it is known to be ours, or new. */
function checkOwner(driver: Driver, path: string): void {
  const owner = Number(driver.get("PRAGMA application_id")?.["application_id"]);
  const strange = owner !== applicationId && (owner !== 0 || driver.get("SELECT 1 FROM sqlite_schema LIMIT 1") !== undefined);
  if (strange) throw new PoolError("storage", `${path} is a database of another program`, { path });
}

async function migrate(driver: Driver, path: string, steps: readonly string[]): Promise<void> {
  const version = () => Number(driver.get("PRAGMA user_version")?.["user_version"]);
  if (version() === steps.length) return;
  await whenFree(() => driver.exec("BEGIN IMMEDIATE"));
  try {
    // Counted inside the transaction: another process may have migrated meanwhile.
    if (version() > steps.length) throw newerVersion(path, version());
    for (const sql of steps.slice(version())) driver.exec(sql);
    driver.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${steps.length}; COMMIT`);
  } catch (error) {
    rollBack(driver);
    throw error;
  }
}
