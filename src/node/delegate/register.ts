/**
 * What a delegate remembers for longer than it may hold a slice: which grants it was given and by whom they are served, what it
 * learned of who may speak for their pools, what it purged, and the receipts it owes. No word of any attestation is in here.
 */
import { closeSync, openSync } from "node:fs";
import type { Holdings } from "../../core/capability/holdings.ts";
import type { Did } from "../../core/crypto/did-key.ts";
import { PoolError } from "../../core/errors.ts";
import type { Envelope, OpId } from "../../core/op/operation.ts";
import type { JsonObject } from "../../core/ports.ts";
import type { Driver, OpenDriver } from "../../store/index.ts";
import { rollBack, whenFree } from "../../store/sqlite/turns.ts";
import { systemWords } from "../system-error.ts";

/** Why a slice ended: `asked` when the delegate's own person wanted it gone. */
export type EndCause = "revoked" | "expired" | "stale" | "asked";

/**
 * - `accepted`: nothing was pulled yet;
 * - `held`: there is a cache;
 * - `purging`: the cache is being deleted, which a crash may have interrupted;
 * - `ended`: nothing is held any more.
 */
export type GrantState = "accepted" | "held" | "purging" | "ended";

export interface GrantRecord {
  readonly id: OpId;
  readonly state: GrantState;
  /** Of the pool and its device, from the grant itself; null before the first pull. */
  readonly pool: OpId | null;
  readonly grantor: Did | null;
  /** The grant's payload; null before the first pull, and of a grant that was redacted. */
  readonly terms: JsonObject | null;
  /** When the slice was taken, by the delegate's now and by its own clock alone, ms; null before. */
  readonly takenAt: number | null;
  readonly takenClock: number | null;
  /** Root of the slice that was taken; null before. */
  readonly root: string | null;
  /** Of the last purge; null before any. */
  readonly cause: EndCause | null;
  readonly revocation: OpId | null;
  readonly purgedRoot: string | null;
  readonly purgedAt: number | null;
  /** True once a `cap_revoke` was shown: nothing takes that back. */
  readonly revokedForGood: boolean;
}

export interface ServingNode {
  readonly url: string;
  readonly node: Did;
}

export interface OwedReceipt {
  readonly n: number;
  readonly receipt: Holdings;
  readonly attempts: number;
  /** Ms since the epoch; null until it was acknowledged. */
  readonly acknowledgedAt: number | null;
  /** The `cap_receipt` that archives it, as the grantor said. */
  readonly receiptOp: string | null;
  /** What became of the last attempt. */
  readonly problem: string | null;
}

const schema = `
CREATE TABLE IF NOT EXISTS grant_record (id TEXT PRIMARY KEY, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS server (grant_id TEXT NOT NULL, url TEXT NOT NULL, node TEXT NOT NULL, PRIMARY KEY (grant_id, node));
CREATE TABLE IF NOT EXISTS issuer (grant_id TEXT NOT NULL, did TEXT NOT NULL, as_of INTEGER NOT NULL, PRIMARY KEY (grant_id, did));
CREATE TABLE IF NOT EXISTS pool (id TEXT PRIMARY KEY, as_of INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS authority (pool TEXT NOT NULL, id TEXT NOT NULL, op TEXT NOT NULL, PRIMARY KEY (pool, id));
CREATE TABLE IF NOT EXISTS receipt (
  n INTEGER PRIMARY KEY, grant_id TEXT NOT NULL, receipt TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
  acknowledged_at INTEGER, receipt_op TEXT, problem TEXT
);`;

/** The register's file, open. Several processes may have it so: they take turns. */
export class Register {
  readonly #driver: Driver;
  /** One transaction at a time in this process, and, by SQLite's lock, among processes. */
  #turns: Promise<unknown> = Promise.resolve();

  private constructor(driver: Driver) {
    this.#driver = driver;
  }

  /** Rejects with `PoolError("storage")`. */
  static async open(path: string, open: OpenDriver): Promise<Register> {
    keepPrivate(path);
    const driver = open(path);
    try {
      await whenFree(() => driver.exec("PRAGMA journal_mode = WAL"));
      driver.exec("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON");
      await whenFree(() => driver.exec(schema));
    } catch (error) {
      driver.close();
      throw error;
    }
    return new Register(driver);
  }

  /** Does `work`, all of it or nothing, while nobody else writes here or touches a cache. Resolves when it is durable. */
  transact<Result>(work: (rows: RegisterRows) => Result): Promise<Result> {
    const turn = this.#turns.then(() => this.#transact(work));
    this.#turns = turn.catch(() => undefined);
    return turn;
  }

