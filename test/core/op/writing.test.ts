/** Writing on a real log (sections 3 to 5): what a node writes is what every node admits, however many heads there are. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Envelope } from "../../../src/core/op/operation.ts";
import type { Json } from "../../../src/core/ports.ts";
import { ingestOps } from "../../../src/node/ingest.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import type { Replica } from "../../../src/node/replica.ts";
import { answer } from "../../../src/node/sync-server.ts";
import { type Writer, writeDrafts } from "../../../src/node/write.ts";
import { manualClock } from "../../../src/testkit/manual-clock.ts";
import { claim } from "../../../src/testkit/payloads.ts";
import { type ScriptedPool, scriptedPool } from "../../../src/testkit/scripted-pool.ts";
import { seededRandom } from "../../../src/testkit/seeded-random.ts";
import { withReplica } from "../../replicas.ts";

/** What `use` sees of a replica that holds the whole pool. */
async function onLogOf<Result>(pool: ScriptedPool, use: (replica: Replica) => Promise<Result>): Promise<Result> {
  return withReplica({ kind: "memory", pool: pool.id }, async (replica) => {
    const { accepted } = await ingestOps(replica, pool.ops as unknown as Json[]);
    assert.equal(accepted.length, pool.ops.length);
    return use(replica);
  });
}

function writerOf(pool: ScriptedPool, name: string): Writer {
  return { ...pool.key(name), clock: manualClock().now, random: seededRandom(1).bytes };
}

async function writeOne(replica: Replica, writer: Writer, type: string, payload: object): Promise<Envelope> {
  const ids = await writeDrafts(replica, writer, [{ type, payload: payload as Envelope["payload"] & object }]);
  const [op] = await replica.store.read((reader) => reader.envelopes(ids));
  return op as Envelope;
}

/** A pool whose log has `count` heads of high lamport, by forks of phone's key. */
function poolWithHeads(count: number): { pool: ScriptedPool; founded: readonly Envelope[] } {
  const pool = scriptedPool(nativeCrypto);
  const founded = [...pool.ops];
  for (let n = 0; n < count; n++) {
    const branch = pool.write("phone", "mood", { n }, founded);
    pool.write("phone", "mood", { n, again: true }, [branch]);
  }
  return { pool, founded };
}

test("an operation's ts is the writer's clock, its salts are the writer's randomness", async () => {
  const pool = scriptedPool(nativeCrypto);
  await onLogOf(pool, async (replica) => {
    const clock = manualClock(7);
    const writer = { ...writerOf(pool, "phone"), clock: clock.now };
    const op = await writeOne(replica, writer, "mood", {});
    assert.deepEqual([op.ts, op.salt], [7, Buffer.from(seededRandom(1).bytes(16)).toString("hex")]);
    clock.advance(-10);
    await assert.rejects(writeOne(replica, writer, "mood", {}), { code: "usage" });
  });
});

test("with over 32 heads an operation names 32: its own chain and the highest others", async () => {
  const { pool } = poolWithHeads(40);
  await onLogOf(pool, async (replica) => {
    const op = await writeOne(replica, writerOf(pool, "phone"), "claim", claim());
    assert.equal(op.prev.length, 32);
    const heads = await replica.store.read((reader) => reader.heads());
    assert.equal(heads.length, 9);
  });
});

test("a new device names the head that adds it, be it the lowest of many", async () => {
  const { pool, founded } = poolWithHeads(40);
  const add = pool.add("root", "laptop", "full", founded);
  await onLogOf(pool, async (replica) => {
    const op = await writeOne(replica, writerOf(pool, "laptop"), "claim", claim());
    assert.equal(op.prev.length, 32);
    assert.ok(op.prev.includes(add.op_id));
  });
});

test("a device names the head that contests its removal, when the removal is among the highest", async () => {
  const { pool, founded } = poolWithHeads(40);
  const added = pool.add("root", "laptop", "full", founded);
  const thief = pool.add("laptop", "thief", "full", [added]);
  const counter = pool.remove("laptop", "thief", null, [thief]); // laptop ranks before thief: contests all that thief says
  let high: Envelope = thief;
  for (let n = 0; n < 6; n++) high = pool.write("thief", "mood", { n }, [high]);
  const removal = pool.remove("thief", "laptop", counter, [high]);
  await onLogOf(pool, async (replica) => {
    const op = await writeOne(replica, writerOf(pool, "laptop"), "claim", claim());
    assert.ok(op.prev[0] === counter.op_id && op.prev.includes(removal.op_id));
  });
});

test("a key removed only by a key that ranks after it answers with a control operation, and then writes again", async () => {
  const pool = scriptedPool(nativeCrypto);
  pool.add("phone", "laptop", "full");
  pool.remove("laptop", "phone", null);
  await onLogOf(pool, async (replica) => {
    const phone = writerOf(pool, "phone");
    await assert.rejects(writeOne(replica, phone, "claim", claim()), { code: "role", message: /removed/ });
    await writeOne(replica, phone, "device_remove", { key: pool.key("laptop").did, last: null });
    assert.equal((await writeOne(replica, phone, "claim", claim())).author, phone.did);
    await assert.rejects(writeOne(replica, writerOf(pool, "laptop"), "device_add", { key: phone.did, role: "full" }), { code: "role" });
  });
});

test("a key removed by one that ranks before it, or by itself, can't answer", async () => {
  for (const by of ["phone", "laptop"]) {
    const pool = scriptedPool(nativeCrypto);
    pool.add("phone", "laptop", "full");
    pool.remove(by, "laptop", null);
    await onLogOf(pool, async (replica) => {
      const answering = writeOne(replica, writerOf(pool, "laptop"), "device_remove", { key: pool.key("phone").did, last: null });
      await assert.rejects(answering, { code: "role", message: /removed/ });
    });
  }
});

test("a server tells an answering key heads that its answer can name, however many there are", async () => {
  const { pool, founded } = poolWithHeads(40);
  const laptop = pool.add("root", "laptop", "full", founded);
  const tablet = pool.add("laptop", "tablet", "full", [laptop]);
  const removal = pool.remove("tablet", "laptop", null, [tablet]);
  await onLogOf(pool, async (replica) => {
    const reply = await answer(replica, { did: pool.key("phone").did }, { type: "heads" }, pool.key("laptop").did);
    const heads = reply["heads"] as Json[];
    assert.ok(heads.length === 31 && heads.includes(removal.op_id));
  });
});

test("a role writes only what it may", async () => {
  const pool = scriptedPool(nativeCrypto);
  pool.add("phone", "importer", "ingest");
  await onLogOf(pool, async (replica) => {
    const importer = writerOf(pool, "importer");
    await writeOne(replica, importer, "claim", claim());
    await assert.rejects(writeOne(replica, importer, "refutation", { targets: [pool.id] }), { code: "role" });
    await assert.rejects(writeOne(replica, writerOf(pool, "watch"), "claim", claim()), { code: "role", message: /not a device/ });
  });
});
