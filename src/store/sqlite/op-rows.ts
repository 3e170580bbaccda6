/** Rows of `op`, several of them in one statement: a call for each costs as much as SQLite's own work on it. */
import type { Admitted } from "../../core/admission/admit.ts";
import { batchDigits } from "../envelope-row.ts";
import type { Driver, Value } from "./driver.ts";
import { type KeptProof, KeptProofs } from "./paths.ts";

/**
 * Of rows that are alike: each has the next number, place on its chain, lamport and body. What differs otherwise is bytes, which stand one row
 * after the other in ?2: id, payload_hash, prev, batch. Where a row's begin and end is a number, `spanOf`.
 */
const insertAlike =
  "INSERT INTO op (n, id, author, chain, seq, lamport, past, ts, type, prev, payload_hash, sig, batch, body, stem) " +
  "SELECT ?1 + key, substr(?2, value >> 16, 32), ?3, ?4, ?5 + key, ?6 + key, ?7, ?8, ?9, " +
  "substr(?2, 64 + (value >> 16), 32 * (value >> 10 & 63)), substr(?2, 32 + (value >> 16), 32), ?10, " +
  "iif(value & 1023, substr(?2, 64 + (value >> 16) + 32 * (value >> 10 & 63), value & 1023), NULL), ?11 + key, ?12 FROM json_each(?13)";

/** The other rows that an operation's row names. */
export interface Beside {
  readonly author: number;
  readonly body: number | null;
}

interface Pending extends Beside {
  readonly op: Admitted;
  readonly n: number;
  readonly kept: KeptProof | null;
}

/** Rows to be added to `op`. Nothing is written for sure before `end`. */
export class OpRows {
  readonly #driver: Driver;
  readonly #proofs = new KeptProofs();
  #next: number;
  /** Alike, each of them and the one before. */
  #pending: Pending[] = [];

  constructor(driver: Driver) {
    this.#driver = driver;
    this.#next = 1 + (driver.get("SELECT coalesce(max(n), 0) AS n FROM op")?.["n"] as number);
  }

  /** Returns the number that the row has. */
  add(op: Admitted, beside: Beside): number {
    const { batch } = op.shaped.envelope;
    const kept = batch ? this.#proofs.next(batch) : null;
    const row = { op, n: this.#next++, kept, ...beside };
    this.#proofs.added(row.n, batch, kept?.stem ?? null);
    const last = this.#pending.at(-1);
    if (last !== undefined && !alike(last, row)) this.end();
    this.#pending.push(row);
    return row.n;
  }

  end(): void {
    if (this.#pending.length > 0) this.#driver.run(insertAlike, ...valuesOf(this.#pending));
    this.#pending = [];
  }
}

function alike(last: Pending, row: Pending): boolean {
  const [before, now] = [last.op.shaped.envelope, row.op.shaped.envelope];
  return (
    now.sig === before.sig &&
    now.ts === before.ts &&
    now.type === before.type &&
    now.seq === before.seq + 1 &&
    now.lamport === before.lamport + 1 &&
    row.op.chain === last.op.chain &&
    row.op.past === last.op.past &&
    row.body === (last.body === null ? null : last.body + 1) &&
    (row.kept?.stem ?? null) === (last.kept?.stem ?? null)
  );
}

function valuesOf(rows: readonly Pending[]): Value[] {
  const { op, n, author, body, kept } = rows[0] as Pending;
  const { seq, lamport, ts, type, sig } = op.shaped.envelope;
  const spans: number[] = [];
  let digits = "";
  for (const each of rows) {
    const { op_id, payload_hash, prev } = each.op.shaped.envelope;
    const batch = each.kept === null ? "" : batchDigits(each.kept.proof);
    spans.push(spanOf(digits.length / 2, prev.length, batch.length / 2));
    digits += op_id.slice(3) + payload_hash.slice(7);
    for (const id of prev) digits += id.slice(3);
    digits += batch;
  }
  const bytes = Buffer.from(digits, "hex");
  const stem = kept?.stem ?? null;
  return [n, bytes, author, op.chain, seq, lamport, op.past, ts, type, Buffer.from(sig, "hex"), body, stem, JSON.stringify(spans)];
}

/** Where a row's bytes begin, counted from 1, how many ids in `prev` it has (up to 32), and how many bytes of batch proof (up to 516). */
function spanOf(at: number, prevs: number, batchBytes: number): number {
  return (at + 1) * 2 ** 16 + prevs * 2 ** 10 + batchBytes;
}
