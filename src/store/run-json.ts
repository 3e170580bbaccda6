/** Rows in (lamport, op_id) order as JSON text: runs (SYN-19) where they are such, envelopes where not. */
import { rangePath } from "../core/crypto/merkle-range.ts";
import { PoolError } from "../core/errors.ts";
import type { OpId } from "../core/op/operation.ts";
import { cut, type EnvelopeRow, envelopeJson, type Row } from "./envelope-row.ts";

/** Characters of a run's items: more, and its text outlives the moment in which it is read. */
const runCharacters = 65_536;

export class RunJson {
  readonly #pool: OpId | null;
  readonly #whole: (row: Row) => Row;
  readonly #texts: string[] = [];
  #first: Read | null = null;
  #last: Read | null = null;
  #items: string[] = [];
  #characters = 0;

  /** `whole` gives a row with its path: those that are added may come without. */
  constructor(pool: OpId | null, whole: (row: Row) => Row) {
    this.#pool = pool;
    this.#whole = whole;
  }

  add(row: Row): void {
    const next = { row, cut: cut(row, this.#pool) };
    const goesOn = this.#last !== null && this.#characters < runCharacters && follows(this.#last, next);
    if (!goesOn) this.#close();
    this.#first ??= next;
    this.#last = next;
    const { salt, payload, payloadHash } = next.cut;
    const item = payload === null ? `"sha256:${payloadHash}"` : `["${salt}",${payload}]`;
    this.#items.push(item);
    this.#characters += item.length;
  }

  texts(): readonly string[] {
    this.#close();
    return this.#texts;
  }

  #close(): void {
    if (this.#first !== null && this.#last !== null) {
      const isOne = this.#first === this.#last;
      this.#texts.push(isOne ? envelopeJson(this.#whole(this.#first.row), this.#pool) : this.#run(this.#first, this.#last));
    }
    this.#first = null;
    this.#items = [];
    this.#characters = 0;
  }

  #run(first: Read, last: Read): string {
    const [from, to] = [first, last].map(({ row }) => cut(this.#whole(row), this.#pool).batch);
    if (!from || !to) throw new PoolError("storage", "operations that were signed together have no batch proof");
    const { did: author, seq, lamport, ts, type } = first.row;
    const { pool, prev, sig } = first.cut;
    const batch = { index: from.index, size: from.size, path: rangePath(from, to) };
    const head = JSON.stringify({ v: 1, pool, author, seq, lamport, prev: prev.map((id) => `op:${id}`), ts, type, sig, batch });
    return `${head.slice(0, -1)},"items":[${this.#items.join(",")}]}`;
  }
}

interface Read {
  readonly row: Row;
  readonly cut: EnvelopeRow;
}

function follows(last: Read, next: Read): boolean {
  const [before, after] = [last.cut.batch, next.cut.batch];
  return (
    before !== null &&
    after !== null &&
    after.index === before.index + 1 &&
    after.size === before.size &&
    next.cut.prev.length === 1 &&
    next.cut.prev[0] === last.cut.id &&
    next.cut.pool === last.cut.pool &&
    next.cut.sig === last.cut.sig &&
    next.row["did"] === last.row["did"] &&
    next.row["seq"] === (last.row["seq"] as number) + 1 &&
    next.row["lamport"] === (last.row["lamport"] as number) + 1 &&
    next.row["ts"] === last.row["ts"] &&
    next.row["type"] === last.row["type"]
  );
}
