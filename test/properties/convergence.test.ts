/**
 * The law that carries everything: a log is a set. Whatever the order, the batches, the repetitions, and whether copies
 * without payload come before or after full ones, on whatever store: the same operations are admitted, the same are
 * rejected for ever, and the view is the same, to the byte. And what it is, a second implementation says.
 *
 * FABLEPOOL_RUNS histories are tried, from seed FABLEPOOL_SEED on. Seeds that once failed are tried first.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { hashesMatch } from "../../src/core/op/identity.ts";
import type { OpId } from "../../src/core/op/operation.ts";
import { readEnvelope } from "../../src/core/op/shape.ts";
import type { Crypto, Json } from "../../src/core/ports.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import type { Replica } from "../../src/node/replica.ts";
import { judgeAll, type OracleVerdict } from "../../src/testkit/oracle.ts";
import { poolHistory } from "../../src/testkit/pool-history.ts";
import { rememberingCrypto } from "../../src/testkit/remembering-crypto.ts";
import { seededRandom } from "../../src/testkit/seeded-random.ts";
import { shrunk } from "../../src/testkit/shrunk.ts";
import { disagreements } from "../against-oracle.ts";
import { deliver, everyEnvelope, randomBatches, type StoreKind, stepAlone, storeKinds, withReplica } from "../replicas.ts";
import { told } from "./told.ts";

const runs = Number(process.env["FABLEPOOL_RUNS"] ?? 60);
const firstSeed = Number(process.env["FABLEPOOL_SEED"] ?? 1);
const regressions: readonly { seed: number; steps: number }[] = JSON.parse(
  readFileSync(new URL("./regressions.json", import.meta.url), "utf8"),
);

test(`law: seeds that once failed converge (${regressions.length})`, async () => {
  for (const { seed, steps } of regressions) await checkHistory(seed, steps);
});

test(`law: any set of operations, in any order, in any batches, converges on what the oracle says (${runs} histories)`, async () => {
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) await checkHistory(seed, 20 + ((seed * 37) % 100));
});

async function checkHistory(seed: number, steps: number): Promise<void> {
  const crypto = rememberingCrypto(nativeCrypto);
  const { pool, values } = poolHistory(crypto, seed, steps);
  const differences = (some: readonly Json[]) => differencesOf(crypto, pool, some, seed);
  if ((await differences(values)) === null) return;
  const least = await shrunk(values, async (fewer) => (await differences(fewer)) !== null);
  const why = await differences(least);
  assert.fail(`{"seed": ${seed}, "steps": ${steps}} does not converge. Shrunk to ${least.length}:\n${told(least)}\n${why}`);
}

/** In what some replica differs from the oracle, or null. */
async function differencesOf(crypto: Crypto, pool: OpId, values: readonly Json[], seed: number): Promise<string | null> {
  const verdict = judgeAll(crypto, pool, values);
  const random = seededRandom(seed);
  // PostgreSQL takes ten times as long, so it has its turn less often.
  const kinds = new Set<StoreKind>(seed % 50 === 1 ? [...storeKinds, "postgres"] : storeKinds);
  for (const kind of kinds) {
    const difference = await withReplica({ kind, crypto, pool }, async (replica) => {
      await deliver(replica, randomBatches(random, values), values);
      const found = [...(await disagreements(replica, verdict)), ...(await otherEndings(replica, verdict, values))];
      for (const envelope of await replica.store.read(everyEnvelope)) {
        if (!hashesMatch(crypto, readEnvelope(envelope))) found.push(`${envelope.op_id} is read back with another content`);
      }
      return found.length > 0 ? `${kind} store:\n${found.join("\n")}` : null;
    });
    if (difference !== null) return difference;
  }
  return null;
}

/** Envelopes that, delivered by themselves to a node that has all the rest, end at another step than the oracle says. */
async function otherEndings(replica: Replica, verdict: OracleVerdict, values: readonly Json[]): Promise<string[]> {
  const found: string[] = [];
  for (const value of values) {
    const [expected, step] = [verdict.step(value), await stepAlone(replica, value)];
    if (step !== expected) found.push(`an envelope ends at ${step}, not at ${expected}: ${JSON.stringify(value).slice(0, 300)}`);
  }
  return found;
}
