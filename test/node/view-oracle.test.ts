/**
 * Law: after every single step the view that is kept up to date is the one that the oracle gives, which reads the whole log again
 * each time. Steps are operations of every type, judgements of judgements, redactions, removals, copies without payload and broken
 * envelopes, in every order of arrival; what comes too early is offered again, as later syncs do.
 *
 * FABLEPOOL_RUNS times 300 steps are taken, from seed FABLEPOOL_SEED on.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OpId } from "../../src/core/op/operation.ts";
import type { Crypto, Json } from "../../src/core/ports.ts";
import { ingestOps } from "../../src/node/ingest.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import type { Replica } from "../../src/node/replica.ts";
import { judgeAll } from "../../src/testkit/oracle.ts";
import { poolHistory } from "../../src/testkit/pool-history.ts";
import { rememberingCrypto } from "../../src/testkit/remembering-crypto.ts";
import { seededRandom } from "../../src/testkit/seeded-random.ts";
import { disagreements } from "../against-oracle.ts";
import { withReplica } from "../replicas.ts";
import { runs } from "./replicas.ts";

const stepsMin = runs(300);
const firstSeed = Number(process.env["FABLEPOOL_SEED"] ?? 1);

test(`law: after each of ${stepsMin} random steps the view is the oracle's`, async () => {
  const statuses = new Set<string>();
  let steps = 0;
  for (let seed = firstSeed; steps < stepsMin; seed++) {
    const crypto = rememberingCrypto(nativeCrypto);
    const { pool, values } = poolHistory(crypto, seed, 20 + ((seed * 37) % 50));
    const random = seededRandom(seed);
    // Mostly as written, with some of it late: else nearly everything waits for genesis until the end.
    const order = random.once(4) ? random.shuffled(values) : delayed(random, values);
    const kind = seed % 8 === 0 ? "sqlite" : "memory";
    await withReplica({ kind, crypto, pool }, async (replica) => {
      for (const status of await follow(replica, crypto, pool, order, `seed ${seed}, ${kind} store`)) statuses.add(status);
    });
    steps += order.length;
  }
  if (stepsMin < 1_000) return;
  const all = ["active", "contested", "corrected", "invalidated", "pending", "proposed", "redacted", "refuted", "superseded", "void"];
  assert.deepEqual([...statuses].sort(), all, "every status was met on the way");
});

/** Gives the values one by one, and returns the statuses that claims had meanwhile. */
async function follow(replica: Replica, crypto: Crypto, pool: OpId, order: readonly Json[], told: string): Promise<Set<string>> {
  const statuses = new Set<string>();
  let placeless: readonly Json[] = [];
  for (const [at, value] of order.entries()) {
    placeless = await offer(replica, value, placeless);
    const given = order.slice(0, at + 1);
    await complete(replica, given);
    const verdict = judgeAll(crypto, pool, given);
    for (const status of verdict.statuses.values()) statuses.add(status);
    assert.deepEqual(await disagreements(replica, verdict), [], `${told}, after step ${at + 1} of ${order.length}`);
  }
  return statuses;
}

/** Less than the 20 bad signatures for which a push is refused whole. */
const batchMax = 15;

/**
 * Offers the value, and when it moves something also what has not found its place before, again and again; returns what has none yet:
 * what waits for others, and what was refused alone but, as a copy of what is held by then, may bring its payload.
 */
async function offer(replica: Replica, value: Json, placeless: readonly Json[]): Promise<readonly Json[]> {
  let batch: readonly Json[] = [value];
  let left = placeless;
  for (let moved = true; moved; ) {
    moved = false;
    const again: Json[] = [];
    for (let start = 0; start < batch.length; start += batchMax) {
      const part = batch.slice(start, start + batchMax);
      const { accepted, attached, deferred, rejected } = await ingestOps(replica, part);
      moved ||= accepted.length + attached.length > 0;
      const ids = new Set<unknown>([...deferred.map(({ id }) => id), ...rejected.map(({ op }) => op)]);
      again.push(...part.filter((each) => ids.has((each as { op_id?: unknown } | null)?.op_id)));
    }
    left = [...left, ...again];
    if (moved) [batch, left] = [left, []];
  }
  return left;
}

/** What every sync does: asks again for payloads that it lacks, as when the redaction that took them has lost its force. */
async function complete(replica: Replica, given: readonly Json[]): Promise<void> {
  const lacking = new Set<unknown>(await replica.store.read((reader) => reader.incomplete(null, given.length)));
  if (lacking.size === 0) return;
  const copies = given.filter((value) => {
    const { op_id, payload } = (value ?? {}) as { readonly op_id?: unknown; readonly payload?: unknown };
    return payload !== undefined && lacking.has(op_id);
  });
  for (let start = 0; start < copies.length; start += batchMax) await ingestOps(replica, copies.slice(start, start + batchMax));
}

function delayed(random: ReturnType<typeof seededRandom>, values: readonly Json[]): readonly Json[] {
  const place = (at: number) => (random.once(4) ? at + random.below(values.length) : at);
  return values
    .map((value, at) => ({ value, at: place(at) }))
    .sort((left, right) => left.at - right.at)
    .map(({ value }) => value);
}
