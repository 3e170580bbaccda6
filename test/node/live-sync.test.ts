/** live/1 between real replicas over real sockets: what is admitted on one is on the others, whatever happens to connections. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PoolError } from "../../src/core/errors.ts";
import { countOps } from "../../src/core/op/run.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { answer } from "../../src/node/sync-server.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { selfSignedCertificate } from "../../src/server/index.ts";
import { expanded } from "../../src/testkit/expanded.ts";
import { allHold, follow, operations, serveNode, until } from "./live-nodes.ts";
import { addDevice, assertConverged, claims, joining, logOf, newPool, replicaOf, targeting, writerOf } from "./replicas.ts";

const isLive = (follower: { states: readonly { is: string }[] }) => () => follower.states.at(-1)?.is === "live";

/** A phone that serves, and as many devices as there are names, which follow it from nothing. */
async function star(...names: string[]) {
  const pool = await newPool();
  for (const name of names) await addDevice(pool, name, "full");
  const server = await serveNode(pool.replica, pool.phone);
  const devices = await Promise.all(
    names.map(async (name) => {
      const replica = await joining(pool.id);
      const writer = writerOf(name);
      return { replica, writer, follower: await follow(replica, writer, server.url) };
    }),
  );
  for (const { follower } of devices) await until("live", isLive(follower));
  const close = async () => {
    for (const { follower } of devices) await follower[Symbol.asyncDispose]();
    await server.stop();
  };
  return { pool, server, devices, [Symbol.asyncDispose]: close };
}

test("what is admitted on any of four nodes is on all of them, each operation over each wire once", { timeout: 30_000 }, async () => {
  await using net = await star("laptop", "tablet", "desktop");
  const { pool, server, devices } = net;
  const replicas = [pool.replica, ...devices.map(({ replica }) => replica)];
  let count = await operations(pool.replica);
  server.heard.length = 0;
  for (const [at, { replica, writer }] of [{ replica: pool.replica, writer: pool.phone }, ...devices].entries()) {
    await writeDrafts(replica, writer, claims(3, at * 10));
    count += 3;
    await allHold(count, ...replicas);
  }
  await assertConverged(...replicas);
  const pushed = server.heard.flatMap(({ type, ops }) => (type === "push" ? expanded(nativeCrypto, ops) : []));
  assert.equal(pushed.length, 9);
  assert.equal(new Set(pushed.map(({ op_id }) => op_id)).size, 9);
  assert.equal(server.heard.filter(({ type }) => type === "ops_since").length, 9, "three fetch the phone's, two each other's");
});

test("writes on all sides at once converge, and then nothing is said any more", { timeout: 30_000 }, async () => {
  await using net = await star("laptop", "tablet");
  const { pool, server, devices } = net;
  const writers = [{ replica: pool.replica, writer: pool.phone }, ...devices];
  const before = await operations(pool.replica);
  await Promise.all(
    writers.map(async ({ replica, writer }, at) => {
      for (let round = 0; round < 10; round++) await writeDrafts(replica, writer, claims(2, 100 * at + 2 * round));
    }),
  );
  await allHold(before + 60, ...writers.map(({ replica }) => replica));
  await assertConverged(...writers.map(({ replica }) => replica));
  const quiet = async () => {
    const { length } = server.heard;
    await new Promise((resolve) => setTimeout(resolve, 100));
    return server.heard.length === length;
  };
  await until("quiet", quiet, 20_000);
});

test("judgements and redactions travel like anything else", { timeout: 30_000 }, async () => {
  await using net = await star("laptop");
  const [device] = net.devices;
  const { pool } = net;
  const [id = ""] = await writeDrafts(pool.replica, pool.phone, claims(1));
  await writeDrafts(pool.replica, pool.phone, [targeting("redaction", id)]);
  const replica = device?.replica ?? pool.replica;
  await allHold(await operations(pool.replica), replica);
  await assertConverged(pool.replica, replica);
  assert.equal((await replica.store.read((reader) => reader.envelopes([id as never])))[0]?.payload, undefined);
});

test("over TLS with a certificate of its own the client follows when the node names it, else syncs now and then", {
  timeout: 30_000,
}, async () => {
  const { X509Certificate } = await import("node:crypto");
  const pool = await newPool();
  const laptop = await addDevice(pool, "laptop", "full");
  const tls = selfSignedCertificate("localhost");
  const hex = new X509Certificate(tls.cert).fingerprint256.replaceAll(":", "").toLowerCase();
  for (const certificate of [hex, undefined]) {
    const self = { did: pool.phone.did, live: true, ...(certificate ? { certificate } : {}) };
    await using server = await serveNode(pool.replica, pool.phone, {
      tls,
      handler: (message, key) => answer(pool.replica, self, message, key),
    });
    const replica = await joining(pool.id);
    await using follower = await follow(replica, laptop, server.url, { periodMs: 20 });
    await until("a state", () => follower.states.length > 0);
    assert.equal(follower.states[0]?.is, certificate ? "live" : "periodic");
    await writeDrafts(pool.replica, pool.phone, claims(1, certificate ? 1 : 2));
    await allHold(await operations(pool.replica), replica);
  }
});

