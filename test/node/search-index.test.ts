/** What operations are found by follows from the log alone, whatever the way that the log came to be as it is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Draft, writeOps } from "../../src/core/op/create.ts";
import type { Envelope, OpId } from "../../src/core/op/operation.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import type { Replica } from "../../src/node/replica.ts";
import { indexArrivals, indexWhenQuiet } from "../../src/node/search-arrivals.ts";
import { type Writer, writeDrafts } from "../../src/node/write.ts";
import { openSqliteStore } from "../../src/store/index.ts";
import { seededRandom } from "../../src/testkit/seeded-random.ts";
import { inFolder } from "../store/folders.ts";
import { addDevice, claim, idsOf, joining, logOf, newPool, type Pool, randomHistory, runs, take, targeting } from "./replicas.ts";
import { find, item, titles, write } from "./search-items.ts";

async function rowsOf(replica: Replica) {
  await indexArrivals(replica);
  const ids = await idsOf(replica);
  return replica.store.read((reader) => reader.searchRows(ids));
}

/** As a program does that makes other words of the same text. */
async function rebuild(replica: Replica): Promise<void> {
  await replica.store.write((tx) => tx.setLocal("search_words", "0"));
  await indexArrivals(replica);
}

test("law: in whatever order and portions operations arrive, the rows are those that a rebuild makes", () =>
  inFolder(async (folder) => {
    let replaced = 0;
    for (let seed = 1; seed <= runs(6); seed++) {
      const random = seededRandom(seed);
      const { pool, ops } = await randomHistory(seed, 60);
      const whole = await joining(pool.id);
      await take(whole, ops);
      const rows = await rowsOf(whole);
      const portioned = await joining(pool.id, await openSqliteStore(`${folder}/${seed}.db`, { scratch: true }));
      // At first without payloads now and then, as a peer may have them.
      for (let from = 0; from < ops.length; ) {
        const to = from + 1 + random.below(9);
        await take(
          portioned,
          ops.slice(from, to).map((op) => (random.once(3) ? bare(op) : op)),
        );
        if (random.once(2)) await indexArrivals(portioned);
        from = to;
      }
      await take(portioned, ops);
      assert.deepEqual(await rowsOf(portioned), rows, `seed ${seed}`);
      for (const replica of [portioned, whole]) {
        await rebuild(replica);
        assert.deepEqual(await rowsOf(replica), rows, `seed ${seed}, rebuilt`);
      }
      const held = (await logOf(whole)).filter(({ type, payload }) => payload && (type === "claim" || type === "evidence"));
      replaced += held.length - rows.length;
      assert.ok(rows.length > 5 && rows.every(({ id }) => held.some(({ op_id }) => op_id === id)));
      await portioned.store.close();
    }
    assert.ok(replaced > 0, "no history has an item in several versions");
  }));

function bare({ salt: _salt, payload: _payload, ...rest }: Envelope): Envelope {
  return ["claim", "evidence"].includes(rest.type) ? rest : { ...rest, ...(_payload ? { salt: _salt, payload: _payload } : {}) };
}

const version = (text: string) => item("one", "note", { title: text });

test("of an item its newest version is found; when that is erased, the one before", async () => {
  const pool = await newPool();
  const ids: OpId[] = [];
  for (const text of ["rye bread", "rye cake", "rye soup"]) ids.push(...(await write(pool, version(text))));
  assert.deepEqual(await titles(pool.replica, "rye"), ["rye soup"]);
  assert.deepEqual(await titles(pool.replica, "bread"), []);
  await write(pool, targeting("redaction", String(ids[2])));
  assert.deepEqual(await titles(pool.replica, "rye"), ["rye cake"]);
  await write(pool, targeting("redaction", String(ids[0]), String(ids[1])));
  assert.deepEqual(await titles(pool.replica, "rye"), []);
  assert.deepEqual(await rowsOf(pool.replica), []);
});

/** What no honest node writes: an operation of a device whose role does not allow it. */
async function beyondItsRole({ id, replica }: Pool, author: Writer, draft: Draft): Promise<Envelope[]> {
  const heads = await replica.store.read((reader) => reader.heads());
  const lamport = Math.max(...heads.map((head) => head.lamport));
  const pen = { author: author.did, seed: author.seed, pool: id, now: author.clock(), salt: () => author.random(16) };
  const ops = writeOps(replica.crypto, { ...pen, own: null, heads: heads.map((head) => head.id).sort(), lamport }, [draft]);
  return ops.map(({ envelope }) => envelope);
}

