/** Section 4, "control", with section 5's payloads and limits. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../../../src/core/limits.ts";
import type { Envelope } from "../../../src/core/op/operation.ts";
import type { Json, JsonObject } from "../../../src/core/ports.ts";
import { ingestOps } from "../../../src/node/ingest.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { fixedKey } from "../../../src/testkit/fixed-keys.ts";
import { weakDid } from "../../../src/testkit/pool-history-faults.ts";
import { type ScriptedPool, scriptedPool } from "../../../src/testkit/scripted-pool.ts";
import { agreed, endOf } from "../../against-oracle.ts";
import { withReplica } from "../../replicas.ts";

const invalid = (reason: string) => `invalid control operation: ${reason}`;
const addedBefore = invalid("the key was added or removed before");

function poolOfTwo() {
  const pool = scriptedPool(nativeCrypto);
  pool.add("phone", "laptop", "full");
  return pool;
}

/** Where a control operation with this payload ends. */
function endOfNext(pool: ScriptedPool, author: string, type: string, payload: JsonObject): Promise<string> {
  return endOf(pool, pool.withhold(pool.write(author, type, payload)));
}

test("only root and full devices write control operations", async () => {
  for (const role of ["ingest", "assistant", "mirror", "a role of the future"]) {
    const pool = poolOfTwo();
    pool.add("phone", "tablet", role);
    const { did } = pool.key("watch");
    for (const [type, payload] of [
      ["device_add", { key: did, role: "full" }],
      ["device_remove", { key: did, last: null }],
    ] as const) {
      assert.equal(await endOfNext(pool, "tablet", type, payload), invalid("only root and full devices write these"), role);
      assert.equal(await endOfNext(pool, "laptop", type, payload), "accepted");
      assert.equal(await endOfNext(pool, "root", type, payload), "accepted");
    }
  }
});

test("the role that counts is the one in the operation's own past", async () => {
  const pool = poolOfTwo();
  const before = [...pool.ops];
  const lower = pool.add("root", "tablet", "ingest", [...before, pool.write("root", "mood", {}, pool.ops.slice(0, 2))]);
  const other = pool.add("laptop", "tablet", "full", before);
  const by = (after: typeof before) => pool.withhold(pool.add("tablet", "watch", "full", after));
  assert.equal(await endOf(pool, by([other])), "accepted");
  assert.equal(await endOf(pool, by([lower])), invalid("only root and full devices write these"));
});

test("payloads have closed member lists and exact forms", async () => {
  const { did } = fixedKey(nativeCrypto, "watch");
  const misshapen: readonly (readonly [string, JsonObject, RegExp])[] = [
    ["device_add", {}, /"key" is missing/],
    ["device_add", { key: did }, /"role" is missing/],
    ["device_add", { role: "full" }, /"key" is missing/],
    ["device_add", { key: did, role: "full", name: "my watch" }, /unknown member "name"/],
    ["device_add", { key: did, role: null }, /"role" must be a string/],
    ["device_add", { key: "watch", role: "full" }, /"key" must be a did:key/],
    ["device_add", { key: weakDid, role: "full" }, /"key" must be a did:key/],
    ["device_add", { key: [did], role: "full" }, /"key" must be a did:key/],
    ["device_remove", { key: did }, /"last" is missing/],
    ["device_remove", { last: null }, /"key" is missing/],
    ["device_remove", { key: did, last: "newest" }, /"last" must be an op_id or null/],
    ["device_remove", { key: did, last: 7 }, /"last" must be an op_id or null/],
    ["device_remove", { key: did, last: null, role: "full" }, /unknown member "role"/],
    ["device_remove", { key: weakDid, last: null }, /"key" must be a did:key/],
  ];
  for (const [type, payload, reason] of misshapen) {
    const end = await endOfNext(poolOfTwo(), "phone", type, payload);
    assert.match(end, /^invalid control operation: /);
    assert.match(end, reason);
  }
});

test("a genesis is its author's own: the owner is who wrote it, and nothing else is said", async () => {
  const { did } = fixedKey(nativeCrypto, "phone");
  for (const payload of [{ owner: did }, {}, { owner: fixedKey(nativeCrypto, "root").did, name: "mine" }]) {
    const pool = scriptedPool(nativeCrypto);
    const genesis = pool.write("root", "genesis", payload, []);
    assert.match(await endOf({ ...pool, id: genesis.op_id, ops: [] }, genesis), /^invalid control operation: /);
  }
});

test("device_add: not a key that the view of its past has, or removed", async () => {
  const pool = poolOfTwo();
  pool.remove("phone", "watch", null); // never added, and removed all the same
  assert.equal(await endOf(pool, pool.withhold(pool.add("phone", "laptop", "ingest"))), addedBefore);
  assert.equal(await endOf(pool, pool.withhold(pool.add("phone", "phone", "full"))), addedBefore);
  assert.equal(await endOf(pool, pool.withhold(pool.add("root", "watch", "full"))), addedBefore);
  pool.remove("phone", "laptop", null);
  assert.equal(await endOf(pool, pool.withhold(pool.add("root", "laptop", "full"))), addedBefore);
});

