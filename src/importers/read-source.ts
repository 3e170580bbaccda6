import { hash } from "node:crypto";
import { open } from "node:fs/promises";
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import { filesIn, isArchive, type UnreadEntry } from "./archive/archive.ts";
import type { SourceFile } from "./importer.ts";
import type { FoundFile } from "./walk.ts";

/**
 * The file with its bytes. Rejects with PoolError("too_large") above limits.importFileBytes, also for a file that grew since it was found,
 * and with PoolError("not_found") when it can't be read.
 */
export async function readSource(entry: FoundFile): Promise<SourceFile> {
  const { path, collection, name } = entry;
  const bytes = await readBounded(path);
  return { path, collection, name, bytes, sha256: hash("sha256", bytes) };
}

/** The file, or the files inside it when it is an archive, with what of it can't be read. Rejects as `readSource` does. */
export async function* readSources(entry: FoundFile): AsyncGenerator<SourceFile | UnreadEntry> {
  const file = await readSource(entry);
  if (isArchive(file.bytes)) yield* filesIn(file);
  else yield file;
}

async function readBounded(path: string): Promise<Uint8Array> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    if (size > limits.importFileBytes) throw tooLarge(path, size);
    return await file.readFile();
  } catch (cause) {
    if (cause instanceof PoolError) throw cause;
    throw new PoolError("not_found", `${path} can't be read: ${cause instanceof Error ? cause.message : cause}`, { path }, { cause });
  }
}

function tooLarge(path: string, size: number): PoolError {
  const most = limits.importFileBytes;
  return new PoolError("too_large", `${path} has ${size} bytes; files up to ${most} bytes are read`, { path, size, most });
}
