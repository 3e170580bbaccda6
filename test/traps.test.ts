/**
 * Twelve traps that systems of this kind have fallen into, each as a scenario that goes wrong when what keeps this one out of it is taken away.
 * What that is, and how each test failed without it, stands in docs/threat-model.md.
 */
import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { writeOps } from "../src/core/op/create.ts";
import type { Envelope, OpId } from "../src/core/op/operation.ts";
import { countOps } from "../src/core/op/run.ts";
import type { Json, JsonObject } from "../src/core/ports.ts";
import { extensions } from "../src/core/sync/messages.ts";
import { ownWordsMark } from "../src/importers/assistants/own-words.ts";
import { heldIn } from "../src/node/held.ts";
import { forget, homeAt, importFiles, initNode, planForgetting } from "../src/node/index.ts";
import { nativeCrypto } from "../src/node/native-crypto.ts";
import { Replica } from "../src/node/replica.ts";
import { syncWith } from "../src/node/sync-client.ts";
import { answer } from "../src/node/sync-server.ts";
import { type Writer, writeDrafts } from "../src/node/write.ts";
import { openSqliteStore } from "../src/store/index.ts";
import { resealed } from "../src/testkit/envelopes.ts";
import { fixedKey } from "../src/testkit/fixed-keys.ts";
import { loopback, openLiveTransport, type Transport } from "../src/transport/index.ts";
import { serveNode } from "./node/live-nodes.ts";
import {
  addDevice,
  assertConverged,
  assertSound,
  claim,
  claims,
  connect,
  digestOf,
  idsOf,
  joining,
  logOf,
  newPool,
  type Pool,
  replicaOf,
  take,
  targeting,
  writerOf,
} from "./node/replicas.ts";

/** A transport to `server` whose replies pass through `twist` first. */
function twisted(server: Replica, pool: Pool, twist: (message: JsonObject, reply: JsonObject) => Json | Promise<Json>): Transport {
  return loopback(async (message, key) => {
    const reply = await answer(server, { did: pool.phone.did }, message, key);
    return (await twist(message as JsonObject, reply)) as JsonObject;
  }, pool.phone.did);
}

const fakeId = `op:${"e".repeat(64)}` as OpId;

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "fablepool-traps-"));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("1. a peer's claimed clock is not believed: what it lacks is sent, whatever it says that it has", async () => {
  const pool = await newPool();
  const behind = await replicaOf(pool.id, await logOf(pool.replica));
  await writeDrafts(pool.replica, pool.phone, claims(20));
  const claimed = (reply: JsonObject) => {
    const heads = { authors: { ...(reply["heads"] as { authors: JsonObject }).authors, [pool.phone.did]: [[900, fakeId]] } };
    return { ...reply, heads: { ...heads, lamport: Number.MAX_SAFE_INTEGER, incomplete: [] } } as JsonObject;
  };
  await syncWith(
    pool.replica,
    twisted(behind, pool, (message, reply) => (message["type"] === "hello" ? claimed(reply) : reply)),
  );
  await assertConverged(behind, pool.replica);
  const [next] = await writeDrafts(pool.replica, pool.phone, claims(1, 50));
  const log = await logOf(pool.replica);
  assert.equal(log.find(({ op_id }) => op_id === next)?.lamport, 1 + Math.max(...log.slice(0, -1).map(({ lamport }) => lamport)));
});

test("2. a peer restored from a backup gets everything again, and writes nothing twice", async () => {
  const pool = await newPool();
  const laptop = await addDevice(pool, "laptop", "full");
  const there = await replicaOf(pool.id, await logOf(pool.replica));
  await writeDrafts(there, laptop, claims(5));
  const backup = await logOf(there);
  await writeDrafts(there, laptop, claims(5, 10));
  await syncWith(pool.replica, connect(there, laptop.did, pool.phone.did));
  const restored = await replicaOf(pool.id, backup);
  await restored.store.write((tx) => tx.setLocal("unproven", "restored or copied"));
  await assert.rejects(writeDrafts(restored, laptop, claims(1, 30)), { code: "stale" });
  await syncWith(pool.replica, connect(restored, laptop.did, pool.phone.did));
  await assertConverged(restored, pool.replica);
  await syncWith(restored, connect(pool.replica, pool.phone.did, laptop.did));
  await writeDrafts(restored, laptop, claims(1, 30));
  const chains = await restored.store.read((reader) => reader.chains());
  assert.equal(chains.filter(({ author }) => author === laptop.did).length, 1, "no fork");
});