  async #transact<Result>(work: (rows: RegisterRows) => Result): Promise<Result> {
    await whenFree(() => this.#driver.exec("BEGIN IMMEDIATE"));
    try {
      const result = work(new RegisterRows(this.#driver));
      this.#driver.exec("COMMIT");
      return result;
    } catch (error) {
      rollBack(this.#driver);
      throw error;
    }
  }

  /** Waits for the transactions that were asked for before. */
  async close(): Promise<void> {
    await this.#turns;
    this.#driver.close();
  }
}

/** The rows, while the write lock is held. */
export class RegisterRows {
  readonly #driver: Driver;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  grants(): GrantRecord[] {
    return this.#driver.all("SELECT record FROM grant_record ORDER BY rowid").map(({ record }) => JSON.parse(String(record)));
  }

  grant(id: OpId): GrantRecord | null {
    const row = this.#driver.get("SELECT record FROM grant_record WHERE id = ?", id);
    return row === undefined ? null : JSON.parse(String(row["record"]));
  }

  putGrant(record: GrantRecord): void {
    const text = JSON.stringify(record);
    this.#driver.run(
      "INSERT INTO grant_record (id, record) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record",
      record.id,
      text,
    );
  }

  servers(grant: OpId): ServingNode[] {
    const rows = this.#driver.all("SELECT url, node FROM server WHERE grant_id = ? ORDER BY rowid", grant);
    return rows.map(({ url, node }) => ({ url: String(url), node: String(node) as Did }));
  }

  putServer(grant: OpId, { url, node }: ServingNode): void {
    this.#driver.run(
      "INSERT INTO server (grant_id, url, node) VALUES (?, ?, ?) ON CONFLICT (grant_id, node) DO UPDATE SET url = excluded.url",
      ...[grant, url, node],
    );
  }

  /** The highest `as_of` that was taken for a grant from an issuer; null for none. */
  lastAsOf(grant: OpId, issuer: Did): number | null {
    const row = this.#driver.get("SELECT as_of FROM issuer WHERE grant_id = ? AND did = ?", grant, issuer);
    return row === undefined ? null : Number(row["as_of"]);
  }

  /** The highest `as_of` that was taken of a pool; 0 for none. */
  poolAsOf(pool: OpId | null): number {
    const row = pool === null ? undefined : this.#driver.get("SELECT as_of FROM pool WHERE id = ?", pool);
    return Number(row?.["as_of"] ?? 0);
  }

  keepAsOf(grant: OpId, pool: OpId, issuer: Did, asOf: number): void {
    const highest = "DO UPDATE SET as_of = max(as_of, excluded.as_of)";
    this.#driver.run(
      `INSERT INTO issuer (grant_id, did, as_of) VALUES (?, ?, ?) ON CONFLICT (grant_id, did) ${highest}`,
      ...[grant, issuer, asOf],
    );
    this.#driver.run(`INSERT INTO pool (id, as_of) VALUES (?, ?) ON CONFLICT (id) ${highest}`, pool, asOf);
  }

  /** Every control operation that was shown of a pool. */
  authority(pool: OpId): Envelope[] {
    return this.#driver.all("SELECT op FROM authority WHERE pool = ?", pool).map(({ op }) => JSON.parse(String(op)));
  }

  authoritySize(pool: OpId): number {
    return Number(this.#driver.get("SELECT count(*) AS n FROM authority WHERE pool = ?", pool)?.["n"]);
  }

  keepAuthority(pool: OpId, ops: readonly Envelope[]): void {
    for (const op of ops)
      this.#driver.run("INSERT OR IGNORE INTO authority (pool, id, op) VALUES (?, ?, ?)", pool, op.op_id, JSON.stringify(op));
  }

  /** Oldest first. */
  receipts(): OwedReceipt[] {
    return this.#driver.all("SELECT * FROM receipt ORDER BY n").map((row) => ({
      n: Number(row["n"]),
      receipt: JSON.parse(String(row["receipt"])) as Holdings,
      attempts: Number(row["attempts"]),
      acknowledgedAt: row["acknowledged_at"] === null ? null : Number(row["acknowledged_at"]),
      receiptOp: row["receipt_op"] === null ? null : String(row["receipt_op"]),
      problem: row["problem"] === null ? null : String(row["problem"]),
    }));
  }

  addReceipt(receipt: Holdings): void {
    this.#driver.run("INSERT INTO receipt (grant_id, receipt) VALUES (?, ?)", receipt.grant, JSON.stringify(receipt));
  }

  receiptFailed(n: number, problem: string): void {
    this.#driver.run("UPDATE receipt SET attempts = attempts + 1, problem = ? WHERE n = ?", problem, n);
  }

  receiptAcknowledged(n: number, at: number, receiptOp: string | null): void {
    this.#driver.run(
      "UPDATE receipt SET attempts = attempts + 1, problem = NULL, acknowledged_at = ?, receipt_op = ? WHERE n = ?",
      ...[at, receiptOp, n],
    );
  }
}

/** Made before SQLite opens it: the journal files take the same mode. */
function keepPrivate(path: string): void {
  try {
    closeSync(openSync(path, "a", 0o600));
  } catch (error) {
    throw new PoolError("storage", `the register at ${path} can't be opened: ${systemWords(error)}`, { path }, { cause: error });
  }
}
