/** Removing a device: what the plan says is what happens; a removed device hears it, stops, comes in again, and carries its work over. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Did } from "../../../src/core/crypto/did-key.ts";
import type { OpId } from "../../../src/core/op/operation.ts";
import type { Json } from "../../../src/core/ports.ts";
import { listDevices, removeDevice } from "../../../src/node/devices.ts";
import { ingestOps } from "../../../src/node/ingest.ts";
import type { Node } from "../../../src/node/open-node.ts";
import { planRemoval } from "../../../src/node/removal/plan.ts";
import { carryOver, workOfFormerKey } from "../../../src/node/removal/rejoin.ts";
import { forgetRefusal, noteRefusal } from "../../../src/node/removal/told.ts";
import type { Replica } from "../../../src/node/replica.ts";
import { type Writer, writeDrafts } from "../../../src/node/write.ts";
import { addDevice, claim, joining, logOf, newPool, type Pool, targeting, writerOf } from "../replicas.ts";

function nodeOf(replica: Replica, writer: Writer): Node {
  return { replica, writer, write: (choose: never) => writeDrafts(replica, writer, choose) } as unknown as Node;
}

/** A writer whose clock shows what it is told. */
function at(writer: Writer, now: number): Writer {
  return { ...writer, clock: () => now };
}

const hour = 3_600_000;
const theft = 1_790_000_000_000 + 24 * hour;

/** A laptop that wrote three claims, of which the phone saw two before the theft, and two claims and a device after it. */
async function stolenLaptop() {
  const pool = await newPool();
  const laptop = await addDevice(pool, "laptop", "full");
  const write = async (writer: Writer, hours: number, predicate: string) =>
    (await writeDrafts(pool.replica, at(writer, theft + hours * hour), [claim("self", predicate, 1)]))[0] as OpId;
  const own = [await write(laptop, -5, "test.own1"), await write(laptop, -4, "test.own2")];
  await write(pool.phone, -3, "test.phone");
  own.push(await write(laptop, -2, "test.own3"));
  const thiefs = [await write(laptop, 1, "test.thief1"), await write(laptop, 2, "test.thief2")];
  const accomplice = writerOf("accomplice");
  await writeDrafts(pool.replica, at(laptop, theft + 3 * hour), [{ type: "device_add", payload: { key: accomplice.did, role: "full" } }]);
  return { pool, laptop, own, thiefs, accomplice, phone: nodeOf(pool.replica, pool.phone) };
}

async function statuses({ replica }: Pool, ids: readonly OpId[]): Promise<string[]> {
  const rows = new Map((await replica.store.read((reader) => reader.claims(ids))).map(({ id, status }) => [id, status]));
  return ids.map((id) => rows.get(id) ?? "none");
}

test("stolen since: the last that counts is the newest of before, and the plan names what falls", async () => {
  const { pool, laptop, own, thiefs, accomplice, phone } = await stolenLaptop();
  const plan = await planRemoval(phone, { key: laptop.did, reason: "stolen", since: theft, asRoot: false });
  assert.equal(plan.last, own[2]);
  assert.deepEqual(plan.contested.types, { claim: 2, device_add: 1 });
  assert.deepEqual(
    plan.falls.map(({ key }) => key),
    [accomplice.did],
  );
  assert.equal(plan.unwitnessed, 1, "nobody had seen the third of its claims by then");
  assert.equal(plan.outranks, false);
  await removeDevice(phone, { key: laptop.did, last: plan.last ?? "none" }, null);
  assert.deepEqual(await statuses(pool, [...own, ...thiefs]), ["active", "active", "active", "contested", "contested"]);
  const gone = (await listDevices(pool.replica)).find(({ key }) => key === accomplice.did);
  assert.equal(gone, undefined);
});

test("a plan changes nothing; retired and lost keep all that is known; what a person names goes before", async () => {
  const { pool, laptop, own, thiefs, phone } = await stolenLaptop();
  const before = (await logOf(pool.replica)).length;
  const wish = { key: laptop.did, since: null, asRoot: false };
  assert.equal((await planRemoval(phone, { ...wish, reason: "retired" })).contested.operations, 0);
  assert.equal((await planRemoval(phone, { ...wish, reason: "lost", last: "none" })).contested.operations, own.length + thiefs.length + 1);
  assert.equal((await planRemoval(phone, { ...wish, reason: "stolen", last: own[0] as OpId })).contested.operations, 5);
  await assert.rejects(planRemoval(phone, { ...wish, reason: "stolen", last: pool.id }), { code: "usage" });
  await assert.rejects(planRemoval(phone, { ...wish, key: writerOf("nobody").did, reason: "lost" }), { code: "not_found" });
  assert.equal((await logOf(pool.replica)).length, before);
});

