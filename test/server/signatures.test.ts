/** Who is answered (section 7): requests are written out by hand, replies checked by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bareFields,
  digestOf,
  type Fields,
  isSignedBy,
  jsonOf,
  keyOf,
  post,
  type Reply,
  requestCovers,
  signedFields,
} from "../transport/by-hand.ts";
import { device, type EchoServer, echoServer, self, stranger } from "./echo-server.ts";

const nonce = "00112233445566778899aabbccddeeff";
const hello = JSON.stringify({ type: "hello", nonce });
const ask = '{"type":"ask"}';

/** What a request by the device is, but for `how`. */
function by(server: EchoServer, how: Partial<Parameters<typeof signedFields>[0]> = {}): Fields {
  return signedFields({ key: device, to: self.did, authority: server.authority, content: ask, ...how });
}

/** Refused with this code, signed for this request, and never heard by the handler. */
async function refused(server: EchoServer, fields: Fields, content: string, code: string, signed = true): Promise<Reply> {
  const heard = server.heard.length;
  const reply = await post(server.port, fields, content);
  assert.equal(reply.status, 401, reply.content.toString());
  assert.deepEqual([jsonOf(reply)["type"], jsonOf(reply)["code"]], ["error", code]);
  assert.equal(isSignedBy(self.did, reply, fields), signed);
  if (!signed) assert.equal(reply.fields["signature"], undefined);
  assert.equal(server.heard.length, heard);
  return reply;
}

test("a device's request, written by hand, is answered, and the answer is signed for it", async () => {
  await using server = await echoServer();
  const fields = by(server);
  const reply = await post(server.port, fields, ask);
  assert.equal(reply.status, 200);
  assert.deepEqual(jsonOf(reply), { type: "echo", key: device.did, message: { type: "ask" } });
  assert.ok(isSignedBy(self.did, reply, fields));
  assert.match(String(reply.fields["signature-input"]), /;tag="fpl-sync\/1"$/);
  const other = by(server, { covered: requestCovers.toReversed() });
  assert.ok(isSignedBy(self.did, await post(server.port, other, ask), other));
});

test("a bare hello is answered as a stranger's, and signed for it", async () => {
  await using server = await echoServer();
  for (const content of [hello, JSON.stringify({ type: "hello", nonce: nonce.toUpperCase() })]) {
    const fields = bareFields(server.authority, content);
    const reply = await post(server.port, fields, content);
    assert.deepEqual([reply.status, jsonOf(reply)], [200, { type: "hello", protocol: "fpl-sync/1", node: self.did }]);
    assert.ok(isSignedBy(self.did, reply, fields));
  }
});

test("nothing but a hello with digest and nonce is taken unsigned", async () => {
  await using server = await echoServer();
  const messages = [
    { type: "hello" },
    { type: "hello", nonce: "00" },
    { type: "hello", nonce: `${nonce}00` },
    { type: "hello", nonce: "z".repeat(32) },
    { type: "hello", nonce: 5 },
  ];
  for (const message of [...messages, { type: "ask", nonce }, [], null, "hello"]) {
    const content = JSON.stringify(message);
    await refused(server, bareFields(server.authority, content), content, "bad_signature");
  }
  for (const content of ["{", ""]) await refused(server, bareFields(server.authority, content), content, "bad_signature");
  const { "content-digest": _, ...undigested } = bareFields(server.authority, hello);
  await refused(server, undigested, hello, "bad_signature", false);
  await refused(server, bareFields(server.authority, "{}"), hello, "bad_signature");
});

test("a stranger's signed request learns no more than a hello tells", async () => {
  await using server = await echoServer();
  const fields = by(server, { key: stranger });
  const reply = await post(server.port, fields, ask);
  assert.deepEqual([reply.status, jsonOf(reply)["code"]], [403, "unauthorized"]);
  assert.ok(isSignedBy(self.did, reply, fields));
  const greeted = await post(server.port, by(server, { key: stranger, content: '{"type":"hello"}' }), '{"type":"hello"}');
  assert.deepEqual(jsonOf(greeted), { type: "hello", protocol: "fpl-sync/1", node: self.did });
});

