/** A device that leaves its pool at a hub: the hub hears of it and is found all the same, whenever it was interrupted. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { isRemoved } from "../../../src/core/admission/device-view.ts";
import { PoolError } from "../../../src/core/errors.ts";
import { homeAt } from "../../../src/node/home.ts";
import { hostPool } from "../../../src/node/hosting/host-pool.ts";
import { listHubs } from "../../../src/node/hosting/hubs.ts";
import { whenMoved } from "../../../src/node/hosting/moved.ts";
import { begunToRetire, finishRetiring, retireTo } from "../../../src/node/hosting/retire-to-hub.ts";
import { nodeOver } from "../../../src/node/open-node.ts";
import { writeDrafts } from "../../../src/node/write.ts";
import { addDevice, assertConverged, claims, newPool } from "../replicas.ts";
import { StubHub } from "./stub-hub.ts";

/** A phone whose pool is at a hub, with a laptop beside it, and claims that the hub has not heard of yet. */
async function hosted(t: TestContext) {
  const pool = await newPool();
  const laptop = await addDevice(pool, "laptop", "full");
  const folder = mkdtempSync(join(tmpdir(), "fablepool-retire-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const hub = new StubHub();
  const connect = hub.connectAs(pool.phone.did);
  const node = nodeOver(homeAt(folder), pool.phone, pool.replica);
  const { url, node: key } = await hostPool(node, hub.invite(), { connect, deep: false });
  await writeDrafts(pool.replica, pool.phone, claims(300));
  return { pool, laptop, hub, node, at: { url, node: key }, options: { connect, deep: false } };
}

test("interrupted at any message, the same again does the rest, once; then the hub holds all, and the others find it", async (t) => {
  for (let failing = 1; ; failing++) {
    const { pool, laptop, hub, node, at, options } = await hosted(t);
    let messages = 0;
    hub.tamper = (_to, _message, reply) => {
      if (++messages === failing) throw new PoolError("network", "cut off");
      return reply;
    };
    const first = await retireTo(node, at, options).catch((error: PoolError) => error.code);
    if (typeof first === "string") {
      assert.equal(first, "network");
      const begun = await begunToRetire(node);
      if (begun === null) await retireTo(node, at, options);
      else await finishRetiring(node, begun, options);
    }
    const view = await pool.replica.store.read(async (reader) => (await pool.replica.controlLog(reader)).view());
    assert.ok(isRemoved(view, pool.phone.did));
    assert.equal(view.removals.get(pool.phone.did)?.length, 1);
    await assertConverged(pool.replica, hub.pool().replica);
    assert.deepEqual(await listHubs(hub.pool().replica, laptop.did), [at]);
    assert.equal(await begunToRetire(node), null);
    assert.equal(await whenMoved(node, t.signal), at.url, "what serves this home ends");
    if (typeof first !== "string") {
      assert.ok(failing > 4, "several messages were cut off");
      return;
    }
  }
});

test("who was removed by another device has not retired", async (t) => {
  const { pool, laptop, hub, node, at, options } = await hosted(t);
  hub.tamper = () => {
    throw new PoolError("network", "cut off");
  };
  await node.replica.store.write((tx) => tx.setLocal("retiring-to", JSON.stringify(at)));
  await assert.rejects(retireTo(node, at, options), { code: "network" });
  await writeDrafts(pool.replica, laptop, [{ type: "device_remove", payload: { key: pool.phone.did, last: null } }]);
  assert.equal(await begunToRetire(node), null);
});
