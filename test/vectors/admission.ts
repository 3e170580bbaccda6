/** Runs part `admission`: a log, a batch, and what becomes of each operation. */
import assert from "node:assert/strict";
import type { OpId } from "../../src/core/op/operation.ts";
import type { Json, JsonObject } from "../../src/core/ports.ts";
import { ingestOps } from "../../src/node/ingest.ts";
import type { Replica } from "../../src/node/replica.ts";
import { bareIds, list, type Run, replicaOf, sorted, takeAll } from "./runner.ts";

/** How the reasons of section 4 begin. */
const steps: Readonly<Record<string, RegExp>> = {
  shape: /^parse error: ./,
  identity: /^signature or identity verification failed$/,
  pool: /^operation belongs to another pool$/,
  chain: /^chain rule broken: ./,
  author: /^author not authorised: ./,
  control: /^invalid control operation: ./,
};

function stepOf(reason: string): string {
  return Object.keys(steps).find((step) => steps[step]?.test(reason)) ?? reason;
}

/** What the vector says of the store afterwards. */
async function checkState(replica: Replica, expect: JsonObject, rejected: readonly { readonly op: string }[]): Promise<void> {
  await replica.store.read(async (reader) => {
    if (expect["bare"]) assert.deepEqual(sorted(await bareIds(reader)), expect["bare"], "held without payload");
    if (expect["incomplete"]) assert.deepEqual(sorted(await reader.incomplete(null, 1_000)), expect["incomplete"], "asked for again");
    if (expect["absent"]) assert.equal((await reader.known(list(expect, "absent") as OpId[])).size, 0, "not in the store");
    if (!expect["remembered"]) return;
    const remembered = await reader.rejected(rejected.map(({ op }) => op as OpId));
    assert.deepEqual(sorted(remembered.keys()), expect["remembered"], "remembered as rejected");
  });
}

export const admissionRunners: Readonly<Record<string, Run>> = {
  async ingest({ input, expect }) {
    const replica = await replicaOf(input["pool"] as string | null);
    await takeAll(replica, list(input, "given"));
    for (const batch of (input["before"] ?? []) as readonly Json[][]) await ingestOps(replica, batch);
    const { accepted, rejected, deferred } = await ingestOps(replica, list(input, "batch"));
    assert.deepEqual(sorted(accepted), expect["accepted"], "accepted");
    const named = rejected.map(({ op, reason }) => ({ op, step: stepOf(reason) }));
    const byText = (each: readonly Json[]) => sorted(each.map((one) => JSON.stringify(one)));
    assert.deepEqual(byText(named), byText(list(expect, "rejected")), "rejected");
    assert.deepEqual(sorted(deferred.map(({ id }) => id)), expect["deferred"], "deferred");
    await checkState(replica, expect, rejected);
  },
};
