/** A bad message never takes the server down (section 7): thousands of them, from every party, beside honest work. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Did } from "../../src/core/crypto/did-key.ts";
import { limits } from "../../src/core/limits.ts";
import type { Json, JsonObject } from "../../src/core/ports.ts";
import { messageTypes } from "../../src/core/sync/authorise.ts";
import type { Replica } from "../../src/node/replica.ts";
import { syncWith } from "../../src/node/sync-client.ts";
import { answer } from "../../src/node/sync-server.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { openMemoryStore, openSqliteStore, type Store } from "../../src/store/index.ts";
import { mutated, oversized, randomJson } from "../../src/testkit/message-fuzz.ts";
import { type SeededRandom, seededRandom } from "../../src/testkit/seeded-random.ts";
import { loopback } from "../../src/transport/index.ts";
import { inFolder } from "../store/folders.ts";
import {
  addDevice,
  assertConverged,
  assertSound,
  claim,
  claims,
  evidence,
  logOf,
  newPool,
  replicaOf,
  runs,
  targeting,
  writerOf,
} from "./replicas.ts";

const codes = ["bad_request", "unknown_type", "unauthorized", "bad_signature", "too_large"];
const replies: Readonly<Record<string, readonly string[]>> = {
  hello: ["protocol", "node"],
  frontier: ["protocol", "op_ids", "lamport"],
  ops: ["ops"],
  push_result: ["accepted", "rejected", "deferred", "want"],
  heads: ["authors", "lamport"],
};
const answersTo: Readonly<Record<string, string>> = {
  hello: "hello",
  frontier: "frontier",
  ops_request: "ops",
  ops_since: "ops",
  push: "push_result",
  heads: "heads",
};

/** A reply is an error with a code of section 7, or has the type and the members that its question asks for. */
function assertProper(message: Json, reply: JsonObject, seed: number): void {
  const about = `message ${seed}: ${JSON.stringify(message)?.slice(0, 300)}`;
  if (reply["type"] === "error") {
    assert.ok(typeof reply["error"] === "string" && reply["error"].length < 2_000, about);
    assert.ok(codes.includes(reply["code"] as string), `${reply["code"]}: ${reply["error"]}, ${about}`);
    return;
  }
  assert.equal(reply["type"], answersTo[String((message as JsonObject)["type"])], about);
  for (const member of replies[reply["type"] as string] ?? []) assert.ok(Object.hasOwn(reply, member), `${member} is missing, ${about}`);
}

/** What an honest sync says, both ways, and what else there is to ask: the stuff to make bad messages of. */
async function honestMessages(server: Replica, client: Replica, node: Did, key: Did): Promise<JsonObject[]> {
  const messages: JsonObject[] = [];
  for (const extensions of [["heads/1"], []]) {
    const copy = await replicaOf((await server.store.read((reader) => reader.pool())) as never, await logOf(server));
    const listening = loopback(async (message, from) => {
      messages.push(message as JsonObject);
      return answer(copy, { did: node }, message, from);
    }, key);
    await syncWith(client, listening, { extensions });
  }
  const log = await logOf(server);
  const ids = log.map(({ op_id }) => op_id);
  const authors = Object.fromEntries(log.map(({ author, op_id }) => [author, [op_id]]));
  messages.push({ type: "ops_request", want: ids }, { type: "frontier", after: ids[3] as string, limit: 5 }, { type: "heads" });
  messages.push({ type: "ops_since", authors, locators: authors, after: [2, ids[1] as string], limit: 3, bytes: 9_000 });
  messages.push({ type: "push", ops: log as unknown as Json });
  for (const type of messageTypes) messages.push({ type });
  return messages;
}

