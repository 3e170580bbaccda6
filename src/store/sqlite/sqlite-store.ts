/** A store in one SQLite file, open: the two connections that reading and writing go through, and their turns. */
import { PoolError } from "../../core/errors.ts";
import type { Reader, Store, Transactor } from "../store.ts";
import { checkWritable } from "../writable.ts";
import type { Driver } from "./driver.ts";
import { clearGaps, clearSeparators } from "./search-erase.ts";
import { SqliteTransactor } from "./transactor.ts";
import { rollBack, whenFree } from "./turns.ts";
import { SqliteReader } from "./view-reader.ts";

/** Name of the local value that says that something was erased since the file was last written anew. */
const rewriteDue = "rewrite-due";

/** Milliseconds in which nothing was asked of a store until it counts as quiet. */
const quietMs = 250;

/** Pages of the write-ahead log that are worth a moment of quiet: 4 MiB. Copying 32 MiB of them, which SQLite does by itself in the middle of a write, takes 60 ms. */
const quietPages = 1_024;

export interface SqliteStoreOptions {
  readonly onErased?: (() => void) | undefined;
  /** Both drivers are the same, which only reads. */
  readonly readOnly?: boolean;
}

export class SqliteStore implements Store {
  readonly readOnly: boolean;
  readonly #writer: Driver;
  readonly #reader: Driver;
  readonly #onErased: () => void;
  #writing: Promise<unknown> = Promise.resolve();
  #reading: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | null = null;
  /** Set by a write, until it was quiet after it. */
  #quiet: NodeJS.Timeout | null = null;
  /** True while the write-ahead log may still hold what was erased. */
  #erasing = true;

  constructor(writer: Driver, reader: Driver, { onErased = () => undefined, readOnly = false }: SqliteStoreOptions = {}) {
    this.#writer = writer;
    this.#reader = reader;
    this.#onErased = onErased;
    this.readOnly = readOnly;
  }

  async read<Result>(work: (reader: Reader) => Promise<Result>): Promise<Result> {
    this.#checkOpen();
    this.#quiet?.refresh();
    const turn = this.#reading.then(async () => {
      await whenFree(() => this.#takeSnapshot());
      try {
        return await work(new SqliteReader(this.#reader));
      } finally {
        this.#reader.exec("COMMIT");
      }
    });
    this.#reading = turn.catch(() => undefined);
    return turn;
  }

  #takeSnapshot(): void {
    this.#reader.exec("BEGIN");
    try {
      this.#reader.get("SELECT 1 FROM local LIMIT 1");
    } catch (error) {
      rollBack(this.#reader);
      throw error;
    }
  }

  async write<Result>(work: (transactor: Transactor) => Promise<Result>): Promise<Result> {
    this.#checkOpen();
    checkWritable(this);
    this.#quiet ??= setTimeout(() => this.#whenQuiet(), quietMs).unref();
    this.#quiet.refresh();
    const turn = this.#writing.then(async () => {
      await whenFree(() => this.#writer.exec("BEGIN IMMEDIATE"));
      try {
        const transactor = new SqliteTransactor(this.#writer);
        const result = await work(transactor);
        if (transactor.removedWords.size > 0) clearSeparators(this.#writer, transactor.removedWords);
        if (transactor.hasErased) clearGaps(this.#writer);
        if (transactor.hasErased) await transactor.setLocal(rewriteDue, "1");
        this.#writer.exec("COMMIT");
        this.#erasing ||= transactor.hasErased;
        return result;
      } catch (error) {
        rollBack(this.#writer);
        throw error;
      }
    });
    const erased = turn.then(
      () => this.finishErasing(),
      () => undefined,
    );
    this.#writing = erased;
    await erased;
    return turn;
  }

  /** What stands in the write-ahead log is copied into the file now, so that no write has to. Whatever comes of it: the log is as good. */
  #whenQuiet(): void {
    this.#quiet = null;
    this.#writing = this.#writing.then(() =>
      orLater(() => {
        const { log, checkpointed } = this.#writer.get("PRAGMA wal_checkpoint(NOOP)") as Record<"log" | "checkpointed", number>;
        if (log - checkpointed >= quietPages) this.#writer.get("PRAGMA wal_checkpoint(PASSIVE)");
      }),
    );
  }

  /**
   * What was erased is gone from the file by overwriting; the write-ahead log has it until it is emptied. That takes a moment
   * without readers, and room on the disk: when it can't be done it is tried again after the next write and at opening.
   */
  async finishErasing(): Promise<void> {
    if (!this.#erasing) return;
    const turn = this.#reading.then(() => {
      this.#erasing = this.#writer.get("PRAGMA wal_checkpoint(TRUNCATE)")?.["busy"] !== 0;
      this.#onErased();
    });
    this.#reading = turn.catch(() => undefined);
    await this.#reading;
  }

  /**
   * Writes the whole file anew when something was erased since the last time. No word is left of it, but rows of other indexes
   * than the search index (hashes and ids) may have left copies where SQLite moved them from.
   * When it can't be done, for want of room say, it is tried again at the next opening.
   */
  async rewriteIfDue(): Promise<void> {
    if (this.#writer.get("SELECT 1 FROM local WHERE name = ?", rewriteDue) === undefined) return;
    orLater(() => {
      this.#writer.exec("VACUUM");
      this.#writer.run("DELETE FROM local WHERE name = ?", rewriteDue);
    });
    this.#erasing = true;
    await this.finishErasing();
  }

  close(): Promise<void> {
    if (this.#quiet) clearTimeout(this.#quiet);
    this.#closing ??= Promise.all([this.#reading, this.#writing]).then(() => {
      this.#reader.close();
      if (!this.readOnly) this.#writer.close();
    });
    return this.#closing;
  }

  #checkOpen(): void {
    if (this.#closing) throw new PoolError("storage", "the store is closed");
  }
}

/** What the disk does not do now, for want of room say, is left for another time. */
function orLater(call: () => void): void {
  try {
    call();
  } catch (error) {
    if (!(error instanceof PoolError && error.code === "storage")) throw error;
  }
}
