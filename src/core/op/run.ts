/**
 * A run (runs/1, SYN-19): operations that one author wrote one after the other under one signature, as one item of a list. What they
 * have in common is said once; what follows from the one before, their numbers, hashes and ids, is not said at all. Of each there is its
 * salt and payload, or its payload's hash alone, and of all together one proof.
 */
import { rangePath } from "../crypto/merkle-range.ts";
import type { JsonObject } from "../ports.ts";
import type { BatchProof, Envelope, Header, OpId } from "./operation.ts";

/** `[salt, payload]`, or the `payload_hash` of an operation that comes without. */
export type RunItem = readonly [salt: string, payload: JsonObject] | string;

/** The first operation's header and signature, but `path` is the proof of all; and what each of them has of its own. */
export interface Run extends Omit<Header, "pool" | "payload_hash"> {
  readonly pool: OpId;
  readonly sig: string;
  readonly batch: BatchProof;
  readonly items: readonly RunItem[];
}

/** What tells whether an operation goes on a run, and begins one. */
export type Link = Omit<Envelope, "payload_hash" | "salt" | "payload">;

/** One that was signed together with others. */
export type Batched = Link & { readonly pool: OpId; readonly batch: BatchProof };

/** The same operations in the same order, as runs where at least two of them are one. */
export function inRuns(envelopes: readonly Envelope[]): (Envelope | Run)[] {
  const items: (Envelope | Run)[] = [];
  for (let from = 0, to = 1; from < envelopes.length; from = to, to++) {
    while (to < envelopes.length && goesOn(envelopes[to - 1] as Envelope, envelopes[to] as Envelope)) to++;
    items.push(to - from < 2 ? (envelopes[from] as Envelope) : runOf(envelopes.slice(from, to) as (Envelope & Batched)[]));
  }
  return items;
}

/** Whether `next` stands in a run right behind `last`: all that a run does not say of it follows. */
export function goesOn(last: Link, next: Link): boolean {
  return (
    last.batch !== undefined &&
    next.batch !== undefined &&
    next.batch.index === last.batch.index + 1 &&
    next.batch.size === last.batch.size &&
    next.sig === last.sig &&
    next.author === last.author &&
    next.pool === last.pool &&
    next.seq === last.seq + 1 &&
    next.lamport === last.lamport + 1 &&
    next.ts === last.ts &&
    next.type === last.type &&
    next.prev.length === 1 &&
    next.prev[0] === last.op_id
  );
}

function runOf(envelopes: readonly (Envelope & Batched)[]): Run {
  const [first, last] = [envelopes[0] as Batched, envelopes.at(-1) as Batched];
  const items = envelopes.map(({ salt, payload, payload_hash }): RunItem => {
    return salt === undefined || payload === undefined ? payload_hash : [salt, payload];
  });
  return { ...headOf(first, last), items };
}

/** A run from `first` to `last`, without its items. */
export function headOf(first: Batched, last: Batched): Omit<Run, "items"> {
  const { v, pool, author, seq, lamport, prev, ts, type, sig, batch } = first;
  const { index, size } = batch;
  return { v, pool, author, seq, lamport, prev, ts, type, sig, batch: { index, size, path: rangePath(batch, last.batch) } };
}

/** Whether an item of a list of operations is a run: an envelope has no items. */
export function isRun(item: unknown): item is JsonObject {
  return typeof item === "object" && item !== null && !Array.isArray(item) && Object.hasOwn(item, "items");
}

/** How many operations these items of a list are, as they say. */
export function countOps(items: readonly unknown[]): number {
  const countOf = (item: unknown) => (isRun(item) && Array.isArray(item["items"]) ? item["items"].length : 1);
  return items.reduce((sum: number, item) => sum + Math.max(1, countOf(item)), 0);
}
