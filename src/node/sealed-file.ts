/**
 * A file of lines, packed with gzip and sealed with age: written whole or not at all, and read back before it counts. Without us,
 * `age -d file | gunzip` opens it.
 */
import { createHash } from "node:crypto";
import { closeSync, createReadStream, createWriteStream, existsSync, openSync, readdirSync, readSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as WebStream } from "node:stream/web";
import { createGunzip, createGzip } from "node:zlib";
import { PoolError } from "../core/errors.ts";
import { splitLines } from "./log-file.ts";
import { cantWrite, systemCode, systemWords } from "./system-error.ts";

/** Whom a file is sealed for: the age recipient `age1…` of a key, or whoever knows a passphrase. */
export type Seal = { readonly recipient: string } | { readonly passphrase: string };
/** What opens one: the age identity `AGE-SECRET-KEY-1…`, or the passphrase. */
export type Opener = { readonly identity: string } | { readonly passphrase: string };
/** What opens the file that was just written. */
type OwnOpener = { readonly fileKey: () => Uint8Array | null };

/** Characters of lines that are packed at once. */
const pieceCharacters = 65_536;

/**
 * Writes lines, each with its `\n`, into a new file that takes the place of `path` once it was read back and compared. Rejects with
 * `PoolError`: `storage` when the disk is full or fails, `interrupted` when `signal` fires, `usage` where no file can be. `path` is then as it was.
 */
export async function writeSealed(path: string, lines: AsyncIterable<string>, seal: Seal, signal?: AbortSignal): Promise<void> {
  clearLeftovers(path);
  const beside = `${path}.${process.pid}.new`;
  const hash = createHash("sha256");
  try {
    const { encrypter, opener } = await sealing(seal);
    const packed = Readable.from(pieces(lines, hash)).pipe(createGzip({ level: 4 }));
    const sealed = await encrypter.encrypt(Readable.toWeb(packed) as unknown as ReadableStream<Uint8Array>);
    const file = createWriteStream(beside, { mode: 0o600, flags: "wx", flush: true });
    await pipeline(Readable.fromWeb(sealed as unknown as WebStream), file, { ...(signal ? { signal } : {}) });
    const written = hash.digest("hex");
    const read = await hashOf(beside, opener).catch(() => null);
    if ("fileKey" in opener) opener.fileKey()?.fill(0);
    if (read !== written) throw new PoolError("storage", `${path} does not read as it was written: the disk it is on fails`);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw explained(path, error, signal);
  }
}

/** What is sealed for others could not be read back: the file's own key is kept until it was. */
async function sealing(seal: Seal) {
  const { Encrypter } = await import("age-encryption"); // loaded only where something is sealed
  const encrypter = new Encrypter();
  if ("passphrase" in seal) {
    encrypter.setPassphrase(seal.passphrase.normalize("NFC"));
    return { encrypter, opener: seal };
  }
  try {
    encrypter.addRecipient(seal.recipient);
  } catch {
    throw new PoolError("usage", `${JSON.stringify(seal.recipient.slice(0, 80))} is no age recipient: it begins with age1`);
  }
  let kept: Uint8Array | null = null;
  encrypter.addRecipient({
    wrapFileKey(key) {
      kept = key.slice();
      return [];
    },
  });
  return { encrypter, opener: { fileKey: () => kept } };
}

async function* pieces(lines: AsyncIterable<string>, hash: ReturnType<typeof createHash>): AsyncGenerator<Buffer> {
  let piece = "";
  for await (const line of lines) {
    piece += line;
    if (piece.length < pieceCharacters) continue;
    hash.update(piece);
    yield Buffer.from(piece);
    piece = "";
  }
  hash.update(piece);
  yield Buffer.from(piece);
}

async function hashOf(path: string, opener: Opener | OwnOpener): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of await unsealed(path, opener)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

function explained(path: string, error: unknown, signal?: AbortSignal): unknown {
  if (signal?.aborted) return new PoolError("interrupted", `interrupted: ${path} is as it was`);
  if (error instanceof PoolError) return error;
  return systemCode(error) === null ? error : cantWrite(path, error);
}

/** What processes left beside `path` that were killed. */
function clearLeftovers(path: string): void {
  const folder = dirname(path);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const pid = name.startsWith(`${basename(path)}.`) ? /\.(\d+)\.new$/.exec(name)?.[1] : undefined;
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(folder, name), { force: true });
  }
}

export function isAlive(pid: number): boolean {
  if (pid === process.pid) return false; // of an earlier process that had this one's number
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * The lines of a sealed file. Rejects with `PoolError`: `not_found`, `passphrase` when it is sealed for another key or passphrase, `parse` when it is
 * no such file, was altered, or is cut off; what came before is then not to be believed whole.
 */
export async function* readSealed(path: string, opener: Opener): AsyncGenerator<string> {
  const chunks = await unsealed(path, opener);
  try {
    yield* splitLines(chunks.setEncoding("utf8"));
  } catch (error) {
    if (error instanceof PoolError) throw error;
    throw new PoolError("parse", `${path} is damaged or cut off: ${systemWords(error)}`, {}, { cause: error });
  }
}

async function unsealed(path: string, opener: Opener | OwnOpener): Promise<Readable> {
  const { Decrypter } = await import("age-encryption");
  const decrypter = new Decrypter();
  if ("passphrase" in opener) decrypter.addPassphrase(opener.passphrase.normalize("NFC"));
  else decrypter.addIdentity("identity" in opener ? opener.identity : { unwrapFileKey: opener.fileKey });
  const file = createReadStream(path);
  try {
    const plain = await decrypter.decrypt(Readable.toWeb(file) as unknown as ReadableStream<Uint8Array>);
    const source = Readable.fromWeb(plain as unknown as WebStream);
    const lines = createGunzip();
    source.on("error", (error) => lines.destroy(error));
    return source.pipe(lines);
  } catch (error) {
    file.destroy();
    const words = systemWords(error);
    if ((error as NodeJS.ErrnoException).code !== undefined) throw unreadable(path, error);
    const what = "passphrase" in opener ? "that passphrase does" : "these words, or that key, do";
    if (/no identity matched/.test(words)) throw new PoolError("passphrase", `${what} not open ${path}`);
    throw new PoolError("parse", `${path} is no backup, or its beginning is damaged: ${words}`, {}, { cause: error });
  }
}

/** How a file is sealed, by its first bytes. Rejects with `PoolError`: `not_found`, or `parse` for another kind of file. */
export function sealOf(path: string): "passphrase" | "key" {
  const head = Buffer.alloc(64);
  try {
    const file = openSync(path, "r");
    readSync(file, head);
    closeSync(file);
  } catch (error) {
    throw unreadable(path, error);
  }
  const text = head.toString("latin1");
  if (!text.startsWith("age-encryption.org/v1\n")) throw new PoolError("parse", `${path} is no backup of fablepool: it is no age file`);
  return text.includes("-> scrypt ") ? "passphrase" : "key";
}

function unreadable(path: string, error: unknown): PoolError {
  const why = systemCode(error) === "ENOENT" ? "there is no such file" : systemWords(error);
  return new PoolError("not_found", `can't read ${path}: ${why}`, {}, { cause: error });
}
