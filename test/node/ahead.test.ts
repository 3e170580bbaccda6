/** Requests on their way before their reply is needed: the same sync, sooner. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { PoolError } from "../../src/core/errors.ts";
import { limits } from "../../src/core/limits.ts";
import type { Json, JsonObject } from "../../src/core/ports.ts";
import { requestsAhead } from "../../src/node/ahead.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { syncWith } from "../../src/node/sync-client.ts";
import { openHttpTransport, type Transport } from "../../src/transport/index.ts";
import { keyOf } from "../transport/by-hand.ts";
import { fakeNode, greeting } from "../transport/fake-node.ts";
import { claims, connect, idsOf, joining, logOf, newPool, stateOf, take } from "./replicas.ts";
import { write } from "./search-items.ts";

/** Answers each message with itself, when it is told to. */
function slow(overlaps: boolean) {
  const waiting: (() => void)[] = [];
  const sent: JsonObject[] = [];
  const transport: Transport = {
    overlaps,
    request(message) {
      sent.push(message);
      return new Promise((resolve) => waiting.push(() => resolve(message)));
    },
    close: async () => undefined,
  };
  return { transport, sent, answerAll: () => waiting.splice(0).map((resolve) => resolve()) };
}

test("a message that was begun is sent once, and its reply is the one that is asked for", async () => {
  const { transport, sent, answerAll } = slow(true);
  const ahead = requestsAhead(transport, undefined);
  const [first, second]: JsonObject[] = [{ type: "a" }, { type: "a" }];
  await Promise.all([ahead.begin(first as JsonObject), ahead.begin(first as JsonObject)]);
  assert.deepEqual(sent, [first]);
  const replies = [ahead.request(first as JsonObject), ahead.request(second as JsonObject)];
  answerAll();
  assert.deepEqual(await Promise.all(replies), [first, second]);
  assert.equal(sent.length, 2);
});

test("over a transport that takes one at a time nothing is begun", async () => {
  const { transport, sent } = slow(false);
  await requestsAhead(transport, undefined).begin({ type: "a" });
  assert.deepEqual(sent, []);
});

test("a request that was begun and failed fails whoever asks for it, and nobody else", async () => {
  const failing: Transport = {
    overlaps: true,
    request: async () => Promise.reject(new PoolError("network", "gone")),
    close: async () => undefined,
  };
  const ahead = requestsAhead(failing, undefined);
  const message = { type: "a" };
  await ahead.begin(message);
  await ahead.begin({ type: "never asked for" });
  await assert.rejects(ahead.request(message), { code: "network" });
});

test("requests over HTTP are sent in the order in which they were made, one at a time", async () => {
  const node = keyOf(1);
  let open = 0;
  await using server = await fakeNode(node, ({ message, signed }) => {
    open++;
    return { message: signed ? { type: "echo", text: String(message["text"]).slice(0, 1), open: open-- } : greeting(node).message };
  });
  const transport = openHttpTransport({
    url: server.url,
    node: node.did,
    key: keyOf(2),
    crypto: nativeCrypto,
    clock: Date.now,
    random: (length) => randomBytes(length),
    compress: false,
  });
  // The first takes much longer to make ready than those after it.
  const texts = ["a".repeat(8_000_000), "b", "c", "d"];
  const ahead = requestsAhead(transport, undefined);
  const messages = texts.map((text) => ({ type: "heads", text }));
  await Promise.all(messages.map((message) => ahead.begin(message)));
  const replies = await Promise.all(messages.map((message) => ahead.request(message)));
  assert.deepEqual(
    replies.map((reply) => (reply as JsonObject)["text"]),
    ["a", "b", "c", "d"],
  );
  const seen = server.asked.filter(({ signed }) => signed).map(({ message }) => String(message["text"]).slice(0, 1));
  assert.deepEqual(seen, ["a", "b", "c", "d"]);
  await transport.close();
});

/** A transport as HTTP is: requests in turn, the next one ready when the one before is answered. */
function inTurn(inner: Transport, types: string[]): Transport {
  let turn: Promise<unknown> = Promise.resolve();
  return {
    ...inner,
    overlaps: true,
    request(message, signal) {
      const reply = turn.then(() => inner.request(message, signal));
      turn = reply.catch(() => undefined);
      types.push(String(message["type"]));
      return reply;
    },
  };
}

test("a sync of many pages is the same with requests ahead, pulling and pushing", async () => {
  const pool = await newPool();
  await write(pool, ...claims(2_300));
  const here = await joining(pool.id);
  const types: string[] = [];
  const pulled = await syncWith(here, inTurn(connect(pool.replica, pool.phone.did, pool.root.did), types));
  assert.equal(pulled.pulled, 2_302);
  assert.deepEqual(types, ["hello", "ops_since", "ops_since", "ops_since"]); // 250, 500, 1,000 and the rest
  assert.deepEqual(await stateOf(here), await stateOf(pool.replica));
  const there = await joining(pool.id);
  await take(there, (await logOf(pool.replica)).slice(0, 2));
  const pushed = await syncWith(here, inTurn(connect(there, pool.phone.did, pool.root.did), types));
  assert.deepEqual([pushed.pushed, pushed.rejected, pushed.deferred], [2_300, [], []]);
  assert.deepEqual(types.slice(4), ["hello", ...Array(12).fill("push")]);
  assert.deepEqual(await stateOf(there), await stateOf(pool.replica));
});

test("a peer whose pages don't come in order is told so, and what it sent before is kept", async () => {
  const pool = await newPool();
  await write(pool, ...claims(1_200));
  const here = await joining(pool.id);
  const honest = connect(pool.replica, pool.phone.did, pool.root.did);
  const backwards: Transport = {
    ...honest,
    async request(message) {
      const reply = (await honest.request(message)) as JsonObject;
      if (!Array.isArray(message["after"])) return reply;
      return { ...reply, more: true, ops: (await logOf(pool.replica)).slice(0, 5) as unknown as Json };
    },
  };
  await assert.rejects(syncWith(here, backwards), { code: "peer", message: /order/ });
  assert.equal((await idsOf(here)).length, limits.pageOpsFirst);
});
