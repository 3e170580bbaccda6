/**
 * Backups (spec/10-recovery.md, REC-6 to REC-9): the log, this device's key file and its settings in one sealed file, and what came
 * later in small ones beside it. A backup is written whole again when words were taken away since: no backup keeps them.
 */
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { toHex } from "../core/bytes.ts";
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import { controlTypes } from "../core/op/operation.ts";
import type { Reader, Store } from "../store/index.ts";
import { readSettings } from "./home.ts";
import type { Node } from "./open-node.ts";
import { type Seal, writeSealed } from "./sealed-file.ts";

export const backupFormat = "fablepool-backup/1";

/** What this store remembers of a backup that it made; by path, in one local value. */
export interface BackupRecord {
  readonly id: string;
  /** The number of the newest part; 0 is the file itself. */
  readonly part: number;
  /** The newest arrival in it. */
  readonly place: number;
  /** Whether every operation had the payload it should have. */
  readonly complete: boolean;
  readonly seal: string;
  /** When it was made, ms. */
  readonly at: number;
  /** What tells the file from another one of that name. */
  readonly file: string;
}

export interface BackupMade {
  readonly file: string;
  readonly part: number;
  readonly operations: number;
  /** Why all of it was written, where an earlier backup is there; null for the first, and for a part. */
  readonly whole: string | null;
}

const recordsName = "backups";
/** Paths that a first backup goes to, from before it is written: killed then, the next one may take its place. */
const begunName = "backups-begun";

export interface BackupOptions {
  readonly seal: Seal;
  /** Take the place of a file that is there and is no backup of this store. */
  readonly replace?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, of: number) => void;
}

/**
 * Backs this device up into `path`, or into a file beside it with what came since the last time. When the promise resolves, it was read
 * back and compared. Rejects as `writeSealed` does, and with `usage` where a file is that this store did not write, unless `replace`; what
 * was there is then as it was.
 */
export async function makeBackup(node: Node, path: string, options: BackupOptions): Promise<BackupMade> {
  const file = resolve(path);
  const sealName = "recipient" in options.seal ? options.seal.recipient : "passphrase";
  const { store } = node.replica;
  const records = await store.read(readRecords);
  const known = records[file];
  if (known === undefined) await begin(store, file, options.replace === true);
  const whole = known === undefined ? null : await store.read((reader) => wholeAgain(reader, known, file, sealName));
  const follows = known !== undefined && whole === null ? known : null;
  const id = follows?.id ?? toHex(node.writer.random(16));
  const part = follows === null ? 0 : follows.part + 1;
  const target = part === 0 ? file : partPath(file, part);
  const done = { operations: 0, place: follows?.place ?? 0 };
  if (follows !== null && (await store.read((reader) => reader.arrivals({ after: done.place, limit: 1 }))).length === 0) {
    return { file: part === 1 ? file : partPath(file, part - 1), part: part - 1, operations: 0, whole: null };
  }
  await writeSealed(target, linesFrom(node, { id, part }, done, options), options.seal, options.signal);
  if (part === 0) clearParts(file, 1);
  const complete = await store.read(isComplete);
  const at = node.writer.clock();
  const record: BackupRecord = { id, part, place: done.place, complete, seal: sealName, at, file: marksOf(file) };
  await store.write(async (tx) => tx.setLocal(recordsName, JSON.stringify({ ...(await readRecords(tx)), [file]: record })));
  return { file: target, part, operations: done.operations, whole };
}

/** A mistyped path, or another device's backup of the same name, is not to be lost. */
async function begin(store: Store, file: string, replace: boolean): Promise<void> {
  const begun = JSON.parse((await store.read((reader) => reader.local(begunName))) ?? "[]") as readonly string[];
  const there = statSync(file, { throwIfNoEntry: false });
  if (there !== undefined && !there.isFile())
    throw new PoolError("usage", `${file} is there already, and is no file: name one in a folder`);
  if (begun.includes(file)) return;
  const inTheWay = there !== undefined && there.size > 0 ? file : partsBeside(file).map((part) => partPath(file, part))[0];
  if (inTheWay !== undefined && !replace)
    throw new PoolError("usage", `${inTheWay} is there already, and this device did not write it: name another file, or say --replace`);
  await store.write((tx) => tx.setLocal(begunName, JSON.stringify([...begun, file])));
}

