/** Section 5: which operations of a removed key still count. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Envelope } from "../../../src/core/op/operation.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { type ScriptedPool, scriptedPool } from "../../../src/testkit/scripted-pool.ts";
import { agreed } from "../../against-oracle.ts";

/** Root, phone, laptop (added by phone) and four operations of laptop. */
function poolWithWork() {
  const pool = scriptedPool(nativeCrypto);
  pool.add("phone", "laptop", "full");
  const work = [0, 1, 2, 3].map((n) => pool.write("laptop", "mood", { n })) as [Envelope, Envelope, Envelope, Envelope];
  return { pool, work };
}

async function contestedAre(pool: ScriptedPool, ops: readonly Envelope[]): Promise<void> {
  const { contested, accepted } = await agreed(pool);
  assert.equal(accepted.size, pool.ops.length);
  assert.deepEqual([...contested].sort(), ops.map(({ op_id }) => op_id).sort());
}

test("`last` and what is before it along prev[0] counts; everything else of the key is contested", async () => {
  const { pool, work } = poolWithWork();
  pool.remove("root", "laptop", work[1]);
  await contestedAre(pool, work.slice(2));
});

test("`last` null: nothing of the key counts", async () => {
  const { pool, work } = poolWithWork();
  pool.remove("root", "laptop", null);
  await contestedAre(pool, work);
});

test("what the remover did not know of is contested too, before and after it comes", async () => {
  const { pool, work } = poolWithWork();
  pool.remove("root", "laptop", work[1], [work[1]]);
  const late = pool.write("laptop", "mood", { late: true }, [work[3]]);
  await contestedAre(pool, [work[2], work[3], late]);
});

test("a `last` by another key, or that no node knows, reads as null", async () => {
  for (const last of [2, 1]) {
    const { pool, work } = poolWithWork();
    pool.remove("root", "laptop", pool.ops[last] as Envelope);
    await contestedAre(pool, work);
  }
  const { pool, work } = poolWithWork();
  pool.write("root", "device_remove", { key: pool.key("laptop").did, last: `op:${"7".repeat(64)}` });
  await contestedAre(pool, work);
});

test("a `last` that is not in the removal's own causal past reads as null, though the log has it", async () => {
  const { pool, work } = poolWithWork();
  pool.remove("root", "laptop", work[1], [work[0]]);
  await contestedAre(pool, work);
});

test("of a fork that branch counts which leads to `last`, and the part that both share", async () => {
  const { pool, work } = poolWithWork();
  const twin = pool.write("laptop", "mood", { twin: 1 }, [work[1]]);
  const further = pool.write("laptop", "mood", { twin: 2 }, [twin]);
  const third = pool.write("laptop", "mood", { twin: 3 }, [twin]);
  pool.remove("root", "laptop", further, pool.ops);
  await contestedAre(pool, [work[2], work[3], third]);
});

test("a fork that starts anew at seq 1 has no part in the other, though it follows on it", async () => {
  const { pool, work } = poolWithWork();
  const anew = pool.include(pool.altered(pool.withhold(pool.write("laptop", "mood", { anew: true })), { seq: 1 }));
  pool.remove("root", "laptop", anew, [pool.ops[1] as Envelope, anew]);
  const { contested } = await agreed(pool);
  for (const op of work) assert.ok(contested.has(op.op_id));
  assert.ok(!contested.has(anew.op_id));
});

test("of two removals either contests: what both let count counts", async () => {
  const { pool, work } = poolWithWork();
  pool.remove("root", "laptop", work[2], [work[3]]);
  pool.remove("phone", "laptop", work[0], [work[3]]);
  await contestedAre(pool, work.slice(1));
});

test("a key that removes itself keeps what `last` covers, and all its control operations", async () => {
  const { pool, work } = poolWithWork();
  const added = pool.add("laptop", "tablet", "full");
  const written = pool.write("tablet", "mood", {});
  const parting = pool.remove("laptop", "laptop", work[1]);
  const { contested, devices } = await agreed(pool);
  assert.deepEqual([...contested].sort(), [work[2].op_id, work[3].op_id].sort());
  assert.ok(![added, written, parting].some(({ op_id }) => contested.has(op_id)));
  assert.equal(devices.ranked.length, 4);
});

test("a removal by a key that ranks after contests ordinary operations, not control operations", async () => {
  const { pool } = poolWithWork();
  const before = pool.write("phone", "mood", {}, [pool.ops[2] as Envelope]);
  const added = pool.add("phone", "tablet", "full", [before]);
  pool.write("tablet", "mood", {}, [added]);
  pool.remove("laptop", "phone", null);
  await contestedAre(pool, [before]);
});

test("a removal by a key that ranks before contests control operations too, and with them all they gave rise to", async () => {
  const { pool, work } = poolWithWork();
  const added = pool.add("laptop", "tablet", "full");
  const removal = pool.remove("tablet", "phone", null, [added]);
  const written = pool.write("tablet", "mood", {}, [added]);
  const mine = pool.write("phone", "mood", {}, pool.ops.slice(0, 3));
  await contestedAre(pool, [mine]);
  pool.remove("phone", "laptop", work[3], [mine, added]);
  await contestedAre(pool, [added, removal, written]);
});

test("mutual removal: the one that ranks first stays", async () => {
  const { pool, work } = poolWithWork();
  const known = [...pool.ops];
  const mine = pool.write("phone", "mood", {}, known);
  const lost = pool.remove("laptop", "phone", null, known);
  pool.remove("phone", "laptop", work[3], [mine]);
  await contestedAre(pool, [lost]);
});

test("root is never contested, whoever removes it; nor does it contest itself", async () => {
  const { pool } = poolWithWork();
  pool.remove("phone", "root", null);
  pool.remove("root", "root", null);
  pool.add("root", "tablet", "full");
  pool.write("root", "mood", {});
  await contestedAre(pool, []);
});

test("a removal that is contested contests nothing", async () => {
  const { pool, work } = poolWithWork();
  pool.add("laptop", "tablet", "full");
  const removal = pool.remove("tablet", "laptop", null);
  await contestedAre(pool, work);
  pool.remove("phone", "tablet", null);
  await contestedAre(pool, [removal]);
});

test("a void removal contests nothing: its author's role is not full in the view of the whole log", async () => {
  const { pool } = poolWithWork();
  const before = [...pool.ops];
  pool.add("root", "tablet", "ingest", pool.ops.slice(0, 2)); // the lowest of the two, so this role counts
  const other = pool.add("phone", "tablet", "full", before);
  pool.remove("tablet", "laptop", null, [other]);
  await contestedAre(pool, []);
});

test("a key that comes back as a new one writes on; what the old one wrote stays contested", async () => {
  const { pool, work } = poolWithWork();
  pool.remove("root", "laptop", work[0]);
  pool.add("root", "tablet", "full");
  pool.write("tablet", "mood", {});
  await contestedAre(pool, work.slice(1));
});