test("a request that is altered after it was signed is refused, whatever is altered", async () => {
  await using server = await echoServer();
  const other = '{"type":"xyz"}';
  const alterations: readonly [change: (fields: Fields) => Fields, content: string][] = [
    [(fields) => fields, other],
    [(fields) => ({ ...fields, "content-digest": digestOf(other) }), other],
    [(fields) => ({ ...fields, "content-digest": `${fields["content-digest"]}, sha-512=:AAEC:` }), ask],
    [(fields) => ({ ...fields, host: `localhost:${server.port}` }), ask],
    [(fields) => ({ ...fields, "fpl-to": stranger.did }), ask],
    [(fields) => ({ ...fields, "signature-input": fields["signature-input"]?.replace(device.did, keyOf(9).did) ?? "" }), ask],
    [(fields) => ({ ...fields, "signature-input": fields["signature-input"]?.replace(/nonce="./, 'nonce="x') ?? "" }), ask],
  ];
  for (const [change, content] of alterations) await refused(server, change(by(server)), content, "bad_signature");
});

test("a request signed for another method or path is refused", async () => {
  await using server = await echoServer();
  for (const how of [{ method: "PUT" }, { method: "post" }, { path: "/fpl-sync/2" }])
    await refused(server, by(server, how), ask, "bad_signature");
});

test("a key that signs under another's name is refused", async () => {
  await using server = await echoServer();
  const fields = by(server, { key: { did: device.did, seed: stranger.seed } });
  await refused(server, fields, ask, "bad_signature");
});

test("what is signed must be all of it", async () => {
  await using server = await echoServer();
  for (const missing of requestCovers) {
    await refused(server, by(server, { covered: requestCovers.filter((name) => name !== missing) }), ask, "bad_signature");
  }
  for (const name of ["signature", "signature-input"]) {
    const { [name]: _, ...fields } = by(server);
    await refused(server, fields as Fields, ask, "bad_signature");
  }
});

test("a request to another node, with a good signature, is refused here", async () => {
  await using server = await echoServer();
  const reply = await refused(server, by(server, { to: stranger.did }), ask, "bad_signature");
  assert.match(String(jsonOf(reply)["error"]), /another node/);
});

test("a request for another authority gets an unsigned 421", async () => {
  await using server = await echoServer();
  for (const authority of [
    "home.example",
    `home.example:${server.port}`,
    `127.0.0.1:${server.port + 1}`,
    "127.0.0.1",
    `127.0.0.2:${server.port}`,
  ]) {
    const reply = await post(server.port, by(server, { authority }), ask);
    assert.equal(reply.status, 421, authority);
    assert.equal(reply.fields["signature"], undefined);
  }
  assert.equal(server.heard.length, 0);
});

test("a replay is refused, and so is the same nonce on another request; another key may use it", async () => {
  await using server = await echoServer({ knows: async (key) => key === device.did || key === stranger.did });
  const fields = by(server, { nonce });
  assert.equal((await post(server.port, fields, ask)).status, 200);
  await refused(server, fields, ask, "bad_signature");
  await refused(server, by(server, { nonce, content: hello }), hello, "bad_signature");
  assert.equal((await post(server.port, by(server, { nonce, key: stranger }), ask)).status, 403);
});

test("a nonce is only used up by a signature that verified", async () => {
  await using server = await echoServer();
  await refused(server, by(server, { nonce, key: { did: device.did, seed: stranger.seed } }), ask, "bad_signature");
  await refused(server, by(server, { nonce, created: 5 }), ask, "clock");
  assert.equal((await post(server.port, by(server, { nonce }), ask)).status, 200);
});

test("a key that has used up its nonces has to wait", async () => {
  await using server = await echoServer({ limits: { noncesPerKey: 1 } });
  assert.equal((await post(server.port, by(server), ask)).status, 200);
  const reply = await post(server.port, by(server), ask);
  assert.deepEqual([reply.status, jsonOf(reply)["code"]], [429, "rate"]);
});

test("a request of another time gets code clock and the server's own", async () => {
  const now = 1_790_000_000_000;
  let clock = now - 1_000_000;
  await using server = await echoServer({ clock: () => clock });
  clock = now;
  for (const off of [-301, 301, -3_600, 1e9]) {
    const reply = await refused(server, by(server, { created: now / 1_000 + off }), ask, "clock");
    assert.equal(jsonOf(reply)["now"], now);
  }
  for (const off of [-300, 300]) {
    assert.equal((await post(server.port, by(server, { created: now / 1_000 + off }), ask)).status, 200);
  }
  clock = now + 500;
  await refused(server, by(server, { created: now / 1_000 - 300 }), ask, "clock");
});

test("what was signed before the process began is refused, unless nonces outlived it", async () => {
  const now = 1_790_000_000_700;
  const before = { created: 1_789_999_999 };
  await using server = await echoServer({ clock: () => now });
  const reply = await refused(server, by(server, before), ask, "clock");
  assert.equal(jsonOf(reply)["now"], now);
  assert.equal((await post(server.port, by(server, { created: 1_790_000_000 }), ask)).status, 200);
  await using durable = await echoServer({ clock: () => now, nonces: { persistent: true, add: async () => "new" } });
  assert.equal((await post(durable.port, by(durable, before), ask)).status, 200);
});

test("every refusal that names its request is signed, in its own words too", async () => {
  await using server = await echoServer();
  const fields = { ...by(server), "content-type": "text/plain" };
  const reply = await post(server.port, fields, ask);
  assert.equal(reply.status, 415);
  assert.ok(isSignedBy(self.did, reply, fields));
});

test("a log is told who asked what, and how it ended", async () => {
  await using server = await echoServer();
  await post(server.port, by(server), ask);
  await post(server.port, bareFields(server.authority, ask), ask);
  const [good, bad] = server.events;
  const common = { address: "127.0.0.1", ms: 0, received: ask.length, sent: 0 };
  assert.deepEqual({ ...good, ms: 0, sent: 0 }, { ...common, key: device.did, type: "ask", status: 200, code: null });
  assert.deepEqual({ ...bad, ms: 0, sent: 0 }, { ...common, key: null, type: null, status: 401, code: "bad_signature" });
  assert.ok((good?.sent ?? 0) > 0);
});