test("who may not write evidence hides none by writing over it", async () => {
  const pool = await newPool();
  const mirror = await addDevice(pool, "mirror", "mirror");
  const bridge = await addDevice(pool, "bridge", "ingest");
  await write(pool, version("rye bread"));
  const { accepted } = await take(pool.replica, await beyondItsRole(pool, mirror, version("rye soup")));
  assert.equal(accepted.length, 1, "it is in the log, and has no effect");
  assert.deepEqual(await titles(pool.replica, "rye"), ["rye bread"]);
  const [theirs] = await writeDrafts(pool.replica, bridge, [version("rye cake")]);
  assert.deepEqual(await titles(pool.replica, "rye"), ["rye cake"]);
  // The bridge was stolen before it wrote that: its version is contested, and the one before is found again.
  await write(pool, { type: "device_remove", payload: { key: bridge.did, last: null } });
  assert.deepEqual(await titles(pool.replica, "rye"), ["rye bread"]);
  assert.deepEqual(
    (await find(pool.replica, "rye", { statuses: ["contested"] })).map(({ id }) => id),
    [theirs],
  );
});

test("what arrived is indexed in portions, and what is interrupted goes on from there", async () => {
  const pool = await newPool();
  const texts = Array.from({ length: 450 }, (_, index) => item(`n${index}`, "note", { title: `rye ${index}` }));
  await write(pool, ...texts);
  const held = async () => (await pool.replica.store.read((reader) => reader.searchRows(ids))).length;
  const ids = await idsOf(pool.replica);
  assert.equal(await held(), 0);
  const stop = new AbortController();
  const { write: writing } = pool.replica.store;
  pool.replica.store.write = (work) => {
    stop.abort();
    return writing.call(pool.replica.store, work) as ReturnType<typeof work>;
  };
  await indexArrivals(pool.replica, stop.signal);
  const some = await held();
  assert.ok(some > 0 && some < 450, `${some} rows after one portion`);
  pool.replica.store.write = writing;
  assert.equal((await find(pool.replica, "rye", { limit: 1_000 })).length, 450);
  assert.equal(await held(), 450);
});

test("a node that serves indexes once nothing has changed for a moment", async () => {
  const pool = await newPool();
  await write(pool, version("rye bread"));
  const stop = indexWhenQuiet(pool.replica, 1);
  const held = async () => {
    const ids = await idsOf(pool.replica);
    return (await pool.replica.store.read((reader) => reader.searchRows(ids))).length;
  };
  const rows = async (count: number) => {
    while ((await held()) < count) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  await rows(1);
  await write(pool, item("two", "note", { title: "rye soup" }));
  await rows(2);
  await stop();
  await write(pool, item("three", "note", { title: "rye cake" }));
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(await held(), 2);
});

test("a payload that arrives later is found when it is there", async () => {
  const pool = await newPool();
  await write(pool, claim("self", "diet", "rye"), version("rye bread"));
  const log = await logOf(pool.replica);
  const late = await joining(pool.id);
  await take(late, log.map(bare));
  assert.deepEqual(await titles(late, "rye"), []);
  await take(late, log);
  assert.deepEqual((await titles(late, "rye")).sort(), ["rye bread", "self: diet rye"]);
});

test("a store whose rows were made of other words is indexed anew by the next search", async () => {
  const pool = await newPool();
  const ids = await write(pool, version("rye bread"), claim("self", "diet", "rye"));
  const rows = await rowsOf(pool.replica);
  const empty = { title: [], people: [], place: [], text: ["old"], dates: [], kind: [] };
  await pool.replica.store.write(async (tx) => {
    await tx.putSearchRows(ids.map((id) => ({ id, at: null, words: empty })));
    await tx.setLocal("search_words", "0");
  });
  assert.equal((await titles(pool.replica, "rye")).length, 2);
  assert.deepEqual(await rowsOf(pool.replica), rows);
  assert.equal(nativeCrypto, pool.replica.crypto);
});
