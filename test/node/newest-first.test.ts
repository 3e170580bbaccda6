/** headers/1: a new device is a full member after the headers; payloads come afterwards, the newest first with their lineage. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PoolError } from "../../src/core/errors.ts";
import type { OpId } from "../../src/core/op/operation.ts";
import type { Json, JsonObject } from "../../src/core/ports.ts";
import { beginFilling, isFilling, requireFilled } from "../../src/node/filling.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import type { Replica } from "../../src/node/replica.ts";
import { indexArrivals } from "../../src/node/search-arrivals.ts";
import { syncWith } from "../../src/node/sync-client.ts";
import { answer } from "../../src/node/sync-server.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { expanded } from "../../src/testkit/expanded.ts";
import { PlainPeer } from "../../src/testkit/plain-peer.ts";
import { loopback } from "../../src/transport/index.ts";
import {
  addDevice,
  assertConverged,
  assertSound,
  claim,
  evidence,
  joining,
  logOf,
  newPool,
  randomHistory,
  runs,
  targeting,
  writerOf,
} from "./replicas.ts";

type Wire = { readonly message: JsonObject; readonly reply: JsonObject; readonly bytes: number }[];

/** A server whose connection breaks when `breaks` says so, and what went over it. */
function connectTo(server: Replica, breaks: (wire: Wire) => boolean = () => false) {
  const wire: Wire = [];
  const transport = loopback(async (message, key) => {
    if (breaks(wire)) throw new PoolError("network", "the tunnel begins");
    const reply = await answer(server, { did: writerOf("phone").did }, message, key);
    wire.push({ message: message as JsonObject, reply, bytes: Buffer.byteLength(JSON.stringify(reply)) });
    return reply;
  }, writerOf("laptop").did);
  return { wire, transport };
}

/** A year of notes, each with a claim, and one last claim from the oldest note; 3 kB of words each. */
async function library(items = 300) {
  const pool = await newPool();
  const words = (n: number) => `note ${n} `.repeat(300);
  const notes = await writeDrafts(
    pool.replica,
    pool.phone,
    Array.from({ length: items }, (_, n) => evidence(words(n))),
  );
  await writeDrafts(
    pool.replica,
    pool.phone,
    notes.map((id, n) => claim("self", `test.p${n}`, n, { derived_from: [id] })),
  );
  await addDevice(pool, "laptop", "full");
  const [last = ""] = await writeDrafts(pool.replica, pool.phone, [claim("self", "test.last", 1, { derived_from: [notes[0] as string] })]);
  return { pool, notes, last: last as OpId };
}

const status = async ({ store }: Replica, id: OpId) => (await store.read((reader) => reader.claims([id])))[0]?.status;
const incomplete = async ({ store }: Replica) => (await store.read((reader) => reader.incomplete(null, 10_000))).length;

test("after the headers, a small part of all bytes, the device writes and judges; the newest claim stands after the first payloads", async () => {
  const { pool, last } = await library();
  const laptop = await joining(pool.id);
  const atHeaders = connectTo(
    pool.replica,
    (wire) => wire.some(({ message }) => message["type"] === "ops_since") && wire.at(-1)?.reply["more"] === false,
  );
  await assert.rejects(
    syncWith(laptop, atHeaders.transport, { newestFirst: true }),
    (error) => error instanceof PoolError && error.code === "network",
  );
  const bytes = (wire: Wire) => wire.reduce((sum, each) => sum + each.bytes, 0);
  const whole = connectTo(pool.replica);
  await syncWith(await joining(pool.id), whole.transport);
  assert.ok(bytes(atHeaders.wire) < bytes(whole.wire) / 2, `${bytes(atHeaders.wire)} of ${bytes(whole.wire)} bytes`);
  assert.equal((await logOf(laptop)).length, (await logOf(pool.replica)).length);
  assert.equal(await status(laptop, last), "pending");
  await writeDrafts(laptop, writerOf("laptop"), [claim("self", "test.mine", 1), targeting("refutation", last)]);
  await assert.rejects(requireFilled(laptop), (error) => error instanceof PoolError && error.code === "stale");

  const first = connectTo(pool.replica, (wire) => wire.filter(({ message }) => message["type"] === "ops_request").length === 2);
  await syncWith(laptop, first.transport).catch(() => {});
  assert.equal(await status(laptop, last), "refuted", "its words and those of the oldest note came with the first payloads");
  assert.ok((await incomplete(laptop)) > 0);

  await syncWith(laptop, connectTo(pool.replica).transport);
  assert.equal(await incomplete(laptop), 0);
  await requireFilled(laptop);
  await assertConverged(laptop, pool.replica);
  await assertSound(laptop);
});

test("payloads come newest first, each once, however often the line breaks", async () => {
  const { pool } = await library(700);
  const laptop = await joining(pool.id);
  const asked: string[] = [];
  let attempts = 0;
  for (let done = false; !done; attempts++) {
    assert.ok(attempts < 60, "it gets on");
    const { wire, transport } = connectTo(pool.replica, (sent) => sent.length === 4);
    done = await syncWith(laptop, transport, { newestFirst: attempts === 0 }).then(
      () => true,
      () => false,
    );
    for (const { message, reply } of wire) {
      if (message["type"] === "ops_request")
        asked.push(
          ...expanded(nativeCrypto, reply["ops"])
            .reverse()
            .map(({ op_id }) => op_id as string),
        );
    }
  }
  assert.ok(attempts > 2);
  await assertConverged(laptop, pool.replica);
  assert.equal(new Set(asked).size, asked.length, "each once");
  const newest = (await logOf(pool.replica)).filter(({ type }) => type === "claim").reverse();
  assert.deepEqual(
    asked.slice(0, 200),
    newest.slice(0, 200).map(({ op_id }) => op_id as string),
  );
  assert.equal(await isFilling(laptop), false);
});