async function populated(store: Store) {
  const pool = await newPool(store);
  for (const role of ["mirror", "ingest", "assistant", "keeper"]) await addDevice(pool, role, role);
  await addDevice(pool, "removed", "full");
  await writeDrafts(pool.replica, pool.phone, [{ type: "device_remove", payload: { key: writerOf("removed").did, last: null } }]);
  const [item] = await writeDrafts(pool.replica, pool.phone, [evidence("letter"), ...claims(3)]);
  await writeDrafts(pool.replica, pool.phone, [claim("self", "diet", "rye", { derived_from: [item as string] })]);
  await writeDrafts(pool.replica, pool.phone, [targeting("refutation", item as string)]);
  const client = await replicaOf(pool.id, (await logOf(pool.replica)).slice(0, 5));
  await writeDrafts(client, pool.phone, claims(4, 100));
  const node = writerOf("server").did;
  const messages = await honestMessages(pool.replica, client, node, pool.root.did);
  const parties = [pool.root, pool.phone, ...["mirror", "ingest", "assistant", "keeper", "removed", "stranger"].map(writerOf)];
  return { pool, node, messages, keys: [...parties.map(({ did }) => did), null, "did:key:nonsense"] };
}

/** A bad message that a transport would let through: at most as many bytes as a server takes. */
function badMessage(random: SeededRandom, honest: readonly JsonObject[]): Json {
  for (;;) {
    const message = anyMessage(random, honest);
    if (jsonSize(message) <= limits.messageBytes) return JSON.parse(JSON.stringify(message)) as Json;
  }
}

/** Not by writing it out: copies of copies may be too much for that. */
function jsonSize(value: Json): number {
  if (typeof value === "string") return 2 + 3 * value.length;
  if (typeof value !== "object" || value === null) return 24;
  const members = Array.isArray(value) ? value : Object.entries(value).flat();
  let size = 2 + members.length;
  for (const member of members) {
    size += jsonSize(member as Json);
    if (size > limits.messageBytes) return size;
  }
  return size;
}

function anyMessage(random: SeededRandom, honest: readonly JsonObject[]): Json {
  const kind = random.below(20);
  if (kind === 0) return oversized(random);
  if (kind <= 2) return randomJson(random);
  if (kind <= 5) return { ...(randomJson(random) as object), type: random.pick([...messageTypes]) };
  return mutated(random, random.pick(honest));
}

function heapAfterCollecting(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

for (const [name, share] of [
  ["memory", 1_600],
  ["sqlite", 400],
] as const) {
  test(`${runs(share)} bad messages and more, ${name} store: each has a proper answer, memory stays, honest work goes on`, () =>
    inFolder(async (folder) => {
      const store = name === "memory" ? openMemoryStore() : await openSqliteStore(`${folder}/store.db`, { scratch: true });
      const { pool, node, messages, keys } = await populated(store);
      const before = heapAfterCollecting();
      for (let seed = 1; seed <= runs(share); seed++) {
        const random = seededRandom(seed);
        const message = badMessage(random, messages);
        const key = random.pick(keys);
        assertProper(message, await answer(pool.replica, { did: node }, message, key), seed);
        if (seed % 100 !== 0) continue;
        const client = await replicaOf(pool.id, (await logOf(pool.replica)).slice(0, 8));
        await writeDrafts(client, pool.phone, claims(2, seed));
        await syncWith(
          client,
          loopback((asked, from) => answer(pool.replica, { did: node }, asked, from), pool.phone.did),
        );
        await assertConverged(client, pool.replica);
      }
      const grown = heapAfterCollecting() - before;
      if (globalThis.gc) assert.ok(grown < 50e6, `the heap grew by ${Math.round(grown / 1e6)} MB`);
      await assertSound(pool.replica);
      await store.close();
    }));
}

test("many bad messages at once, from every party, do not keep an honest sync from succeeding", async () => {
  const { pool, node, messages, keys } = await populated(openMemoryStore());
  const random = seededRandom(7);
  const flood = Array.from({ length: 300 }, (_, seed) => {
    const message = badMessage(random, messages);
    return answer(pool.replica, { did: node }, message, random.pick(keys)).then((reply) => assertProper(message, reply, seed));
  });
  const client = await replicaOf(pool.id, (await logOf(pool.replica)).slice(0, 3));
  await syncWith(
    client,
    loopback((asked, from) => answer(pool.replica, { did: node }, asked, from), pool.phone.did),
  );
  await Promise.all(flood);
  await syncWith(
    client,
    loopback((asked, from) => answer(pool.replica, { did: node }, asked, from), pool.phone.did),
  );
  await assertConverged(client, pool.replica);
});
