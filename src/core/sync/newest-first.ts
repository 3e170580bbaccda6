/**
 * headers/1: a device that holds every header is a full member of its pool, and payloads come afterwards, the newest first,
 * each with what it was derived from. Until then the view says `pending` of what is not there (section 6).
 */
import { limits } from "../limits.ts";
import { isOpId, type OpId } from "../op/operation.ts";
import type { Json } from "../ports.ts";
import { type Lacking, lacking, lackingAmong, type Session, send } from "./effects.ts";
import { expectReply, isObject, plainValue } from "./messages.ts";
import { list, type Tally } from "./tally.ts";

/** Asks for every payload that is not here, and was not redacted; those that the server lacks too stay incomplete. */
export function* fillPayloads(tally: Tally): Session<void> {
  for (let below: number | null = null; ; ) {
    const page: Lacking = yield* lacking(below);
    for (let start = 0; start < page.ids.length; start += limits.syncBatchOps) {
      // Some of them may have come by now, as what others were derived from.
      yield* fetchWithLineage(tally, yield* lackingAmong(page.ids.slice(start, start + limits.syncBatchOps)));
    }
    below = page.below;
    if (below === null) return;
  }
}

/** What claims were derived from follows them at once: without it they can't stand. */
function* fetchWithLineage(tally: Tally, ids: readonly OpId[]): Session<void> {
  let wanted = ids;
  for (let step = 0; wanted.length > 0 && step < limits.lineageSteps; step++) {
    const sources = new Set<OpId>();
    for (let start = 0; start < wanted.length; start += limits.syncBatchOps) {
      for (const op of yield* fetchBatch(tally, wanted.slice(start, start + limits.syncBatchOps))) {
        for (const id of sourcesOf(op)) sources.add(id);
      }
    }
    wanted = sources.size === 0 ? [] : yield* lackingAmong([...sources].slice(0, limits.want));
  }
}

function* fetchBatch(tally: Tally, ids: readonly OpId[]): Session<readonly Json[]> {
  const want = new Set<unknown>(ids);
  const came: Json[] = [];
  for (let more = true; more; ) {
    const reply = expectReply(yield* send({ type: "ops_request", want: [...want] as OpId[] }), "ops");
    const ops = list(reply, "ops")
      .map(plainValue)
      .filter((op) => want.delete(isObject(op) ? op["op_id"] : null));
    tally.payloads += ops.filter((op) => isObject(op) && op["payload"] !== undefined).length;
    yield* tally.take(ops);
    came.push(...ops);
    more = reply["more"] === true && ops.length > 0 && want.size > 0;
  }
  return came;
}

function sourcesOf(op: Json): OpId[] {
  const payload = isObject(op) ? op["payload"] : undefined;
  const sources = isObject(payload) ? payload["derived_from"] : undefined;
  return Array.isArray(sources) ? sources.slice(0, limits.derivedFrom).filter(isOpId) : [];
}
