/** Section 4, "author": who may write is decided by the view of the operation's own causal past alone. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { scriptedPool } from "../../../src/testkit/scripted-pool.ts";
import { agreed, endOf } from "../../against-oracle.ts";

const noDevice = "author not authorised: the key is not a device of this pool";
const removed = "author not authorised: the key was removed";

/** Root, phone and laptop (`full`, added by phone). */
function poolOfTwo() {
  const pool = scriptedPool(nativeCrypto);
  pool.add("phone", "laptop", "full");
  return pool;
}

test("root always may, even when a device removed it", async () => {
  const pool = poolOfTwo();
  pool.remove("phone", "root", null);
  assert.equal(await endOf(pool, pool.withhold(pool.write("root", "mood", {}))), "accepted");
  assert.equal(await endOf(pool, pool.withhold(pool.add("root", "tablet", "full"))), "accepted");
});

test("a key is no device before its addition is in its past, though the log has it", async () => {
  const pool = poolOfTwo();
  const early = pool.withhold(pool.write("laptop", "mood", {}, pool.ops.slice(0, 2)));
  assert.equal(await endOf(pool, early), noDevice);
  assert.equal(await endOf(pool, pool.withhold(pool.write("laptop", "mood", {}))), "accepted");
});

test("a key of any role may author, one that nobody added may not", async () => {
  for (const role of ["full", "ingest", "assistant", "mirror", "a role of the future", ""]) {
    const pool = poolOfTwo();
    pool.add("phone", "tablet", role);
    assert.equal(await endOf(pool, pool.withhold(pool.write("tablet", "mood", {}))), "accepted", role);
    assert.equal(await endOf(pool, pool.withhold(pool.write("thief", "mood", {}))), noDevice);
  }
});

test("an ordinary operation is refused when its past removes its author, whoever did and whatever `last` says", async () => {
  for (const by of ["root", "phone", "laptop"]) {
    const pool = poolOfTwo();
    const own = pool.write("laptop", "mood", {});
    pool.remove(by, "laptop", own);
    assert.equal(await endOf(pool, pool.withhold(pool.write("laptop", "mood", {}))), removed, by);
  }
  const pool = poolOfTwo();
  pool.remove("laptop", "phone", null); // laptop ranks after phone
  assert.equal(await endOf(pool, pool.withhold(pool.write("phone", "mood", {}))), removed);
});

test("a removal that is not in its past does not stop an operation from being admitted; the view contests it", async () => {
  const pool = poolOfTwo();
  const before = [...pool.ops];
  pool.remove("root", "laptop", null);
  const unaware = pool.write("laptop", "mood", {}, before);
  const { accepted, contested } = await agreed(pool);
  assert.ok(accepted.has(unaware.op_id) && contested.has(unaware.op_id));
});

test("a control operation is refused when its author removed itself, or a key that ranks before it did", async () => {
  for (const by of ["root", "phone", "laptop"]) {
    const pool = poolOfTwo();
    pool.remove(by, "laptop", null);
    assert.equal(await endOf(pool, pool.withhold(pool.add("laptop", "tablet", "full"))), removed, by);
    assert.equal(await endOf(pool, pool.withhold(pool.remove("laptop", "phone", null))), removed, by);
  }
});

test("a control operation is admitted when only keys that rank after its author removed it: its answer", async () => {
  const pool = poolOfTwo();
  pool.remove("laptop", "phone", null);
  assert.equal(await endOf(pool, pool.withhold(pool.add("phone", "tablet", "full"))), "accepted");
  assert.equal(await endOf(pool, pool.withhold(pool.remove("phone", "laptop", null))), "accepted");
});

test("a removal that is contested in the same past does not count, so that the answered key writes again", async () => {
  const pool = poolOfTwo();
  pool.remove("laptop", "phone", null);
  pool.remove("phone", "laptop", null);
  assert.equal(await endOf(pool, pool.withhold(pool.write("phone", "mood", {}))), "accepted");
  assert.equal(await endOf(pool, pool.withhold(pool.write("laptop", "mood", {}))), removed);
});

test("a key whose addition is contested in its past is no device there", async () => {
  const pool = poolOfTwo();
  const add = pool.add("laptop", "tablet", "full");
  pool.remove("phone", "laptop", null);
  assert.equal(await endOf(pool, pool.withhold(pool.write("tablet", "mood", {}))), noDevice);
  assert.equal(await endOf(pool, pool.withhold(pool.write("tablet", "mood", {}, [add]))), "accepted");
});

test("verdicts never change: what was admitted on its past stays, whatever its past's authors turn out to be", async () => {
  const pool = poolOfTwo();
  const added = pool.add("laptop", "tablet", "full");
  const written = pool.write("tablet", "mood", {}, [added]);
  pool.remove("root", "laptop", null, pool.ops.slice(0, 3));
  const { accepted, contested, devices } = await agreed(pool);
  assert.ok(accepted.has(written.op_id) && contested.has(written.op_id));
  assert.ok(!devices.ranked.some(({ key }) => key === pool.key("tablet").did));
});
