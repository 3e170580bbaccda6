/** Lines into a file, or to standard output, however many there are. */
import { createWriteStream, openSync, renameSync, rmSync, statSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { PoolError } from "../core/errors.ts";
import { cantWrite } from "../node/index.ts";
import type { Context } from "./context.ts";
import { counted } from "./text.ts";

/**
 * Resolves with how many there were, once the file has them; without `file` they go to standard output. The file takes its place when it is
 * whole: one that was there is as it was until then. Rejects with `usage` when the file is there, unless `force`, or can't be written; with `storage`
 * when the disk is full or fails; with `interrupted`.
 */
export async function writeLines(
  lines: AsyncIterable<string>,
  file: string | undefined,
  { output, signal, force }: Pick<Context, "output" | "signal"> & { readonly force: boolean },
): Promise<number> {
  const stat = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false });
  if (stat !== undefined && !force) throw new PoolError("usage", `${file} is there already: --force overwrites it`);
  let count = 0;
  const counting = async function* () {
    for await (const line of lines) {
      if (signal.aborted) throw new PoolError("interrupted", `interrupted after ${counted(count, "operation")}: there is no whole file`);
      count++;
      output.progress(counted(count, "operation"), null);
      yield line;
    }
  };
  if (file === undefined) await pipeline(counting, process.stdout, { end: false });
  else if (stat === undefined || stat.isFile()) await writeWhole(counting(), file);
  else await pipeline(counting, createWriteStream(file, { fd: openedNew(file, file) })).catch(asCantWrite(file)); // a pipe, say
  return count;
}

/** Nothing is made before there is something: what can't be had leaves no empty file. */
async function writeWhole(lines: AsyncGenerator<string>, file: string): Promise<void> {
  const first = await lines.next();
  const beside = `${file}.${process.pid}.new`;
  try {
    const whole = (async function* () {
      if (!first.done) yield first.value;
      yield* lines;
    })();
    await pipeline(whole, createWriteStream(beside, { fd: openedNew(beside, file), flush: true }));
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    asCantWrite(file)(error);
  }
}

/** Throws as `cantWrite` says, by the name that was given. */
function openedNew(path: string, file: string): number {
  try {
    return openSync(path, "w", 0o600);
  } catch (error) {
    throw cantWrite(file, error);
  }
}

function asCantWrite(file: string): (error: unknown) => never {
  return (error) => {
    throw error instanceof PoolError ? error : cantWrite(file, error);
  };
}
