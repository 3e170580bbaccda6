/** Lines into a file, or to standard output, however many there are. */
import { once } from "node:events";
import { createWriteStream, existsSync, openSync } from "node:fs";
import { PoolError } from "../core/errors.ts";
import { cantWrite } from "../node/index.ts";
import type { Context } from "./context.ts";
import { counted } from "./text.ts";

/**
 * Resolves with how many there were, once the file has them; without `file` they go to standard output. Rejects with `usage` when the file is
 * there, unless `force`, or can't be written; with `storage` when the disk is full or fails; with `interrupted`.
 */
export async function writeLines(
  lines: AsyncIterable<string>,
  file: string | undefined,
  { output, signal, force }: Pick<Context, "output" | "signal"> & { readonly force: boolean },
): Promise<number> {
  if (file !== undefined && existsSync(file) && !force) throw new PoolError("usage", `${file} is there already: --force overwrites it`);
  let count = 0;
  let target: ReturnType<typeof createWriteStream> | typeof process.stdout | null = file === undefined ? process.stdout : null;
  let failed: Promise<never> = new Promise(() => undefined);
  const open = () => {
    if (file === undefined) return process.stdout;
    const opened = createWriteStream(file, { fd: openedNew(file) });
    failed = new Promise((_, reject) => opened.once("error", (error) => reject(cantWrite(file, error))));
    failed.catch(() => undefined);
    return opened;
  };
  for await (const line of lines) {
    if (signal.aborted) throw new PoolError("interrupted", `interrupted after ${counted(count, "operation")}: the file is not whole`);
    target ??= open(); // not before there is something: what can't be had leaves no empty file
    if (!target.write(line)) await Promise.race([failed, once(target, "drain")]);
    count++;
    output.progress(counted(count, "operation"), null);
  }
  if (file === undefined) return count;
  target ??= open();
  target.end();
  await Promise.race([failed, once(target, "finish")]);
  return count;
}

/** Throws as `cantWrite` says. */
function openedNew(path: string): number {
  try {
    return openSync(path, "w", 0o600);
  } catch (error) {
    throw cantWrite(path, error);
  }
}
