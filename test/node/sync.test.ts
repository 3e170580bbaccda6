/** One sync between two of our nodes: whatever each holds before it, both hold the union after it (section 7). */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Did } from "../../src/core/crypto/did-key.ts";
import { limits } from "../../src/core/limits.ts";
import type { JsonObject } from "../../src/core/ports.ts";
import { summary } from "../../src/core/sync/report.ts";
import type { Replica } from "../../src/node/replica.ts";
import { syncWith } from "../../src/node/sync-client.ts";
import { answer } from "../../src/node/sync-server.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { seededRandom } from "../../src/testkit/seeded-random.ts";
import { loopback, type Transport } from "../../src/transport/index.ts";
import {
  addDevice,
  assertConverged,
  assertSound,
  claim,
  claims,
  connect,
  idsOf,
  joining,
  logOf,
  newPool,
  type Pool,
  randomHistory,
  replicaOf,
  runs,
  take,
  writerOf,
} from "./replicas.ts";

const ways = [
  ["plain", { extensions: [] }],
  ["heads/1", {}],
] as const;

/** To `server`, with every request noted. */
function watched(server: Replica, { phone, root }: Pool): Transport & { readonly messages: JsonObject[] } {
  const messages: JsonObject[] = [];
  const transport = loopback(async (message, key) => {
    messages.push(message as JsonObject);
    return answer(server, { did: phone.did }, message, key);
  }, root.did);
  return { ...transport, messages };
}

const typesOf = (messages: readonly JsonObject[]) => messages.map(({ type }) => type);

async function copyOf({ id, replica }: Pool): Promise<Replica> {
  return replicaOf(id, await logOf(replica));
}

