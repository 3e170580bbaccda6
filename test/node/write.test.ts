/** Writing own operations: whatever else goes on, an author's chain goes on from its newest, and names what it knows. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../../src/core/limits.ts";
import type { Envelope, OpId } from "../../src/core/op/operation.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { addDevice, assertSound, claim, claims, headsOf, joining, logOf, newPool, replicaOf, take, writerOf } from "./replicas.ts";

const byAuthor = async (replica: Parameters<typeof logOf>[0], author: string) =>
  (await logOf(replica)).filter((op) => op.author === author);

test("drafts become one chain, in order, each following the one before; the first names all other heads", async () => {
  const pool = await newPool();
  const laptop = await addDevice(pool, "laptop", "full");
  const other = await replicaOf(pool.id, await logOf(pool.replica));
  await writeDrafts(other, laptop, claims(2));
  await writeDrafts(pool.replica, pool.phone, claims(2, 50));
  await take(pool.replica, await logOf(other));
  const heads = await headsOf(pool.replica);
  const ids = await writeDrafts(pool.replica, pool.phone, claims(4, 100));
  const written = (await logOf(pool.replica)).filter(({ op_id }) => ids.includes(op_id));
  assert.deepEqual(
    written.map(({ payload }) => payload?.["object"]),
    [100, 101, 102, 103],
  );
  assert.deepEqual(written[0]?.prev.toSorted(), heads.toSorted());
  for (const [index, op] of written.slice(1).entries()) assert.deepEqual(op.prev, [written[index]?.op_id]);
  assert.deepEqual(await headsOf(pool.replica), ids.slice(-1));
});

test("several share one signature, at most 1,024; one alone has its own", async () => {
  const pool = await newPool();
  const ids = await writeDrafts(pool.replica, pool.phone, claims(limits.batchSize + 2));
  await writeDrafts(pool.replica, pool.phone, claims(1, 5_000));
  const written = (await byAuthor(pool.replica, pool.phone.did)) as Envelope[];
  assert.equal(ids.length, limits.batchSize + 2);
  assert.deepEqual([...new Set(written.map(({ batch }) => batch?.size))], [limits.batchSize, 2, undefined]);
  assert.equal(new Set(written.map(({ sig }) => sig)).size, 3);
  await assertSound(pool.replica);
});

test("with more heads than fit, 32 are named: the author's own, and of the others those highest in (lamport, op_id)", async () => {
  const pool = await newPool();
  const laptop = await addDevice(pool, "laptop", "full");
  const base = await logOf(pool.replica);
  const all = await replicaOf(pool.id, base);
  for (let fork = 0; fork < 40; fork++) {
    const clone = await replicaOf(pool.id, base);
    await writeDrafts(clone, laptop, claims(1 + (fork % 3), 10 * fork)); // a key cloned forty times
    await take(all, await logOf(clone));
  }
  const heads = (await all.store.read((reader) => reader.heads())).map(({ id }) => id);
  assert.equal(heads.length, 40);
  const own = (await byAuthor(all, pool.phone.did)).at(-1)?.op_id as OpId;
  const [id] = await writeDrafts(all, pool.phone, claims(1, 9_000));
  const op = (await logOf(all)).find(({ op_id }) => op_id === id) as Envelope;
  assert.deepEqual(op.prev, [own, ...heads.slice(-31).sort()]);
  assert.equal((await headsOf(all)).length, 40 - 31 + 1);
});

test("a key that forked goes on from its own tip that is highest in (lamport, op_id)", async () => {
  const pool = await newPool();
  const clone = await replicaOf(pool.id, await logOf(pool.replica));
  await writeDrafts(pool.replica, pool.phone, claims(2));
  await writeDrafts(clone, pool.phone, claims(3, 10));
  await take(pool.replica, await logOf(clone));
  const tip = (await byAuthor(clone, pool.phone.did)).at(-1)?.op_id;
  const [id] = await writeDrafts(pool.replica, pool.phone, claims(1, 20));
  assert.equal((await logOf(pool.replica)).find(({ op_id }) => op_id === id)?.prev[0], tip);
  assert.equal((await headsOf(pool.replica)).length, 1, "it names the other fork too");
});

test("writes at the same time take turns: no fork, nothing lost, each call's operations next to one another", async () => {
  const pool = await newPool();
  const laptop = await addDevice(pool, "laptop", "full");
  const calls = Array.from({ length: 20 }, (_, index) => writeDrafts(pool.replica, index % 2 ? pool.phone : laptop, claims(3, 10 * index)));
  const written = await Promise.all(calls);
  const order = (await logOf(pool.replica)).map(({ op_id }) => op_id);
  for (const ids of written) assert.deepEqual(order.slice(order.indexOf(ids[0] as OpId)).slice(0, 3), ids);
  assert.equal((await pool.replica.store.read((reader) => reader.chains())).length, 3);
  await assertSound(pool.replica);
});

test("drafts may be chosen by what the log holds once the write has begun", async () => {
  const pool = await newPool();
  const once = () =>
    writeDrafts(pool.replica, pool.phone, async (tx) => ((await tx.counts()).claims === 0 ? [claim("self", "diet", "rye")] : []));
  const written = await Promise.all([once(), once(), once()]);
  assert.deepEqual(
    written.map((ids) => ids.length),
    [1, 0, 0],
  );
});

test("refused with code role, and nothing written: no device, a removed one, and what the role may not write", async () => {
  const pool = await newPool();
  const before = await logOf(pool.replica);
  const refused = { name: "PoolError", code: "role" };
  await assert.rejects(writeDrafts(pool.replica, writerOf("stranger"), claims(1)), refused);
  await assert.rejects(writeDrafts(pool.replica, pool.root, claims(1)), refused);
  assert.deepEqual(await logOf(pool.replica), before);
  const bridge = await addDevice(pool, "bridge", "ingest");
  await assert.rejects(writeDrafts(pool.replica, bridge, [...claims(1), { type: "refutation", payload: { targets: [pool.id] } }]), refused);
  await assert.rejects(
    writeDrafts(pool.replica, bridge, [{ type: "device_add", payload: { key: pool.phone.did, role: "full" } }]),
    refused,
  );
  await writeDrafts(pool.replica, pool.phone, [{ type: "device_remove", payload: { key: bridge.did, last: null } }]);
  await assert.rejects(writeDrafts(pool.replica, bridge, claims(1)), refused);
  assert.equal((await logOf(pool.replica)).length, before.length + 2);
});

test("drafts of which the log would not admit one are not written at all", async () => {
  const pool = await newPool();
  const before = await logOf(pool.replica);
  const again = { type: "device_add", payload: { key: pool.phone.did, role: "full" } };
  await assert.rejects(writeDrafts(pool.replica, pool.phone, [...claims(2), again, ...claims(2, 10)]), {
    code: "role",
    message: /added or removed before/,
  });
  assert.deepEqual(await logOf(pool.replica), before);
  assert.equal((await writeDrafts(pool.replica, pool.phone, claims(2))).length, 2);
  await assertSound(pool.replica);
});

test("a store that may be an old copy is not written to before a sync, and one without a pool not at all", async () => {
  const pool = await newPool();
  await pool.replica.store.write((tx) => tx.setLocal("unproven", "copied"));
  await assert.rejects(writeDrafts(pool.replica, pool.phone, claims(1)), { code: "stale" });
  const empty = await joining(pool.id);
  await assert.rejects(writeDrafts(empty, pool.phone, claims(1)), { code: "role" });
});
