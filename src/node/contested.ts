/** Contested work (section 5): what a removed device wrote after the last operation of it that still counts. */
import type { Chain } from "../core/admission/chains.ts";
import { standingOf } from "../core/admission/device-view.ts";
import type { Envelope, OpId } from "../core/op/operation.ts";
import type { Replica } from "./replica.ts";

export interface ContestedWork {
  readonly total: number;
  /** The first of each device. */
  readonly ops: readonly Envelope[];
}

export async function contestedWork(replica: Replica, limit: number): Promise<ContestedWork> {
  return replica.store.read(async (reader) => {
    const log = await replica.controlLog(reader);
    const view = log.view();
    let total = 0;
    const ids: OpId[] = [];
    for (const chain of log.chains.values()) {
      if (!view.removals.has(chain.author)) continue;
      const counts = (seq: number) => {
        const place = { chain: chain.n, seq, author: chain.author, control: false };
        return standingOf(view, log.chains, place) !== "contested";
      };
      const from = firstBeyond(chain, counts);
      const count = chain.tipSeq - from + 1;
      total += count;
      const room = Math.max(0, Math.min(count, limit - ids.length));
      ids.push(
        ...(await reader.idsAt(
          chain.n,
          Array.from({ length: room }, (_, index) => from + index),
        )),
      );
    }
    return { total, ops: await reader.envelopes(ids) };
  });
}

/** The first place of a chain that does not count: those that do come first. One beyond the tip when all do. */
function firstBeyond({ parentSeq, tipSeq }: Chain, counts: (seq: number) => boolean): number {
  let [low, high] = [parentSeq + 1, tipSeq + 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (counts(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
