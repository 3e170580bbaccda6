/** The operator says that a hub's database is a copy of an earlier state: it gives no slice before a device has synced, and everything else. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../src/core/ports.ts";
import { sayRestored } from "../../src/hub/index.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { hostedDevice, newKey, state, sync, testHub, transportTo, writerOf } from "./hub-of-test.ts";

test("`hub restored` and its opposite, in every process at once", { timeout: 120_000 }, async () => {
  await using hub = await testHub();
  const { one, two } = hub;
  const [device, untouched] = [await hostedDevice(one), await hostedDevice(one)];
  const coach = newKey();
  const terms = { grantee: coach.did, selector: { predicates: ["test.*"] }, purpose: "training", expires_at: Date.now() + 3_600_000 };
  const [grant] = await writeDrafts(device.replica, writerOf(device.key), [{ type: "cap_grant", payload: terms }]);
  await state(device);
  await sync(device, one);
  let asked = 0;
  const pull = async (through = one) => {
    const transport = transportTo(through.url, device.hub, coach);
    const reply = (await transport.request({
      type: "delegate_pull",
      grant_id: grant as string,
      grantee: coach.did,
      nonce: `n${++asked}`,
    })) as JsonObject;
    await transport.close();
    return reply["type"] === "error" ? reply["code"] : reply["type"];
  };
  assert.equal(await pull(), "delegate_ops");
  const change = async () => {
    await state(device);
    await sync(device, one);
  };
  await change(); // a slice that is as it was is given without a word in the log
  assert.equal(await sayRestored(one, true), 0, "nothing is in doubt");
  assert.equal(await sayRestored(one, false), 1, "the hub has written in one of both pools");
  assert.deepEqual([await pull(one), await pull(two)], ["storage", "storage"]);
  await sync(device, two);
  assert.equal(await pull(one), "delegate_ops");
  await change();
  assert.equal(await sayRestored(two, false), 1);
  assert.equal(await pull(two), "storage");
  assert.equal(await sayRestored(two, true), 1);
  assert.equal(await pull(two), "delegate_ops");
  await sync(untouched, one);
});
