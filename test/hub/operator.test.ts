/** What an operator does with two processes of one hub: what one is told, the other does at once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Did } from "../../src/core/crypto/did-key.ts";
import type { OpId } from "../../src/core/op/operation.ts";
import { hostingRefusalOf } from "../../src/core/sync/hosting.ts";
import { readHubInvitation } from "../../src/core/sync/hub-invitation.ts";
import {
  allPools,
  deletePool,
  exportPool,
  finishAllLeaving,
  invitations,
  makeInvitation,
  type Operated,
  resumePool,
  revokeInvitation,
  setQuota,
  showPool,
  suspendPool,
} from "../../src/hub/index.ts";
import { queueNames } from "../../src/hub/jobs/queue.ts";
import { importLog } from "../../src/node/log-file.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { Replica } from "../../src/node/replica.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { openMemoryStore } from "../../src/store/index.ts";
import { onServer } from "../store/postgres-server.ts";
import { tablesWith } from "../store/scanner.ts";
import { testDatabase } from "../store/test-database.ts";
import {
  anotherDevice,
  ask,
  askHost,
  founder,
  has,
  hostedDevice,
  isSuspended,
  keptConnection,
  newKey,
  random,
  state,
  sync,
  type TestDevice,
  testHub,
  untilAnswered,
  writerOf,
} from "./hub-of-test.ts";

const patience = { timeout: 600_000 };

/** A hub, and its operator. */
async function operatedHub() {
  const hub = await testHub();
  const { news } = hub;
  const { registry, database } = hub.one;
  let ahead = 0;
  const operated: Operated = { registry, database, news, clock: () => Date.now() + ahead, random };
  return {
    ...hub,
    operated,
    /** Sets the operator's clock forward. */
    later: (ms: number) => {
      ahead += ms;
    },
    [Symbol.asyncDispose]: hub[Symbol.asyncDispose],
  };
}

const refusedFor = (why: string) => (error: { code: string; details: Record<string, unknown> }) => hostingRefusalOf(error.details) === why;
const quotaMet = /the quota of this pool is met: it may hold \d+ operations here/;
const wish = { role: "mirror", quota: { operations: 100, bytes: null }, label: "Ann", forMs: 60_000 } as const;

async function redact(device: TestDevice, target: OpId): Promise<OpId> {
  const [id] = await writeDrafts(device.replica, writerOf(device.key), [{ type: "redaction", payload: { targets: [target] } }]);
  return id as OpId;
}

test(
  "an invitation is one line, kept as a hash; it brings one pool in its terms, or is taken back, or its time ends",
  patience,
  async () => {
    await using hub = await operatedHub();
    const { one, operated } = hub;
    const at = { url: "https://hub.example", front: one.front as Did };
    const made = await makeInvitation(operated, at, wish);
    const read = readHubInvitation(nativeCrypto.sha256Hex, made.invitation);
    assert.deepEqual([read.url, read.front], [at.url, one.front]);
    const { unbound } = await testDatabase();
    assert.deepEqual(await tablesWith(unbound, [read.token]), []);
    const device = await founder();
    const reply = await askHost(one, device.key, { type: "host", invitation: read.token, pool: device.pool });
    assert.deepEqual([reply["type"], reply["role"], reply["quota"]], ["hosted", "mirror", wish.quota]);
    assert.equal((await invitations(operated)).find(({ id }) => id === made.id)?.state, "used");
    await assert.rejects(revokeInvitation(operated, made.id), { code: "not_found" });
    const [open, over] = [await makeInvitation(operated, at, wish), await makeInvitation(operated, at, { ...wish, forMs: 1 })];
    await revokeInvitation(operated, open.id);
    for (const { invitation } of [open, over]) {
      const { token } = readHubInvitation(nativeCrypto.sha256Hex, invitation);
      const other = await founder();
      assert.equal((await askHost(one, other.key, { type: "host", invitation: token, pool: other.pool }))["code"], "unauthorized");
    }
    await assert.rejects(makeInvitation(operated, { ...at, url: "http://hub.example" }, wish), { code: "usage" });
  },
);

test(
  "a quota holds at both processes at once; what makes room is taken beyond it, and what was refused when there is room",
  patience,
  async () => {
    await using hub = await operatedHub();
    const { one, two, operated } = hub;
    const laptop = await hostedDevice(one);
    const first = await state(laptop);
    await sync(laptop, one);
    const { held } = await showPool(operated, laptop.pool);
    assert.equal(held.operations, 4);
    await setQuota(operated, laptop.pool, { operations: held.operations });
    const beyond = await state(laptop);
    for (const process of [one, two]) await assert.rejects(sync(laptop, process), quotaMet);
    const phone = await anotherDevice(laptop); // a control operation, behind what is refused
    await assert.rejects(sync(laptop, two), quotaMet);
    assert.equal((await showPool(operated, laptop.pool)).held.operations, 4);
    await setQuota(operated, laptop.pool, { operations: 5 });
    await sync(laptop, two);
    assert.equal((await showPool(operated, laptop.pool)).held.operations, 6, "the claim in the quota, the device beyond it");
    await redact(laptop, first);
    await sync(laptop, one);
    await sync(phone, two);
    assert.ok(await has(phone, beyond));
    await setQuota(operated, laptop.pool, { operations: null, bytes: 1 });
    await state(laptop);
    await assert.rejects(sync(laptop, one), /it may hold 1 bytes here/);
    await setQuota(operated, laptop.pool, { bytes: null });
    await sync(laptop, one);
    assert.equal((await showPool(operated, laptop.pool)).held.operations, 8);
  },
);

