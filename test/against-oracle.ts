/** Holds what replicas show against what the oracle says. */
import assert from "node:assert/strict";
import type { OpId } from "../src/core/op/operation.ts";
import type { Json } from "../src/core/ports.ts";
import { ingestOps } from "../src/node/ingest.ts";
import { nativeCrypto } from "../src/node/native-crypto.ts";
import type { Replica } from "../src/node/replica.ts";
import { judgeAll, type OracleVerdict } from "../src/testkit/oracle.ts";
import { rememberingCrypto } from "../src/testkit/remembering-crypto.ts";
import type { ScriptedPool } from "../src/testkit/scripted-pool.ts";
import { seededRandom } from "../src/testkit/seeded-random.ts";
import { deliver, type Observed, observe, randomBatches, stepOf, storeKinds, withReplica } from "./replicas.ts";

/** Everything in which a replica that was given everything differs from the oracle, in words. */
export async function disagreements(replica: Replica, verdict: OracleVerdict): Promise<string[]> {
  const seen = await observe(replica, [...verdict.rejected.keys()] as OpId[]);
  return Object.entries(expected(verdict)).flatMap(([name, value]) => {
    const [right, found] = [JSON.stringify(value), JSON.stringify(seen[name as keyof Observed])];
    return right === found ? [] : [`${name}: expected ${right}\n   found ${found}`];
  });
}

function expected(verdict: OracleVerdict): Readonly<Record<keyof Observed, unknown>> {
  const sorted = (ids: Iterable<string>) => [...ids].sort();
  const byId = (map: ReadonlyMap<string, string>) => Object.fromEntries([...map].sort(([left], [right]) => (left < right ? -1 : 1)));
  return {
    accepted: sorted(verdict.accepted),
    rejected: byId(verdict.rejected),
    heads: verdict.heads,
    devices: verdict.devices.ranked.map(({ key, role }) => `${key} ${role}`),
    removed: sorted(new Set(verdict.devices.removals.map(({ key }) => key))),
    contested: sorted(verdict.contested),
    payloads: sorted(verdict.payloads),
    statuses: byId(verdict.statuses),
    digest: verdict.digest,
  };
}

/**
 * What a scripted pool comes to: on both stores, told operation by operation, backwards, at once, and at random, always
 * the same, and the same as the oracle says.
 */
export async function agreed(pool: ScriptedPool, given: readonly unknown[] = pool.ops): Promise<OracleVerdict> {
  const values = given as readonly Json[];
  const crypto = rememberingCrypto(nativeCrypto);
  const verdict = judgeAll(crypto, pool.id, values);
  const orders: Readonly<Record<string, readonly (readonly Json[])[]>> = {
    "one by one": values.map((value) => [value]),
    backwards: values.toReversed().map((value) => [value]),
    "at once": [values],
    "at random": randomBatches(seededRandom(values.length), values),
  };
  for (const [order, batches] of Object.entries(orders)) {
    for (const kind of storeKinds) {
      await withReplica({ kind, crypto, pool: pool.id }, async (replica) => {
        await deliver(replica, batches, values);
        const found = await disagreements(replica, verdict);
        assert.deepEqual(found, [], `${kind} store, told ${order}`);
      });
    }
  }
  return verdict;
}

/** Where one more envelope ends at a node that holds the pool, in its own words; the oracle must name the same step. */
export async function endOf(pool: ScriptedPool, value: unknown): Promise<string> {
  return withReplica({ kind: "memory", pool: pool.id }, async (replica) => {
    await deliver(replica, [pool.ops as unknown as Json[]], []);
    const { accepted, rejected, deferred } = await ingestOps(replica, [value as Json]);
    const end = rejected[0]?.reason ?? (deferred.length > 0 ? "deferred" : accepted.length > 0 ? "accepted" : "dropped");
    const step = judgeAll(nativeCrypto, pool.id, [...pool.ops, value]).step(value);
    assert.equal(step, end === "accepted" || end === "dropped" ? "accepted" : end === "deferred" ? end : stepOf(end), end);
    return end;
  });
}
