/**
 * Two nodes that hold any two parts of any history hold the same after one sync, plain or with heads/1: all that either
 * held, and of payloads what either had and no redaction in force takes; and it is what the oracle says of that.
 *
 * FABLEPOOL_RUNS and FABLEPOOL_SEED as in `convergence.test.ts`, with a fourth of the runs.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OpId } from "../../src/core/op/operation.ts";
import type { Json } from "../../src/core/ports.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import type { Replica } from "../../src/node/replica.ts";
import { syncWith } from "../../src/node/sync-client.ts";
import { answer } from "../../src/node/sync-server.ts";
import { fixedKey } from "../../src/testkit/fixed-keys.ts";
import { judgeAll } from "../../src/testkit/oracle.ts";
import { poolHistory } from "../../src/testkit/pool-history.ts";
import { rememberingCrypto } from "../../src/testkit/remembering-crypto.ts";
import { type SeededRandom, seededRandom } from "../../src/testkit/seeded-random.ts";
import { loopback } from "../../src/transport/index.ts";
import { disagreements } from "../against-oracle.ts";
import { deliver, everyEnvelope, randomBatches, storeKinds, withReplica } from "../replicas.ts";

const runs = Math.ceil(Number(process.env["FABLEPOOL_RUNS"] ?? 150) / 4);
const firstSeed = Number(process.env["FABLEPOOL_SEED"] ?? 1);
const root = fixedKey(nativeCrypto, "root").did;

for (const extensions of [["heads/1"], []]) {
  test(`law: one sync is enough, ${extensions[0] ?? "plain"} (${runs} histories)`, async () => {
    for (let seed = firstSeed; seed < firstSeed + runs; seed++) await checkSync(seed, extensions);
  });
}

async function checkSync(seed: number, extensions: readonly string[]): Promise<void> {
  const crypto = rememberingCrypto(nativeCrypto);
  const { pool, values } = poolHistory(crypto, seed, 20 + ((seed * 37) % 100));
  const random = seededRandom(seed);
  await withReplica({ kind: "memory", crypto, pool }, (client) =>
    withReplica({ kind: storeKinds.at(-1) ?? "sqlite", crypto, pool }, async (server) => {
      for (const replica of [client, server]) {
        const part = partOf(random, values, pool);
        await deliver(replica, randomBatches(random, part), part);
      }
      const verdict = judgeAll(crypto, pool, [...(await logOf(client)), ...(await logOf(server))]);
      const transport = loopback((message, key) => answer(server, { did: root }, message, key), root);
      const report = await syncWith(client, transport, { extensions });
      const found = [...(await disagreements(client, verdict)), "---", ...(await disagreements(server, verdict))];
      assert.deepEqual([found, report.rejected, report.deferred], [["---"], [], []], `seed ${seed}`);
      const again = await syncWith(client, transport, { extensions });
      assert.deepEqual([again.pulled, again.pushed], [0, 0], `seed ${seed}: another sync finds more to do`);
    }),
  );
}

/** A random part of the history, with the founding in it: a node that knows nobody serves nobody. */
function partOf(random: SeededRandom, values: readonly Json[], pool: OpId): Json[] {
  const most = random.below(values.length);
  return values.filter((value, at) => (value as { op_id?: unknown } | null)?.op_id === pool || (at < most && !random.once(8)));
}

function logOf(replica: Replica) {
  return replica.store.read(everyEnvelope);
}
