/** Section 4 on what arrives together, again, late or in part: verdicts are about operations, not about deliveries. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../../../src/core/limits.ts";
import type { Envelope } from "../../../src/core/op/operation.ts";
import type { Json } from "../../../src/core/ports.ts";
import { ingestOps } from "../../../src/node/ingest.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { Replica } from "../../../src/node/replica.ts";
import { openMemoryStore } from "../../../src/store/index.ts";
import { bare } from "../../../src/testkit/envelopes.ts";
import { claim, evidence, from, targets } from "../../../src/testkit/payloads.ts";
import { type ScriptedPool, scriptedPool } from "../../../src/testkit/scripted-pool.ts";
import { withReplica } from "../../replicas.ts";

const give = (replica: Replica, ops: readonly unknown[]) => ingestOps(replica, ops as Json[]);
const ids = (ops: readonly Envelope[]) => ops.map(({ op_id }) => op_id);
const holds = (replica: Replica, op: Envelope) =>
  replica.store.read(async (reader) => (await reader.known([op.op_id])).get(op.op_id) ?? null);

/** A replica that was told to join the pool, and holds nothing yet. */
async function joining(pool: ScriptedPool, use: (replica: Replica) => Promise<void>): Promise<void> {
  await withReplica({ kind: "memory", pool: pool.id }, use);
}

test("a batch in any order is admitted whole, in dependency order", async () => {
  const pool = scriptedPool(nativeCrypto);
  for (let n = 0; n < 5; n++) pool.write("phone", "mood", { n });
  await joining(pool, async (replica) => {
    const { accepted, deferred } = await give(replica, pool.ops.toReversed());
    assert.deepEqual(accepted, ids(pool.ops));
    assert.deepEqual(deferred, []);
  });
});

test("an operation that lies about its lamport is judged when its prev is, though it sorts before", async () => {
  const pool = scriptedPool(nativeCrypto);
  const own = pool.write("phone", "mood", {});
  const liar = pool.altered(pool.withhold(pool.write("phone", "mood", { after: own.op_id })), { lamport: 0 });
  await joining(pool, async (replica) => {
    const { accepted, rejected, deferred } = await give(replica, [liar, ...pool.ops]);
    assert.deepEqual([accepted.length, deferred.length], [pool.ops.length, 0]);
    assert.match(rejected[0]?.reason ?? "", /^chain rule broken: lamport/);
  });
});

test("what is deferred is not stored; it comes in when it is delivered again after what it waits for", async () => {
  const pool = scriptedPool(nativeCrypto);
  const [own, next] = [pool.write("phone", "mood", {}), pool.write("phone", "mood", {})];
  await joining(pool, async (replica) => {
    await give(replica, pool.ops.slice(0, 2));
    const early = await give(replica, [next]);
    assert.deepEqual(
      early.deferred.map(({ id, waitsFor }) => [id, waitsFor]),
      [[next.op_id, own.op_id]],
    );
    assert.equal(await holds(replica, next), null);
    assert.deepEqual((await give(replica, [own])).accepted, [own.op_id]);
    assert.deepEqual((await give(replica, [next])).accepted, [next.op_id]);
  });
});

test("what follows a rejected operation waits for ever", async () => {
  const pool = scriptedPool(nativeCrypto);
  const foreign = pool.write("thief", "mood", {});
  const after = pool.write("thief", "mood", {});
  await joining(pool, async (replica) => {
    const { rejected, deferred } = await give(replica, pool.ops);
    assert.deepEqual(
      rejected.map(({ op }) => op),
      [foreign.op_id],
    );
    assert.deepEqual(
      deferred.map(({ id, waitsFor }) => [id, waitsFor]),
      [[after.op_id, foreign.op_id]],
    );
  });
});

test("one operation twice in a batch is taken once, with its payload wherever that comes", async () => {
  for (const type of ["claim", "refutation"]) {
    const pool = scriptedPool(nativeCrypto);
    const op = pool.withhold(pool.write("phone", type, type === "claim" ? claim() : targets(pool.genesis)));
    for (const copies of [
      [op, op],
      [bare(op), op],
      [op, bare(op)],
      [op, bare(op), op, bare(op)],
    ]) {
      await joining(pool, async (replica) => {
        await give(replica, pool.ops);
        const { accepted, rejected, deferred } = await give(replica, copies);
        assert.deepEqual([accepted, rejected, deferred], [[op.op_id], [], []]);
        assert.equal((await holds(replica, op))?.hasPayload, true);
      });
    }
  }
});

test("a payload is attached to the header that came without, whoever brings it, if it is the one that the header names", async () => {
  const pool = scriptedPool(nativeCrypto);
  const op = pool.withhold(pool.write("phone", "claim", claim()));
  await joining(pool, async (replica) => {
    await give(replica, [...pool.ops, bare(op)]);
    const forged = await give(replica, [{ ...op, payload: claim({ object: "elsewhere" }) }]);
    assert.deepEqual([forged.attached, forged.rejected.length], [[], 1]);
    assert.equal((await holds(replica, op))?.hasPayload, false);
    const unsigned = await give(replica, [{ ...op, sig: "0".repeat(128) }]);
    assert.deepEqual([unsigned.attached, unsigned.accepted, unsigned.rejected], [[op.op_id], [], []]);
    assert.deepEqual((await give(replica, [op])).attached, []);
    const [kept] = await replica.store.read((reader) => reader.envelopes([op.op_id]));
    assert.deepEqual(kept, op); // with the first signature
  });
});

