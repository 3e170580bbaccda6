/** Plain fpl-sync/1: comparing the two sets of ids (`frontier`), then `ops_request` and `push`. */

import { PoolError } from "../errors.ts";
import { limits } from "../limits.ts";
import { comparePlaces, isOpId, type OpId } from "../op/operation.ts";
import type { Json } from "../ports.ts";
import { fetch, pushAll } from "./by-id.ts";
import { compare, envelopes, known, type Session, send } from "./effects.ts";
import { expectReply, isObject } from "./messages.ts";
import type { Tally } from "./tally.ts";

/** Pulls what the server has and we lack; returns what we have and it lacks. */
export function* pullBySet(tally: Tally): Session<readonly OpId[]> {
  const whole = yield* send({ type: "frontier" });
  if (!isObject(whole) || whole["type"] !== "error" || whole["code"] !== "too_large") {
    return yield* pullMissing(tally, sortedIds(whole, null), null, null);
  }
  const extra: OpId[] = [];
  for (let after: OpId | null = null, named = 0; ; ) {
    const page: OpId[] = sortedIds(yield* send({ type: "frontier", ...(after ? { after } : {}), limit: limits.frontierPage }), after);
    const upTo: OpId | null = page.at(-1) ?? null;
    extra.push(...(yield* pullMissing(tally, page, after, upTo)));
    if (upTo === null) return extra;
    named += page.length;
    if (named > limits.frontierIds) throw new PoolError("peer", `the peer's frontier names over ${limits.frontierIds} operations`);
    after = upTo;
  }
}

/** Pulls what is missing of a page of the server's ids, in (after, upTo]; returns ours in it that the server lacks. */
function* pullMissing(tally: Tally, page: readonly OpId[], after: OpId | null, upTo: OpId | null): Session<readonly OpId[]> {
  const { missing, extra } = yield* compare(page, after, upTo);
  const wanted = missing.filter((id) => !tally.deferred.has(id));
  tally.toPull = (tally.toPull ?? 0) + wanted.length;
  tally.toPush = (tally.toPush ?? 0) + extra.length;
  const came = yield* fetch(tally, wanted);
  if (wanted.length - came > limits.want) throw new PoolError("peer", "the peer names operations that it does not send");
  return extra;
}

function sortedIds(reply: Json, after: OpId | null): OpId[] {
  const ids = expectReply(reply, "frontier")["op_ids"];
  if (!Array.isArray(ids) || !ids.every(isOpId)) throw new PoolError("peer", "the peer's frontier is not a list of op_ids");
  // A peer that knows no pages sends all of them again: what was seen is left out, so that the loop ends.
  return ids.filter((id) => after === null || id > after).sort();
}

/** Pushes operations in (lamport, op_id) order, reading a batch at a time. */
export function* pushBySet(tally: Tally, ids: readonly OpId[]): Session<void> {
  const places: { id: OpId; lamport: number }[] = [];
  for (let start = 0; start < ids.length; start += limits.want) {
    const infos = yield* known(ids.slice(start, start + limits.want));
    for (const { id, lamport } of infos.values()) places.push({ id, lamport });
  }
  places.sort(comparePlaces);
  for (let start = 0; start < places.length; start += limits.syncBatchOps) {
    const batch = places.slice(start, start + limits.syncBatchOps).map(({ id }) => id);
    yield* pushAll(tally, yield* envelopes(batch));
  }
}