test("with a node that answers over HTTP alone it syncs now and then, and at once what is written here", { timeout: 30_000 }, async () => {
  const pool = await newPool();
  const laptop = await addDevice(pool, "laptop", "full");
  await using server = await serveNode(pool.replica, pool.phone, { live: false });
  const replica = await joining(pool.id);
  await using follower = await follow(replica, laptop, server.url, { periodMs: 30 });
  await until("periodic", () => follower.states.at(-1)?.is === "periodic");
  await writeDrafts(pool.replica, pool.phone, claims(2));
  await allHold(await operations(pool.replica), replica);
  await follower.stop();
  await using patient = await follow(replica, laptop, server.url, { periodMs: 3_600_000 });
  await until("periodic", () => patient.states.at(-1)?.is === "periodic");
  await writeDrafts(replica, laptop, claims(2, 10));
  await allHold(await operations(replica), pool.replica);
});

test("a server that went away is found again, and nothing written meanwhile is missing", { timeout: 30_000 }, async () => {
  const pool = await newPool();
  const laptop = await addDevice(pool, "laptop", "full");
  const replica = await joining(pool.id);
  const first = await serveNode(pool.replica, pool.phone);
  await using follower = await follow(replica, laptop, first.url);
  await until("live", isLive(follower));
  await first.stop();
  await until("waiting", () => follower.states.at(-1)?.is === "waiting");
  await writeDrafts(pool.replica, pool.phone, claims(3));
  await writeDrafts(replica, laptop, claims(3, 10));
  const expected = (await operations(pool.replica)) + 3;
  await using _second = await serveNode(pool.replica, pool.phone, { port: first.port });
  await until("live again", isLive(follower));
  await allHold(expected, pool.replica, replica);
  await assertConverged(pool.replica, replica);
});

test("a cloned key that follows its other self: both branches are everywhere, and each costs the wire about itself", {
  timeout: 30_000,
}, async () => {
  const pool = await newPool();
  await writeDrafts(pool.replica, pool.phone, claims(300));
  const clone = await replicaOf(pool.id, await logOf(pool.replica));
  let sent = 0;
  await using server = await serveNode(pool.replica, pool.phone, {
    handler: async (message, key) => {
      const reply = await answer(pool.replica, { did: pool.phone.did, live: true }, message, key);
      sent += countOps((reply["ops"] ?? []) as unknown[]);
      return reply;
    },
  });
  await using follower = await follow(clone, writerOf("phone"), server.url);
  await until("live", isLive(follower));
  for (let round = 0; round < 5; round++) {
    await Promise.all([
      writeDrafts(pool.replica, pool.phone, claims(3, 1_000 + 10 * round)),
      writeDrafts(clone, writerOf("phone"), claims(3, 2_000 + 10 * round)),
    ]);
    await allHold(302 + 6 * (round + 1), pool.replica, clone);
  }
  await assertConverged(pool.replica, clone);
  assert.ok(sent >= 15 && sent <= 2 * 15 + 15, `${sent} operations were sent for 15 new ones`);
});

test("a server that tells nothing is asked before a second push: nothing is sent twice", { timeout: 30_000 }, async () => {
  const pool = await newPool();
  const laptop = await addDevice(pool, "laptop", "full");
  await using server = await serveNode(pool.replica, pool.phone, { news: { subscribe: () => () => {} } });
  const replica = await joining(pool.id);
  await using follower = await follow(replica, laptop, server.url);
  await until("live", isLive(follower));
  const before = await operations(replica);
  for (let round = 1; round <= 5; round++) {
    await writeDrafts(replica, laptop, claims(2, 10 * round));
    await allHold(before + 2 * round, pool.replica);
  }
  const pushed = server.heard.flatMap(({ type, ops }) => (type === "push" ? expanded(nativeCrypto, ops) : []));
  assert.equal(pushed.length, 10);
});

test("a device that is removed is cut off, told so, and does not come back", { timeout: 30_000 }, async () => {
  await using net = await star("laptop", "tablet");
  const [laptop, tablet] = net.devices;
  const { pool } = net;
  await writeDrafts(pool.replica, pool.root, [{ type: "device_remove", payload: { key: writerOf("laptop").did, last: null } }]);
  const held = await operations(laptop?.replica ?? pool.replica);
  await assert.rejects(
    laptop?.follower.ended ?? Promise.resolve(),
    (error) => error instanceof PoolError && error.details["code"] === "unauthorized",
  );
  await writeDrafts(pool.replica, pool.phone, claims(1));
  await allHold(await operations(pool.replica), tablet?.replica ?? pool.replica);
  assert.ok((await operations(laptop?.replica ?? pool.replica)) <= held + 1, "nothing after its removal");
});

test("the first attempt says what is wrong instead of trying again; a network that is down is tried again", {
  timeout: 30_000,
}, async () => {
  const pool = await newPool();
  await using server = await serveNode(pool.replica, pool.phone);
  const replica = await joining(pool.id);
  const stranger = await follow(replica, writerOf("stranger"), server.url);
  await assert.rejects(stranger.ended, (error) => error instanceof PoolError && error.details["code"] === "unauthorized");
  const other = await follow(replica, writerOf("laptop"), server.url, { node: writerOf("other").did });
  await assert.rejects(other.ended, (error) => error instanceof PoolError && error.code === "peer");
  await server.stop();
  const alone = await follow(replica, writerOf("laptop"), server.url);
  await until("two attempts", () => alone.states.length >= 2);
  assert.deepEqual(alone.states.map((state) => state.is === "waiting" && state.ms).slice(0, 2), [250, 500]);
  await alone.stop();
});
