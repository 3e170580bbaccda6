/** A result into a file that was not there. */
import { existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { PoolError } from "../core/errors.ts";
import { cantWrite } from "../node/index.ts";

/** Writes a file that is there whole or not at all. Throws PoolError `usage` when it is there already or can't be written, `storage` when the disk is full or fails. */
export function writeNew(path: string, text: string): void {
  const beside = `${path}.${process.pid}.new`;
  try {
    if (existsSync(path)) throw new PoolError("usage", `${path} is there already: name a new file`);
    writeFileSync(beside, text, { mode: 0o600, flush: true });
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error instanceof PoolError ? error : cantWrite(path, error);
  }
}
