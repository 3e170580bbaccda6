/** A server that lies or raves: the client ends with code peer, or with what was true, and neither hangs nor grows. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../../src/core/limits.ts";
import { writeOps } from "../../src/core/op/create.ts";
import type { Envelope, OpId } from "../../src/core/op/operation.ts";
import { inRuns, isRun } from "../../src/core/op/run.ts";
import type { Json, JsonObject } from "../../src/core/ports.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { syncWith } from "../../src/node/sync-client.ts";
import { answer } from "../../src/node/sync-server.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { expanded } from "../../src/testkit/expanded.ts";
import { loopback, type Transport } from "../../src/transport/index.ts";
import {
  addDevice,
  assertConverged,
  assertSound,
  claims,
  connect,
  joining,
  logOf,
  newPool,
  type Pool,
  replicaOf,
  writerOf,
} from "./replicas.ts";

const plain = { extensions: [] };
const fault = { name: "PoolError", code: "peer" };
const some = (hex: string) => `op:${hex.repeat(64)}`;
const fakeId = (index: number) => `op:${index.toString(16).padStart(64, "0")}`;

/** Answers as an honest server would, but where `lies` has another answer; refuses to go on after `most` requests. */
function liar(
  pool: Pool,
  lies: (message: JsonObject, honest: JsonObject) => Json | undefined,
  most = 3_000,
): Transport & { asked: number } {
  const state = { asked: 0 };
  const transport = loopback(async (message, key) => {
    assert.ok(state.asked++ < most, "the client asks for ever");
    const honest = await answer(pool.replica, { did: pool.phone.did }, message, key);
    return (lies(message as JsonObject, honest) ?? honest) as JsonObject;
  }, pool.phone.did);
  return {
    ...transport,
    get asked() {
      return state.asked;
    },
  };
}

/** A lie about every page, in a greeting too (SYN-22). */
const inPages = (page: (honest: JsonObject) => JsonObject) => (message: JsonObject, honest: JsonObject) => {
  const isPage = message["type"] === "ops_since" || honest["ops"] !== undefined;
  return isPage ? { ...honest, ...page(honest) } : undefined;
};

async function served(count = 30): Promise<Pool> {
  const pool = await newPool();
  await writeDrafts(pool.replica, pool.phone, claims(count));
  return pool;
}

/** Replies of a wrong form, by what they answer. */
const wrong: readonly { readonly type: string; readonly reply: Json; readonly extensions?: readonly string[] }[] = [
  { type: "hello", reply: { type: "hallo" } },
  { type: "hello", reply: { type: "hello", protocol: "fpl-sync/2", node: "x" } },
  { type: "hello", reply: { type: "hello", protocol: "fpl-sync/1", node: "x", pool: some("a") } },
  { type: "hello", reply: { type: "hello", protocol: "fpl-sync/1", node: "x", pool: null } },
  { type: "hello", reply: { type: "hello", protocol: "fpl-sync/1", extensions: ["heads/1"], heads: { authors: [] } } },
  { type: "hello", reply: { type: "hello", protocol: "fpl-sync/1", extensions: ["heads/1"], heads: { authors: { x: [[1, "op:x"]] } } } },
  { type: "hello", reply: { type: "hello", protocol: "fpl-sync/1", extensions: ["heads/1"], heads: { authors: { x: { length: 1 } } } } },
  { type: "ops_since", reply: { type: "ops", ops: "many", more: true, unknown: 7 } },
  { type: "ops_since", reply: { type: "error", error: "no", code: "storage" } },
  { type: "ops_since", reply: { type: "ops", ops: [null, 1, "x", [], {}], more: true } },
  { type: "frontier", reply: { type: "frontier", op_ids: ["op:1"] }, extensions: [] },
  { type: "frontier", reply: { type: "frontier", op_ids: { length: 3 } }, extensions: [] },
  { type: "frontier", reply: { type: "error", error: "no", code: "too_large" }, extensions: [] },
  { type: "ops_request", reply: { type: "error" }, extensions: [] },
  { type: "push", reply: { type: "pushed" } },
  {
    type: "push",
    reply: { type: "push_result", accepted: 7, rejected: [null, 5, { op: [], reason: {} }], deferred: [{}], want: [5, null, "op:"] },
  },
];