test("3. a purge blocks no later sync: a device that comes later takes everything else in, and can go on", async () => {
  const pool = await newPool();
  const ids = await writeDrafts(pool.replica, pool.phone, claims(10));
  await writeDrafts(pool.replica, pool.phone, [claim("self", "test.derived", 1, { derived_from: [ids[3] as string] })]);
  await writeDrafts(pool.replica, pool.phone, [targeting("redaction", ids[3] as string, ids[4] as string)]);
  await writeDrafts(pool.replica, pool.phone, claims(5, 40));
  const laptop = await addDevice(pool, "laptop", "full");
  for (const more of [{}, { extensions: [] }]) {
    const later = await joining(pool.id);
    const report = await syncWith(later, connect(pool.replica, pool.phone.did, laptop.did), more);
    assert.deepEqual([report.deferred, report.rejected], [[], []]);
    await assertConverged(later, pool.replica);
  }
});

test("4. a purge that races a session wins: a payload that is already on its way is not kept", async () => {
  const pool = await newPool();
  const laptop = await addDevice(pool, "laptop", "full");
  const here = await replicaOf(pool.id, await logOf(pool.replica));
  const [secret] = await writeDrafts(pool.replica, pool.phone, claims(1));
  let raced = false;
  await syncWith(
    here,
    twisted(pool.replica, pool, async (message, reply) => {
      if (message["type"] === "ops_since" && !raced) {
        raced = true; // the page is made; while it travels this device hears of the redaction
        await writeDrafts(here, laptop, [targeting("redaction", secret as string)]);
      }
      return reply;
    }),
  );
  assert.ok(raced);
  const [held] = (await logOf(here)).filter(({ op_id }) => op_id === secret);
  assert.ok(held !== undefined && held.payload === undefined && held.salt === undefined);
});

/** What no device may write, made by hand, as an attacker would. */
async function forbidden(pool: Pool, removed: Writer): Promise<readonly Envelope[]> {
  const log = await logOf(pool.replica);
  const [head] = (await pool.replica.store.read((reader) => reader.heads())) ?? [];
  const own = log.filter(({ author }) => author === pool.phone.did).at(-1) as Envelope;
  const make = (by: Writer, at: Partial<{ own: { id: OpId; seq: number } | null; lamport: number }>, type = "claim") => {
    const salt = () => by.random(16);
    const place = { pool: pool.id, own: null, heads: [head?.id as OpId], lamport: head?.lamport ?? 0, now: 1, salt, ...at };
    return writeOps(nativeCrypto, { author: by.did, seed: by.seed, ...place }, [claim("self", "test.bad", 1), { type, payload: {} }])[
      type === "claim" ? 0 : 1
    ]?.envelope as Envelope;
  };
  const good = make(pool.phone, { own: { id: own.op_id, seq: own.seq } });
  return [
    resealed(nativeCrypto, good, fixedKey(nativeCrypto, "thief")),
    make(writerOf("stranger"), {}),
    make(removed, { own: null }),
    make(pool.phone, { own: { id: own.op_id, seq: own.seq + 5 } }),
  ];
}

test("5. what may not be written may not be received either, by any way in", async () => {
  const pool = await newPool();
  const laptop = await addDevice(pool, "laptop", "full");
  await writeDrafts(pool.replica, pool.root, [{ type: "device_remove", payload: { key: laptop.did, last: null } }]);
  await assert.rejects(writeDrafts(pool.replica, laptop, claims(1)), { code: "role" });
  const bad = await forbidden(pool, laptop);
  const before = await idsOf(pool.replica);
  const { accepted, rejected } = await take(pool.replica, bad);
  assert.deepEqual([accepted, rejected.length], [[], bad.length]);
  const pushed = await answer(pool.replica, { did: pool.phone.did }, { type: "push", ops: bad as unknown as Json }, pool.root.did);
  assert.deepEqual(pushed["accepted"], []);
  const liar = twisted(pool.replica, pool, (message, reply) => {
    if (message["type"] === "hello") return { ...reply, extensions: [] };
    if (message["type"] === "frontier") return { ...reply, op_ids: bad.map(({ op_id }) => op_id).sort() };
    return message["type"] === "ops_request" ? { type: "ops", ops: bad as unknown as Json } : reply;
  });
  assert.equal((await syncWith(pool.replica, liar)).pulled, 0);
  assert.deepEqual(await idsOf(pool.replica), before);
});

