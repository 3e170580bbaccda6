/** Reading backups back (spec/10-recovery.md, REC-8): into a bare home, or into one that lacks something. */
import { existsSync } from "node:fs";
import { parseJson } from "../core/codec/parse.ts";
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import { isOpId, type OpId } from "../core/op/operation.ts";
import { isObject } from "../core/sync/messages.ts";
import { openSqliteStore } from "../store/index.ts";
import { clearAside } from "./aside.ts";
import { backupFormat, partPath, partsBeside } from "./backup.ts";
import { type Home, makeHome, readSettings, replaceFile, type Settings, writeSettings } from "./home.ts";
import { importLog, type LogImport } from "./log-file.ts";
import { nativeCrypto } from "./native-crypto.ts";
import { Replica } from "./replica.ts";
import { type Opener, readSealed } from "./sealed-file.ts";
import { settingsOf } from "./settings-form.ts";

/** What a backup says of itself. */
export interface BackupHead {
  readonly id: string;
  readonly part: number;
  readonly pool: OpId;
  /** Whose key file it holds. */
  readonly device: string;
  readonly madeAt: number;
  readonly key: string;
  readonly settings: Settings;
}

/** A backup that was read to its end once. */
export interface CheckedBackup {
  readonly head: BackupHead;
  /** The file and its parts, in order. */
  readonly files: readonly string[];
  /** When the newest of them was made, ms. */
  readonly madeAt: number;
  /** Operations in all of them. */
  readonly operations: number;
  /** Files that are named like parts of it, and why they are none. */
  readonly leftOut: readonly { readonly file: string; readonly why: string }[];
}

/** Reads all of a backup before anything of it is taken. Rejects as `readSealed` does, and with `parse` for what is no whole backup. */
export async function checkBackup(file: string, opener: Opener, signal?: AbortSignal): Promise<CheckedBackup> {
  const first = await checkPart(file, opener, signal);
  if (first.head.part !== 0) throw new PoolError("usage", `${file} is a part of a backup: name the file that it lies beside`);
  const files = [file];
  const leftOut: { file: string; why: string }[] = [];
  let { operations } = first;
  let { madeAt } = first.head;
  for (const part of partsBeside(file)) {
    const path = partPath(file, part);
    try {
      const { head, operations: count } = await checkPart(path, opener, signal);
      if (head.id !== first.head.id || head.part !== part) throw new PoolError("usage", "it belongs to another backup");
      files.push(path);
      operations += count;
      madeAt = head.madeAt;
    } catch (error) {
      if (!(error instanceof PoolError) || error.code === "interrupted") throw error;
      leftOut.push({ file: path, why: error.message });
    }
  }
  return { head: first.head, files, madeAt, operations, leftOut };
}

async function checkPart(path: string, opener: Opener, signal?: AbortSignal): Promise<{ head: BackupHead; operations: number }> {
  let head: BackupHead | null = null;
  let operations = -1;
  let end: string | null = null;
  for await (const line of readSealed(path, opener)) {
    if (signal?.aborted) throw new PoolError("interrupted", "interrupted: nothing was taken");
    head ??= readHead(path, line);
    end = line.startsWith('{"end"') ? line : null;
    operations++;
  }
  if (head === null || end === null || operationsIn(end) !== operations - 1)
    throw new PoolError("parse", `${path} is no whole backup: its end is missing`);
  return { head, operations: operations - 1 };
}

/** What a last line says; null when it is none. */
function operationsIn(end: string): unknown {
  try {
    return (JSON.parse(end) as { operations?: unknown }).operations;
  } catch {
    return null;
  }
}

function readHead(path: string, line: string): BackupHead {
  try {
    const value = parseJson(line, { maxDepth: limits.messageDepth });
    if (!isObject(value)) throw new PoolError("parse", "its first line is no object");
    const { format, id, part, pool, device, made_at: madeAt, key, settings } = value;
    const fits =
      typeof id === "string" && Number.isSafeInteger(part) && isOpId(pool) && typeof device === "string" && typeof key === "string";
    const kept = settingsOf(settings ?? null);
    if (format !== backupFormat || !fits || !Number.isSafeInteger(madeAt) || kept === null)
      throw new PoolError("parse", "it has another form");
    return { id, part: Number(part), pool, device, madeAt: Number(madeAt), key, settings: kept };
  } catch (error) {
    if (!(error instanceof PoolError)) throw error;
    throw new PoolError("parse", `${path} is no backup of fablepool: ${error.message}`, {}, { cause: error });
  }
}

/** The log's lines in a backup. */
export async function* linesOfBackup({ files }: CheckedBackup, opener: Opener): AsyncGenerator<string> {
  for (const file of files) {
    let isHead = true;
    for await (const line of readSealed(file, opener)) {
      if (!isHead && !line.startsWith('{"end"')) yield line;
      isHead = false;
    }
  }
}

export interface Restored {
  readonly into: "bare" | "present";
  readonly taken: LogImport;
}

/**
 * Takes a checked backup in, each operation verified. A bare home becomes the device that the backup is of: it does not write before it
 * has synced, since that device may have written on. A home with a device takes what it lacks; a payload that a redaction took stays
 * away. Interrupted, it can be run again. Rejects with `PoolError`: `usage` for another pool's, `interrupted`, `storage`.
 */
export async function restoreBackup(home: Home, backup: CheckedBackup, opener: Opener, signal?: AbortSignal): Promise<Restored> {
  const isBare = !existsSync(home.deviceKey);
  makeHome(home);
  const store = await openSqliteStore(home.store, { onErased: () => clearAside(home) });
  try {
    await store.write(async (tx) => {
      const present = await tx.pool();
      if (present !== null && present !== backup.head.pool) throw new PoolError("usage", `${home.folder} holds another pool, ${present}`);
      await tx.setPool(backup.head.pool);
      if (isBare) await tx.setLocal("unproven", "restored from a backup");
    });
    const taken = await importLog(new Replica(store, nativeCrypto), linesOfBackup(backup, opener), signal);
    if (signal?.aborted) throw new PoolError("interrupted", "interrupted: what was taken is kept; run it again to go on");
    if (isBare) becomeDevice(home, backup.head);
    return { into: isBare ? "bare" : "present", taken };
  } finally {
    await store.close();
  }
}

/** The key file comes last: before it, nobody takes the home for a device. */
function becomeDevice(home: Home, { settings, key }: BackupHead): void {
  if (!existsSync(home.settings)) writeSettings(home, { ...readSettings(home), ...settings });
  replaceFile(home.deviceKey, key);
}
