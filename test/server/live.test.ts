/** Kept connections (live/1) over real sockets: who gets one, what goes over it, and what nobody can do to the server with it. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import type { JsonObject } from "../../src/core/ports.ts";
import { selfSignedCertificate } from "../../src/server/index.ts";
import { isSignedBy, post, rawReply, signedFields } from "../transport/by-hand.ts";
import { device, echoServer, self, stranger } from "./echo-server.ts";
import { liveEcho, openByHand, refusalOf, upgradeFields } from "./live-echo.ts";

const live = { type: "hello", extensions: ["heads/1", "live/1"] };

for (const [how, tls] of [
  ["on loopback", {}],
  ["over TLS", { tls: selfSignedCertificate("localhost") }],
] as const) {
  test(`${how}: the 101 is signed for this request; replies carry the id of what they answer`, { timeout: 30_000 }, async () => {
    await using server = await liveEcho(tls);
    const client = await openByHand(server);
    const { headers: fields, statusCode: status = 0 } = client.reply;
    assert.ok(isSignedBy(self.did, { status, fields, content: Buffer.alloc(0) }, client.sent));
    for (const id of ["a", 7, "x".repeat(64), 0, -3]) {
      client.send({ id, type: "ask", text: "é" });
      assert.deepEqual(await client.next(), { id, type: "echo", key: device.did, message: { type: "ask", text: "é" } });
    }
    client.socket.close();
    await client.closed;
  });
}

test("messages that are sent at once are answered one after the other, in order", { timeout: 30_000 }, async () => {
  await using server = await liveEcho();
  const client = await openByHand(server);
  client.send({ id: 1, type: "slow", ms: 40 });
  for (let id = 2; id <= 20; id++) client.send({ id, type: "ask" });
  for (let id = 1; id <= 20; id++) assert.equal((await client.next())["id"], id);
  client.socket.terminate();
});

test("whoever named live/1 in a hello is told heads as operations are admitted; many at once are told together", {
  timeout: 30_000,
}, async () => {
  await using server = await liveEcho();
  const [follower, other] = [await openByHand(server), await openByHand(server)];
  server.admit(); // before the hello: nobody asked for it
  follower.send({ id: 1, ...live });
  other.send({ id: 1, type: "hello", extensions: ["heads/1"] });
  assert.equal((await follower.next())["type"], "hello");
  await other.next();
  for (let count = 0; count < 1_000; count++) server.admit();
  let lamport: unknown = 0;
  let told = 0;
  for (; lamport !== 1_001; told++) {
    const notify = await follower.next();
    assert.equal(notify["type"], "notify");
    assert.equal(notify["id"], undefined);
    lamport = (notify["heads"] as JsonObject)["lamport"];
  }
  assert.ok(told <= 2, `told ${told} times`);
  other.send({ id: 2, type: "ask" });
  assert.equal((await other.next())["type"], "echo", "who did not name live/1 is told nothing");
  assert.deepEqual([follower.frames, other.frames], [[], []]);
  follower.socket.terminate();
  other.socket.terminate();
});

test("a removal closes what is open under that key, and no other", { timeout: 30_000 }, async () => {
  await using server = await liveEcho({}, [device, stranger]);
  const [gone, stays] = [await openByHand(server, device), await openByHand(server, stranger)];
  server.remove(device);
  server.admit();
  assert.deepEqual(await gone.closed, { code: 1008, reason: "this key may not do that" });
  stays.send({ id: 1, type: "ask" });
  assert.equal((await stays.next())["type"], "echo");
  assert.equal((await refusalOf(openByHand(server, device))).status, 403);
  stays.socket.terminate();
});

test("who may not have a connection is told so by a signed reply, as for a POST", { timeout: 30_000 }, async () => {
  await using server = await liveEcho();
  const { authority } = server;
  const fields = upgradeFields(authority);
  const old = signedFields({ key: device, to: self.did, authority, content: "", method: "GET", created: 1_000 });
  const cases: [string, Parameters<typeof openByHand>[2], number, string][] = [
    ["unsigned", { host: authority, "content-digest": fields["content-digest"] ?? "" }, 401, "bad_signature"],
    ["signed as a POST", signedFields({ key: device, to: self.did, authority, content: "" }), 401, "bad_signature"],
    ["for another node", signedFields({ key: device, to: stranger.did, authority, content: "", method: "GET" }), 401, "bad_signature"],
    ["over other content", signedFields({ key: device, to: self.did, authority, content: "x", method: "GET" }), 401, "bad_signature"],
    ["long ago", old, 401, "clock"],
    ["by a key that is not known", upgradeFields(authority, stranger), 403, "unauthorized"],
    ["from somebody's page", { ...fields, origin: "http://evil.example" }, 403, "unauthorized"],
  ];
  for (const [what, sent, status, code] of cases) {
    const refused = await refusalOf(openByHand(server, device, sent));
    assert.deepEqual([refused.status, refused.message["code"]], [status, code], what);
    const content = Buffer.from(JSON.stringify(refused.message));
    assert.ok(isSignedBy(self.did, { status, fields: refused.response.headers, content }, sent ?? {}), what);
  }
  const taken = await openByHand(server, device, upgradeFields(authority));
  assert.equal((await refusalOf(openByHand(server, device, taken.sent))).status, 401, "the same request again");
  taken.socket.terminate();
});

test("a server without news keeps nothing, and other upgrades are answered as if they had not asked", { timeout: 30_000 }, async () => {
  await using plain = await echoServer();
  assert.equal((await refusalOf(openByHand(plain))).status, 405);
  await using server = await liveEcho();
  const content = '{"type":"ask"}';
  const fields = signedFields({ key: device, to: self.did, authority: server.authority, content });
  const reply = await post(server.port, { ...fields, connection: "upgrade, http2-settings", upgrade: "h2c" }, content);
  assert.equal(reply.status, 200);
  assert.match(
    await rawReply(
      server.port,
      `GET /other HTTP/1.1\r\nhost: ${server.authority}\r\nupgrade: websocket\r\nconnection: upgrade, close\r\n\r\n`,
    ),
    /^HTTP\/1\.1 404 /,
  );
});

test("frames that are no messages cost an error each; the connection goes on", { timeout: 30_000 }, async () => {
  await using server = await liveEcho();
  const client = await openByHand(server);
  for (const frame of [
    "",
    "x",
    "[]",
    "null",
    "7",
    "{}",
    '{"type":"ask"}',
    '{"id":null,"type":"ask"}',
    '{"id":{},"type":"ask"}',
    '{"id":1.5}',
    '{"id":"","type":"ask"}',
    `{"id":"${"x".repeat(65)}","type":"ask"}`,
    '{"id":1,"id":1}',
    `{"id":1,"a":${"[".repeat(40)}${"]".repeat(40)}}`,
  ]) {
    client.send(frame);
    const { type, code, id } = await client.next();
    assert.deepEqual([type, code, id], ["error", "bad_request", undefined], frame);
  }
  assert.deepEqual(server.heard, []);
  client.send({ id: 1, type: "ask" });
  assert.equal((await client.next())["type"], "echo");
  client.socket.terminate();
});

test("binary, too large, no UTF-8, no WebSocket: that connection ends, the server does not notice", { timeout: 30_000 }, async () => {
  await using server = await liveEcho({ limits: { messageBytes: 10_000 } });
  const witness = await openByHand(server);
  const cases: [string, (client: Awaited<ReturnType<typeof openByHand>>) => void, number][] = [
    ["binary", ({ send }) => send(Buffer.from('{"id":1,"type":"ask"}')), 1003],
    ["too large", ({ send }) => send(`"${"x".repeat(10_001)}"`), 1009],
    [
      "too large in pieces",
      ({ socket }) => {
        for (let piece = 0; piece < 20; piece++) socket.send("x".repeat(1_000), { fin: false });
      },
      1009,
    ],
    ["no UTF-8", ({ socket }) => socket.send(Buffer.from([0xff, 0xfe]), { binary: false }), 1007],
  ];
  for (const [what, act, code] of cases) {
    const client = await openByHand(server);
    act(client);
    assert.equal((await client.closed).code, code, what);
  }
  witness.send({ id: 1, type: "ask" });
  assert.equal((await witness.next())["type"], "echo");
  witness.socket.terminate();
});

test("a reply that does not fit is refused under its id", { timeout: 30_000 }, async () => {
  await using server = await liveEcho({ limits: { messageBytes: 10_000 } });
  const client = await openByHand(server);
  client.send({ id: 1, type: "large", bytes: 10_001 });
  const { id, code } = await client.next();
  assert.deepEqual([id, code], [1, "too_large"]);
  client.socket.terminate();
});

test("messages and pings are counted at the key's rate, whichever connection they come over", { timeout: 30_000 }, async () => {
  await using server = await liveEcho({ limits: { rateBurst: 10, ratePerSecond: 1 }, clock: () => 1_790_000_000_000 }, [device]);
  const fields = signedFields({
    key: device,
    to: self.did,
    authority: server.authority,
    content: "",
    method: "GET",
    created: 1_790_000_000,
  });
  const client = await openByHand(server, device, fields);
  const codes: unknown[] = [];
  for (let id = 0; id < 12; id++) {
    client.send({ id, type: "ask" });
    const reply = await client.next();
    assert.equal(reply["id"], id);
    codes.push(reply["code"]);
  }
  assert.deepEqual(codes, [...Array(9).fill(undefined), "rate", "rate", "rate"]);
  client.send("nonsense");
  assert.equal((await client.next())["code"], "rate");
  client.socket.ping();
  assert.equal((await client.closed).code, 1008);
});

test("a flood is cut off; more connections of one key push its oldest out, more in all are refused", { timeout: 30_000 }, async () => {
  await using server = await liveEcho({ limits: { liveQueue: 8, livePerKey: 2, liveConnections: 3 } }, [device, stranger]);
  const flood = await openByHand(server);
  flood.send({ id: 0, type: "slow", ms: 50 });
  for (let id = 1; id < 200; id++) flood.send({ id, type: "ask" });
  assert.equal((await flood.closed).code, 1008);

  const first = await openByHand(server);
  const second = await openByHand(server);
  const third = await openByHand(server);
  assert.equal((await first.closed).code, 1008);
  const other = await openByHand(server, stranger);
  assert.equal((await refusalOf(openByHand(server, stranger))).status, 429);
  for (const { socket } of [second, third, other]) socket.terminate();
});

test("who never reads is dropped, and holds no more than one reply", { timeout: 30_000 }, async () => {
  const bytes = 8_000_000;
  await using server = await liveEcho({ limits: { bodyDeadlineMs: 300 } });
  const client = await openByHand(server);
  client.socket.pause();
  const before = process.memoryUsage().external;
  for (let id = 0; id < 30; id++) client.send({ id, type: "large", bytes });
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.ok(process.memoryUsage().external - before < 5 * bytes);
  assert.ok(server.events.filter(({ type }) => type === "large").length <= 2);
  await new Promise((resolve) => setTimeout(resolve, 300));
  client.socket.resume();
  assert.equal((await client.closed).code, 1006);
});

test("who answers no ping, and who never finishes a message, is dropped", { timeout: 30_000 }, async () => {
  await using server = await liveEcho({ limits: { livePingMs: 50, bodyDeadlineMs: 150 } });
  const silent = connect(server.port, "127.0.0.1");
  const fields = { ...upgradeFields(server.authority), connection: "upgrade", upgrade: "websocket", "sec-websocket-version": "13" };
  const header = Object.entries({ ...fields, "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==" }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  silent.write(`GET /fpl-sync/1 HTTP/1.1\r\n${header.join("")}\r\n`);
  silent.on("data", () => {});
  const slow = await openByHand(server);
  const idle = await openByHand(server);
  const drip = setInterval(() => slow.socket.send("x", { fin: false }), 20);
  await Promise.all([new Promise((resolve) => silent.once("close", resolve)), slow.closed]);
  clearInterval(drip);
  idle.send({ id: 1, type: "ask" });
  assert.equal((await idle.next())["type"], "echo", "who answers pings and has nothing to say stays");
  idle.socket.terminate();
});

test("all kept connections together take no more memory than known keys have", { timeout: 30_000 }, async () => {
  await using server = await liveEcho({ limits: { knownBytes: 100_000 } });
  const clients = [await openByHand(server), await openByHand(server)];
  for (const { socket } of clients) socket.send("x".repeat(60_000), { fin: false });
  assert.equal((await Promise.race(clients.map(({ closed }) => closed))).code, 1013);
  const left = clients.find(({ socket }) => socket.readyState === socket.OPEN);
  left?.socket.terminate();
  const next = await openByHand(server);
  next.send({ id: 1, type: "ask", text: "y".repeat(50_000) });
  assert.equal((await next.next())["type"], "echo", "what a connection took is given back");
  next.socket.terminate();
});

test("while one message is answered nothing more is read: whoever sends a lot waits, and costs no memory", {
  timeout: 30_000,
}, async () => {
  await using server = await liveEcho({ limits: { knownBytes: 150_000 } });
  const client = await openByHand(server);
  client.send({ id: 0, type: "slow", ms: 100 });
  for (let id = 1; id <= 100; id++) client.send({ id, type: "ask", text: "x".repeat(10_000) });
  for (let id = 0; id <= 100; id++) assert.equal((await client.next())["id"], id);
  client.socket.terminate();
});

test("closing the server ends kept connections, also of who does not answer", { timeout: 30_000 }, async () => {
  const server = await liveEcho();
  const [polite, rude] = [await openByHand(server), await openByHand(server)];
  rude.socket.pause();
  const began = performance.now();
  await server[Symbol.asyncDispose]();
  assert.ok(performance.now() - began < 10_000);
  assert.equal((await polite.closed).code, 1001);
  rude.socket.terminate();
});