test("6. rights don't follow the writer's time: who was removed gains nothing by an earlier date, or an earlier place", async () => {
  const pool = await newPool();
  const laptop = await addDevice(pool, "laptop", "full");
  const early = await replicaOf(pool.id, await logOf(pool.replica));
  const ids = await writeDrafts(pool.replica, laptop, claims(3));
  await writeDrafts(pool.replica, pool.phone, [{ type: "device_remove", payload: { key: laptop.did, last: ids[1] as string } }]);
  // With the key, on an old copy: dated back, and on a branch of its own whose places are lower than those that count.
  const old = { ...laptop, clock: () => 1 };
  const [low] = await writeDrafts(early, old, claims(1, 70));
  const [removal] = await writeDrafts(early, old, [{ type: "device_remove", payload: { key: pool.phone.did, last: null } }]);
  await take(pool.replica, await logOf(early));
  assert.ok((await idsOf(pool.replica)).includes(removal as OpId), "it is admitted, as everywhere");
  const rows = await pool.replica.store.read((reader) => reader.claims([...ids, low as OpId]));
  const statuses = new Map(rows.map(({ id, status }) => [id, status]));
  assert.deepEqual(
    [...ids, low as OpId].map((id) => statuses.get(id)),
    ["active", "active", "contested", "contested"],
  );
  await writeDrafts(pool.replica, pool.phone, claims(1, 80)); // and removes nobody
});

test("7. what was deleted stays deleted: no stale peer and no second import brings it back", () =>
  inFolder(async (folder) => {
    const { node } = await initNode(homeAt(join(folder, "home")), { name: "phone", passphrase: null });
    const note = join(folder, "note.md");
    writeFileSync(note, "# Secret\n\nthe heptagonal teapot\n");
    await importFiles(node, [note]);
    const stale = await logOf(node.replica);
    const [item] = stale.filter(({ type }) => type === "evidence");
    const plan = await planForgetting(node.replica, [item?.op_id as OpId]);
    await forget(node, [...plan.items, ...plan.quoting]);
    const payloadIsGone = async () =>
      assert.ok((await logOf(node.replica)).every(({ payload }) => !JSON.stringify(payload ?? "").includes("heptagonal")));
    await payloadIsGone();
    await answer(node.replica, { did: node.writer.did }, { type: "push", ops: stale as unknown as Json }, node.writer.did);
    await payloadIsGone();
    const again = await importFiles(node, [note]);
    assert.deepEqual([again.added, again.changed, again.forgotten], [0, 0, 1]);
    await payloadIsGone();
    await node.close();
  }));

test("8. one operation that can't be read stops no other, on any way in, and an unknown type is passed on", async () => {
  const pool = await newPool();
  const laptop = await addDevice(pool, "laptop", "full");
  const there = await replicaOf(pool.id, await logOf(pool.replica));
  await writeDrafts(there, laptop, [...claims(3), { type: "future_thing", payload: { any: "shape" } }]);
  const good = (await logOf(there)) as unknown as Json[];
  const noise: Json[] = [
    null,
    7,
    "x",
    [],
    {},
    { op_id: fakeId },
    { ...(good[1] as JsonObject), v: 2 },
    { ...(good[2] as JsonObject), extra: 1 },
  ];
  const mixed = good.flatMap((op, at) => [noise[at % noise.length] as Json, op]);
  const reply = await answer(pool.replica, { did: pool.phone.did }, { type: "push", ops: mixed }, laptop.did);
  assert.equal((reply["accepted"] as Json[]).length, 4, JSON.stringify(reply));
  await assertConverged(pool.replica, there);
  const third = await joining(pool.id);
  await syncWith(
    third,
    twisted(pool.replica, pool, (message, reply) =>
      message["type"] === "ops_since" ? { ...reply, ops: [...noise.slice(0, 5), ...(reply["ops"] as Json[])] } : reply,
    ),
  );
  assert.ok((await logOf(third)).some(({ type }) => type === "future_thing"));
});

test("9. a chain of dependencies costs pages, not a round trip for each", async () => {
  const pool = await newPool();
  const laptop = await addDevice(pool, "laptop", "full");
  for (let batch = 0; batch < 3; batch++) await writeDrafts(pool.replica, pool.phone, claims(400, batch * 400));
  for (const more of [{}, { extensions: [] }]) {
    let requests = 0;
    const there = await joining(pool.id);
    const counting = loopback((message, key) => {
      requests++;
      return answer(pool.replica, { did: pool.phone.did }, message, key);
    }, laptop.did);
    assert.equal((await syncWith(there, counting, more)).pulled, 1_203);
    assert.ok(requests <= 12, `${requests} requests for 1,203 operations in a chain`);
  }
});

