/** Deleting files so that nothing of them stays where they were: overwritten, then unlinked. */
import { closeSync, existsSync, fstatSync, fsyncSync, openSync, unlinkSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { PoolError } from "../../core/errors.ts";
import { systemWords } from "../system-error.ts";

/** What SQLite may have laid beside a database. */
const companions = ["", "-journal", "-wal", "-shm"];

/**
 * Overwrites a database and its journals with zeros, to the disk, and unlinks them. Files that are not there are no failure, so
 * that it can be done again after a crash. Nobody has the database open. Throws `PoolError("storage")`; then it is to be done again.
 */
export function wipeDatabase(path: string): void {
  for (const end of companions) wipe(path + end);
  syncFolder(dirname(path));
}

function wipe(path: string): void {
  if (!existsSync(path)) return;
  try {
    const file = openSync(path, "r+");
    try {
      overwrite(file, fstatSync(file).size);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    unlinkSync(path);
  } catch (error) {
    throw new PoolError("storage", `can't purge ${path}: ${systemWords(error)}`, { path }, { cause: error });
  }
}

const chunk = new Uint8Array(64 * 1024);

function overwrite(file: number, size: number): void {
  for (let at = 0; at < size; at += chunk.length) writeSync(file, chunk, 0, Math.min(chunk.length, size - at), at);
}

/** So that the unlinking itself is on the disk. Not every system lets a folder be opened: there it is left to the system. */
function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
