/** Who may ask what: every party and every message of section 7's table, each cell by itself. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Did } from "../../src/core/crypto/did-key.ts";
import type { Envelope } from "../../src/core/op/operation.ts";
import type { Json, JsonObject } from "../../src/core/ports.ts";
import { answer } from "../../src/node/sync-server.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { addDevice, claims, idsOf, logOf, newPool, replicaOf, take, writerOf } from "./replicas.ts";

/** What a key is told or may do. `all`: everything; `part`: reduced, or only its own and control operations; `none`: refused. */
interface Row {
  readonly hello: "all" | "part" | "bare" | "none";
  readonly heads: "all" | "part" | "none";
  readonly frontier: boolean;
  readonly opsSince: boolean;
  readonly read: { readonly own: boolean; readonly control: boolean; readonly foreign: boolean } | "none";
  readonly push: { readonly own: boolean; readonly ownControl: boolean; readonly foreign: boolean; readonly foreignControl: boolean };
}

const everything: Row = {
  hello: "all",
  heads: "all",
  frontier: true,
  opsSince: true,
  read: { own: true, control: true, foreign: true },
  push: { own: true, ownControl: true, foreign: true, foreignControl: true },
};
const nothing: Row = {
  hello: "none",
  heads: "none",
  frontier: false,
  opsSince: false,
  read: "none",
  push: { own: false, ownControl: false, foreign: false, foreignControl: false },
};
const ownWork: Row = {
  ...nothing,
  hello: "part",
  heads: "part",
  read: { own: true, control: true, foreign: false },
  push: { own: true, ownControl: true, foreign: false, foreignControl: false },
};
const helloOnly: Row = { ...nothing, hello: "bare" };

const table: Readonly<Record<string, Row>> = {
  root: everything,
  phone: everything, // full
  mirror: everything,
  ingest: ownWork,
  assistant: ownWork,
  keeper: helloOnly, // a device with a role that this version does not know
  "added by a removed key": helloOnly,
  stranger: helloOnly,
  unsigned: helloOnly,
  "removed by a key that ranks before it": nothing,
  "removed by root and by a key that ranks after it": nothing,
  "removed by a key that ranks after it": { ...nothing, hello: "part", heads: "part", push: { ...nothing.push, ownControl: true } },
  "never added, but removed": nothing,
};

/** A pool in which each of the table's names is what it says, and has written what it could. */
async function everyParty() {
  const pool = await newPool();
  const { replica, phone, root } = pool;
  for (const role of ["mirror", "ingest", "assistant", "keeper"]) await addDevice(pool, role, role);
  const [before, after, middle, gone] = ["removed by a key that ranks before it", "removed by a key that ranks after it", "middle", "gone"];
  const twice = "removed by root and by a key that ranks after it";
  for (const name of [before, after, twice, middle, gone]) await addDevice(pool, name as string, "full");
  const own = new Map<string, Envelope>();
  for (const [name, type] of Object.entries({ ingest: "claim", assistant: "claim", mirror: "cap_access", [before as string]: "claim" })) {
    const payload = type === "claim" ? (claims(1)[0]?.payload ?? {}) : {};
    const [id] = await writeDrafts(replica, writerOf(name), [{ type, payload }]);
    own.set(name, (await replica.store.read((reader) => reader.envelopes([id as Envelope["op_id"]])))[0] as Envelope);
  }
  const remove = (by: string, key: string) =>
    writeDrafts(replica, by === "root" ? root : by === "phone" ? phone : writerOf(by), [
      { type: "device_remove", payload: { key: writerOf(key).did, last: null } },
    ]);
  const late = "added by a removed key";
  await writeDrafts(replica, writerOf(gone as string), [{ type: "device_add", payload: { key: writerOf(late).did, role: "full" } }]);
  await remove("phone", gone as string);
  await remove("phone", before as string);
  await remove("middle", after as string);
  await remove("middle", twice);
  await remove("root", twice);
  await remove("phone", "never added, but removed");
  return { ...pool, own };
}

const keyOf = (name: string): Did | null => (name === "unsigned" ? null : writerOf(name).did);
const refusal = { type: "error", code: "unauthorized" };

/** Refused, and then as section 7 says; any other error is none of the table's. */
function isRefused(reply: JsonObject): boolean {
  if (reply["type"] === "error") assert.partialDeepStrictEqual(reply, refusal);
  return reply["type"] === "error";
}

