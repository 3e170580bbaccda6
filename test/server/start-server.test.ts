/** Where a server listens, by which names, over TLS, and how it ends. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { get } from "node:https";
import { connect, type Socket } from "node:net";
import { test } from "node:test";
import { connect as connectTls } from "node:tls";
import { type ErrorCode, PoolError } from "../../src/core/errors.ts";
import type { JsonObject } from "../../src/core/ports.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { selfSignedCertificate } from "../../src/server/index.ts";
import { openHttpTransport } from "../../src/transport/index.ts";
import { post, rawReply, signedFields } from "../transport/by-hand.ts";
import { device, echoServer, self } from "./echo-server.ts";

const ask = '{"type":"ask"}';
const rejects = (promise: Promise<unknown>, code: ErrorCode) =>
  assert.rejects(promise, (error) => error instanceof PoolError && error.code === code);
const open = (url: string) =>
  openHttpTransport({
    url,
    node: self.did,
    key: device,
    crypto: nativeCrypto,
    clock: Date.now,
    random: (n) => crypto.getRandomValues(new Uint8Array(n)),
  });

test("over TLS with a certificate made here, both ways", async () => {
  await using server = await echoServer({ tls: selfSignedCertificate("home.example") });
  assert.match(server.url, /^https:/);
  const transport = open(server.url);
  const reply = (await transport.request({ type: "ask", text: "é" })) as JsonObject;
  assert.deepEqual(reply["message"], { type: "ask", text: "é" });
  assert.equal(transport.node(), self.did);
  await transport.close();
});

test("off loopback there is no server without TLS", async () => {
  for (const host of ["0.0.0.0", "::", "192.168.1.2", "home.example", ""]) await rejects(echoServer({ host }), "usage");
});

test("a certificate that is none, or another key's, is the user's to set right", async () => {
  const { cert, key } = selfSignedCertificate("localhost");
  for (const tls of [
    { cert: "x", key },
    { cert, key: "x" },
    { cert, key: selfSignedCertificate("localhost").key },
  ])
    await rejects(echoServer({ tls }), "usage");
});

test("a port that is taken is the user's to choose again", async () => {
  await using server = await echoServer();
  await rejects(echoServer({ port: server.port }), "usage");
});

test("on all addresses it answers to the one a connection came in at, to loopback's names and to the configured ones", async () => {
  await using server = await echoServer({
    host: "::",
    tls: selfSignedCertificate("::"),
    authorities: ["home.example", "other.example:443", "[fd00::1]"],
  });
  assert.equal(server.url, `https://[::1]:${server.port}`);
  const { port } = server;
  const ours = [
    `127.0.0.1:${port}`,
    `localhost:${port}`,
    `[::1]:${port}`,
    "home.example",
    `home.example:${port}`,
    "other.example",
    "[fd00::1]",
    `[fd00::1]:${port}`,
  ];
  for (const authority of ours) assert.equal(await statusAs(port, authority), 405, authority);
  for (const authority of ["evil.example", "127.0.0.1", `127.0.0.2:${port}`, `other.example:${port}`, `home.example:${port + 1}`]) {
    assert.equal(await statusAs(port, authority), 421, authority);
  }
});

/** A GET over TLS for a name. */
function statusAs(port: number, authority: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const options = {
      host: "127.0.0.1",
      port,
      path: "/fpl-sync/1",
      headers: { host: authority, "content-type": "application/json" },
      rejectUnauthorized: false,
    };
    get(options, (reply) => resolve(reply.resume().statusCode)).on("error", reject);
  });
}

test("two Host lines are nobody's name, and neither is none", async () => {
  await using server = await echoServer();
  const { host, ...fields } = signedFields({ key: device, to: self.did, authority: server.authority, content: ask });
  const head = [...Object.entries(fields), ["content-length", ask.length], ["connection", "close"]]
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
  const posted = (version: string, hosts: string) => rawReply(server.port, `POST /fpl-sync/1 HTTP/${version}\r\n${hosts}${head}\r\n${ask}`);
  assert.match(await posted("1.1", `host: ${host}\r\nhost: ${host}\r\n`), /^HTTP\/1.1 421 /);
  assert.match(await posted("1.0", ""), /^HTTP\/1.1 400 /); // the adapter's own answer
  assert.equal(server.heard.length, 0);
  assert.match(await posted("1.1", `host: ${host}\r\n`), /^HTTP\/1.1 200 /);
});