test("a device that ranks before is said to need root, and root's removal holds against its answer", async () => {
  const { pool, laptop, phone, own, thiefs } = await stolenLaptop();
  const junior = nodeOf(pool.replica, laptop);
  const wish = { key: pool.phone.did, reason: "stolen" as const, since: null, asRoot: false };
  assert.equal((await planRemoval(junior, wish)).outranks, true);
  assert.equal((await planRemoval(junior, { ...wish, asRoot: true })).outranks, false);
  // The laptop removes the phone, the phone answers: the phone ranks first, and stands.
  await removeDevice(junior, { key: pool.phone.did, last: "newest" }, null);
  await removeDevice(phone, { key: laptop.did, last: own[2] as OpId }, null);
  assert.deepEqual(await removedOf(pool), [laptop.did]);
  // Root has the last word.
  await removeDevice(phone, { key: pool.phone.did, last: "newest" }, pool.root);
  assert.ok((await removedOf(pool)).includes(pool.phone.did));
  assert.deepEqual(await statuses(pool, thiefs), ["contested", "contested"]);
});

async function removedOf({ replica }: Pool): Promise<Did[]> {
  return (await listDevices(replica)).filter(({ removed }) => removed).map(({ key }) => key);
}

test("a removed device is told by one that it knows, stops writing, and goes on when any device lets it in", async () => {
  const pool = await newPool();
  const laptop = nodeOf(await joining(pool.id), await addDevice(pool, "laptop", "full"));
  await ingestOps(laptop.replica, (await logOf(pool.replica)) as unknown as Json[]);
  assert.equal(await noteRefusal(laptop, writerOf("stranger").did), false, "a stranger's word says nothing");
  await laptop.write([claim("self", "test.before", 1)]);
  assert.equal(await noteRefusal(laptop, pool.phone.did), true);
  await assert.rejects(laptop.write([claim("self", "test.after", 1)]), { code: "role", message: /was removed from the pool/ });
  await writeDrafts(laptop.replica, pool.root, [{ type: "device_add", payload: { key: writerOf("new").did, role: "full" } }]);
  await forgetRefusal(laptop);
  await laptop.write([claim("self", "test.after", 1)]);
});

test("contested work is said again by the new key, pointing to what the rest has become; a second run says nothing", async () => {
  const pool = await newPool();
  const laptop = await addDevice(pool, "laptop", "full");
  const old = nodeOf(pool.replica, laptop);
  const kept = (await old.write([claim("self", "test.kept", 1)]))[0] as OpId;
  const item = { source: { adapter: "notes", version: "1" }, origin: "user", external_id: "n1", kind: "note", content: { text: "figs" } };
  const evidence = (await old.write([{ type: "evidence", payload: item }]))[0] as OpId;
  const derived = (await old.write([claim("self", "test.derived", 2, { derived_from: [evidence, kept] })]))[0] as OpId;
  const [tip] = await old.write([targeting("endorsement", derived)]);
  const former = { key: laptop.did, tip: tip as OpId };
  await assert.rejects(workOfFormerKey(pool.replica, former), { code: "usage" });
  // Somebody with the same key writes after it.
  await old.write([claim("self", "test.thief", 1)]);
  await removeDevice(nodeOf(pool.replica, pool.phone), { key: laptop.did, last: kept }, null);
  assert.deepEqual(await statuses(pool, [kept, derived]), ["active", "contested"]);
  const again = nodeOf(pool.replica, await addDevice(pool, "laptop again", "full"));
  assert.equal(await carryOver(again, former), 3);
  const made = await pool.replica.store.read((reader) => reader.newest({ type: "claim", limit: 1 }));
  const [claimAgain] = made;
  assert.equal(claimAgain?.author, again.writer.did);
  const [from, other] = (claimAgain?.payload?.["derived_from"] ?? []) as OpId[];
  assert.ok(from !== evidence && other === kept, "what still counts is pointed to as it is");
  assert.deepEqual(await statuses(pool, [claimAgain?.op_id as OpId]), ["active"]);
  assert.equal(await carryOver(again, former), 0);
});
