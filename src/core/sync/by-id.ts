/** Asking for operations and sending them by their ids: how plain fpl-sync/1 moves them, and how payloads that are missing come. */
import { utf8Length } from "../bytes.ts";
import { limits } from "../limits.ts";
import type { Envelope, OpId } from "../op/operation.ts";
import { isRun } from "../op/run.ts";
import type { Json } from "../ports.ts";
import { envelopes, known, type Session, send } from "./effects.ts";
import { expectReply, isObject, plainValue } from "./messages.ts";
import { list, type Tally } from "./tally.ts";

/**
 * Asks for operations in batches, and returns how many came. `more` means that the rest of a batch did not fit and is asked
 * for again. Of envelopes those that were not asked for are not looked at.
 */
export function* fetch(tally: Tally, ids: readonly OpId[], { runs = false, onItem }: FetchOptions = {}): Session<number> {
  let came = 0;
  for (let start = 0; start < ids.length; start += limits.syncBatchOps) {
    const want = new Set<unknown>(ids.slice(start, start + limits.syncBatchOps));
    for (let more = true; more; ) {
      const left = want.size;
      const asked = { type: "ops_request", want: [...want] as OpId[], ...(runs ? { runs } : {}) };
      const reply = expectReply(yield* send(asked), "ops");
      const ops: Json[] = [];
      for (const item of list(reply, "ops")) {
        const value = plainValue(item);
        const asRun = runs && isRun(value);
        if (!asRun && !want.delete(isObject(value) ? value["op_id"] : null)) continue;
        onItem?.(value);
        ops.push(asRun ? item : value); // a run is read faster as the text that it came as
      }
      for (const id of yield* tally.take(ops)) want.delete(id);
      came += left - want.size;
      more = reply["more"] === true && want.size < left && want.size > 0;
    }
  }
  return came;
}

export interface FetchOptions {
  /** Asks for runs (SYN-19), which are known by their ids once they were taken in: for operations that wait for nothing, their headers being here. */
  readonly runs?: boolean;
  /** Told of each envelope or run before it is taken in. */
  readonly onItem?: (item: Json) => void;
}

/** Pushes the envelopes that the server holds without payload, of which we have it (section 4). */
export function* serveWant(tally: Tally, want: readonly OpId[]): Session<void> {
  if (want.length === 0) return;
  const here = yield* known(want.slice(0, limits.want));
  const full = (yield* envelopes([...here.keys()])).filter((envelope) => envelope.payload !== undefined);
  yield* pushAll(tally, full);
}

/** Pushes in batches of the protocol's size. */
export function* pushAll(tally: Tally, ops: readonly Envelope[]): Session<void> {
  let batch: Envelope[] = [];
  let bytes = 0;
  for (const op of ops) {
    const size = utf8Length(JSON.stringify(op)) + 1;
    if (batch.length > 0 && (batch.length >= limits.syncBatchOps || bytes + size > limits.syncBatchBytes)) {
      yield* tally.push(tally.batchOf(batch));
      batch = [];
      bytes = 0;
    }
    batch.push(op);
    bytes += size;
  }
  if (batch.length > 0) yield* tally.push(tally.batchOf(batch));
}