/** The backups that this store made, by path. */
export async function readRecords(reader: Reader): Promise<Record<string, BackupRecord>> {
  return JSON.parse((await reader.local(recordsName)) ?? "{}");
}

export function partPath(file: string, part: number): string {
  return `${file}.${part}`;
}

/** The numbers of the parts that lie beside a backup, ascending. */
export function partsBeside(file: string): number[] {
  const folder = dirname(file);
  const numbers = (existsSync(folder) ? readdirSync(folder) : []).flatMap((name) => {
    const [, stem, number] = /^(.+)\.([1-9]\d{0,5})$/.exec(name) ?? [];
    return stem === basename(file) ? [Number(number)] : [];
  });
  return numbers.sort((left, right) => left - right);
}

function clearParts(file: string, from: number): void {
  for (const number of partsBeside(file)) if (number >= from) rmSync(join(dirname(file), `${basename(file)}.${number}`), { force: true });
}

function marksOf(file: string): string {
  const { size, mtimeMs } = statSync(file);
  return `${size} ${Math.round(mtimeMs)}`;
}

/** Why a part will not do; null when it will. */
async function wholeAgain(reader: Reader, known: BackupRecord, file: string, seal: string): Promise<string | null> {
  if (!existsSync(file)) return "the file is not there any more";
  if (marksOf(file) !== known.file) return "the file is not the one that was written last";
  if (partsBeside(file).filter((part) => part <= known.part).length < known.part) return "a part of it is missing";
  if (known.seal !== seal) return "it was sealed for somebody else";
  if (known.part + 1 > limits.backupParts) return "it has many parts";
  if (!known.complete) return "words have arrived since that it lacks";
  if (await hasErasedSince(reader, known.place, true)) return "words may have been taken away since";
  return null;
}

const erasing: ReadonlySet<string> = new Set(["redaction"]);
const mayErase: ReadonlySet<string> = new Set([...erasing, ...controlTypes]);

/** Whether words that are in a backup up to `place` were to go since: a redaction arrived, or with `also` what can give an older one its force. */
export async function hasErasedSince(reader: Reader, place: number, also = false): Promise<boolean> {
  const types = also ? mayErase : erasing;
  for (let after = place; ; ) {
    const arrivals = await reader.arrivals({ after, limit: page });
    if (arrivals.some(({ op }) => types.has(op.type))) return true;
    if (arrivals.length < page) return false;
    after = arrivals.at(-1)?.place ?? after;
  }
}

async function isComplete(reader: Reader): Promise<boolean> {
  return (await reader.incomplete(null, 1)).length === 0;
}

const page = 500;

async function* linesFrom(
  { home, writer, replica }: Node,
  { id, part }: { readonly id: string; readonly part: number },
  done: { operations: number; place: number },
  { signal, onProgress }: BackupOptions,
): AsyncGenerator<string> {
  const { pool, of } = await replica.store.read(async (reader) => ({ pool: await reader.pool(), of: (await reader.counts()).operations }));
  if (pool === null) throw new PoolError("no_pool", "there is no pool here yet to back up");
  const { name, peers, recovery } = readSettings(home);
  const settings = { name, peers, ...(recovery ? { recovery } : {}) };
  const key = readFileSync(home.deviceKey, "utf8");
  const head = { format: backupFormat, id, part, pool, device: writer.did, made_at: writer.clock(), key, settings };
  yield `${JSON.stringify(head)}\n`;
  for (let more = true; more; ) {
    signal?.throwIfAborted();
    const arrivals = await replica.store.read((reader) => reader.arrivals({ after: done.place, limit: page }));
    for (const { op, place } of arrivals) {
      yield `${JSON.stringify(op)}\n`;
      done.operations++;
      done.place = place;
    }
    onProgress?.(done.operations, of);
    more = arrivals.length === page;
  }
  yield `${JSON.stringify({ end: true, operations: done.operations })}\n`;
}
