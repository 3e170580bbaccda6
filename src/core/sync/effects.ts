/** What a sync session asks of the node that runs it: to move a message, or to look something up in its own log. */
import type { Chains } from "../admission/chains.ts";
import type { Known } from "../admission/control-log.ts";
import { limits } from "../limits.ts";
import type { Envelope, OpId, Place } from "../op/operation.ts";
import type { Json, JsonObject } from "../ports.ts";
import type { Waiting } from "./deferred.ts";
import type { Part } from "./heads.ts";

export interface IngestResult {
  readonly accepted: readonly OpId[];
  readonly rejected: readonly { readonly op: string; readonly reason: string }[];
  readonly deferred: readonly Waiting[];
  /** Operations that were here already, whether or not their payload was new. */
  readonly duplicates: readonly OpId[];
}

/** Operations of ours as they are sent: each item stands for one, or for a run of them. */
export interface Batch {
  readonly items: readonly Json[];
  readonly ids: readonly OpId[];
  /** Where the last of them stands; null when there are none. */
  readonly last: Place | null;
}

export interface SyncProgress {
  readonly pulled: number;
  readonly pushed: number;
  /** How many are known to remain, when that is known. */
  readonly toPull: number | null;
  readonly toPush: number | null;
  /** Payloads that came after their headers (headers/1). */
  readonly payloads: number;
}

/** Operations without their payload, newest first, and the lamport to go on below; null when there are none. */
export interface Lacking {
  readonly ids: readonly OpId[];
  readonly below: number | null;
}

export type Effect =
  | { readonly do: "send"; readonly message: JsonObject }
  /** A hint: this very message is sent next, whatever becomes of what is done before. It may go on its way already. */
  | { readonly do: "ahead"; readonly message: JsonObject }
  | { readonly do: "ingest"; readonly ops: readonly Json[] }
  /** Of ids in (after, upTo], ascending: those not here (nor remembered as rejected), and ours that are not named. */
  | { readonly do: "compare"; readonly ids: readonly OpId[]; readonly after: OpId | null; readonly upTo: OpId | null }
  | { readonly do: "known"; readonly ids: readonly OpId[] }
  | { readonly do: "chains" }
  /** The author's ids at these places of one of its chains. */
  | { readonly do: "at"; readonly chain: number; readonly seqs: readonly number[] }
  | { readonly do: "envelopes"; readonly ids: readonly OpId[] }
  | {
      readonly do: "batch";
      readonly parts: readonly Part[];
      readonly after: Place | undefined;
      readonly limit: number;
      readonly bytes: number;
      /** Whether the other side takes runs (runs/1). */
      readonly runs: boolean;
    }
  /** Ids of our operations that lack their payload. */
  | { readonly do: "incomplete" }
  /** Those just below this lamport; null goes on where the last sync left off. */
  | { readonly do: "lacking"; readonly below: number | null }
  | { readonly do: "lacking-among"; readonly ids: readonly OpId[] }
  | { readonly do: "progress"; readonly progress: SyncProgress };

export interface Comparison {
  readonly missing: readonly OpId[];
  readonly extra: readonly OpId[];
}

export type EffectAnswer =
  | Json
  | IngestResult
  | Comparison
  | Lacking
  | ReadonlyMap<OpId, Known>
  | Chains
  | readonly OpId[]
  | readonly Envelope[]
  | Batch
  | null;

/** A piece of a session: it yields effects, is given their answers, and ends with `Result`. */
export type Session<Result> = Generator<Effect, Result, EffectAnswer>;

export function* send(message: JsonObject): Session<Json> {
  return (yield { do: "send", message }) as Json;
}

export function* ahead(message: JsonObject): Session<void> {
  yield { do: "ahead", message };
}

export function* ingest(ops: readonly Json[]): Session<IngestResult> {
  return (yield { do: "ingest", ops }) as IngestResult;
}

export function* compare(ids: readonly OpId[], after: OpId | null, upTo: OpId | null): Session<Comparison> {
  return (yield { do: "compare", ids, after, upTo }) as Comparison;
}

export function* known(ids: readonly OpId[]): Session<ReadonlyMap<OpId, Known>> {
  return (yield { do: "known", ids }) as ReadonlyMap<OpId, Known>;
}

export function* chains(): Session<Chains> {
  return (yield { do: "chains" }) as Chains;
}

export function* idsAt(chain: number, seqs: readonly number[]): Session<readonly OpId[]> {
  return (yield { do: "at", chain, seqs }) as readonly OpId[];
}

export function* envelopes(ids: readonly OpId[]): Session<readonly Envelope[]> {
  return (yield { do: "envelopes", ids }) as readonly Envelope[];
}

/** The next of these parts in (lamport, op_id) order, as many as go into one push. */
export function* nextBatch(parts: readonly Part[], after: Place | undefined, runs: boolean): Session<Batch> {
  return (yield { do: "batch", parts, after, limit: limits.syncBatchOps, bytes: limits.syncBatchBytes, runs }) as Batch;
}

export function* incomplete(): Session<readonly OpId[]> {
  return (yield { do: "incomplete" }) as readonly OpId[];
}

export function* lacking(below: number | null): Session<Lacking> {
  return (yield { do: "lacking", below }) as Lacking;
}

export function* lackingAmong(ids: readonly OpId[]): Session<readonly OpId[]> {
  return (yield { do: "lacking-among", ids }) as readonly OpId[];
}

export function* progress(now: SyncProgress): Session<void> {
  yield { do: "progress", progress: now };
}
