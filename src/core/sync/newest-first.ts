/**
 * headers/1: a device that holds every header is a full member of its pool, and payloads come afterwards, the newest first,
 * each with what it was derived from. Until then the view says `pending` of what is not there (section 6).
 */
import { limits } from "../limits.ts";
import { isOpId, type OpId } from "../op/operation.ts";
import { isRun } from "../op/run.ts";
import type { Json, JsonObject } from "../ports.ts";
import { fetch } from "./by-id.ts";
import { type Lacking, lacking, lackingAmong, type Session } from "./effects.ts";
import { isObject } from "./messages.ts";
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
    const onItem = (item: Json) => {
      for (const payload of payloadsOf(item)) {
        tally.payloads++;
        for (const id of sourcesOf(payload)) sources.add(id);
      }
    };
    yield* fetch(tally, wanted, { runs: tally.runs, onItem });
    wanted = sources.size === 0 ? [] : yield* lackingAmong([...sources].slice(0, limits.want));
  }
}

/** Of an envelope its payload, of a run those of its items, where there are any. */
function payloadsOf(item: Json): JsonObject[] {
  if (!isObject(item)) return [];
  const payloads = isRun(item)
    ? list(item, "items").map((each) => (Array.isArray(each) ? (each[1] as Json) : null))
    : [item["payload"] as Json];
  return payloads.filter(isObject);
}

function sourcesOf(payload: JsonObject): OpId[] {
  const sources = payload["derived_from"];
  return Array.isArray(sources) ? sources.slice(0, limits.derivedFrom).filter(isOpId) : [];
}
