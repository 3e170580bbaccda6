/**
 * What a delegate holds of one grant: a SQLite file of its own, that is overwritten and unlinked when it is purged. It is opened
 * for each use and closed again, and only by who has the register's write lock: so nobody reads a file that is being purged.
 */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { type Attestation, attestationHash } from "../../core/capability/attestation.ts";
import { emptyRoot, rootOfEntries } from "../../core/capability/slice-root.ts";
import { PoolError } from "../../core/errors.ts";
import type { Sha256Hex } from "../../core/ports.ts";
import type { Driver, OpenDriver } from "../../store/index.ts";
import { systemWords } from "../system-error.ts";
import { wipeDatabase } from "./wipe.ts";

export interface Held {
  readonly root: string;
  readonly count: number;
}

export class SliceCache {
  readonly #path: string;
  readonly #open: OpenDriver;

  constructor(path: string, open: OpenDriver) {
    this.#path = path;
    this.#open = open;
  }

  /** Makes the cache hold exactly these attestations, durably, and nothing of what it held besides. */
  replace(sha256Hex: Sha256Hex, attestations: readonly Attestation[]): void {
    const newest = new Map(attestations.map((each) => [each.claim as string, attestationHash(sha256Hex, each)]));
    this.#with((cache) => {
      cache.exec("BEGIN IMMEDIATE");
      const held = new Map(cache.all("SELECT claim, hash FROM entry").map(({ claim, hash }) => [String(claim), String(hash)]));
      const gone = [...held].filter(([claim, hash]) => newest.get(claim) !== hash).map(([claim]) => claim);
      for (const claim of gone) cache.run("DELETE FROM entry WHERE claim = ?", claim);
      for (const each of attestations) {
        const hash = newest.get(each.claim) as string;
        if (held.get(each.claim) !== hash)
          cache.run("INSERT INTO entry (claim, hash, attestation) VALUES (?, ?, ?)", each.claim, hash, JSON.stringify(each));
      }
      if (gone.length > 0) cache.exec("PRAGMA user_version = 1");
      cache.exec("COMMIT");
    });
  }

  attestations(): Attestation[] {
    if (!existsSync(this.#path)) return [];
    return this.#with((cache) =>
      cache.all("SELECT attestation FROM entry ORDER BY claim").map((row) => JSON.parse(String(row["attestation"])) as Attestation),
    );
  }

  held(sha256Hex: Sha256Hex): Held {
    if (!existsSync(this.#path)) return { root: emptyRoot, count: 0 };
    const entries = this.#with((cache) =>
      cache.all("SELECT claim, hash FROM entry").map(({ claim, hash }) => ({ claim: String(claim), hash: String(hash) })),
    );
    return { root: rootOfEntries(sha256Hex, entries), count: entries.length };
  }

  /** Deletes the file. Can be done again. */
  wipe(): void {
    wipeDatabase(this.#path);
  }

  #with<Result>(work: (cache: Driver) => Result): Result {
    keepPrivate(this.#path);
    const cache = this.#open(this.#path);
    try {
      cache.exec("PRAGMA secure_delete = ON; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY");
      cache.exec("CREATE TABLE IF NOT EXISTS entry (claim TEXT PRIMARY KEY, hash TEXT NOT NULL, attestation TEXT NOT NULL)");
      const result = work(cache);
      rewriteIfDue(cache);
      return result;
    } finally {
      cache.close();
    }
  }
}

/** SQLite moves rows between pages, and leaves copies in the gaps: after something was dropped, the file is written anew. */
function rewriteIfDue(cache: Driver): void {
  if (cache.get("PRAGMA user_version")?.["user_version"] !== 1) return;
  cache.exec("VACUUM");
  cache.exec("PRAGMA user_version = 0");
}

function keepPrivate(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(path, "a", 0o600));
    if (process.platform !== "win32") chmodSync(path, 0o600);
  } catch (error) {
    throw new PoolError("storage", `the cache at ${path} can't be opened: ${systemWords(error)}`, { path }, { cause: error });
  }
}