for (const [way, options] of ways) {
  test(`${way}: both directions at once, and the second time there is nothing to do`, async () => {
    const pool = await newPool();
    await addDevice(pool, "laptop", "full");
    const laptop = await copyOf(pool);
    await writeDrafts(pool.replica, pool.phone, claims(250));
    await writeDrafts(laptop, writerOf("laptop"), claims(230, 1_000));
    const report = await syncWith(laptop, connect(pool.replica, pool.phone.did, pool.root.did), options);
    assert.deepEqual([report.peer, report.pulled, report.pushed], [pool.phone.did, 250, 230]);
    await assertConverged(pool.replica, laptop);
    const server = watched(pool.replica, pool);
    const again = await syncWith(laptop, server, options);
    assert.equal(summary(again), `sync with ${pool.phone.did}: pulled 0, pushed 0`);
    assert.deepEqual(typesOf(server.messages), way === "plain" ? ["hello", "frontier", "push"] : ["hello"]);
  });

  test(`${way}: a device joins with nothing but the pool's id`, async () => {
    const pool = await newPool();
    await writeDrafts(pool.replica, pool.phone, claims(1_500));
    const joined = await joining(pool.id);
    const { pulled } = await syncWith(joined, connect(pool.replica, pool.phone.did, pool.root.did), options);
    assert.equal(pulled, 1_502);
    await assertConverged(pool.replica, joined);
  });

  test(`${way}: forks of one author on either side, and on both, become known to both`, async () => {
    const pool = await newPool();
    await writeDrafts(pool.replica, pool.phone, claims(20));
    const clone = await copyOf(pool);
    const early = await replicaOf(pool.id, (await logOf(pool.replica)).slice(0, 9));
    await writeDrafts(pool.replica, pool.phone, claims(30, 100));
    await writeDrafts(clone, pool.phone, claims(40, 200));
    await writeDrafts(early, pool.phone, claims(50, 300));
    for (const fork of [clone, early]) {
      await syncWith(fork, connect(pool.replica, pool.phone.did, pool.root.did), options);
      await assertConverged(fork, pool.replica);
    }
    assert.equal((await pool.replica.store.read((reader) => reader.chains())).length, 2 + 2); // root, phone and two forks
    assert.equal((await idsOf(pool.replica)).length, 2 + 20 + 30 + 40 + 50);
    await syncWith(clone, connect(pool.replica, pool.phone.did, pool.root.did), options);
    await assertConverged(clone, pool.replica);
  });

  test(`${way}: a server that was restored from a backup gets back what it lost, its own operations too`, async () => {
    const pool = await newPool();
    await addDevice(pool, "laptop", "full");
    await writeDrafts(pool.replica, pool.phone, claims(40));
    const backup = await copyOf(pool);
    await writeDrafts(pool.replica, pool.phone, claims(40, 100));
    const laptop = await copyOf(pool);
    await writeDrafts(laptop, writerOf("laptop"), claims(10, 200));
    const { pulled, pushed } = await syncWith(laptop, connect(backup, pool.phone.did, pool.root.did), options);
    assert.deepEqual([pulled, pushed], [0, 50]);
    await assertConverged(backup, laptop);
  });

  test(`${way}: a server that was restored writes again once a device that has synced says what it knew of it, and forks nothing`, async () => {
    const pool = await newPool();
    const laptop = await addDevice(pool, "laptop", "full");
    const collector = await addDevice(pool, "collector", "ingest");
    const backup = await copyOf(pool);
    const [, lost] = await writeDrafts(pool.replica, pool.phone, claims(2));
    const other = await copyOf(pool);
    await backup.store.write((tx) => tx.setLocal("unproven", "restored"));
    const doubted = async () => (await backup.store.read((reader) => reader.local("unproven"))) !== null;
    const ask = (by: Did, message: JsonObject) => answer(backup, { did: pool.phone.did }, message, by);
    assert.equal((await ask(laptop.did, { type: "hello" }))["unproven"], true);
    assert.equal((await ask(collector.did, { type: "hello" }))["unproven"], undefined);
    // Who holds no replica vouches for nothing; who names what is not here says that something is lacking.
    await ask(collector.did, { type: "heads", yours: [] });
    await ask(laptop.did, { type: "heads", yours: [lost as string] });
    assert.ok(await doubted());
    await syncWith(other, connect(backup, pool.phone.did, laptop.did), options);
    assert.ok(!(await doubted()));
    assert.equal((await ask(laptop.did, { type: "hello" }))["unproven"], undefined);
    await writeDrafts(backup, pool.phone, claims(1, 50));
    await syncWith(other, connect(backup, pool.phone.did, laptop.did), options);
    await assertConverged(backup, other);
    const written = (await other.store.read((reader) => reader.chains())).filter(({ author }) => author === pool.phone.did);
    assert.equal(written.length, 1, "no fork");
  });

  test(`${way}: conflicts that the sync made are reported with winner and losers, others are not`, async () => {
    const pool = await newPool();
    await addDevice(pool, "laptop", "full");
    await writeDrafts(pool.replica, pool.phone, [claim("ann", "diet", "old"), claim("ann", "diet", "older")]);
    const laptop = await copyOf(pool);
    const [tea] = await writeDrafts(pool.replica, pool.phone, [claim("self", "drink", "tea")]);
    const [, wine] = await writeDrafts(laptop, writerOf("laptop"), [claim("self", "word", "x"), claim("self", "drink", "wine")]);
    const report = await syncWith(laptop, connect(pool.replica, pool.phone.did, pool.root.did), options);
    assert.deepEqual(report.conflicts, [{ subject: "self", predicate: "drink", winner: wine, losers: [tea] }]);
    assert.match(summary(report), /, resolved 1 claim conflict\(s\)$/);
  });

  test(`${way}: interrupted between two batches, what was taken is kept, and the next sync goes on from there`, async () => {
    const pool = await newPool();
    await writeDrafts(pool.replica, pool.phone, claims(3_000));
    const client = await joining(pool.id);
    let before = 0;
    for (let times = 0; times < 3; times++) {
      const stop = new AbortController();
      let batches = 0;
      const watching = client.onChange(() => ++batches === 1 && stop.abort());
      const sync = syncWith(client, connect(pool.replica, pool.phone.did, pool.root.did), { ...options, signal: stop.signal });
      await assert.rejects(sync, { name: "PoolError", code: "interrupted" });
      watching();
      const now = (await idsOf(client)).length;
      assert.ok(now > before && now < 3_002, `${now} operations`);
      before = now;
    }
    await assertSound(client);
    const { pulled } = await syncWith(client, connect(pool.replica, pool.phone.did, pool.root.did), options);
    assert.equal(pulled, 3_002 - before);
    await assertConverged(pool.replica, client);
  });

  test(`${way}: large operations in any script are cut into messages that fit`, async () => {
    const pool = await newPool();
    const long = (script: string, index: number) => claim("self", `test.p${index}`, script.repeat(56_000 / Buffer.byteLength(script)));
    for (let start = 0; start < 450; start += 150) {
      await writeDrafts(
        pool.replica,
        pool.phone,
        Array.from({ length: 150 }, (_, index) => long(index % 3 ? "字" : "x", start + index)),
      );
    }
    const client = await joining(pool.id);
    const server = watched(pool.replica, pool);
    await syncWith(client, server, options);
    await assertConverged(pool.replica, client);
    const fresh = await replicaOf(pool.id, (await logOf(pool.replica)).slice(0, 2));
    const pushed = watched(fresh, pool);
    await syncWith(client, pushed, options);
    await assertConverged(fresh, client);
    for (const { ops } of pushed.messages) {
      if (!Array.isArray(ops)) continue;
      assert.ok(
        ops.length <= limits.syncBatchOps && Buffer.byteLength(JSON.stringify(ops)) <= limits.syncBatchBytes,
        "a batch is too large",
      );
    }
  });
}

test("law: random partial replicas of random histories are alike after one sync, in both directions, plain and with heads", async () => {
  for (let seed = 1; seed <= runs(40); seed++) {
    const random = seededRandom(seed);
    const { pool, ops, parts } = await randomHistory(seed, 30);
    for (const [way, options] of ways) {
      const [left, right] = [await joining(pool.id), await joining(pool.id)];
      for (const each of [left, right]) {
        await take(each, await logOf(random.pick(parts).replica));
        await take(each, random.some(ops, ops.length)); // as much of it as follows from what is there
        if (each === right) await take(each, ops.slice(0, 2)); // a server knows at least who root is
      }
      const union = new Set([...(await idsOf(left)), ...(await idsOf(right))]);
      const { rejected, deferred } = await syncWith(left, connect(right, pool.phone.did, pool.root.did), options);
      assert.deepEqual([rejected, deferred], [[], []], `seed ${seed}, ${way}`);
      assert.equal((await idsOf(left)).length, union.size, `seed ${seed}, ${way}`);
      await assertAlike(left, right, `seed ${seed}, ${way}`);
      await assertSound(left);
    }
  }
});

/** Payloads that one side erased stay away there, by a redaction that the other side has now too. */
async function assertAlike(left: Replica, right: Replica, message: string): Promise<void> {
  const lacking = (each: Replica) => each.store.read((reader) => reader.incomplete(null, 9_999));
  assert.deepEqual(await lacking(left), await lacking(right), message);
  await assertConverged(left, right);
}
