/** Asking for operations and sending them by their ids: how plain fpl-sync/1 moves them, and how payloads that are missing come. */
import { utf8Length } from "../bytes.ts";
import { limits } from "../limits.ts";
import type { Envelope, OpId } from "../op/operation.ts";
import { envelopes, known, type Session, send } from "./effects.ts";
import { expectReply, isObject, plainValue } from "./messages.ts";
import { list, type Tally } from "./tally.ts";

/**
 * Asks for operations in batches, and returns how many came. `more` means that the rest of a batch did not fit and is asked
 * for again. What was not asked for is not looked at.
 */
export function* fetch(tally: Tally, ids: readonly OpId[]): Session<number> {
  let came = 0;
  for (let start = 0; start < ids.length; start += limits.syncBatchOps) {
    const want = new Set<unknown>(ids.slice(start, start + limits.syncBatchOps));
    for (let more = true; more; ) {
      const reply = expectReply(yield* send({ type: "ops_request", want: [...want] as OpId[] }), "ops");
      const ops = list(reply, "ops")
        .map(plainValue)
        .filter((op) => want.delete(isObject(op) ? op["op_id"] : null));
      came += ops.length;
      yield* tally.take(ops);
      more = reply["more"] === true && ops.length > 0 && want.size > 0;
    }
  }
  return came;
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
