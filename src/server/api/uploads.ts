/**
 * Files that a page sends: streamed to a folder of their own inside the home, which is its owner's alone, and gone when the import is over,
 * however it ends. What a process that was killed left behind goes when a home is opened next.
 */
import { createWriteStream, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Busboy, type BusboyFileStream, type BusboyHeaders, type BusboyInstance } from "@fastify/busboy";
import { PoolError } from "../../core/errors.ts";
import { limits } from "../../core/limits.ts";
import type { Home } from "../../node/index.ts";
import { Refused } from "../refused.ts";
import { newToken } from "./guard.ts";

export interface Upload {
  /** What to import: the files and folders that were sent. */
  readonly paths: readonly string[];
  /** Where they lie: what is told of a file leaves this out. */
  readonly folder: string;
  remove(): void;
}

/** One that is not alone in the name of a folder: the same file sent again has to have the same place. */
const collection = "files";

/** Takes away what processes that are no more have left. */
export function clearUploads(home: Home): void {
  if (!existsSync(home.uploads)) return;
  for (const name of readdirSync(home.uploads)) {
    if (!isAlive(Number(name.split("-", 1)[0]))) rmSync(join(home.uploads, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Receives all files of a `multipart/form-data` request. Throws `Refused`: 415 for another type, 413 when there is more than fits, 400
 * for what is no such body or breaks off; then nothing of it is left.
 */
export async function receiveFiles(incoming: IncomingMessage, home: Home): Promise<Upload> {
  if (!/^multipart\/form-data\s*;/i.test(incoming.headers["content-type"] ?? "")) {
    throw new Refused(415, "bad_request", "Content-Type must be multipart/form-data");
  }
  const own = join(home.uploads, `${process.pid}-${newToken().slice(0, 16)}`);
  const folder = join(own, collection);
  const remove = () => rmSync(own, { recursive: true, force: true });
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    await new Receiving(incoming, folder).done();
    const names = readdirSync(folder).sort();
    if (names.length === 0) throw new Refused(400, "bad_request", "no file was sent: a part needs a filename");
    return { paths: names.map((name) => join(folder, name)), folder, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

class Receiving {
  readonly #incoming: IncomingMessage;
  readonly #folder: string;
  readonly #writing = new Set<Promise<void>>();
  /** In lower case: some file systems take two names for one. */
  readonly #taken = new Set<string>();
  #bytes = 0;

  constructor(incoming: IncomingMessage, folder: string) {
    this.#incoming = incoming;
    this.#folder = folder;
  }

  async done(): Promise<void> {
    const parser = this.#parser();
    const failed = Promise.withResolvers<never>();
    failed.promise.catch(() => undefined);
    parser.on("file", (_field, stream, filename) => {
      const writing = this.#keep(stream, filename ?? "").catch((error: unknown) => {
        failed.reject(error);
        parser.destroy();
      });
      this.#writing.add(writing);
    });
    for (const event of ["filesLimit", "partsLimit", "fieldsLimit"] as const) {
      parser.on(event, () => failed.reject(new Refused(413, "too_large", `at most ${limits.uploadFiles} files can be sent at once`)));
    }
    this.#incoming.on("data", (chunk: Buffer) => {
      this.#bytes += chunk.length;
      if (this.#bytes > limits.uploadBytes)
        failed.reject(new Refused(413, "too_large", `at most ${limits.uploadBytes} bytes can be sent at once`));
    });
    try {
      await Promise.race([pipeline(this.#incoming, parser), failed.promise]);
      await Promise.race([Promise.all(this.#writing), failed.promise]);
    } catch (error) {
      parser.destroy();
      await Promise.allSettled(this.#writing);
      throw refusalOf(error);
    }
  }

  #parser(): BusboyInstance {
    try {
      return new Busboy({
        headers: this.#incoming.headers as BusboyHeaders,
        preservePath: true,
        limits: { files: limits.uploadFiles, parts: limits.uploadFiles, fields: 0, fileSize: limits.uploadFileBytes, headerPairs: 20 },
      });
    } catch (error) {
      throw new Refused(400, "bad_request", `the body can't be read: ${wordsOf(error)}`);
    }
  }

  async #keep(stream: BusboyFileStream, filename: string): Promise<void> {
    const path = this.#freePath(safePath(filename));
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    await pipeline(stream, createWriteStream(path, { mode: 0o600, flags: "wx" }));
    if (stream.truncated) throw new Refused(413, "too_large", `a file has at most ${limits.uploadFileBytes} bytes here`);
  }

  /** The path itself, or with a number where another file has it. */
  #freePath(parts: readonly string[]): string {
    const path = join(this.#folder, ...parts);
    const numbered = (number: number) => path.replace(/(\.[^./\\]*)?$/, ` (${number})$1`);
    let free = path;
    for (let number = 2; this.#taken.has(free.toLowerCase()); number++) free = numbered(number);
    this.#taken.add(free.toLowerCase());
    return free;
  }
}

/** Parts of a path that a name may have, and characters of each: what file systems take, with room for a number. */
const [partsMax, partMax] = [24, 120];

/**
 * A name that a page sends, as a path below the folder for uploads and nowhere else: no part is empty, `.` or `..`, or has characters that
 * a file system, or somebody who reads it, may take for something else.
 */
export function safePath(filename: string): string[] {
  const parts = filename
    .toWellFormed()
    .normalize("NFC")
    .split(/[/\\]+/)
    .map((part) => part.replace(/[\p{Cc}\p{Cf}\u2028\u2029<>:"|?*]/gu, "_").replace(/[. ]+$/, ""))
    .filter((part) => part !== "")
    .map((part) => (part.length <= partMax ? part : `${part.slice(0, partMax - 20)}~${part.slice(-19)}`.toWellFormed()));
  return parts.length === 0 ? ["file"] : parts.slice(-partsMax);
}

/** What the system says names where a file lies: that is nobody's concern. */
function refusalOf(error: unknown): PoolError {
  if (error instanceof PoolError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (code === "ENOSPC" || code === "EDQUOT")
    return new PoolError("storage", "the disk is full: nothing was taken in", {}, { cause: error });
  if (/^E[A-Z]+$/.test(code) && code !== "ECONNRESET")
    return new Refused(400, "bad_request", `a file can't be kept under its name (${code})`);
  return new Refused(400, "bad_request", `the files did not come whole: ${wordsOf(error)}`);
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 200) : String(error);
}
