/**
 * A run (runs/1, SYN-19): operations that one author wrote one after the other under one signature, as one item of a list. What they
 * have in common is said once; what follows from the one before, their numbers, hashes and ids, is not said at all. Of each there is its
 * salt and payload, or its payload's hash alone, and of all together one proof.
 */
import type { Did } from "../crypto/did-key.ts";
import { rangePath } from "../crypto/merkle-range.ts";
import type { JsonObject } from "../ports.ts";
import type { BatchProof, Envelope, OpId } from "./operation.ts";

/** `[salt, payload]`, or the `payload_hash` of an operation that comes without. */
export type RunItem = readonly [salt: string, payload: JsonObject] | string;

/** The members of the first operation's envelope, but `path` is the proof of all; and what is to each of them alone. */
export interface Run {
  readonly v: 1;
  readonly pool: OpId;
  readonly author: Did;
  readonly seq: number;
  readonly lamport: number;
  readonly prev: readonly OpId[];
  readonly ts: number;
  readonly type: string;
  readonly sig: string;
  readonly batch: BatchProof;
  readonly items: readonly RunItem[];
}

type Batched = Envelope & { readonly pool: OpId; readonly batch: BatchProof };

/** The same operations in the same order, as runs where at least two of them are one. */
export function inRuns(envelopes: readonly Envelope[]): (Envelope | Run)[] {
  const items: (Envelope | Run)[] = [];
  for (let from = 0, to = 1; from < envelopes.length; from = to, to++) {
    while (to < envelopes.length && follows(envelopes[to - 1] as Envelope, envelopes[to] as Envelope)) to++;
    items.push(to - from < 2 ? (envelopes[from] as Envelope) : runOf(envelopes.slice(from, to) as Batched[]));
  }
  return items;
}

function follows(last: Envelope, next: Envelope): boolean {
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

function runOf(envelopes: readonly Batched[]): Run {
  const [first, last] = [envelopes[0] as Batched, envelopes.at(-1) as Batched];
  const { pool, author, seq, lamport, prev, ts, type, sig, batch } = first;
  const path = rangePath(batch, last.batch);
  const items = envelopes.map(({ salt, payload, payload_hash }): RunItem => {
    return salt === undefined || payload === undefined ? payload_hash : [salt, payload];
  });
  return { v: 1, pool, author, seq, lamport, prev, ts, type, sig, batch: { index: batch.index, size: batch.size, path }, items };
}

/** How many operations these items of a list are, as they say. */
export function countOps(items: readonly unknown[]): number {
  const lengthOf = (item: unknown) =>
    typeof item === "object" && item !== null && "items" in item && Array.isArray(item.items) ? item.items.length : 1;
  return items.reduce((sum: number, item) => sum + Math.max(1, lengthOf(item)), 0);
}
