/** Bringing a pool to a hub and taking it back: each step can be done again, and nothing is called there that is not. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { roleOf } from "../../../src/core/admission/device-view.ts";
import type { Did } from "../../../src/core/crypto/did-key.ts";
import { PoolError } from "../../../src/core/errors.ts";
import type { Envelope } from "../../../src/core/op/operation.ts";
import type { JsonObject } from "../../../src/core/ports.ts";
import { removeDevice } from "../../../src/node/devices.ts";
import { homeAt, type Peer } from "../../../src/node/home.ts";
import { type HostStep, hostPool } from "../../../src/node/hosting/host-pool.ts";
import { listHubs } from "../../../src/node/hosting/hubs.ts";
import { knownPeers } from "../../../src/node/hosting/known-peers.ts";
import { hubBeingLeft, leaveHub } from "../../../src/node/hosting/leave-hub.ts";
import { devicesNotSeen } from "../../../src/node/hosting/waiting-for.ts";
import { type Node, nodeOver } from "../../../src/node/open-node.ts";
import { toldRemoved } from "../../../src/node/removal/told.ts";
import { syncWith } from "../../../src/node/sync-client.ts";
import { writeDrafts } from "../../../src/node/write.ts";
import { addDevice, assertConverged, claims, connect, joining, logOf, newPool, type Pool, targeting, writerOf } from "../replicas.ts";
import { StubHub } from "./stub-hub.ts";

/** A device with a home of its own, and a hub that it may bring its pool to. */
async function begun(
  t: TestContext,
  pool?: Pool,
): Promise<{ pool: Pool; node: Node; hub: StubHub; phone: ReturnType<StubHub["connectAs"]> }> {
  const own = pool ?? (await newPool());
  if (pool === undefined) await writeDrafts(own.replica, own.phone, claims(30));
  const folder = mkdtempSync(join(tmpdir(), "fablepool-host-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const hub = new StubHub();
  return { pool: own, node: nodeOver(homeAt(folder), own.phone, own.replica), hub, phone: hub.connectAs(own.phone.did) };
}

test("a pool comes to a hub: it is a device, found by the log, and holds every operation", async (t) => {
  const { pool, node, hub, phone } = await begun(t);
  const laptop = await addDevice(pool, "laptop", "full");
  const steps: HostStep[] = [];
  const done = await hostPool(node, hub.invite(), { connect: phone, deep: true, onStep: (step) => steps.push(step) });
  assert.deepEqual(steps, ["register", "add", "sync", "compare"]);
  const { did, replica } = hub.pool();
  assert.equal(done.node, did);
  assert.equal(done.written.length, 3);
  assert.equal(done.report.pushed, done.comparison.operations - 1); // the address note comes after it
  const { operations, fetched, missing, newer, sameHeads, hosting } = done.comparison;
  assert.deepEqual(
    { operations, fetched, missing, newer, sameHeads },
    { operations: 36, fetched: 36, missing: [], newer: 0, sameHeads: true },
  );
  assert.equal(hosting?.state, "active");
  await assertConverged(pool.replica, replica);

  // Another device hears of it in the log, and finds it there.
  const other = await joining(pool.id);
  await syncWith(other, hub.connectAs(laptop.did)({ url: hub.url, node: did }, "sync"), { node: did });
  assert.deepEqual(await listHubs(other, laptop.did), [{ url: hub.url, node: did }]);
  assert.deepEqual(await listHubs(replica, did), [], "the hub is none to itself");
});

test("the same again writes nothing, and uses nothing up", async (t) => {
  const { pool, node, hub, phone } = await begun(t);
  const invitation = hub.invite();
  await hostPool(node, invitation, { connect: phone, deep: false });
  const before = (await pool.replica.store.read((reader) => reader.counts())).operations;
  const again = await hostPool(node, invitation, { connect: phone, deep: false });
  assert.deepEqual({ written: again.written, pushed: again.report.pushed, pools: hub.pools.size }, { written: [], pushed: 0, pools: 1 });
  assert.equal((await pool.replica.store.read((reader) => reader.counts())).operations, before);
});

test("interrupted at any message, doing it again does it, once", async (t) => {
  for (let failing = 1; ; failing++) {
    const { pool, node, hub, phone } = await begun(t);
    const invitation = hub.invite();
    let messages = 0;
    // The hub has taken the message in; its answer is lost.
    hub.tamper = (_to, _message, reply) => {
      messages++;
      if (messages === failing) throw new PoolError("network", "cut off");
      return reply;
    };
    const first = await hostPool(node, invitation, { connect: phone, deep: true }).catch((error: PoolError) => error.code);
    if (typeof first !== "string") {
      assert.ok(failing > 4, "several messages were cut off");
      return;
    }
    assert.equal(first, "network");
    await hostPool(node, invitation, { connect: phone, deep: true });
    const adds = await pool.replica.store.read((reader) => reader.newest({ type: "device_add", limit: 10 }));
    assert.equal(adds.filter(({ payload }) => payload?.["key"] === hub.pool().did).length, 1);
    await assertConverged(pool.replica, hub.pool().replica);
  }
});

test("a hub that refuses is told from one that does not let a removed device in, and nothing was written", async (t) => {
  for (const why of ["invitation", "used", "expired", "suspended"] as const) {
    const { pool, node, hub, phone } = await begun(t);
    await assert.rejects(hostPool(node, hub.invite(why), { connect: phone, deep: false }), { code: "unauthorized", details: { why } });
    assert.equal(await node.role(), "full");
    assert.equal(await pool.replica.store.read(toldRemoved), null);
    assert.equal((await pool.replica.store.read((reader) => reader.counts())).operations, 32);
  }
});

test("only a full device brings its pool", async (t) => {
  const { pool, node, hub } = await begun(t);
  const shelf = await addDevice(pool, "shelf", "mirror");
  const mirror = nodeOver(node.home, shelf, pool.replica);
  await assert.rejects(hostPool(mirror, hub.invite(), { connect: hub.connectAs(shelf.did), deep: false }), { code: "role" });
  assert.equal(hub.heard.length, 0);
});

test("a hub that comes back with a key that was removed is not added again", async (t) => {
  const { node, hub, phone } = await begun(t);
  const invitation = hub.invite();
  await hostPool(node, invitation, { connect: phone, deep: false });
  await removeDevice(node, { key: hub.pool().did, last: "newest" }, null);
  await assert.rejects(hostPool(node, invitation, { connect: phone, deep: false }), { code: "peer", message: /removed/ });
});

/** What a hub could say of a log that it does not hold, and how it is found out. */
const lies: Readonly<
  Record<
    string,
    { readonly deep: boolean; readonly tell: (message: JsonObject, reply: JsonObject) => JsonObject; readonly message: RegExp }
  >
> = {
  "its frontier lacks an operation": {
    deep: false,
    tell: (_message, reply) => (reply["type"] === "frontier" ? { ...reply, op_ids: (reply["op_ids"] as string[]).slice(1) } : reply),
    message: /1 operations are missing/,
  },
  "its frontier does not go forward": {
    deep: false,
    tell: (message, reply) => (message["type"] === "frontier" && message["after"] ? { ...reply, op_ids: [message["after"]] } : reply),
    message: /in their order/,
  },
  "it lacks a payload": {
    deep: true,
    tell: (_message, reply) => (reply["type"] === "ops" ? { ...reply, ops: opsOf(reply).map(withoutPayload) } : reply) as JsonObject,
    message: /otherwise than here/,
  },
  "it gives an operation back altered": {
    deep: true,
    tell: (_message, reply) =>
      (reply["type"] === "ops" ? { ...reply, ops: opsOf(reply).map((op) => ({ ...op, sig: "0".repeat(128) })) } : reply) as JsonObject,
    message: /does not verify/,
  },
  "it gives nothing back": {
    deep: true,
    tell: (_message, reply) => (reply["type"] === "ops" ? { ...reply, ops: [] } : reply),
    message: /gave back 0 of/,
  },
  "it does not say that it hosts": {
    deep: false,
    tell: (_message, { hosting: _hosting, ...reply }) => reply as JsonObject,
    message: /does not say/,
  },
  "it holds another pool": {
    deep: false,
    tell: (_message, reply) => (reply["type"] === "hello" ? { ...reply, pool: `op:${"0".repeat(64)}` } : reply),
    message: /another pool/,
  },
};

for (const [name, { deep, tell, message }] of Object.entries(lies)) {
  test(`what is not there is noticed: ${name}`, async (t) => {
    const { node, hub, phone } = await begun(t);
    hub.tamper = (_to, asked, reply) => tell(asked, reply);
    await assert.rejects(hostPool(node, hub.invite(), { connect: phone, deep }), (error: PoolError) => {
      assert.match(error.message, message);
      return error.code === "peer";
    });
  });
}

test("a payload that was to be erased and is kept is noticed", async (t) => {
  const { pool, node, hub, phone } = await begun(t);
  const invitation = hub.invite();
  await hostPool(node, invitation, { connect: phone, deep: true });
  const before = await logOf(pool.replica);
  const [victim] = before.filter(({ type }) => type === "claim");
  await writeDrafts(pool.replica, pool.phone, [targeting("redaction", victim?.op_id ?? "")]);
  const kept = (op: Envelope) => (op.op_id === victim?.op_id ? victim : op);
  hub.tamper = (_to, _asked, reply) => (reply["type"] === "ops" ? { ...reply, ops: opsOf(reply).map(kept) } : reply) as JsonObject;
  await assert.rejects(hostPool(node, invitation, { connect: phone, deep: true }), { message: /held otherwise than here/ });
});

test("a pool comes back: all that the hub had is here, it is no device any more, and was asked to delete", async (t) => {
  const { pool, node, hub, phone } = await begun(t);
  const laptop = await addDevice(pool, "laptop", "full");
  await hostPool(node, hub.invite(), { connect: phone, deep: true });
  const { did, replica } = hub.pool();
  // The laptop wrote there what this device has not seen.
  const other = await joining(pool.id);
  const atHub = { url: hub.url, node: did };
  await syncWith(other, hub.connectAs(laptop.did)(atHub, "sync"), { node: did });
  await writeDrafts(other, laptop, claims(5, 100));
  await syncWith(other, hub.connectAs(laptop.did)(atHub, "sync"), { node: did });

  const left = await leaveHub(node, atHub, { connect: phone, deep: true });
  assert.deepEqual({ deletion: left.deletion, newer: left.comparison?.newer }, { deletion: "deleting", newer: 0 });
  assert.equal(hub.pools.size, 0);
  const view = await pool.replica.store.read(async (reader) => (await pool.replica.controlLog(reader)).view());
  assert.equal(roleOf(view, did), null);
  await assertConverged(pool.replica, replica); // the hub heard of its removal before it was asked to delete
  assert.equal(await hubBeingLeft(node), null);
  await syncWith(other, connectTo(pool, laptop.did), { node: pool.phone.did });
  await assertConverged(pool.replica, other);
});

test("interrupted on the way back at any message, doing it again does it", async (t) => {
  for (let failing = 1; ; failing++) {
    const { pool, node, hub, phone } = await begun(t);
    await hostPool(node, hub.invite(), { connect: phone, deep: false });
    const { did } = hub.pool();
    const atHub = { url: hub.url, node: did };
    let messages = 0;
    hub.tamper = (_to, _message, reply) => {
      messages++;
      if (messages === failing) throw new PoolError("network", "cut off");
      return reply;
    };
    const first = await leaveHub(node, atHub, { connect: phone, deep: true }).catch((error: PoolError) => error.code);
    if (typeof first !== "string") {
      assert.ok(failing > 5, "several messages were cut off");
      return;
    }
    assert.equal(first, "network");
    const { deletion } = await leaveHub(node, (await hubBeingLeft(node)) ?? atHub, { connect: phone, deep: true });
    assert.ok(deletion === "deleting" || deletion === "gone");
    assert.equal(hub.pools.size, 0);
    const removals = await pool.replica.store.read((reader) => reader.newest({ type: "device_remove", limit: 10 }));
    assert.equal(removals.length, 1);
    assert.equal(await hubBeingLeft(node), null);
  }
});

test("a home that moves knows which devices have not found the hub yet", async (t) => {
  const { pool, node, hub, phone } = await begun(t);
  const laptop = await addDevice(pool, "laptop", "full");
  await addDevice(pool, "tablet", "full");
  await addDevice(pool, "inbox", "ingest");
  await hostPool(node, hub.invite(), { connect: phone, deep: false });
  const { did } = hub.pool();
  const atHub = { url: hub.url, node: did };
  const waiting = async () => (await devicesNotSeen(node, atHub, { connect: phone }))?.map(({ key }) => key);
  assert.deepEqual(await waiting(), [laptop.did, fixed("tablet")]);
  await syncWith(await joining(pool.id), hub.connectAs(laptop.did)(atHub, "sync"), { node: did });
  assert.deepEqual(await waiting(), [fixed("tablet")]);
  hub.tellsSeen = false;
  assert.equal(await devicesNotSeen(node, atHub, { connect: phone }), null);
});

test("peers: hubs of the log come to those of before; who was removed is not asked, and who moved is asked where it is", async (t) => {
  const { pool, node, hub, phone } = await begun(t);
  const laptop = await addDevice(pool, "laptop", "full");
  await hostPool(node, hub.invite(), { connect: phone, deep: false });
  const { did } = hub.pool();
  const atLaptop = { url: "https://laptop.example:7411", node: laptop.did };
  const unknown = { url: "http://127.0.0.1:7411", node: null };
  const former = { url: "https://former.example", node: did };
  const now = { url: hub.url, node: did, isHub: true };
  const asBefore = (peer: Peer) => ({ ...peer, isHub: false });
  assert.deepEqual(await knownPeers(node, []), [now]);
  assert.deepEqual(await knownPeers(node, [former, atLaptop, unknown]), [asBefore(atLaptop), asBefore(unknown), now]);
  await removeDevice(node, { key: laptop.did, last: "newest" }, null);
  assert.deepEqual(await knownPeers(node, [atLaptop, unknown, now]), [asBefore(unknown), now]);
  await removeDevice(node, { key: did, last: "newest" }, null);
  assert.deepEqual(await knownPeers(node, [now, unknown]), [asBefore(unknown)]);
});

function opsOf(reply: JsonObject): Envelope[] {
  return reply["ops"] as unknown as Envelope[];
}

function withoutPayload({ salt: _salt, payload: _payload, ...op }: Envelope): Omit<Envelope, "salt" | "payload"> {
  return op;
}

const fixed = (name: string) => writerOf(name).did;
const connectTo = (pool: Pool, client: Did) => connect(pool.replica, pool.phone.did, client);
