/** What a running sync has done so far, and the two moves it is made of: taking operations in, and sending some. */
import { PoolError } from "../errors.ts";
import { limits } from "../limits.ts";
import { type Envelope, isOpId, type OpId } from "../op/operation.ts";
import { inRuns } from "../op/run.ts";
import type { Json, JsonObject } from "../ports.ts";
import { Deferred } from "./deferred.ts";
import { type Batch, ingest, progress, type Session, send } from "./effects.ts";
import { expectReply, isObject } from "./messages.ts";

type Rejection = { readonly op: string; readonly reason: string };

export class Tally {
  readonly deferred: Deferred;
  readonly #rejected: Rejection[] = [];
  readonly #theirDeferred = new Set<OpId>();
  /** Ids that were dropped for room: the newest, for the report. */
  readonly #dropped = new Set<OpId>();
  /** How many were dropped for room, to be asked for again in another pass. */
  drops = 0;
  pulled = 0;
  pushed = 0;
  pushes = 0;
  /** Payloads that were asked for after their headers, and came. */
  payloads = 0;
  toPull: number | null = null;
  toPush: number | null = null;
  /** What the server last said it wants. */
  want: readonly OpId[] = [];

  /** Whether the server takes runs (runs/1). */
  readonly runs: boolean;

  constructor({ deferredBytes = limits.deferredBytes, runs = false }: { readonly deferredBytes?: number; readonly runs?: boolean } = {}) {
    this.deferred = new Deferred(deferredBytes);
    this.runs = runs;
  }

  /** Takes in what the server sent, and then whatever waited for it. Returns the ids of what of it is here now. */
  *take(ops: readonly Json[]): Session<readonly OpId[]> {
    const queue = [...ops];
    const taken: OpId[] = [];
    while (queue.length > 0) {
      const result = yield* ingest(queue.splice(0, limits.pageOps));
      this.pulled += result.accepted.length;
      this.#rejected.push(...result.rejected);
      if (this.#rejected.length > limits.rejections) {
        throw new PoolError("peer", `over ${limits.rejections} of the operations that the peer sent were refused`);
      }
      for (const waiting of result.deferred) this.#drop(this.deferred.add(waiting));
      const here = [...result.accepted, ...result.duplicates];
      for (const id of here) {
        this.deferred.remove(id);
        this.#dropped.delete(id);
      }
      queue.push(...this.deferred.release(here));
      for (const id of here) taken.push(id);
    }
    yield* this.#show();
    return taken;
  }

  #drop(ids: readonly OpId[]): void {
    this.drops += ids.length;
    for (const id of ids) if (this.#dropped.size < limits.rejections) this.#dropped.add(id);
  }

  /** Operations in memory as a batch. */
  batchOf(ops: readonly Envelope[]): Batch {
    return { items: (this.runs ? inRuns(ops) : ops) as unknown as readonly Json[], ids: ops.map(({ op_id }) => op_id), last: null };
  }

  /** `message`: the push of this batch, when it was made before. */
  *push(batch: Batch, message: JsonObject = pushOf(batch)): Session<void> {
    const reply = expectReply(yield* send(message), "push_result");
    const sent = new Set<Json>(batch.ids);
    this.pushes++;
    for (const each of list(reply, "rejected").slice(0, batch.ids.length)) {
      const { op, reason } = isObject(each) ? each : {};
      this.#rejected.push({ op: String(op).slice(0, 100), reason: String(reason).slice(0, 500) });
    }
    for (const id of list(reply, "deferred")) if (sent.has(id)) this.#theirDeferred.add(id as OpId);
    for (const id of list(reply, "accepted")) {
      if (sent.delete(id)) this.pushed++;
      this.#theirDeferred.delete(id as OpId);
    }
    this.want = list(reply, "want").filter(isOpId).slice(0, limits.want);
    yield* this.#show();
  }

  *#show(): Session<void> {
    const { pulled, pushed, toPull, toPush, payloads } = this;
    yield* progress({ pulled, pushed, toPull, toPush, payloads });
  }

  result() {
    const deferred = [...new Set([...this.deferred.ids(), ...this.#dropped, ...this.#theirDeferred])].sort();
    return { pulled: this.pulled, pushed: this.pushed, rejected: this.#rejected, deferred };
  }
}

export function pushOf({ items }: Batch): JsonObject {
  return { type: "push", ops: items };
}

export function list(reply: JsonObject, name: string): readonly Json[] {
  const value = reply[name];
  return Array.isArray(value) ? value : [];
}

/**
 * Pulls in passes: what was dropped for room is asked for again, for as long as a pass brings anything. Each pass keeps the
 * operations that come first, so that an honest server is done in the end.
 */
export function* inPasses<Result>(tally: Tally, pass: () => Session<Result>): Session<Result> {
  for (;;) {
    const { pulled, drops } = tally;
    const result = yield* pass();
    if (tally.drops === drops || tally.pulled === pulled) return result;
  }
}