for (const [index, { type, reply, extensions }] of wrong.entries()) {
  test(`a reply of another form to ${type} (${index}) ends the sync with code peer, or is passed over`, async () => {
    const pool = await served();
    const client = await replicaOf(pool.id, (await logOf(pool.replica)).slice(0, 10));
    await writeDrafts(client, pool.phone, claims(3, 500)); // a fork: there is something to push
    const sync = syncWith(
      client,
      liar(pool, (message) => (message["type"] === type ? reply : undefined), 50),
      extensions ? plain : {},
    );
    await sync.then(
      () => assert.ok(type === "push" || type === "ops_since", "it was believed"),
      (error: unknown) => assert.partialDeepStrictEqual({ ...(error as object), name: (error as Error).name }, fault),
    );
    await assertSound(client);
  });
}

test("a greeting whose page has another form ends the sync with code peer, or is passed over", async () => {
  const pages: JsonObject[] = ["many", [null, 1, "x", [], {}], [{ items: 1 }], {}].map((ops) => ({ ops, more: true, last: "x" }));
  for (const page of [...pages, { ops: [], more: 7, last: [1, 2] }]) {
    const pool = await served();
    const client = await replicaOf(pool.id, (await logOf(pool.replica)).slice(0, 10));
    const transport = liar(pool, (message, honest) => (message["type"] === "hello" ? { ...honest, ...page } : undefined), 50);
    await syncWith(client, transport).catch((error: unknown) =>
      assert.partialDeepStrictEqual({ ...(error as object), name: (error as Error).name }, fault),
    );
    await assertSound(client);
    await syncWith(client, connect(pool.replica, pool.phone.did, pool.root.did));
    await assertConverged(client, pool.replica);
  }
});

test("another node than the expected one is not told anything", async () => {
  const pool = await served();
  const transport = liar(pool, () => undefined);
  await assert.rejects(syncWith(await joining(pool.id), transport, { node: writerOf("laptop").did }), fault);
  assert.equal(transport.asked, 1);
});

test("more: true without end, the same page again, and pages out of order end with code peer", async () => {
  const pool = await served(50);
  const page = async (from: number, upTo: number) => (await logOf(pool.replica)).slice(from, upTo) as unknown as Json[];
  const again = { ops: await page(5, 20), more: true, unknown: [] };
  for (const reply of [again, { ...again, ops: [...(await page(10, 20)), ...(await page(5, 6))] }]) {
    const transport = liar(
      pool,
      inPages(() => reply),
    );
    await assert.rejects(syncWith(await joining(pool.id), transport), fault);
    assert.ok(transport.asked < 10);
  }
});

test("garbage without end is refused after so many", async () => {
  const pool = await served();
  let count = 0;
  const garbage = () => Array.from({ length: 500 }, () => ({ op_id: fakeId(count), lamport: count++ }));
  const transport = liar(
    pool,
    inPages(() => ({ ops: garbage(), more: true })),
  );
  await assert.rejects(syncWith(await joining(pool.id), transport), fault);
  assert.ok(transport.asked < 5 + limits.rejections / 500);
});

test("signed operations without end, of which none ever fits, take no more room than is meant for them", async () => {
  const pool = await served(10);
  const stranger = writerOf("stranger");
  let lamport = 100;
  const unfitting = (): Envelope[] => {
    const own = { id: some("a") as OpId, seq: lamport };
    const pen = {
      author: stranger.did,
      seed: stranger.seed,
      pool: pool.id,
      own,
      heads: [],
      lamport,
      now: 1,
      salt: () => stranger.random(16),
    };
    lamport += 100;
    return writeOps(nativeCrypto, pen, claims(100)).map(({ envelope }) => envelope);
  };
  const client = await joining(pool.id);
  const lie = inPages(() => ({ ops: unfitting() as unknown as Json, more: true }));
  const transport = liar(pool, lie, 200);
  const report = await syncWith(client, transport, { deferredBytes: 200_000 });
  assert.ok(report.deferred.length > 0 && report.deferred.length < 2_000);
  assert.ok(transport.asked < 50, `${transport.asked} requests`);
});

test("20 bad signatures end a pull with code peer, and nothing of that batch is kept", async () => {
  const pool = await served(40);
  const client = await joining(pool.id);
  const forge = (op: Json) => ({ ...(op as JsonObject), sig: "00".repeat(64) });
  const transport = liar(
    pool,
    inPages((honest) => ({ ops: expanded(nativeCrypto, honest["ops"]).map(forge) })),
  );
  await assert.rejects(syncWith(client, transport), fault);
  assert.deepEqual(await logOf(client), []);
});