for (const [name, row] of Object.entries(table)) {
  test(`${name}: each message is answered or refused as the table says`, async () => {
    const { replica, phone, own, id } = await everyParty();
    const key = keyOf(name);
    const log = await logOf(replica);
    const ask = (message: Json): Promise<JsonObject> => answer(replica, { did: phone.did, name: "the phone" }, message, key);

    const hello = await ask({ type: "hello", extensions: ["heads/1"] });
    const carried = hello["heads"] as JsonObject;
    if (row.hello === "none") assert.ok(isRefused(hello));
    else if (row.hello === "bare") assert.deepEqual(hello, { type: "hello", protocol: "fpl-sync/1", node: phone.did });
    else assert.deepEqual([hello["pool"], hello["name"]], [id, "the phone"]);

    const heads = await ask({ type: "heads" });
    const authors = [...new Set(log.map(({ author }) => author as string))].sort();
    if (row.heads === "none") assert.ok(isRefused(heads));
    else {
      const named = Object.keys(heads["authors"] as JsonObject).sort();
      assert.deepEqual(named, row.heads === "all" ? authors : authors.filter((author) => author === key));
      assert.equal(Object.hasOwn(heads, "control"), row.heads === "part");
      assert.deepEqual({ type: "heads", ...carried }, { ...heads });
    }

    const frontier = await ask({ type: "frontier" });
    assert.equal(isRefused(frontier), !row.frontier);
    if (row.frontier) assert.deepEqual(frontier["op_ids"], await idsOf(replica));
    assert.equal(isRefused(await ask({ type: "ops_since", authors: {} })), !row.opsSince);

    const mine = own.get(name);
    const control = log.find(({ type, author }) => type === "device_add" && author !== key) as Envelope;
    const foreign = log.find(({ type, author }) => (type === "claim" || type === "cap_access") && author !== key) as Envelope;
    for (const [kind, op] of Object.entries({ own: mine, control, foreign })) {
      if (op === undefined) continue;
      const reply = await ask({ type: "ops_request", want: [op.op_id] });
      if (row.read === "none") assert.ok(isRefused(reply), kind);
      else assert.equal((reply["ops"] as Json[]).length, row.read[kind as "own"] ? 1 : 0, kind);
    }

    for (const type of ["delegate_pull", "purge_receipt", "holdings_request"])
      assert.ok(isRefused(await ask({ type, grant_id: id })), type);
    const unknown = await ask({ type: "sing" });
    if (row.hello === "none") assert.ok(isRefused(unknown));
    else assert.deepEqual(unknown, { type: "error", error: 'unknown message type: "sing"', code: "unknown_type" });
  });

  test(`${name}: each kind of pushed operation is taken or refuses the message as the table says`, async () => {
    const { phone, id, replica } = await everyParty();
    const key = keyOf(name);
    const log = await logOf(replica);
    const pushed = async (ops: readonly unknown[]) => {
      const server = await replicaOf(id, log);
      const reply = await answer(server, { did: phone.did }, { type: "push", ops } as unknown as Json, key);
      assert.equal((await idsOf(server)).length, log.length);
      return !isRefused(reply);
    };
    const template = log.find(({ type }) => type === "claim") as Envelope;
    const foreignKey = key === phone.did ? writerOf("mirror").did : phone.did;
    // Not signed by anyone: taken is a push of which the operations are judged, and here rejected.
    const kinds = {
      own: { ...template, author: key },
      ownControl: { ...template, author: key, type: "device_remove" },
      foreign: { ...template, author: foreignKey },
      foreignControl: { ...template, author: foreignKey, type: "device_add" },
    };
    for (const [kind, op] of Object.entries(kinds)) {
      const allowed = row.push[kind as keyof Row["push"]];
      assert.equal(await pushed([op]), allowed, kind);
      const mixed = row.push.ownControl && (row.push.foreign || allowed);
      assert.equal(await pushed([kinds.ownControl, op]), mixed, `${kind} after an own control operation`);
    }
    for (const nonsense of [null, 7, "op", [], {}]) assert.equal(await pushed([nonsense]), row.push.foreign, JSON.stringify(nonsense));
    assert.equal(await pushed([]), row.push.ownControl, "an empty push, to hear what is wanted");
  });
}

test("the removed key's answer counts: its removal of who removed it goes in, and it is a device again", async () => {
  const { replica, phone, id } = await everyParty();
  const name = "removed by a key that ranks after it";
  const before = await replicaOf(id, (await logOf(replica)).slice(0, 12));
  const [removal] = await writeDrafts(before, writerOf(name), [
    { type: "device_remove", payload: { key: writerOf("middle").did, last: null } },
  ]);
  const op = (await logOf(before)).find(({ op_id }) => op_id === removal) as Envelope;
  const push = { type: "push", ops: [op] } as unknown as Json;
  const reply = await answer(replica, { did: phone.did }, push, writerOf(name).did);
  assert.deepEqual(reply["accepted"], [removal]);
  assert.equal((await answer(replica, { did: phone.did }, { type: "frontier" }, writerOf(name).did))["type"], "frontier");
  assert.partialDeepStrictEqual(await answer(replica, { did: phone.did }, { type: "frontier" }, writerOf("middle").did), refusal);
});

test("a node without a pool tells everyone only protocol and node", async () => {
  const { phone, root, id } = await newPool();
  const empty = await replicaOf(id, []);
  for (const key of [root.did, phone.did, null]) {
    const reply = await answer(empty, { did: phone.did }, { type: "hello" }, key);
    assert.deepEqual(reply, { type: "hello", protocol: "fpl-sync/1", node: phone.did });
    assert.partialDeepStrictEqual(await answer(empty, { did: phone.did }, { type: "push", ops: [] }, key), refusal);
  }
  await take(empty, []);
});