test(
  "suspended, its devices are told so at every process, by connections that end too; strangers hear nothing; resumed, all is as before",
  patience,
  async () => {
    await using hub = await operatedHub();
    const { one, two, operated } = hub;
    const laptop = await hostedDevice(one);
    const { lost } = await keptConnection(laptop, two.url);
    await suspendPool(operated, laptop.pool, "the bill");
    assert.match(String(await lost), /suspended/);
    for (const process of [one, two]) {
      await untilAnswered(process, laptop, isSuspended);
      for (const type of ["hello", "heads", "push"]) {
        const { code, why } = await ask(process.url, laptop.hub, laptop.key, { type });
        assert.deepEqual([code, why], ["unauthorized", "suspended"], type);
      }
      const heard = await ask(process.url, laptop.hub, newKey(), { type: "hello" });
      assert.deepEqual(heard, { type: "hello", protocol: "fpl-sync/1", node: laptop.hub });
      await assert.rejects(sync(laptop, process), refusedFor("suspended"));
    }
    await assert.rejects(sync(laptop, two), /this hub does not serve this pool now: the bill/);
    const stranger = { ...(await founder()), hub: laptop.hub };
    await assert.rejects(sync(stranger, one), (error: { details: Record<string, unknown> }) => hostingRefusalOf(error.details) === null);
    await suspendPool(operated, laptop.pool, "the bill");
    assert.equal((await resumePool(operated, laptop.pool)).state, "active");
    assert.equal((await resumePool(operated, laptop.pool)).state, "active");
    for (const process of [one, two]) await untilAnswered(process, laptop, (reply) => !isSuspended(reply));
    const said = await state(laptop);
    await sync(laptop, two);
    const phone = await anotherDevice(laptop);
    await sync(laptop, one);
    await sync(phone, one);
    assert.ok(await has(phone, said));
    await assert.rejects(suspendPool(operated, `op:${"0".repeat(64)}`, ""), { code: "not_found" });
    await assert.rejects(suspendPool(operated, "op:12", ""), { code: "usage" });
  },
);

test("exported, a pool opens on a bare machine, operation by operation", patience, async () => {
  await using hub = await operatedHub();
  const laptop = await hostedDevice(hub.one);
  const said = await state(laptop);
  await sync(laptop, hub.one);
  const bare = new Replica(openMemoryStore(), nativeCrypto);
  const taken = await importLog(bare, exportPool(hub.operated, laptop.pool));
  assert.deepEqual([taken.accepted, taken.rejected, taken.deferred], [4, [], 0]);
  assert.ok(await has({ ...laptop, replica: bare }, said));
});

test(
  "deleted, a pool's devices are told, connected or later, and no row of it is left in the database; a neighbour stays",
  patience,
  async () => {
    await using hub = await operatedHub();
    const { one, two, operated } = hub;
    const { unbound, url } = await testDatabase();
    await onServer(unbound, "ALTER TABLE fablepool.pool ALTER n RESTART WITH 73400331230001"); // a number that is found nowhere else
    const [laptop, neighbour] = [await hostedDevice(one), await hostedDevice(two)];
    const said = [await state(laptop), await state(laptop)];
    await sync(laptop, two);
    await onServer(
      url,
      `INSERT INTO fablepool_jobs.job (name, data, singleton_key, start_after) SELECT '${queueNames.grant}', ` +
        `json_build_object('pool', pool), pool, now() + '1 day' FROM unnest(ARRAY['${laptop.pool}', '${neighbour.pool}']) AS pool`,
    );
    const [row] = await onServer(unbound, `SELECT n FROM fablepool.pool WHERE name = '${laptop.pool}'`);
    const traces = [String(row?.["n"]), laptop.pool, laptop.hub, laptop.key.did, ...said].map((each) => each.replace(/^op:/, ""));
    assert.ok((await tablesWith(unbound, traces)).length > 20);
    const { lost } = await keptConnection(laptop, two.url);
    const told = await deletePool(operated, laptop.pool, { notice: "we close", tellForMs: 60_000 });
    assert.ok(told.wasHosted && told.toldUntil !== null);
    assert.match(String(await lost), /leaving/);
    // Only the registry's row is left, by which whoever comes is told; asking does not bring anything back.
    for (const process of [one, two, one]) {
      await untilAnswered(process, laptop, (reply) => reply["why"] === "leaving");
      await assert.rejects(sync(laptop, process), refusedFor("leaving"));
    }
    await assert.rejects(sync(laptop, two), /this pool is being deleted here: we close/);
    const kept = (await tablesWith(unbound, traces)).map((each) => each.split(":")[0]);
    assert.deepEqual([...new Set(kept)], ["fablepool_hub.hosted"]);
    await assert.rejects(resumePool(operated, laptop.pool), { code: "usage" });
    await finishAllLeaving(operated);
    hub.later(60_001);
    await finishAllLeaving(operated);
    assert.deepEqual(await tablesWith(unbound, traces), []);
    await assert.rejects(sync(laptop, one), { details: { status: 421 } });
    assert.deepEqual(await deletePool(operated, laptop.pool, { notice: "", tellForMs: 0 }), {
      pool: laptop.pool,
      wasHosted: false,
      toldUntil: null,
    });
    await state(neighbour);
    await sync(neighbour, one);
    assert.deepEqual(
      (await allPools(operated))
        .filter(({ pool }) => [laptop.pool, neighbour.pool].includes(pool))
        .map(({ pool, held }) => [pool, held.operations]),
      [[neighbour.pool, 4]],
    );
  },
);
