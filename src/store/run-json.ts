/** Rows in (lamport, op_id) order as JSON text: runs (SYN-19) where they are such, envelopes where not. */
import type { Did } from "../core/crypto/did-key.ts";
import type { OpId } from "../core/op/operation.ts";
import { type Batched, goesOn, headOf, type Link } from "../core/op/run.ts";
import { cut, envelopeJson, type Row } from "./envelope-row.ts";

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
    const next = { row, ...read(row, this.#pool) };
    const last = this.#last;
    if (last === null || this.#characters >= runCharacters || !goesOn(last.link, next.link)) this.#close();
    this.#first ??= next;
    this.#last = next;
    this.#items.push(next.item);
    this.#characters += next.item.length;
  }

  texts(): readonly string[] {
    this.#close();
    return this.#texts;
  }

  #close(): void {
    const [first, last] = [this.#first, this.#last];
    if (first !== null && last !== null)
      this.#texts.push(first === last ? envelopeJson(this.#whole(first.row), this.#pool) : this.#run(first, last));
    this.#first = null;
    this.#items = [];
    this.#characters = 0;
  }

  #run(first: Read, last: Read): string {
    // `goesOn` says that both were signed together with others.
    const [from, to] = [first, last].map(({ row }) => read(this.#whole(row), this.#pool).link) as [Batched, Batched];
    const head = JSON.stringify(headOf(from, to));
    return `${head.slice(0, -1)},"items":[${this.#items.join(",")}]}`;
  }
}

interface Read {
  readonly row: Row;
  readonly link: Link;
  /** What the operation has of its own, as text. */
  readonly item: string;
}

function read(row: Row, ofPool: OpId | null): Omit<Read, "row"> {
  const { id, pool, payloadHash, sig, salt, prev, batch, payload } = cut(row, ofPool);
  const link: Link = {
    op_id: `op:${id}` as OpId,
    v: 1,
    pool,
    author: row["did"] as Did,
    seq: row["seq"] as number,
    lamport: row["lamport"] as number,
    prev: prev.map((each) => `op:${each}` as OpId),
    ts: row["ts"] as number,
    type: row["type"] as string,
    sig,
    ...(batch === null ? {} : { batch }),
  };
  return { link, item: payload === null ? `"sha256:${payloadHash}"` : `["${salt}",${payload}]` };
}