test("close ends everything within 2 s: an idle connection, one under way, one that never shook hands", async () => {
  const entered = Promise.withResolvers<void>();
  const server = await echoServer({
    tls: selfSignedCertificate("localhost"),
    handler: async (message) => {
      if ((message as JsonObject)["type"] === "hello") return { type: "hello", protocol: "fpl-sync/1", node: self.did };
      entered.resolve();
      return new Promise(() => {});
    },
  });
  const silent = await connected(connect(server.port, "127.0.0.1"));
  const idle = await connected(connectTls({ port: server.port, host: "127.0.0.1", rejectUnauthorized: false }));
  const transport = open(server.url);
  const hanging = rejects(transport.request({ type: "ask" }), "network");
  await entered.promise;
  const began = performance.now();
  await server[Symbol.asyncDispose]();
  assert.ok(performance.now() - began < 10_000);
  await hanging;
  for (const socket of [silent, idle]) if (!socket.closed) await once(socket, "close", { signal: AbortSignal.timeout(2_000) });
  await transport.close();
  await rejects(open(server.url).request({ type: "hello" }), "network");
});

test("close lets a request under way finish", async () => {
  const entered = Promise.withResolvers<void>();
  const leave = Promise.withResolvers<void>();
  const server = await echoServer({
    handler: async (message) => {
      if ((message as JsonObject)["type"] === "hello") return { type: "hello", protocol: "fpl-sync/1", node: self.did };
      entered.resolve();
      await leave.promise;
      return { type: "done" };
    },
  });
  const transport = open(server.url);
  const reply = transport.request({ type: "ask" });
  await entered.promise;
  const closing = server[Symbol.asyncDispose]();
  leave.resolve();
  assert.deepEqual(await reply, { type: "done" });
  await transport.close();
  await closing;
});

test("a TLS handshake has to come in time", async () => {
  await using server = await echoServer({ tls: selfSignedCertificate("localhost"), limits: { headersMs: 200 } });
  const began = performance.now();
  await rawReply(server.port, "");
  assert.ok(performance.now() - began < 10_000);
});

test("connections and headers are bounded", async () => {
  await using server = await echoServer({ limits: { connections: 3, headerBytes: 4_000 } });
  const fields = signedFields({ key: device, to: self.did, authority: server.authority, content: ask });
  assert.equal((await post(server.port, { ...fields, "x-long": "x".repeat(5_000) }, ask)).status, 431);
  const held: Socket[] = [];
  for (let count = 0; count < 3; count++) held.push(await connected(connect(server.port, "127.0.0.1")));
  await assert.rejects(post(server.port, fields, ask));
  for (const socket of held) await new Promise((resolve) => socket.once("close", resolve).destroy());
  assert.equal((await post(server.port, fields, ask)).status, 200);
});

test("a certificate names its host and loopback, is signed by itself, and is no authority", () => {
  const now = Date.UTC(2026, 5, 1, 12);
  for (const [host, names] of [
    ["home.example", "DNS:home.example, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1"],
    ["192.168.1.2", "IP Address:192.168.1.2, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1"],
    ["[fe80::1:2]", "IP Address:FE80:0:0:0:0:0:1:2, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1"],
    ["localhost", "DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1"],
  ] as const) {
    const read = new X509Certificate(selfSignedCertificate(host, now).cert);
    assert.equal(read.subjectAltName, names);
    assert.ok(read.verify(read.publicKey) && read.issuer === read.subject && !read.ca);
    assert.equal(read.validFromDate.getTime(), now - 86_400_000);
    assert.equal(read.validToDate.getUTCFullYear(), 2036);
  }
  const late = new X509Certificate(selfSignedCertificate("localhost", Date.UTC(2049, 0)).cert); // from one form of time into the other
  assert.deepEqual([late.validFromDate.getUTCFullYear(), late.validToDate.getUTCFullYear()], [2048, 2058]);
  assert.notEqual(new X509Certificate(selfSignedCertificate("localhost").cert).serialNumber, late.serialNumber);
});

test("a client that checks certificates takes it once it is told to trust it", async () => {
  const tls = selfSignedCertificate("localhost");
  await using server = await echoServer({ tls });
  const trusting = await connected(connectTls({ port: server.port, host: "127.0.0.1", servername: "localhost", ca: tls.cert }));
  assert.ok("authorized" in trusting && trusting.authorized);
  trusting.destroy();
});

async function connected<Kind extends Socket>(socket: Kind): Promise<Kind> {
  socket.on("error", () => {}); // a reset is one of the ways to end
  await new Promise((resolve) => socket.once("secureConnect" in socket || "authorized" in socket ? "secureConnect" : "connect", resolve));
  return socket;
}
