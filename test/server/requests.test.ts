/** What is taken at all: target, type, size, pace. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { limits } from "../../src/core/limits.ts";
import { type Fields, isSignedBy, jsonOf, keyOf, post, rawReply, signedFields } from "../transport/by-hand.ts";
import { device, type EchoServer, echoServer, self } from "./echo-server.ts";

const ask = '{"type":"ask"}';
type Content = string | Uint8Array;

function by(server: EchoServer, content: Content = ask, how: Partial<Parameters<typeof signedFields>[0]> = {}): Fields {
  return signedFields({ key: device, to: self.did, authority: server.authority, content, ...how });
}

async function statusOf(server: EchoServer, content: Content, more: Fields = {}, options?: Parameters<typeof post>[3]): Promise<number> {
  return (await post(server.port, { ...by(server, content), ...more }, content, options)).status;
}

test("there is one path, one method, no query", async () => {
  await using server = await echoServer();
  assert.equal(await statusOf(server, ask, {}, { path: "/fpl-sync/1?x=1" }), 400);
  assert.equal(await statusOf(server, ask, {}, { path: "/fpl-sync/1?" }), 400);
  for (const path of ["/", "/fpl-sync/2", "/fpl-sync/1/", "/x/../fpl-sync/1", "/fpl-sync/%31"])
    assert.equal(await statusOf(server, ask, {}, { path }), 404, path);
  for (const method of ["PUT", "PATCH"]) assert.equal(await statusOf(server, ask, {}, { method }), 405, method);
  assert.equal((await post(server.port, by(server), "", { method: "GET" })).fields["allow"], "POST");
  assert.equal(server.heard.length, 0);
  assert.equal(await statusOf(server, ask, {}, { path: `http://${server.authority}/fpl-sync/1` }), 200);
  assert.equal(await statusOf(server, ask, {}, { path: "http://home.example/fpl-sync/1" }), 421); // that is the authority, whatever Host says
});

test("a page of another site is not answered", async () => {
  await using server = await echoServer();
  for (const origin of [
    "https://evil.example",
    "null",
    `https://${server.authority}`,
    `http://localhost:${server.port}`,
    `http://${server.authority}/`,
  ]) {
    assert.equal(await statusOf(server, ask, { origin }), 403, origin);
  }
  assert.equal(server.heard.length, 0);
  assert.equal(await statusOf(server, ask, { origin: `http://${server.authority}` }), 200);
});

test("only JSON is taken, plain, in gzip or in zstd", async () => {
  await using server = await echoServer();
  for (const type of ["text/plain", "", "application/json; charset=latin1", "application/jsonx"])
    assert.equal(await statusOf(server, ask, { "content-type": type }), 415, type);
  for (const type of ["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"']) {
    assert.equal(await statusOf(server, ask, { "content-type": type }), 200, type);
  }
  for (const coding of ["br", "gzip, gzip", "deflate"]) {
    const reply = await post(server.port, { ...by(server), "content-encoding": coding }, ask);
    assert.deepEqual([reply.status, reply.fields["accept-encoding"]], [415, "zstd, gzip"]);
  }
  for (const [coding, content] of [
    ["gzip", gzipSync(ask)],
    ["zstd", zstdCompressSync(ask)],
    ["identity", ask],
  ] as const) {
    assert.equal(await statusOf(server, content, { "content-encoding": coding }), 200, coding);
  }
  const reply = await post(server.port, { ...by(server), "content-encoding": "gzip" }, ask);
  assert.deepEqual([reply.status, jsonOf(reply)["code"]], [200, "bad_request"]);
});

test("replies are compressed for those who take it, when it pays", async () => {
  await using server = await echoServer();
  const long = JSON.stringify({ type: "ask", text: "memory ".repeat(1_000) });
  const codingOf = async (content: string, accepts: string) => {
    const fields = { ...by(server, content), "accept-encoding": accepts };
    const reply = await post(server.port, fields, content);
    assert.ok(isSignedBy(self.did, reply, fields));
    return reply.fields["content-encoding"];
  };
  assert.deepEqual([await codingOf(long, "gzip"), await codingOf(long, "gzip, zstd")], ["gzip", "zstd"]);
  assert.deepEqual([await codingOf(long, "identity"), await codingOf(ask, "gzip")], [undefined, undefined]);
});

test("a message that can't be read is an error, and the server goes on", async () => {
  await using server = await echoServer();
  const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
  const contents = [
    "{",
    "",
    '{"a":1,"a":2}',
    '{"a":1e400}',
    '"\\ud800"',
    Buffer.of(0x22, 0xff, 0x22),
    `\ufeff${ask}`,
    nested(limits.messageDepth + 1),
    nested(1_000_000),
  ];
  for (const content of contents) {
    const fields = by(server, content);
    const reply = await post(server.port, fields, content);
    assert.deepEqual([reply.status, jsonOf(reply)["type"], jsonOf(reply)["code"]], [200, "error", "bad_request"]);
    assert.ok(isSignedBy(self.did, reply, fields));
  }
  assert.equal(server.heard.length, 0);
  const deepest = nested(limits.messageDepth);
  await post(server.port, by(server, deepest), deepest);
  assert.equal(server.heard.length, 1);
});

test("a handler that throws is an error in the reply, with its name", async () => {
  await using server = await echoServer({
    handler: async () => {
      throw new RangeError("out of it");
    },
  });
  const reply = await post(server.port, by(server), ask);
  assert.deepEqual([reply.status, jsonOf(reply)], [200, { type: "error", error: "RangeError: out of it", code: "internal" }]);
});

test("an answer that doesn't fit in a message becomes too_large", async () => {
  await using server = await echoServer({ limits: { messageBytes: 1_000 }, handler: async () => ({ type: "x", text: "é".repeat(600) }) });
  const reply = await post(server.port, by(server), ask);
  assert.deepEqual([reply.status, jsonOf(reply)["code"]], [200, "too_large"]);
});

test("what is over the limit is refused: by its header, as it comes, and as it is decompressed", async () => {
  await using server = await echoServer({ limits: { messageBytes: 10_000 } });
  const exactly = JSON.stringify({ type: "ask", text: "x".repeat(10_000 - JSON.stringify({ type: "ask", text: "" }).length) });
  assert.equal(await statusOf(server, exactly), 200);
  assert.equal(await statusOf(server, `${exactly} `), 413);
  assert.equal(await statusOf(server, `${exactly} `, { "transfer-encoding": "chunked" }), 413);
  for (const [coding, compress] of [
    ["gzip", gzipSync],
    ["zstd", zstdCompressSync],
  ] as const) {
    assert.equal(await statusOf(server, compress(exactly), { "content-encoding": coding }), 200);
    assert.equal(await statusOf(server, compress(`${exactly} `), { "content-encoding": coding }), 413);
    assert.equal(await statusOf(server, compress(Buffer.alloc(20_000_000)), { "content-encoding": coding }), 413);
  }
  const fields = by(server, `${exactly} `);
  const reply = await post(server.port, fields, `${exactly} `);
  assert.equal(jsonOf(reply)["code"], "too_large");
  assert.ok(isSignedBy(self.did, reply, fields));
});

test("a body that is announced too large is refused before it comes", async () => {
  await using server = await echoServer();
  const head = Object.entries(by(server)).map(([name, value]) => `${name}: ${value}\r\n`);
  const said = await rawReply(
    server.port,
    `POST /fpl-sync/1 HTTP/1.1\r\n${head.join("")}content-length: ${limits.messageBytes + 1}\r\nconnection: close\r\n\r\n`,
  );
  assert.match(said, /^HTTP\/1.1 413 /);
});

test("the whole 16 MiB are taken, and not a byte more", async () => {
  await using server = await echoServer({ handler: async () => ({ type: "ok" }) });
  const most = JSON.stringify({ type: "ask", text: "x".repeat(limits.messageBytes - JSON.stringify({ type: "ask", text: "" }).length) });
  assert.equal(await statusOf(server, most), 200);
  assert.equal(await statusOf(server, `${most} `), 413);
});

test("all strangers together may fill only so much memory, which doesn't keep a known key out", async () => {
  await using server = await echoServer({ limits: { strangersBytes: 5_000 } });
  const content = JSON.stringify({ type: "ask", text: "x".repeat(6_000) });
  const stranger = await post(server.port, by(server, content, { key: keyOf(7) }), content);
  assert.deepEqual([stranger.status, jsonOf(stranger)["code"]], [429, "rate"]);
  assert.equal(await statusOf(server, content), 200);
  const small = JSON.stringify({ type: "hello" });
  for (let turn = 0; turn < 400; turn++) assert.equal((await post(server.port, by(server, small, { key: keyOf(7) }), small)).status, 200);
});

test("known keys together may fill only so much memory too", async () => {
  await using server = await echoServer({ limits: { knownBytes: 5_000 } });
  assert.equal(await statusOf(server, JSON.stringify({ type: "ask", text: "x".repeat(6_000) })), 429);
  assert.equal(await statusOf(server, gzipSync(ask), { "content-encoding": "gzip" }), 429); // might be anything inside
  assert.equal(await statusOf(server, ask), 200);
});

test("what was set aside for a decompression is given back after it", async () => {
  const both = Promise.withResolvers<void>();
  let inside = 0;
  const handler = async () => {
    if (++inside === 2) both.resolve();
    await both.promise;
    return { type: "ok" };
  };
  await using server = await echoServer({ handler, limits: { knownBytes: limits.messageBytes + 1_000 } });
  const content = gzipSync(ask);
  const sent = () => statusOf(server, content, { "content-encoding": "gzip" });
  const first = sent();
  while (inside === 0) await new Promise(setImmediate);
  assert.deepEqual([await sent(), await first], [200, 200]);
});

test("a header has to come in time too", async () => {
  await using server = await echoServer({ limits: { headersMs: 200 } });
  const began = performance.now();
  for (const start of ["POST /fpl-sync/1 HTTP/1.1\r\nhost: x\r\n", ""]) {
    assert.match(await rawReply(server.port, start), /^(HTTP\/1.1 408|$)/);
  }
  assert.ok(performance.now() - began < 10_000);
});

test("a body has to come in time", async () => {
  await using server = await echoServer({ limits: { bodyDeadlineMs: 100 } });
  const began = performance.now();
  const head = Object.entries(by(server)).map(([name, value]) => `${name}: ${value}\r\n`);
  const said = await rawReply(server.port, `POST /fpl-sync/1 HTTP/1.1\r\n${head.join("")}content-length: ${ask.length}\r\n\r\n{`);
  assert.match(said, /^HTTP\/1.1 408 .*connection: close.*"code":"bad_request"/is);
  assert.ok(performance.now() - began < 10_000);
  assert.equal(server.heard.length, 0);
});

test("a key's rate is its own; strangers of one address share one, and can't use up a device's", async () => {
  let now = Date.now();
  await using server = await echoServer({ clock: () => now, limits: { ratePerSecond: 2, rateBurst: 4 } });
  const created = () => Math.floor(now / 1_000);
  const status = async (how: Partial<Parameters<typeof signedFields>[0]>) =>
    (await post(server.port, by(server, ask, { created: created(), ...how }), ask)).status;
  const many = async (how: Partial<Parameters<typeof signedFields>[0]>) => [
    await status(how),
    await status(how),
    await status(how),
    await status(how),
    await status(how),
  ];
  const forged = { key: { did: device.did, seed: keyOf(7).seed } };
  assert.deepEqual(await many(forged), [401, 401, 401, 401, 429]);
  const reply = await post(server.port, by(server, ask, { created: created(), key: keyOf(8) }), ask);
  assert.deepEqual([reply.status, jsonOf(reply)["code"], reply.fields["retry-after"]], [429, "rate", "1"]);
  assert.deepEqual(await many({}), [200, 200, 200, 200, 429]);
  now += 1_000;
  assert.deepEqual([await status({}), await status({}), await status({})], [200, 200, 429]);
  const old = { created: created() - 1_000 };
  assert.deepEqual([await status(old), await status(old), await status(old)], [401, 401, 429]);
});

test("all devices of one node share a rate: a thief gains nothing by adding more", async () => {
  let now = Date.now();
  const devices = [device, keyOf(21), keyOf(22)];
  await using server = await echoServer({
    clock: () => now,
    limits: { ratePerSecond: 2, rateBurst: 4, nodePerSecond: 3, nodeBurst: 6 },
    knows: async (key) => devices.some(({ did }) => did === key),
    handler: async () => ({ type: "heads" }),
  });
  const round = () =>
    Promise.all(
      devices.map(async (key) => (await post(server.port, by(server, ask, { key, created: Math.floor(now / 1_000) }), ask)).status),
    );
  assert.deepEqual([await round(), await round()].flat(), [200, 200, 200, 200, 200, 200]);
  assert.deepEqual(await round(), [429, 429, 429]);
  now += 1_000;
  assert.deepEqual([await round(), await round()].flat().sort(), [200, 200, 200, 429, 429, 429]);
});

test("replays are charged to whoever sends them", async () => {
  const now = Date.now();
  await using server = await echoServer({ clock: () => now, limits: { ratePerSecond: 2, rateBurst: 3 } });
  const fields = by(server);
  const replay = async () => (await post(server.port, fields, ask)).status;
  assert.deepEqual([await replay(), await replay(), await replay(), await replay(), await replay()], [200, 401, 401, 401, 429]);
  assert.equal(await statusOf(server, ask), 200);
});
