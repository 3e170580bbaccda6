/** Pushing while pulling (heads/1): both have much for the other, and it goes both ways at once; what can't, goes afterwards. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../../src/core/limits.ts";
import type { JsonObject } from "../../src/core/ports.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import type { Replica } from "../../src/node/replica.ts";
import { syncWith } from "../../src/node/sync-client.ts";
import { answer } from "../../src/node/sync-server.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { expanded } from "../../src/testkit/expanded.ts";
import { loopback } from "../../src/transport/index.ts";
import { addDevice, assertConverged, claims, logOf, newPool, type Pool, replicaOf, writerOf } from "./replicas.ts";

interface Seen {
  readonly type: string;
  /** Ids of the operations that were pushed. */
  readonly ops: readonly string[];
  readonly deferred: number;
}

/** One sync of `client` with `server`, and the messages it was made of. */
async function watched(client: Replica, server: Replica, pool: Pool) {
  const seen: Seen[] = [];
  const transport = loopback(async (message, key) => {
    const reply = await answer(server, { did: pool.phone.did }, message, key);
    const { type, ops } = message as JsonObject;
    seen.push({
      type: String(type),
      ops: expanded(nativeCrypto, ops).map(({ op_id }) => String(op_id)),
      deferred: ((reply as JsonObject)["deferred"] as unknown[] | undefined)?.length ?? 0,
    });
    return reply;
  }, pool.root.did);
  return { report: await syncWith(client, transport), seen, pushed: seen.flatMap(({ ops }) => ops) };
}

test("two that wrote much push and pull in turns: each operation goes over once, and one sync is enough", async () => {
  const pool = await newPool();
  const laptop = await addDevice(pool, "laptop", "full");
  const here = await replicaOf(pool.id, await logOf(pool.replica));
  await writeDrafts(pool.replica, pool.phone, claims(900));
  await writeDrafts(here, laptop, claims(1_000, 900));
  const { report, seen, pushed } = await watched(here, pool.replica, pool);
  assert.deepEqual([report.pulled, report.pushed, report.rejected, report.deferred], [900, 1_000, [], []]);
  assert.deepEqual([pushed.length, new Set(pushed).size], [1_000, 1_000]);
  const types = seen.map(({ type }) => type);
  assert.ok(types.indexOf("push") < types.lastIndexOf("ops_since"), `a batch goes over between two pages: ${types}`);
  assert.equal(types.filter((type) => type === "push").length, 1_000 / limits.syncBatchOps);
  await assertConverged(here, pool.replica);
});

test("what hangs on a fork that the server lacks goes after the pull, with what it hangs on: nothing is deferred, or sent twice", async () => {
  const pool = await newPool();
  const [laptop, tablet] = [await addDevice(pool, "laptop", "full"), await addDevice(pool, "tablet", "full")];
  const before = await logOf(pool.replica);
  const here = await replicaOf(pool.id, before);
  const clone = await replicaOf(pool.id, before);
  // The tablet's key was copied: the server has one branch of its chain, this device the other, and wrote after it.
  await writeDrafts(clone, tablet, claims(300));
  await writeDrafts(here, { ...writerOf("tablet"), clock: () => 1_900_000_000_000 }, claims(5, 2_000));
  await writeDrafts(here, laptop, claims(500, 3_000));
  const { report, seen, pushed } = await watched(here, clone, pool);
  assert.deepEqual([report.pulled, report.pushed, report.rejected, report.deferred], [300, 505, [], []]);
  assert.deepEqual([pushed.length, seen.filter(({ deferred }) => deferred > 0)], [505, []]);
  await assertConverged(here, clone);
});

test("nothing is pushed meanwhile for authors of whom the server has operations that are not here", async () => {
  const pool = await newPool();
  const here = await replicaOf(pool.id, await logOf(pool.replica));
  await writeDrafts(pool.replica, pool.phone, claims(600));
  const { report, pushed } = await watched(here, pool.replica, pool);
  assert.deepEqual([report.pulled, report.pushed, pushed], [600, 0, []]);
});
