/** How a pool comes to a hub and leaves it (spec/11-hosting.md): who is answered what on the way, and that it can be gone on with. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Draft } from "../../src/core/op/create.ts";
import type { OpId } from "../../src/core/op/operation.ts";
import type { JsonObject } from "../../src/core/ports.ts";
import { finishAllLeaving, startHub } from "../../src/hub/index.ts";
import { findHosted } from "../../src/hub/registry/hosted.ts";
import { findInvitation, hashOfToken } from "../../src/hub/registry/invitations.ts";
import { leaveUnfinished } from "../../src/hub/registry/leaving.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { hostPath } from "../../src/transport/index.ts";
import {
  anotherDevice,
  ask,
  askHost,
  founder,
  hostedDevice,
  inviteTo,
  keptConnection,
  newKey,
  random,
  state,
  sync,
  type TestDevice,
  testHub,
  writerOf,
} from "./hub-of-test.ts";

const patience = { timeout: 120_000 };

const codeAndWhy = ({ type, code, why }: JsonObject) => [type, code, why];
const refused = (why?: string) => ["error", "unauthorized", why];
const someone = "op:".padEnd(67, "7") as OpId;

test("an invitation brings one pool: unknown, used and old ones are refused, each by its own word", patience, async () => {
  await using hub = await testHub();
  const { one, two } = hub;
  const laptop = await founder();
  const host = (invitation: string, pool: OpId, key = laptop.key) => askHost(two, key, { type: "host", invitation, pool });
  assert.deepEqual(codeAndWhy(await host("0".repeat(32), laptop.pool)), refused("invitation"));
  assert.deepEqual(codeAndWhy(await host(await inviteTo(one, { expires: Date.now() - 1 }), laptop.pool)), refused("expired"));
  const token = await inviteTo(one, { role: "full" });
  const hosted = await host(token, laptop.pool);
  assert.deepEqual([hosted["type"], hosted["role"], hosted["quota"]], ["hosted", "full", { operations: null, bytes: null }]);
  assert.deepEqual(codeAndWhy(await host(token, someone)), refused("used"));
  assert.deepEqual(await host(token, laptop.pool), hosted, "asked again, it is answered the same");
  assert.deepEqual(await host("0".repeat(32), laptop.pool), hosted, "whatever the invitation");
  assert.equal((await host("not a token", laptop.pool))["code"], "bad_request");
});

test("while one device brings a pool, no other is answered more than a stranger, and none can take its place", patience, async () => {
  await using hub = await testHub();
  const { one, two } = hub;
  const laptop = await founder();
  const { node } = await askHost(one, laptop.key, { type: "host", invitation: await inviteTo(one), pool: laptop.pool });
  const phone = newKey();
  await writeDrafts(laptop.replica, writerOf(laptop.key), [{ type: "device_add", payload: { key: phone.did, role: "full" } }]);
  await sync({ ...laptop, hub: String(node) }, two); // without the hub's own device: it goes on joining
  const spare = await inviteTo(one);
  assert.deepEqual(codeAndWhy(await askHost(one, phone, { type: "host", invitation: spare, pool: laptop.pool })), refused("joining"));
  assert.equal((await findInvitation(one.registry, hashOfToken(spare)))?.used, null, "and nothing is used up");
  for (const process of [one, two]) {
    assert.deepEqual(await ask(process.url, String(node), phone, { type: "hello" }), { type: "hello", protocol: "fpl-sync/1", node });
    for (const type of ["heads", "frontier", "ops_since"])
      assert.deepEqual(codeAndWhy(await ask(process.url, String(node), phone, { type })), refused(), type);
    assert.equal((await ask(process.url, String(node), laptop.key, { type: "hello" }))["pool"], laptop.pool);
  }
  const unhost = { type: "unhost", pool: laptop.pool };
  assert.deepEqual(codeAndWhy(await ask(one.url, String(node), phone, unhost, hostPath)), refused());
});

test("joining goes on at another process when the first was ended in the middle, and then the log decides", patience, async () => {
  await using hub = await testHub();
  const first = await startHub(hub.settings);
  const laptop = await founder();
  for (let n = 0; n < 300; n++) await state({ ...laptop, hub: "" });
  const { node } = await askHost(first, laptop.key, { type: "host", invitation: await inviteTo(first), pool: laptop.pool });
  const hosted = { ...laptop, hub: String(node) };
  const log = await laptop.replica.store.read(async (reader) => reader.envelopes(await reader.idsAfter(null, 1_000)));
  const part = log.toSorted((left, right) => left.lamport - right.lamport).slice(0, 100);
  const pushed = await ask(first.url, hosted.hub, laptop.key, { type: "push", ops: part as unknown as JsonObject[] });
  assert.equal((pushed["accepted"] as string[]).length, 100);
  await first.close();
  assert.equal((await findHosted(hub.two.registry, { pool: laptop.pool }))?.state, "joining");
  await writeDrafts(laptop.replica, writerOf(laptop.key), [{ type: "device_add", payload: { key: hosted.hub, role: "mirror" } }]);
  await sync(hosted, hub.two);
  assert.equal((await findHosted(hub.one.registry, { pool: laptop.pool }))?.state, "active");
  const hello = await ask(hub.one.url, hosted.hub, laptop.key, { type: "hello" });
  const { role, state: is, used } = hello["hosting"] as { role: string; state: string; used: { operations: number } };
  assert.deepEqual([role, is, used.operations], ["mirror", "active", 303]);
  const phone = await anotherDevice(hosted);
  await sync(hosted, hub.one);
  await sync(phone, hub.two);
  const asked = { type: "host", invitation: "0".repeat(32), pool: laptop.pool };
  assert.equal((await askHost(hub.two, phone.key, asked))["node"], hosted.hub, "an owner's other device may ask, too");
  assert.deepEqual(codeAndWhy(await askHost(hub.two, newKey(), asked)), refused("invitation"));
});

test("what was not brought in time leaves, and what is being brought or is active stays", patience, async () => {
  await using hub = await testHub();
  const { one } = hub;
  const [late, slow] = [await founder(), await founder()];
  const active = await hostedDevice(one);
  for (const { key, pool } of [late, slow]) await askHost(one, key, { type: "host", invitation: await inviteTo(one), pool });
  await one.registry.rows("UPDATE hosted SET since = 0 WHERE pool IN ($1, $2)", late.pool, active.pool);
  await leaveUnfinished(one.registry, 1);
  const states = await Promise.all([late, slow, active].map(async ({ pool }) => (await findHosted(one.registry, { pool }))?.state));
  assert.deepEqual(states, ["leaving", "joining", "active"]);
});

test(
  "an owner's device has the pool let go: from the reply on it is served nowhere, and whoever is connected is told",
  patience,
  async () => {
    await using hub = await testHub();
    const { one, two } = hub;
    const laptop = await hostedDevice(one);
    const mirror = await anotherDevice(laptop, "mirror");
    await sync(laptop, one);
    const kept = await keptConnection(mirror, two.url);
    const unhost = (key: TestDevice["key"], pool = laptop.pool) => ask(one.url, laptop.hub, key, { type: "unhost", pool }, hostPath);
    for (const key of [mirror.key, newKey()]) assert.deepEqual(codeAndWhy(await unhost(key)), refused());
    assert.deepEqual(codeAndWhy(await unhost(laptop.key, someone)), refused());
    assert.equal((await findHosted(one.registry, { pool: laptop.pool }))?.state, "active");
    assert.deepEqual(await unhost(laptop.key), { type: "unhosted" });
    assert.match((await kept.lost).message, /leaving$/);
    for (const process of [one, two])
      for (const type of ["hello", "heads"])
        assert.deepEqual(codeAndWhy(await ask(process.url, laptop.hub, laptop.key, { type })), refused("leaving"), type);
    assert.deepEqual(await unhost(laptop.key), { type: "unhosted" }, "a second time it is the same");
  },
);

test(
  "a hub whose device was removed answers on, writes nothing, and keeps what it has until it is asked to delete it",
  patience,
  async () => {
    await using hub = await testHub();
    const { one, two } = hub;
    const laptop = await hostedDevice(one);
    const phone = await anotherDevice(laptop);
    const coach = newKey();
    const write = (draft: Draft) => writeDrafts(laptop.replica, writerOf(laptop.key), [draft]);
    const terms = { grantee: coach.did, selector: { predicates: ["test.*"] }, purpose: "training", expires_at: Date.now() + 3_600_000 };
    const [grant] = (await write({ type: "cap_grant", payload: terms })) as [OpId];
    await write({ type: "device_remove", payload: { key: laptop.hub, last: null } });
    await sync(laptop, one);
    const held = async () => (await one.database.held(laptop.pool))?.operations;
    const before = await held();
    const pull = { type: "delegate_pull", grant_id: grant, grantee: coach.did, nonce: "n" };
    assert.deepEqual(codeAndWhy(await ask(one.url, laptop.hub, coach, pull)), refused(), "it would be written down");
    const longAfter = Date.now() + 400 * 86_400_000;
    await leaveUnfinished(one.registry, longAfter);
    await finishAllLeaving({ ...one, news: hub.news, clock: () => longAfter, random });
    const removal = await sync(phone, two);
    assert.equal(removal.pulled, before, "its other devices hear of it there");
    assert.equal(await held(), before);
    const unhost = { type: "unhost", pool: laptop.pool };
    assert.deepEqual(await ask(two.url, laptop.hub, laptop.key, unhost, hostPath), { type: "unhosted" });
    await finishAllLeaving({ ...one, news: hub.news, clock: Date.now, random });
    assert.equal(await held(), undefined);
  },
);
