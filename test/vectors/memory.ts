/** Runs part `memory`: payloads, statuses of claims, and two hashes. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fromHex } from "../../src/core/bytes.ts";
import { payloadFault } from "../../src/core/claim/payload-form.ts";
import { registryHash } from "../../src/core/claim/predicates.ts";
import { canonical } from "../../src/core/codec/canonical.ts";
import type { JsonObject } from "../../src/core/ports.ts";
import { conflictsOf } from "../../src/node/conflicts.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import type { Replica } from "../../src/node/replica.ts";
import { viewDigest } from "../../src/node/view/digest.ts";
import { inSeveralOrders } from "./orders.ts";
import { bareIds, list, object, type Run, sorted, text } from "./runner.ts";

async function viewFacts(replica: Replica) {
  const rows = await replica.store.read((reader) => reader.claimPage({ limit: 1_000 }));
  const conflicts = await conflictsOf(replica, new Set(rows.map(({ topic }) => topic).filter((topic) => topic !== "")));
  return {
    statuses: Object.fromEntries(rows.map(({ id, status }) => [id, status])),
    digest: await replica.store.read(viewDigest),
    conflicts: conflicts.map((each) => ({ ...each, losers: each.losers.toSorted() })),
    bare: sorted(await replica.store.read(bareIds)),
  };
}

/** What a redaction's `suppress` says of an item. */
function suppressHash(salt: string, { source, external_id }: { readonly source: JsonObject; readonly external_id: string }): string {
  const item = canonical([source["adapter"], source["account"] ?? null, external_id]);
  return nativeCrypto.sha256Hex(fromHex(salt) as Uint8Array, item);
}

export const memoryRunners: Readonly<Record<string, Run>> = {
  payload({ input, expect }) {
    assert.equal(payloadFault(text(input, "type"), object(input, "payload")) === null, expect["fits"]);
  },

  async view({ input, expect }) {
    const { verdict: _verdict, ...facts } = expect;
    for (const [order, replica] of await inSeveralOrders(text(input, "pool"), list(input, "log"))) {
      assert.deepEqual(await viewFacts(replica), facts, order);
    }
  },

  registry({ expect }) {
    const file = readFileSync(new URL("../../spec/predicates.json", import.meta.url), "utf8");
    assert.equal(`sha256:${nativeCrypto.sha256Hex(canonical(JSON.parse(file)))}`, expect["registry"]);
    assert.equal(registryHash(nativeCrypto.sha256Hex), expect["registry"]);
  },

  suppress({ input, expect }) {
    const evidence = object(input, "evidence") as unknown as Parameters<typeof suppressHash>[1];
    const hash = suppressHash(text(input, "salt"), evidence);
    if (expect["suppress"]) assert.equal(hash, expect["suppress"]);
    else assert.notEqual(hash, expect["suppress_is_not"]);
  },
};
