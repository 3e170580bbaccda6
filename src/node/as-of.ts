/** The view as it was: the log up to a time, built beside the store and thrown away. */
import { type OpId, type Place, placeOf } from "../core/op/operation.ts";
import type { Json } from "../core/ports.ts";
import { withReplicaAside } from "./aside.ts";
import type { Home } from "./home.ts";
import { ingestOps } from "./ingest.ts";
import type { Replica } from "./replica.ts";

const batch = 1_000;

/**
 * Gives `work` a replica with the operations written by `time` (ms since the epoch, by their authors' clocks) whose
 * ancestors all were too. What was erased since stays erased.
 */
export async function asOf<Result>(home: Home, replica: Replica, time: number, work: (past: Replica) => Promise<Result>): Promise<Result> {
  return withReplicaAside(home, replica, "as-of", async (past) => {
    await copyUntil(replica, past, time);
    return work(past);
  });
}

async function copyUntil(replica: Replica, past: Replica, time: number): Promise<void> {
  const later = new Set<OpId>();
  for (let after: Place | undefined, more = true; more; ) {
    const ops = await replica.store.read((reader) => reader.ordered({ after, limit: batch }));
    const before = ops.filter((op) => {
      const late = op.ts > time || op.prev.some((id) => later.has(id));
      if (late) later.add(op.op_id);
      return !late;
    });
    await ingestOps(past, before as unknown as Json[]);
    const last = ops.at(-1);
    if (last) after = placeOf(last);
    more = ops.length === batch;
  }
}
