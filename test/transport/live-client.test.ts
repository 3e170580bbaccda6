/** The client's side of a kept connection: whom it believes, what it does when the other side misbehaves. */
import assert from "node:assert/strict";
import { randomBytes, X509Certificate } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { type WebSocket, WebSocketServer } from "ws";
import { type ErrorCode, PoolError } from "../../src/core/errors.ts";
import type { JsonObject } from "../../src/core/ports.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { selfSignedCertificate } from "../../src/server/index.ts";
import { type LiveTransportOptions, openLiveTransport } from "../../src/transport/index.ts";
import { device, self, stranger } from "../server/echo-server.ts";
import { liveEcho } from "../server/live-echo.ts";
import { type Fields, type ReplyByHand, signedReplyFields } from "./by-hand.ts";

const rejects = (promise: Promise<unknown>, code: ErrorCode, words = /./) =>
  assert.rejects(promise, (error) => {
    assert.ok(error instanceof PoolError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, words);
    return true;
  });

const open = (url: string, more: Partial<LiveTransportOptions> = {}) =>
  openLiveTransport({
    url,
    node: self.did,
    key: device,
    certificate: null,
    crypto: nativeCrypto,
    clock: Date.now,
    random: (length) => randomBytes(length),
    onNotify: () => {},
    ...more,
  });

/** A node whose 101 is signed as `sign` says, and which then does what `then` says with the connection. */
async function fakeLive(then: (socket: WebSocket) => void, sign: (honest: ReplyByHand) => Fields = signedReplyFields) {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on("headers", (headers, { headers: asked }) => {
    const request = { authority: String(asked.host), digest: String(asked["content-digest"]), signature: asked["signature"] as string };
    const fields = sign({ key: self, status: 101, content: "", request });
    for (const [name, value] of Object.entries(fields)) headers.push(`${name}: ${value}`);
  });
  sockets.on("connection", (socket) => {
    socket.on("error", () => {});
    then(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const answering = (reply: (message: JsonObject) => string | null) => (socket: WebSocket) =>
  socket.on("message", (data) => {
    const said = reply(JSON.parse(data.toString()));
    if (said !== null) socket.send(said);
  });

test("asks and is answered, several at once, until it is closed", { timeout: 30_000 }, async () => {
  await using server = await liveEcho();
  const transport = await open(server.url);
  const replies = (await Promise.all([1, 2, 3].map((n) => transport.request({ type: "ask", n })))) as JsonObject[];
  assert.deepEqual(
    replies.map(({ message }) => (message as JsonObject)["n"]),
    [1, 2, 3],
  );
  await transport.close();
  await rejects(transport.request({ type: "ask" }), "network", /closed/);
});

test("over TLS the certificate must be the one that the node named", { timeout: 30_000 }, async () => {
  const tls = selfSignedCertificate("localhost");
  const hex = (cert: string) => new X509Certificate(cert).fingerprint256.replaceAll(":", "").toLowerCase();
  await using server = await liveEcho({ tls });
  const transport = await open(server.url, { certificate: hex(tls.cert) });
  assert.equal(((await transport.request({ type: "ask" })) as JsonObject)["type"], "echo");
  await transport.close();
  const { length } = server.events;
  for (const certificate of [null, "", hex(selfSignedCertificate("localhost").cert)]) {
    await rejects(open(server.url, { certificate }), "peer", /certificate/);
  }
  assert.equal(server.events.length, length, "nothing was sent to whoever could be in between");
});

test("a 101 is believed when the node that is meant signed it, now, for this request, and not otherwise", { timeout: 30_000 }, async () => {
  const lies: [string, (honest: ReplyByHand) => Fields][] = [
    ["another node", (honest) => signedReplyFields({ ...honest, key: stranger })],
    ["another request", (honest) => signedReplyFields({ ...honest, request: { ...honest.request, signature: "fpl=:AAAA:" } })],
    ["another authority", (honest) => signedReplyFields({ ...honest, request: { ...honest.request, authority: "other.example" } })],
    ["another status", (honest) => signedReplyFields({ ...honest, status: 200 })],
    ["an hour ago", (honest) => signedReplyFields({ ...honest, created: Math.floor(Date.now() / 1_000) - 3_600 })],
    ["unsigned", () => ({})],
  ];
  for (const [what, sign] of lies) {
    let heard = 0;
    await using node = await fakeLive((socket) => socket.on("message", () => heard++), sign);
    await rejects(open(node.url), "peer", /believed/);
    assert.equal(heard, 0, what);
  }
  await using node = await fakeLive(answering(({ id }) => JSON.stringify({ id, type: "fine" })));
  const transport = await open(node.url);
  assert.deepEqual(await transport.request({ type: "ask" }), { type: "fine" });
  await transport.close();
});

test("frames that answer nothing, are binary, or no JSON, end the connection, and what was asked fails", { timeout: 30_000 }, async () => {
  for (const reply of ["{}", "x", '{"id":99,"type":"x"}', '{"type":"error","error":"no"}', '{"id":1,"id":1,"type":"x"}']) {
    await using node = await fakeLive(answering(() => reply));
    const transport = await open(node.url);
    await rejects(transport.request({ type: "ask" }), "peer");
    assert.equal((await transport.lost).code, "peer");
  }
  await using node = await fakeLive((socket) => socket.send(Buffer.from("x")));
  assert.equal((await (await open(node.url)).lost).code, "peer");
});

test("notify is passed on, also while a reply is awaited", { timeout: 30_000 }, async () => {
  const told: unknown[] = [];
  await using node = await fakeLive((socket) => {
    socket.send('{"type":"notify","heads":{"lamport":1}}');
    answering(({ id }) => {
      socket.send('{"type":"notify","heads":{"lamport":2}}');
      return JSON.stringify({ id, type: "fine" });
    })(socket);
  });
  const transport = await open(node.url, { onNotify: ({ lamport }) => told.push(lamport) });
  await transport.request({ type: "ask" });
  assert.deepEqual(told, [1, 2]);
  await transport.close();
});

test("an answer that does not come, a silence, a signal and the other side's end each fail with their reason", {
  timeout: 30_000,
}, async () => {
  await using node = await fakeLive(() => {});
  await rejects((await open(node.url, { timeoutMs: 50 })).request({ type: "ask" }), "network", /longer than 50 ms/);
  const silent = await open(node.url, { silenceMs: 50 });
  assert.match((await silent.lost).message, /nothing was heard/);
  const stop = new AbortController();
  const asked = (await open(node.url)).request({ type: "ask" }, stop.signal);
  stop.abort();
  await rejects(asked, "interrupted");
  await using ending = await fakeLive((socket) => socket.close(1008, "enough"));
  assert.match((await (await open(ending.url)).lost).message, /enough/);
});

test("pings count as a sign of life", { timeout: 30_000 }, async () => {
  await using node = await fakeLive((socket) => {
    const timer = setInterval(() => socket.ping(), 50);
    socket.once("close", () => clearInterval(timer));
    setTimeout(() => socket.close(1000, "after a while"), 1_500);
  });
  assert.match((await (await open(node.url, { silenceMs: 700 })).lost).message, /after a while/);
});

test("a server that keeps no connection, and one that is not there", { timeout: 30_000 }, async () => {
  const { url, ...dead } = await fakeLive(() => {});
  await dead[Symbol.asyncDispose]();
  await rejects(open(url), "network");
  const server = createServer((_request, response) => response.writeHead(405).end()).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  await rejects(open(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), "peer", /405/);
  server.closeAllConnections();
  server.close();
  await rejects(open("http://home.example"), "usage");
});