test("10. a migration on two replicas writes nothing that they would have to agree on: same log, same view, nothing to sync", () =>
  inFolder(async (folder) => {
    const fixture = join(import.meta.dirname, "fixtures/stores/001/store.db");
    const stores = [];
    for (const name of ["one.db", "two.db"]) {
      copyFileSync(fixture, join(folder, name));
      stores.push(await openSqliteStore(join(folder, name)));
    }
    const [one, two] = stores.map((store) => new Replica(store, nativeCrypto));
    assert.ok(one && two);
    assert.deepEqual(await idsOf(one), await idsOf(two));
    assert.equal(await digestOf(one), await digestOf(two));
    await assertSound(one);
    const root = writerOf("root").did;
    const report = await syncWith(one, connect(two, writerOf("phone").did, root));
    assert.deepEqual([report.pulled, report.pushed], [0, 0]);
    for (const store of stores) await store.close();
  }));

test("11. what hello names is switched on: every extension answers, and live/1 is named by those alone who keep connections", async () => {
  const pool = await newPool();
  await writeDrafts(pool.replica, pool.phone, claims(3));
  const ask = (message: JsonObject) => answer(pool.replica, { did: pool.phone.did }, message, pool.root.did);
  const answers: Readonly<Record<string, () => Promise<boolean>>> = {
    "heads/1": async () =>
      (await ask({ type: "heads" }))["type"] === "heads" &&
      ((await ask({ type: "ops_since", authors: { [pool.phone.did]: [] }, limit: 10, bytes: 10_000 }))["ops"] as Json[]).length === 3,
    "headers/1": async () => {
      const reply = await ask({ type: "ops_since", authors: { [pool.phone.did]: [] }, limit: 10, bytes: 10_000, headers: true });
      return (reply["ops"] as JsonObject[]).length === 3 && (reply["ops"] as JsonObject[]).every((op) => op["payload"] === undefined);
    },
    "same/1": async () => {
      const reply = await ask({ type: "hello", same: await pool.replica.store.read((reader) => heldIn(pool.replica, reader)) });
      return reply["same"] === true && reply["heads"] === undefined;
    },
    "runs/1": async () => {
      const reply = await ask({ type: "ops_since", authors: { [pool.phone.did]: [] }, limit: 10, bytes: 10_000, runs: true });
      const runs = reply["ops"] as JsonObject[];
      return runs.length === 1 && countOps(runs) === 3 && Array.isArray(reply["last"]);
    },
  };
  assert.deepEqual((await ask({ type: "hello" }))["extensions"], extensions);
  for (const name of extensions) assert.equal(await answers[name]?.(), true, `${name} is named and answers`);
  const { did, seed } = pool.root;
  for (const live of [true, false]) {
    await using served = await serveNode(pool.replica, pool.phone, { live });
    const opening = openLiveTransport({
      url: served.url,
      node: pool.phone.did,
      key: { did, seed },
      crypto: nativeCrypto,
      clock: Date.now,
      random: pool.root.random,
      certificate: null,
      onNotify: () => undefined,
    });
    if (!live) {
      await assert.rejects(opening);
      continue;
    }
    const transport = await opening;
    const named = ((await transport.request({ type: "hello" })) as JsonObject)["extensions"] as string[];
    assert.ok(named.includes("live/1"));
    await transport.close();
  }
});

test("12. what was recalled does not come back as evidence: an assistant's export of our own words is not taken in", () =>
  inFolder(async (folder) => {
    const { node } = await initNode(homeAt(join(folder, "home")), { name: "phone", passphrase: null });
    const said = `${ownWordsMark.begin}\nyou collect violet submarines\n${ownWordsMark.end}`;
    writeFileSync(join(folder, "chat.md"), `# Talk\n\nI asked.\n\n${said}\n\nI thanked.\n`);
    writeFileSync(
      join(folder, "memory.jsonl"),
      `${JSON.stringify({ type: "entity", name: "Kept", entityType: "person", observations: [said, "likes tea"] })}\n`,
    );
    await importFiles(node, [join(folder, "chat.md"), join(folder, "memory.jsonl")]);
    const evidence = (await logOf(node.replica)).filter(({ type }) => type === "evidence");
    assert.ok(evidence.length >= 2 && JSON.stringify(evidence).includes("likes tea"));
    assert.ok(!JSON.stringify(evidence).includes("violet submarines"));
    await node.close();
  }));