test("a peer that answers with operations that were not asked for, and more of them, is not asked for ever", async () => {
  const pool = await served(40);
  const ops = (await logOf(pool.replica)) as unknown as Json[];
  const client = await joining(pool.id);
  const transport = liar(pool, (message) =>
    message["type"] === "ops_request" ? { type: "ops", ops: ops.slice(0, 5), more: true } : undefined,
  );
  await syncWith(client, transport, plain);
  assert.ok(transport.asked < 20);
  assert.equal((await logOf(client)).length, 5);
});

test("nor is one that fills a device with runs that were not asked for; of what can't be believed nothing is taken", async () => {
  const pool = await served(40);
  const ops = (await logOf(pool.replica)).slice(-8);
  const client = await joining(pool.id);
  const answering = (items: Json) => {
    const lie = { type: "ops", ops: items, more: true };
    return liar(pool, ({ type, runs }) => (type === "ops_request" && runs === true ? lie : undefined));
  };
  const lacking = async () => (await client.store.read((reader) => reader.incomplete(null, 99))).length;
  const again = answering(inRuns(ops) as unknown as Json);
  await syncWith(client, again, { newestFirst: true });
  assert.ok(again.asked < 20);
  assert.equal(await lacking(), 40 - ops.length);
  const [run, ...others] = inRuns(ops);
  assert.ok(others.length === 0 && isRun(run));
  for (const forged of [{ ...run, sig: "0".repeat(128) }, { ...run, items: 7 }, { items: [] }, null, 7]) {
    const before = await lacking();
    await syncWith(client, answering([forged] as unknown as Json), { newestFirst: true });
    assert.equal(await lacking(), before, JSON.stringify(forged));
  }
  await syncWith(
    client,
    liar(pool, () => undefined),
    { newestFirst: true },
  );
  assert.equal(await lacking(), 0);
  await assertConverged(client, pool.replica);
});

test("a frontier of ids that nobody has ends the sync, paged or not", async () => {
  const pool = await served();
  let next = 0;
  const page = (count: number) => ({
    type: "frontier",
    protocol: "fpl-sync/1",
    op_ids: Array.from({ length: count }, () => fakeId(next++)),
    lamport: 1,
  });
  const whole = liar(pool, (message) => (message["type"] === "frontier" ? page(5_000) : undefined));
  await assert.rejects(syncWith(await joining(pool.id), whole, plain), fault);
  const pages = liar(pool, (message) => {
    if (message["type"] !== "frontier") return undefined;
    return message["limit"] === undefined ? { type: "error", error: "too many", code: "too_large" } : page(10_000);
  });
  await assert.rejects(syncWith(await joining(pool.id), pages, plain), fault);
  assert.ok(whole.asked + pages.asked < 200);
});

test("heads of a hundred thousand tips, or as high as numbers go, do no harm", async () => {
  const pool = await served();
  const tips = Array.from({ length: 150_000 }, (_, index) => [index + 1, fakeId(index)]);
  for (const authors of [{ [pool.phone.did]: tips }, { [pool.phone.did]: [[Number.MAX_SAFE_INTEGER, fakeId(7)]], nobody: [] }]) {
    const transport = liar(pool, (message, honest) => {
      return message["type"] === "hello" ? { ...honest, heads: { ...(honest["heads"] as JsonObject), authors } } : undefined;
    });
    await syncWith(await joining(pool.id), transport);
  }
});

test("a peer that claims to have accepted, wanted or deferred what was never sent changes no number of the report", async () => {
  const pool = await served();
  await addDevice(pool, "laptop", "full");
  const client = await replicaOf(pool.id, await logOf(pool.replica));
  await writeDrafts(client, writerOf("laptop"), claims(4, 900));
  const fake = Array.from({ length: 900 }, (_, index) => fakeId(index));
  const transport = liar(pool, (message, honest) => {
    if (message["type"] !== "push") return undefined;
    const accepted = [...(honest["accepted"] as Json[]), ...(honest["accepted"] as Json[]), ...fake];
    return { ...honest, accepted, deferred: fake, rejected: fake.map((op) => ({ op, reason: "x".repeat(9_000) })), want: fake };
  });
  const report = await syncWith(client, transport);
  assert.equal(report.pushed, 4);
  assert.deepEqual(report.deferred, []);
  assert.equal(report.rejected.length, 4);
  await assertConverged(pool.replica, client);
});
