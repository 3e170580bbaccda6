/** Two processes of one hub on one database: any request may go to any of them. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import type { OpId } from "../../src/core/op/operation.ts";
import type { JsonObject } from "../../src/core/ports.ts";
import { poolLabel } from "../../src/core/sync/pool-label.ts";
import { startHub } from "../../src/hub/index.ts";
import { localNews } from "../../src/hub/news/local-news.ts";
import { findHosted } from "../../src/hub/registry/hosted.ts";
import { bareFields, isSignedBy, post, signedFields } from "../transport/by-hand.ts";
import { anotherDevice, has, hostedDevice, keptConnection, newKey, state, sync, testHub, transportTo } from "./hub-of-test.ts";

const patience = { timeout: 120_000 };

test("a device registers at one process, pushes through the other, and another device pulls through the first", patience, async () => {
  await using hub = await testHub();
  const { one, two } = hub;
  const laptop = await hostedDevice(one);
  assert.equal((await findHosted(one.registry, { pool: laptop.pool }))?.state, "active");
  const phone = await anotherDevice(laptop);
  const said = await state(laptop);
  assert.equal((await sync(laptop, two)).pushed, 2);
  assert.equal((await sync(phone, one)).pulled, 5);
  assert.ok(await has(phone, said));
  const back = await state(phone);
  await sync(phone, two);
  await sync(laptop, one);
  assert.ok(await has(laptop, back));
});

test("a connection that is kept at one process hears what is admitted through the other", patience, async () => {
  await using hub = await testHub();
  const { one, two } = hub;
  const laptop = await hostedDevice(one);
  const phone = await anotherDevice(laptop);
  await sync(laptop, one);
  await sync(phone, one);
  const told = Promise.withResolvers<JsonObject>();
  const live = await keptConnection(phone, one.url, told.resolve);
  const said = await state(laptop);
  await sync(laptop, two);
  assert.match(JSON.stringify((await told.promise)["authors"]), new RegExp(said));
  await live.close();
});

test("a request that one process answered is a replay at the other", patience, async () => {
  await using hub = await testHub();
  const { one, two } = hub;
  const laptop = await hostedDevice(one);
  const content = '{"type":"heads"}';
  // Behind a load balancer both have one name.
  const fields = signedFields({ key: laptop.key, to: laptop.hub, authority: "hub.example", content });
  const first = await post(one.port, fields, content);
  assert.equal(first.status, 200);
  assert.ok(isSignedBy(laptop.hub, first, fields));
  const again = await post(two.port, fields, content);
  assert.deepEqual([again.status, JSON.parse(again.content.toString())["code"]], [401, "bad_signature"]);
});

test("a process that was just started takes what was signed before, once", patience, async () => {
  await using hub = await testHub();
  const laptop = await hostedDevice(hub.one);
  await hub.one.registry.rows("UPDATE nonce_since SET since = since - 200000"); // the database is older than this test's
  const content = '{"type":"heads"}';
  const created = Math.floor(Date.now() / 1_000) - 100;
  const later = await startHub(hub.settings);
  const fields = signedFields({ key: laptop.key, to: laptop.hub, authority: "hub.example", content, created });
  const statuses = [(await post(later.port, fields, content)).status, (await post(later.port, fields, content)).status];
  await later.close();
  assert.deepEqual(statuses, [200, 401]);
});

test("when PostgreSQL has lost the nonces in a crash, what may have come before it is not taken again", patience, async () => {
  await using hub = await testHub();
  const laptop = await hostedDevice(hub.one);
  const content = '{"type":"heads"}';
  const at = Math.floor(Date.now() / 1_000);
  const fields = (created: number) => signedFields({ key: laptop.key, to: laptop.hub, authority: "hub.example", content, created });
  const before = fields(at - 2);
  await hub.one.registry.rows("TRUNCATE nonce, nonce_since"); // as a crash leaves unlogged tables
  const refused = await post(hub.one.port, before, content);
  assert.deepEqual([refused.status, JSON.parse(refused.content.toString())["code"]], [401, "clock"]);
  assert.equal((await post(hub.two.port, fields(at + 120), content)).status, 200);
});

test("a request reaches the pool that Fpl-To names, and for a node that is not here there is a 421", patience, async () => {
  await using hub = await testHub();
  const { one } = hub;
  const [ann, bob] = [await hostedDevice(one), await hostedDevice(one)];
  const ask = async (key: typeof ann.key, to: string, type: string) => {
    const content = JSON.stringify({ type });
    const fields = signedFields({ key, to, authority: "hub.example", content });
    const reply = await post(one.port, fields, content);
    return { status: reply.status, signed: isSignedBy(to, reply, fields), message: JSON.parse(reply.content.toString()) as JsonObject };
  };
  assert.equal((await ask(ann.key, ann.hub, "hello")).message["pool"], ann.pool);
  assert.equal((await ask(bob.key, bob.hub, "hello")).message["pool"], bob.pool);
  for (const type of ["heads", "frontier", "push", "ops_request", "ops_since"]) {
    const refused = await ask(ann.key, bob.hub, type);
    assert.deepEqual([refused.status, refused.signed, refused.message["code"]], [403, true, "unauthorized"], type);
  }
  assert.deepEqual((await ask(ann.key, bob.hub, "hello")).message, { type: "hello", protocol: "fpl-sync/1", node: bob.hub });
  const elsewhere = await ask(ann.key, newKey().did, "hello");
  assert.deepEqual([elsewhere.status, elsewhere.signed], [421, false]);
});

test("who greets unsigned is answered by the pool that it names, by label or by Fpl-To, else by the front", patience, async () => {
  await using hub = await testHub();
  const { one } = hub;
  const laptop = await hostedDevice(one);
  const greet = async (authority: string, more: Record<string, string> = {}) => {
    const content = JSON.stringify({ type: "hello", nonce: randomBytes(16).toString("hex") });
    const fields = { ...bareFields(authority, content), ...more };
    const reply = await post(one.port, fields, content);
    const { node = "" } = JSON.parse(reply.content.toString()) as { node?: string };
    return { status: reply.status, node, signed: isSignedBy(node || laptop.hub, reply, fields) };
  };
  const own = { status: 200, node: laptop.hub, signed: true };
  assert.deepEqual(await greet(`${poolLabel(laptop.pool)}.hub.example`), own);
  assert.deepEqual(await greet("hub.example", { "fpl-to": laptop.hub }), own);
  assert.deepEqual(await greet("hub.example"), { status: 200, node: one.front, signed: true });
  assert.equal((await greet(`${poolLabel(`op:${"ab".repeat(32)}` as typeof laptop.pool)}.hub.example`)).status, 421);
  assert.equal((await greet(`${poolLabel(laptop.pool)}.evil.example`)).status, 421);
  assert.equal((await greet("evil.example")).status, 421);
});

test("a client that does not know the pool's node is not fooled into the front's", patience, async () => {
  await using hub = await testHub();
  const { one } = hub;
  const laptop = await hostedDevice(one);
  const transport = transportTo(one.url, laptop.hub, laptop.key);
  // Its first word is no hello: it greets by itself first, and must reach the node that it means.
  const heads = (await transport.request({ type: "heads" })) as JsonObject;
  assert.equal(heads["type"], "heads");
  await transport.close();
});

test("a process that keeps one pool open serves many, each as if it were alone", patience, async () => {
  await using hub = await testHub();
  const small = await startHub({ ...hub.settings, openPools: 1 }, { news: localNews() });
  const devices = [await hostedDevice(small), await hostedDevice(small), await hostedDevice(small)];
  const written = new Map(devices.map((device) => [device, [] as OpId[]]));
  for (let round = 0; round < 3; round++) {
    await Promise.all(
      devices.map(async (device) => {
        written.get(device)?.push(await state(device));
        await sync(device, small);
      }),
    );
  }
  assert.equal(small.openPools(), 1);
  for (const device of devices) {
    const phone = await anotherDevice(device);
    await sync(device, small);
    await sync(phone, small);
    for (const id of written.get(device) ?? []) assert.ok(await has(phone, id));
  }
  await small.close();
});
