/**
 * Forks, restored backups and contested devices (heads/1, section 7): what they cost on the wire is the difference, at most as
 * much again for the authors of whom one side can't know what the other has, and it is paid once.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { countOps } from "../../src/core/op/run.ts";
import type { JsonObject } from "../../src/core/ports.ts";
import type { Replica } from "../../src/node/replica.ts";
import { syncWith } from "../../src/node/sync-client.ts";
import { answer } from "../../src/node/sync-server.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { loopback } from "../../src/transport/index.ts";
import {
  addDevice,
  assertConverged,
  claims,
  idsOf,
  logOf,
  newPool,
  type Pool,
  randomHistory,
  replicaOf,
  runs,
  writerOf,
} from "./replicas.ts";

/** Without what is asked for by its id: payloads that some node still lacks are asked for in every sync (section 4). */
interface Wire {
  readonly requests: number;
  readonly pulled: number;
  readonly pushed: number;
  /** Whether an author had to be told by locators. */
  readonly locators: boolean;
}

/** One sync, with what went over the wire; both hold the same afterwards, and a second one finds that out in one request. */
async function counted(client: Replica, server: Replica, pool: Pool): Promise<Wire> {
  const once = async () => {
    const wire = { requests: 0, pulled: 0, pushed: 0, locators: false };
    const transport = loopback(async (message, key) => {
      const reply = await answer(server, { did: pool.phone.did }, message, key);
      if ((message as JsonObject)["type"] === "ops_request") return reply;
      wire.requests++;
      wire.pulled += countOps((reply["ops"] ?? []) as unknown[]);
      wire.pushed += countOps(((message as JsonObject)["ops"] ?? []) as unknown[]);
      wire.locators ||= (message as JsonObject)["locators"] !== undefined;
      return reply;
    }, pool.root.did);
    await syncWith(client, transport);
    return wire;
  };
  const wire = await once();
  await assertConverged(client, server);
  assert.deepEqual(await once(), { requests: 1, pulled: 0, pushed: 0, locators: false }, "it is paid once");
  return wire;
}

/** A laptop and a phone in sync at some hundred operations of each. */
async function inSync() {
  const pool = await newPool();
  const laptop = await addDevice(pool, "laptop", "full");
  await writeDrafts(pool.replica, pool.phone, claims(200));
  await writeDrafts(pool.replica, laptop, claims(200, 1_000));
  return { pool, laptop, log: await logOf(pool.replica) };
}

test("a restored backup costs what was written since, its own operations among it, and no locator", async () => {
  const { pool, laptop, log } = await inSync();
  await writeDrafts(pool.replica, laptop, claims(30, 2_000));
  await writeDrafts(pool.replica, pool.phone, claims(10, 3_000));
  const restored = await replicaOf(pool.id, log);
  assert.deepEqual(await counted(restored, pool.replica, pool), { requests: 2, pulled: 40, pushed: 0, locators: false });
});

test("a restored backup on the serving side costs the same the other way", async () => {
  const { pool, laptop, log } = await inSync();
  const client = await replicaOf(pool.id, log);
  await writeDrafts(client, laptop, claims(30, 2_000));
  assert.deepEqual(await counted(client, pool.replica, pool), { requests: 2, pulled: 0, pushed: 30, locators: false });
});

test("a cloned key that goes on in both places costs the difference and a locator, every time again", async () => {
  const { pool, log } = await inSync();
  const clone = await replicaOf(pool.id, log);
  const branches = [writerOf("phone"), pool.phone]; // the same key, on its way from here in two places
  for (let round = 0; round < 4; round++) {
    await writeDrafts(pool.replica, branches[1] as typeof pool.phone, claims(9, 10_000 + 100 * round));
    await writeDrafts(clone, branches[0] as typeof pool.phone, claims(13, 20_000 + 100 * round));
    const { requests, pulled, pushed } = await counted(clone, pool.replica, pool);
    assert.equal(pushed, 13, `round ${round}`);
    assert.ok(pulled >= 9 && pulled <= 9 + 13, `round ${round}: ${pulled} pulled`);
    assert.ok(requests <= 4, `round ${round}: ${requests} requests`);
  }
});

test("seven clones of one key: each pays for what it and the others wrote, not for the log", async () => {
  const { pool, log } = await inSync();
  const clones = await Promise.all(Array.from({ length: 7 }, () => replicaOf(pool.id, log)));
  for (const [at, clone] of clones.entries()) await writeDrafts(clone, pool.phone, claims(5, 10_000 + 100 * at));
  for (const [at, clone] of clones.entries()) {
    const { pulled, pushed } = await counted(clone, pool.replica, pool);
    assert.equal(pushed, 5);
    assert.ok(pulled <= 5 * at + 5, `clone ${at}: ${pulled} pulled`);
  }
});

test("what a removed device wrote, before and after, costs no more than anything else", async () => {
  const { pool, laptop, log } = await inSync();
  const client = await replicaOf(pool.id, log);
  const last = log.findLast(({ author }) => author === laptop.did)?.op_id ?? null;
  await writeDrafts(pool.replica, pool.phone, [{ type: "device_remove", payload: { key: laptop.did, last } }]);
  await writeDrafts(client, laptop, claims(20, 2_000)); // it does not know yet: contested everywhere
  assert.deepEqual(await counted(client, pool.replica, pool), { requests: 3, pulled: 1, pushed: 20, locators: false });
  await writeDrafts(pool.replica, pool.phone, claims(2, 3_000));
  assert.deepEqual(await counted(client, pool.replica, pool), { requests: 1, pulled: 2, pushed: 0, locators: false });
});

test("law: of any two replicas of any history, the wire carries what each lacks, and at most as much again as the client has more", async () => {
  for (let seed = 1; seed <= runs(12); seed++) {
    const { pool, parts } = await randomHistory(seed, 60);
    for (let pair = 0; pair + 1 < parts.length; pair += 2) {
      const [client, server] = [parts[pair]?.replica, parts[pair + 1]?.replica] as [Replica, Replica];
      const [ours, theirs] = [new Set(await idsOf(client)), new Set(await idsOf(server))];
      const [missing, extra] = [[...theirs].filter((id) => !ours.has(id)).length, [...ours].filter((id) => !theirs.has(id)).length];
      const { pulled, pushed } = await counted(client, server, pool);
      const at = `seed ${seed}, pair ${pair}: ${pulled} pulled of ${missing}, ${pushed} pushed of ${extra}`;
      assert.ok(pulled >= missing && pulled <= missing + extra, at);
      assert.ok(pushed >= extra && pushed <= extra + missing, at);
    }
  }
});
