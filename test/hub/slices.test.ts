/** A hub serves slices and takes receipts while its owner's devices sleep; and what its log then holds, they see when they wake. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkDelegateOps } from "../../src/core/capability/delegate-ops.ts";
import { signPurgeReceipt } from "../../src/core/capability/holdings.ts";
import type { Did } from "../../src/core/crypto/did-key.ts";
import type { Draft } from "../../src/core/op/create.ts";
import type { OpId } from "../../src/core/op/operation.ts";
import type { Json, JsonObject } from "../../src/core/ports.ts";
import { ledgerEntry } from "../../src/node/delegation/ledger.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { writeDrafts } from "../../src/node/write.ts";
import type { Key } from "../transport/by-hand.ts";
import { hostedDevice, newKey, state, sync, type TestDevice, testHub, transportTo, writerOf } from "./hub-of-test.ts";

async function asked(url: string, hub: string, key: Key, message: JsonObject): Promise<JsonObject> {
  const transport = transportTo(url, hub, key);
  try {
    return JSON.parse(JSON.stringify(await transport.request(message))) as JsonObject;
  } finally {
    await transport.close();
  }
}

async function pulled(url: string, { hub }: TestDevice, grantee: Key, grant: OpId) {
  const reply = await asked(url, hub, grantee, { type: "delegate_pull", grant_id: grant, grantee: grantee.did, nonce: "n" });
  return checkDelegateOps(nativeCrypto, reply as Json, {
    ...{ grant, grantee: grantee.did as Did, nonce: "n", server: hub as Did },
    lastAsOf: () => null,
    authority: [],
  });
}

test("a grantee pulls from any process, is told of the revocation, and its receipt reaches the owner", { timeout: 120_000 }, async () => {
  await using hub = await testHub();
  const owner = await hostedDevice(hub.one);
  const write = (draft: Draft) => writeDrafts(owner.replica, writerOf(owner.key), [draft]);
  await state(owner);
  const coach = newKey();
  const payload = { grantee: coach.did, selector: { predicates: ["test.*"] }, purpose: "training", expires_at: Date.now() + 86_400_000 };
  const [grant] = (await write({ type: "cap_grant", payload })) as [OpId];
  await sync(owner, hub.one);
  const waiting = await hub.one.registry.rows("SELECT name, data FROM fablepool_jobs.job WHERE data->>'pool' = $1", owner.pool);
  assert.deepEqual(waiting, [{ name: "look_at_pool", data: { pool: owner.pool } }]);
  for (const url of [hub.two.url, hub.one.url]) {
    const { slice, attestations } = await pulled(url, owner, coach, grant);
    assert.deepEqual([slice.status, slice.issuer, attestations.length], ["active", owner.hub, 1]);
  }
  const held = (await pulled(hub.two.url, owner, coach, grant)).slice.slice_root;
  const [revocation] = (await write({ type: "cap_revoke", payload: { grant } })) as [OpId];
  await sync(owner, hub.two);
  const { slice, attestations } = await pulled(hub.one.url, owner, coach, grant);
  assert.deepEqual([slice.status, slice.revocation, attestations.length], ["revoked", revocation, 0]);
  const signed = { grant, grantee: coach.did as Did, asOf: Date.now(), revocation, purgedRoot: held };
  const receipt = { ...signPurgeReceipt(nativeCrypto, coach.seed, signed) } as unknown as JsonObject;
  const ack = await asked(hub.two.url, owner.hub, coach, { type: "purge_receipt", receipt });
  assert.equal(ack["accepted"], true);
  await sync(owner, hub.one);
  const entry = await ledgerEntry(owner.replica, grant, Date.now());
  assert.deepEqual(
    entry?.accesses.map(({ server, outcome }) => [server, outcome]),
    [
      [owner.hub, "served"],
      [owner.hub, "revoked"],
    ],
  );
  assert.deepEqual([entry?.purge.state, entry?.receipts.length], ["acknowledged", 1]);
});
