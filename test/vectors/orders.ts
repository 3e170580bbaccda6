/** A log in several orders of arrival: whatever it is computed from a log must come out alike in all of them. */
import assert from "node:assert/strict";
import type { Envelope } from "../../src/core/op/operation.ts";
import type { Json } from "../../src/core/ports.ts";
import { ingestOps } from "../../src/node/ingest.ts";
import type { Replica } from "../../src/node/replica.ts";
import { replicaOf, takeAll } from "./runner.ts";

/** Replicas that took `log` in as one batch, one by one as it is written down, and one by one with the newest that can go first. */
export async function inSeveralOrders(pool: string, log: readonly Json[]): Promise<Map<string, Replica>> {
  const whole = await replicaOf(pool);
  await takeAll(whole, log);
  const oneByOne = await replicaOf(pool);
  for (const op of log) await takeAll(oneByOne, [op]);
  const newestFirst = await replicaOf(pool);
  for (let waiting = log.toReversed(); waiting.length > 0; ) {
    const next = [];
    for (const op of waiting) {
      const { rejected, deferred } = await ingestOps(newestFirst, [op]);
      assert.deepEqual(rejected, []);
      if (deferred.length > 0) next.push(op);
    }
    assert.ok(next.length < waiting.length, `${(next[0] as unknown as Envelope | undefined)?.op_id} waits for ever`);
    waiting = next;
  }
  return new Map([
    ["as one batch", whole],
    ["one by one", oneByOne],
    ["newest first", newestFirst],
  ]);
}