test("while a redaction is in force no payload for its target is taken: not with the target, not later", async () => {
  const pool = scriptedPool(nativeCrypto);
  const secret = pool.withhold(pool.write("phone", "claim", claim()));
  pool.write("phone", "redaction", { targets: [secret.op_id] });
  await joining(pool, async (replica) => {
    await give(replica, [...pool.ops, secret]);
    assert.equal((await holds(replica, secret))?.hasPayload, false);
    assert.deepEqual((await give(replica, [secret])).attached, []);
    assert.deepEqual(await replica.store.read((reader) => reader.incomplete(null, 10)), []);
  });
});

test("an operation without payload is incomplete: its id is asked for, until someone brings it", async () => {
  const pool = scriptedPool(nativeCrypto);
  const item = pool.write("phone", "evidence", evidence());
  pool.write("phone", "claim", claim(from(item)));
  await joining(pool, async (replica) => {
    await give(
      replica,
      pool.ops.map((op) => (op === item ? bare(op) : op)),
    );
    assert.deepEqual(await replica.store.read((reader) => reader.incomplete(null, 10)), [item.op_id]);
    await give(replica, [item]);
    assert.deepEqual(await replica.store.read((reader) => reader.incomplete(null, 10)), []);
  });
});

test("rejections by chain, author and control are remembered with their reason; those before are not", async () => {
  const pool = scriptedPool(nativeCrypto);
  const next = pool.withhold(pool.write("phone", "mood", {}));
  const broken = pool.altered(next, { lamport: 9 });
  const foreign = pool.withhold(pool.write("thief", "mood", {}));
  const control = pool.withhold(pool.write("phone", "device_add", { key: "nobody", role: "full" }));
  const unsigned = { ...next, sig: "0".repeat(128) };
  const elsewhere = pool.altered(next, { pool: broken.op_id });
  const misshapen = { ...next, seq: -1 };
  await joining(pool, async (replica) => {
    await give(replica, [...pool.ops, broken, foreign, control, unsigned, elsewhere, misshapen]);
    const asked = ids([broken, foreign, control, unsigned, elsewhere, misshapen]);
    const remembered = await replica.store.read((reader) => reader.rejected(asked));
    assert.deepEqual([...remembered.keys()].sort(), ids([broken, foreign, control]).sort());
    assert.match(remembered.get(broken.op_id) ?? "", /^chain rule broken: /);
    assert.deepEqual((await give(replica, [next])).accepted, [next.op_id]); // a good id on a bad envelope did no harm
  });
});

test("20 bad signatures: everything is refused; 19 are told one by one, and the good ones taken", async () => {
  const pool = scriptedPool(nativeCrypto);
  const bad = Array.from({ length: limits.badSignatures }, (_, n) => ({
    ...pool.withhold(pool.write("phone", "mood", { n })),
    sig: "0".repeat(128),
  }));
  await joining(pool, async (replica) => {
    await assert.rejects(give(replica, [...pool.ops, ...bad]), { code: "bad_signature" });
    assert.equal(await holds(replica, pool.genesis), null);
    const { accepted, rejected } = await give(replica, [...pool.ops, ...bad.slice(1)]);
    assert.deepEqual([accepted.length, rejected.length], [pool.ops.length, limits.badSignatures - 1]);
  });
});

test("a rejection names the op_id that was given, or nothing", async () => {
  const pool = scriptedPool(nativeCrypto);
  await joining(pool, async (replica) => {
    const { rejected } = await give(replica, [{ op_id: "mine" }, { op_id: 7 }, "text", null, { ...pool.genesis, v: 2 }]);
    assert.deepEqual(
      rejected.map(({ op }) => op),
      ["mine", "", "", "", pool.id],
    );
  });
});

test("a node that was not told to join a pool takes nothing", async () => {
  const pool = scriptedPool(nativeCrypto);
  const replica = new Replica(openMemoryStore(), nativeCrypto);
  const { accepted, rejected } = await give(replica, pool.ops);
  assert.equal(accepted.length, 0);
  assert.deepEqual(new Set(rejected.map(({ reason }) => reason)), new Set(["operation belongs to another pool"]));
});

test("both branches of a fork are admitted, and both are tips of their author", async () => {
  const pool = scriptedPool(nativeCrypto);
  const founded = [...pool.ops];
  const [one, other] = [0, 1].map((n) => pool.write("phone", "mood", { n }, founded)) as [Envelope, Envelope];
  const further = pool.write("phone", "mood", {}, [one]);
  await joining(pool, async (replica) => {
    await give(replica, pool.ops);
    const chains = await replica.store.read((reader) => reader.chains());
    const tips = chains.filter(({ author }) => author === pool.key("phone").did).map(({ tip, tipSeq }) => [tip, tipSeq]);
    assert.deepEqual(tips, [
      [further.op_id, 2],
      [other.op_id, 1],
    ]);
  });
});