test("with a server that sends everything, or speaks no extension, it is a sync like any other", async () => {
  const { pool } = await library(20);
  const log = await logOf(pool.replica);
  const older = await joining(pool.id);
  const { transport } = connectTo(pool.replica);
  await syncWith(older, transport, { newestFirst: true, extensions: ["heads/1"] });
  await assertConverged(older, pool.replica);
  const peer = new PlainPeer(nativeCrypto, writerOf("phone").did, pool.id);
  peer.log.ingest(structuredClone(log) as unknown as Json[]);
  const plain = await joining(pool.id);
  await syncWith(
    plain,
    loopback(async (message) => peer.answer(message), null),
    { newestFirst: true },
  );
  await assertConverged(plain, pool.replica);
  for (const replica of [older, plain]) assert.equal(await isFilling(replica), false);
});

test("what was redacted, or is nowhere, is asked for once and does not keep the filling open", async () => {
  const { pool, notes } = await library(30);
  await writeDrafts(pool.replica, pool.phone, [targeting("redaction", notes[3] as string, notes[29] as string)]);
  const laptop = await joining(pool.id);
  await syncWith(laptop, connectTo(pool.replica).transport, { newestFirst: true });
  await assertConverged(laptop, pool.replica);
  assert.equal(await isFilling(laptop), false);
});

test("nothing that admission needs is left out: control operations and judgements come whole", async () => {
  const { pool, last } = await library(5);
  await writeDrafts(pool.replica, pool.phone, [
    targeting("refutation", last),
    targeting("endorsement", last),
    targeting("redaction", last),
  ]);
  const { wire, transport } = connectTo(pool.replica);
  await syncWith(await joining(pool.id), transport, { newestFirst: true });
  const sent = wire.flatMap(({ message, reply }) => (message["type"] === "ops_since" ? expanded(nativeCrypto, reply["ops"]) : []));
  const whole = new Set(sent.filter(({ payload }) => payload !== undefined).map(({ type }) => type));
  assert.deepEqual([...whole].sort(), ["device_add", "endorsement", "genesis", "redaction", "refutation"]);
  assert.ok(sent.every(({ salt, payload }) => (salt === undefined) === (payload === undefined)));
});

test("law: of any history, headers first and whole operations end the same", async () => {
  for (let seed = 1; seed <= runs(10); seed++) {
    const { pool, parts } = await randomHistory(100 + seed, 50);
    const server = parts[seed % parts.length]?.replica as Replica;
    const [first, whole] = [await joining(pool.id), await joining(pool.id)];
    for (const [replica, newestFirst] of [
      [first, true],
      [whole, false],
    ] as const) {
      const transport = loopback((message, key) => answer(server, { did: pool.phone.did }, message, key), pool.root.did);
      await syncWith(replica, transport, { newestFirst });
    }
    await assertConverged(first, whole);
    await assertSound(first);
  }
});

test("what is filled in is indexed once: in its turn with all that arrived, or at once where indexing had passed it by", async () => {
  const { pool, notes } = await library(30);
  const rows = async ({ store }: Replica) => (await store.read((reader) => reader.searchRows(notes as OpId[]))).length;
  const later = await joining(pool.id);
  await syncWith(later, connectTo(pool.replica).transport, { newestFirst: true });
  assert.equal(await rows(later), 0);
  await indexArrivals(later);
  assert.equal(await rows(later), notes.length);

  const passed = await joining(pool.id);
  const atHeaders = connectTo(pool.replica, (wire) => wire.at(-1)?.reply["more"] === false);
  await assert.rejects(syncWith(passed, atHeaders.transport, { newestFirst: true }));
  await indexArrivals(passed);
  assert.equal(await rows(passed), 0);
  await syncWith(passed, connectTo(pool.replica).transport);
  assert.equal(await rows(passed), notes.length);
  await assertConverged(later, passed, pool.replica);
});

test("a device that is being filled and syncs with others gives them what it has, and takes from them what it lacks", async () => {
  const { pool } = await library(40);
  const laptop = await joining(pool.id);
  await beginFilling(laptop);
  await syncWith(laptop, connectTo(pool.replica, (wire) => wire.length === 3).transport, { newestFirst: true }).catch(() => {});
  const tablet = await joining(pool.id);
  await syncWith(
    tablet,
    loopback((message, key) => answer(laptop, { did: pool.phone.did }, message, key), pool.root.did),
  );
  await syncWith(
    tablet,
    loopback((message, key) => answer(pool.replica, { did: pool.phone.did }, message, key), pool.root.did),
  );
  await syncWith(
    tablet,
    loopback((message, key) => answer(laptop, { did: pool.phone.did }, message, key), pool.root.did),
  );
  await assertConverged(laptop, tablet, pool.replica);
});
