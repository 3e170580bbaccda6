/** Two real replicas sync over real sockets, and what others get from the real handler. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import type { Did } from "../../src/core/crypto/did-key.ts";
import type { JsonObject } from "../../src/core/ports.ts";
import { foundPool } from "../../src/node/found-pool.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { Replica } from "../../src/node/replica.ts";
import { syncWith } from "../../src/node/sync-client.ts";
import { answer } from "../../src/node/sync-server.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { selfSignedCertificate, startServer } from "../../src/server/index.ts";
import { openMemoryStore } from "../../src/store/index.ts";
import { openHttpTransport } from "../../src/transport/index.ts";
import { type Key, keyOf } from "../transport/by-hand.ts";

const hour = 3_600_000;
const random = (length: number) => randomBytes(length);
const writer = (key: Key) => ({ did: key.did as Did, seed: key.seed, clock: Date.now, random });
const claim = (predicate: string) => ({
  type: "claim",
  payload: {
    subject: "self",
    predicate,
    object: "é".repeat(50),
    confidence: 1,
    derived_from: [],
    method: { name: "m", version: "1" },
    rationale: "",
  },
});

const root = keyOf(50);
const phone = keyOf(51);
const laptop = keyOf(52);
const collector = keyOf(53);
const removed = keyOf(54);

/** A phone with a pool of 300 claims and some other devices, and the server that it runs. */
async function phoneServer(options: { readonly tls?: boolean; readonly clock?: () => number } = {}) {
  const replica = new Replica(openMemoryStore(), nativeCrypto);
  const pool = await foundPool(replica, writer(root), { key: phone.did as Did, role: "full" });
  await writeDrafts(replica, writer(phone), [
    { type: "device_add", payload: { key: laptop.did, role: "full" } },
    { type: "device_add", payload: { key: collector.did, role: "ingest" } },
    { type: "device_add", payload: { key: removed.did, role: "full" } },
  ]);
  await writeDrafts(replica, writer(root), [{ type: "device_remove", payload: { key: removed.did, last: null } }]);
  await writeDrafts(
    replica,
    writer(phone),
    Array.from({ length: 300 }, (_, index) => claim(`test.p${index}`)),
  );
  const devices = new Set([root, phone, laptop, collector, removed].map(({ did }) => did));
  const server = await startServer({
    handler: (message, key) => answer(replica, { did: phone.did as Did }, message, key),
    knows: async (key) => devices.has(key),
    self: phone,
    crypto: nativeCrypto,
    clock: options.clock ?? Date.now,
    random,
    host: "127.0.0.1",
    port: 0,
    ...(options.tls ? { tls: selfSignedCertificate("localhost") } : {}),
  });
  return { replica, pool, url: server.url, [Symbol.asyncDispose]: () => server.close() };
}

const as = (url: string, key: Key | null, compress?: boolean) =>
  openHttpTransport({
    url,
    node: phone.did,
    key,
    crypto: nativeCrypto,
    clock: Date.now,
    random,
    ...(compress === undefined ? {} : { compress }),
  });

for (const [how, tls, clock, compress] of [
  ["http on loopback", false, Date.now, false],
  ["https, compressed", true, Date.now, true],
  ["https, with a server whose clock is an hour off", true, () => Date.now() + hour, false],
] as const) {
  test(`two replicas meet over ${how}`, async () => {
    await using server = await phoneServer({ tls, clock });
    const replica = new Replica(openMemoryStore(), nativeCrypto);
    await replica.store.write((tx) => tx.setPool(server.pool));
    const transport = as(server.url, laptop, compress);
    const first = await syncWith(replica, transport, { node: phone.did });
    assert.deepEqual([first.peer, first.pushed, first.rejected, first.deferred], [phone.did, 0, [], []]);
    const each = transport.traffic() / first.pulled;
    assert.ok(compress ? each > 10 && each < 150 : each > 150 && each < 700, `${each} bytes an operation`);
    await writeDrafts(replica, writer(laptop), [claim("test.mine")]);
    const second = await syncWith(replica, transport, { node: phone.did });
    assert.deepEqual([second.pulled, second.pushed], [0, 1]);
    const counts = await Promise.all([replica, server.replica].map(({ store }) => store.read((reader) => reader.counts())));
    assert.deepEqual(counts[0], counts[1]);
    assert.equal(counts[0]?.operations, first.pulled + 1);
    await transport.close();
  });
}

test("each party gets its own and no more", async () => {
  await using server = await phoneServer();
  const ask = async (key: Key | null, message: JsonObject) => {
    const transport = as(server.url, key);
    const reply = (await transport.request(message)) as JsonObject;
    await transport.close();
    return reply;
  };
  const told = { type: "hello", protocol: "fpl-sync/1", node: phone.did };
  const refusal = { type: "error", error: "this key may not do that", code: "unauthorized" };
  assert.deepEqual(await ask(null, { type: "hello" }), told);
  assert.deepEqual(await ask(keyOf(99), { type: "hello" }), told);
  for (const type of ["frontier", "heads", "push", "ops_request", "ops_since", "delegate_pull"]) {
    assert.deepEqual(await ask(keyOf(99), { type }), refusal, type);
    assert.deepEqual(await ask(removed, { type }), refusal, type);
  }
  assert.deepEqual(await ask(removed, { type: "hello" }), refusal);
  assert.deepEqual(await ask(collector, { type: "frontier" }), refusal);
  assert.equal((await ask(collector, { type: "hello" }))["pool"], server.pool);
  assert.equal((await ask(root, { type: "frontier" }))["type"], "frontier");
});
