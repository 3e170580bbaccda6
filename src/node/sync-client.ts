/** Runs a client's sync session (`core/sync/session.ts`) over a transport and a replica. */
import { RawJson } from "../core/codec/raw-json.ts";
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import type { OpId } from "../core/op/operation.ts";
import type { Json } from "../core/ports.ts";
import type { Effect, EffectAnswer, SyncProgress } from "../core/sync/effects.ts";
import type { SyncReport } from "../core/sync/report.ts";
import { syncSession } from "../core/sync/session.ts";
import type { Transport } from "../transport/transport.ts";
import { type RequestsAhead, requestsAhead } from "./ahead.ts";
import { conflictsOf } from "./conflicts.ts";
import { beginFilling, isFillingIn, lackingAmong, nextLacking } from "./filling.ts";
import { heldIn } from "./held.ts";
import { nextIncomplete } from "./incomplete.ts";
import { ingestOps } from "./ingest.ts";
import type { Replica } from "./replica.ts";

export interface SyncOptions {
  /** The node that must answer; null accepts any. */
  readonly node?: string | null;
  readonly extensions?: readonly string[];
  /** Bytes of operations to keep while they wait for others; section 4's maximum without. */
  readonly deferredBytes?: number;
  /** Headers first, payloads afterwards: see `SessionOptions`. */
  readonly newestFirst?: boolean;
  /** The server's heads as it last told them on a kept connection: see `SessionOptions`. */
  readonly heads?: Json;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: SyncProgress) => void;
}

/**
 * One sync with the node at the other end of `transport`. All that was accepted is durable, whatever happens later.
 * Rejects with `PoolError`: `peer` when the other side breaks the protocol, `network` when it does not answer,
 * `interrupted` when `signal` fires (between two batches), `storage` when this disk fails.
 */
export async function syncWith(replica: Replica, transport: Transport, options: SyncOptions = {}): Promise<SyncReport> {
  const { node = null, extensions, deferredBytes, heads, newestFirst = false } = options;
  const [pool, filling, same] = await replica.store.read(async (reader) => {
    const isFilling = newestFirst || (await isFillingIn(reader));
    return [await reader.pool(), isFilling, isFilling || heads !== undefined ? null : await heldIn(replica, reader)] as const;
  });
  if (pool === null) throw new PoolError("no_pool", "there is no pool here to sync");
  if (newestFirst) await beginFilling(replica);
  const topics = new Set<string>();
  const session = syncSession({
    node,
    pool,
    ...(extensions ? { extensions } : {}),
    ...(deferredBytes ? { deferredBytes } : {}),
    ...(heads === undefined ? {} : { heads }),
    ...(same === null ? {} : { same }),
    newestFirst,
    filling,
  });
  const wire = requestsAhead(transport, options.signal);
  let step = session.next();
  while (!step.done) {
    if (options.signal?.aborted)
      throw new PoolError("interrupted", "interrupted; what was taken so far is kept, the next sync goes on from there");
    step = session.next(await perform(replica, wire, step.value, topics, options));
  }
  const { registry: _registry, ...result } = step.value;
  // Writing waits for its turn, and for the disk: only where there is a doubt to end.
  if ((await replica.store.read((reader) => reader.local("unproven"))) !== null) {
    await replica.store.write((tx) => tx.setLocal("unproven", null));
  }
  return { ...result, conflicts: await conflictsOf(replica, topics) };
}

async function perform(
  replica: Replica,
  wire: RequestsAhead,
  effect: Effect,
  topics: Set<string>,
  options: SyncOptions,
): Promise<EffectAnswer> {
  const { store } = replica;
  switch (effect.do) {
    case "send":
      return wire.request(effect.message);
    case "ahead":
      await wire.begin(effect.message);
      return null;
    case "ingest": {
      const result = await ingestOps(replica, effect.ops).catch(asPeersFault);
      for (const topic of result.conflicts) topics.add(topic);
      return result;
    }
    case "compare":
      return compareIds(replica, effect.ids, effect.after, effect.upTo);
    case "known":
      return store.read((reader) => reader.known(effect.ids));
    case "chains":
      return store.read(async (reader) => new Map((await reader.chains()).map((chain) => [chain.n, chain])));
    case "at":
      return store.read((reader) => reader.idsAt(effect.chain, effect.seqs));
    case "envelopes":
      return store.read((reader) => reader.envelopes(effect.ids));
    case "batch": {
      const { json, ids, last } = await store.read((reader) => reader.orderedJson(effect, { runs: effect.runs }));
      return { items: json.map((text) => new RawJson(text) as unknown as Json), ids, last };
    }
    case "incomplete":
      return nextIncomplete(replica);
    case "lacking":
      return nextLacking(replica, effect.below);
    case "lacking-among":
      return lackingAmong(replica, effect.ids);
    case "progress":
      options.onProgress?.(effect.progress);
      return null;
  }
}

/** What a client is told of bad signatures is about the other side. */
function asPeersFault(error: unknown): never {
  if (!(error instanceof PoolError && error.code === "bad_signature")) throw error;
  throw new PoolError("peer", `the peer's operations can't be believed: ${error.message}`, {}, { cause: error });
}

/** A page of the other side's ids, in (after, upTo], with ours. Both lists are ascending: one pass, a page of ours at a time. */
export async function compareIds(replica: Replica, ids: readonly OpId[], after: OpId | null, upTo: OpId | null) {
  const theirs = new Set(ids);
  const extra: OpId[] = [];
  const { missing, rejected } = await replica.store.read(async (reader) => {
    for (let cursor = after, more = true; more; ) {
      const page = await reader.idsAfter(cursor, limits.frontierPage);
      for (const id of page) {
        if (upTo !== null && id > upTo) break;
        if (!theirs.delete(id)) extra.push(id);
      }
      cursor = page.at(-1) ?? cursor;
      more = page.length === limits.frontierPage && (upTo === null || (cursor as OpId) <= upTo);
    }
    return { missing: [...theirs], rejected: await reader.rejected([...theirs]) };
  });
  return { missing: missing.filter((id) => !rejected.has(id)), extra };
}