test("device_add: a key that only another branch added may be added, and stays one device", async () => {
  const pool = poolOfTwo();
  const before = [...pool.ops];
  pool.add("phone", "tablet", "ingest", before);
  pool.add("laptop", "tablet", "full", before);
  const { accepted, devices } = await agreed(pool);
  assert.equal(accepted.size, pool.ops.length);
  assert.equal(devices.ranked.filter(({ key }) => key === pool.key("tablet").did).length, 1);
});

test("device_add: a contested addition, or removal, of the key in its past is no reason to refuse it", async () => {
  const pool = poolOfTwo();
  pool.add("laptop", "tablet", "full");
  pool.remove("laptop", "watch", null);
  assert.equal(await endOf(pool, pool.withhold(pool.add("phone", "tablet", "full"))), addedBefore);
  pool.remove("phone", "laptop", null);
  assert.equal(await endOf(pool, pool.withhold(pool.add("phone", "tablet", "full"))), "accepted");
  assert.equal(await endOf(pool, pool.withhold(pool.add("phone", "watch", "full"))), "accepted");
});

test("root's own key may be added, which adds nothing: it stays root, also when it was removed", async () => {
  const pool = poolOfTwo();
  pool.add("phone", "root", "ingest");
  pool.remove("phone", "root", null);
  pool.add("root", "root", "mirror");
  const { accepted, devices } = await agreed(pool);
  assert.equal(accepted.size, pool.ops.length);
  assert.deepEqual(
    devices.ranked.map(({ role }) => role),
    ["root", "full", "full"],
  );
});

/** Keys are many here, and signatures few: one batch. */
function addMany(pool: ScriptedPool, author: string, count: number, first = 0): void {
  const drafts = Array.from({ length: count }, (_, n) => ({
    type: "device_add",
    payload: { key: fixedKey(nativeCrypto, `number ${first + n}`).did, role: "ingest" },
  }));
  for (let start = 0; start < count; start += limits.batchSize) pool.writeBatch(author, drafts.slice(start, start + limits.batchSize));
}

/** What a replica that is given one list after the other rejects, and why. The oracle would take minutes over so many. */
async function refusals(pool: ScriptedPool, ...lists: readonly (readonly Envelope[])[]): Promise<string[][]> {
  return withReplica({ kind: "memory", pool: pool.id }, async (replica) => {
    const found: string[][] = [];
    for (const list of lists) {
      const { rejected, deferred } = await ingestOps(replica, list as unknown as Json[]);
      assert.deepEqual(deferred, []);
      found.push(rejected.map(({ reason }) => reason));
    }
    return found;
  });
}

test("device_add: 1,024 effective additions that root did not write are the most; root may go on", async () => {
  const pool = poolOfTwo(); // phone's addition of laptop is the first
  pool.add("laptop", "tablet", "full");
  addMany(pool, "root", 3, 2_000);
  addMany(pool, "phone", 1_021);
  const full = [...pool.ops];
  const last = pool.withhold(pool.add("phone", "watch", "full"));
  const over = pool.withhold(pool.add("phone", "mirror", "mirror", [last]));
  const byRoot = pool.withhold(pool.add("root", "mirror", "mirror", [last]));
  const ofRoot = pool.withhold(pool.add("phone", "root", "full", [last]));
  // A removal contests laptop's addition of tablet: there is room for one more.
  const removal = pool.withhold(pool.remove("root", "laptop", null, [last]));
  const replacing = pool.withhold(pool.add("phone", "mirror", "mirror", [last, removal]));
  assert.deepEqual(await refusals(pool, full, [last], [over], [byRoot, ofRoot], [removal], [replacing]), [
    [],
    [],
    [invalid("over 1024 devices that root did not add")],
    [],
    [],
    [],
  ]);
});

test("device_remove: 64 of one author are the most; others' and root's do not count", async () => {
  const pool = poolOfTwo();
  const key = fixedKey(nativeCrypto, "nobody").did;
  const removals = (author: string, count: number) =>
    pool.writeBatch(
      author,
      Array.from({ length: count }, () => ({ type: "device_remove", payload: { key, last: null } })),
    );
  removals("root", 65);
  removals("laptop", 64);
  removals("phone", 63);
  const all = [...pool.ops];
  const by = (author: string) => pool.withhold(pool.remove(author, "watch", null));
  const over = invalid("over 64 removals by one device");
  assert.deepEqual(await refusals(pool, all, [by("laptop")], [by("root")], [by("phone")]), [[], [over], [], []]);
  removals("phone", 1);
  assert.deepEqual(await refusals(pool, pool.ops, [by("phone")]), [[], [over]]);
});

test("device_remove: only its own past is counted; a branch that knows of fewer may remove", async () => {
  const pool = poolOfTwo();
  const before = [...pool.ops];
  const key = fixedKey(nativeCrypto, "nobody").did;
  pool.writeBatch(
    "phone",
    Array.from({ length: 64 }, () => ({ type: "device_remove", payload: { key, last: null } })),
  );
  assert.equal(await endOf(pool, pool.withhold(pool.remove("phone", "watch", null, before))), "accepted"); // a fork
});

test("device_remove: any key may be named, one that is no device, or root", async () => {
  const pool = poolOfTwo();
  for (const key of ["watch", "phone", "root", "laptop"]) {
    assert.equal(await endOf(pool, pool.withhold(pool.remove("laptop", key, null))), "accepted", key);
  }
});
