import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { createServer, type Socket } from "node:net";
import { test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { type ErrorCode, PoolError } from "../../src/core/errors.ts";
import { limits } from "../../src/core/limits.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { type HttpTransportOptions, openHttpTransport } from "../../src/transport/index.ts";
import { digestOf, type Fields, keyOf, signedFields } from "./by-hand.ts";
import { type Answer, type Asked, fakeNode, greeting } from "./fake-node.ts";

const node = keyOf(1);
const device = keyOf(2);
const other = keyOf(3);
const hour = 3_600_000;

const open = (url: string, options: Partial<HttpTransportOptions> = {}) =>
  openHttpTransport({ url, node: null, key: device, crypto: nativeCrypto, clock: Date.now, random: (n) => randomBytes(n), ...options });
const rejects = (promise: Promise<unknown>, code: ErrorCode, words = /./) =>
  assert.rejects(promise, (error) => error instanceof PoolError && error.code === code && words.test(error.message));

/** One request to a node that greets honestly, then answers as `answer` says. */
async function askedOf(answer: (asked: Asked) => Answer | null, options: Partial<HttpTransportOptions> = {}, message = { type: "heads" }) {
  await using server = await fakeNode(node, (asked) => (asked.signed ? answer(asked) : greeting(node)));
  const transport = open(server.url, options);
  try {
    return { reply: await transport.request(message), asked: server.asked };
  } finally {
    await transport.close();
  }
}

const good: Answer = { message: { type: "heads" } };

test("the greeting of whoever is there names nobody", async () => {
  await using server = await fakeNode(node, (asked) => (asked.signed ? good : greeting(node)));
  const transport = open(server.url, { node: null });
  await transport.request({ type: "heads" });
  assert.equal(server.asked[0]?.fields["fpl-to"], undefined);
  await transport.close();
});

test("a bare hello goes first, then what was asked, signed as section 7 spells out", async () => {
  await using server = await fakeNode(node, (asked) => (asked.signed ? good : greeting(node)));
  const transport = open(server.url, { node: node.did });
  assert.equal(transport.node(), null);
  assert.deepEqual(await transport.request({ type: "heads", word: "é" }), { type: "heads" });
  await transport.request({ type: "heads" });
  assert.equal(transport.node(), node.did);
  const [bare, first, second] = server.asked;
  assert.ok(bare && first && second && server.asked.length === 3);
  assert.deepEqual(Object.keys(bare.message).sort(), ["nonce", "type"]);
  assert.match(String(bare.message["nonce"]), /^[0-9a-f]{32}$/);
  assert.equal(bare.fields["content-digest"], digestOf(bare.content));
  assert.equal(bare.fields["fpl-to"], node.did);
  assert.deepEqual(first.message, { type: "heads", word: "é" });
  for (const { fields, content } of [first, second]) {
    const [, created, nonce] = /;created=(\d+);nonce="([0-9a-f]{32})"/.exec(String(fields["signature-input"])) ?? [];
    const expected = signedFields({
      key: device,
      to: node.did,
      authority: String(fields.host),
      content,
      created: Number(created),
      nonce: String(nonce),
    });
    assert.ok(Math.abs(Number(created) - Date.now() / 1_000) < 10);
    for (const name of Object.keys(expected)) assert.equal(fields[name], expected[name], name);
  }
  assert.notEqual(first.fields["signature"], second.fields["signature"]);
  await transport.close();
});

test("a hello to a node that is known is signed at once: what is in sync is known in one round trip", async () => {
  await using server = await fakeNode(node, () => greeting(node));
  const transport = open(server.url, { node: node.did });
  assert.deepEqual(await transport.request({ type: "hello", extensions: [] }), greeting(node).message);
  assert.equal(transport.node(), node.did);
  assert.deepEqual(
    server.asked.map(({ signed, fields, message }) => [signed, fields["fpl-to"], message]),
    [[true, node.did, { type: "hello", extensions: [] }]],
  );
  await transport.close();
});

test("another node than the known one hears a signed hello and nothing more, and is not believed", async () => {
  await using server = await fakeNode(other, () => greeting(other));
  const transport = open(server.url, { node: node.did });
  await rejects(transport.request({ type: "hello" }), "peer", /another node answered/);
  assert.equal(transport.node(), null);
  assert.equal(server.asked.length, 1);
  await transport.close();
});

test("without a key a node can only be greeted", async () => {
  await using server = await fakeNode(node, () => greeting(node));
  const transport = open(server.url, { key: null });
  assert.deepEqual(await transport.request({ type: "hello", extensions: [] }), greeting(node).message);
  assert.deepEqual(server.asked[0]?.message["extensions"], []);
  assert.equal(transport.node(), node.did);
  await rejects(transport.request({ type: "heads" }), "usage");
  assert.equal(server.asked.length, 1);
  await transport.close();
});

test("an error is a reply, whatever status it has", async () => {
  const error = { type: "error", error: "no", code: "unauthorized" };
  assert.deepEqual((await askedOf(() => ({ status: 403, message: error }))).reply, error);
  assert.deepEqual((await askedOf(() => ({ status: 200, message: error }))).reply, error);
  assert.deepEqual((await askedOf(() => ({ status: 429, message: { ...error, code: "rate" } }))).reply, { ...error, code: "rate" });
});

const disbelieved: readonly [why: string, answer: Answer][] = [
  ["another node's signature", { ...good, key: other }],
  ["another status than was signed", { ...good, signedStatus: 403 }],
  ["content that isn't the digest's", { ...good, sent: '{"type":"error"}' }],
  ["another digest than was signed", { ...good, sent: "{}", change: (fields) => ({ ...fields, "content-digest": digestOf("{}") }) }],
  ["the answer to another content", { ...good, request: { digest: digestOf("{}") } }],
  ["the answer to another authority", { ...good, request: { authority: "home.example" } }],
  ["the answer to another signature", { ...good, request: { signature: `fpl=:${Buffer.alloc(64).toString("base64")}:` } }],
  ["an answer that doesn't name the request's signature", { ...good, request: { signature: undefined } }],
  ["an unsigned answer", { ...good, change: ({ signature: _s, "signature-input": _i, ...fields }) => fields }],
  ["an answer without digest", { ...good, change: ({ "content-digest": _, ...fields }) => fields }],
  ["an answer of six minutes ago", { ...good, created: Math.floor(Date.now() / 1_000) - 360 }],
  ["an answer from six minutes ahead", { ...good, created: Math.floor(Date.now() / 1_000) + 360 }],
  ["a status other than 200 without an error", { ...good, status: 500 }],
  ["no JSON", { content: "{" }],
  ["a key that stands twice", { content: '{"type":"heads","type":"heads"}' }],
  ["JSON that nests too deeply", { content: `${"[".repeat(limits.messageDepth + 1)}${"]".repeat(limits.messageDepth + 1)}` }],
  ["bytes that are not UTF-8", { content: Buffer.of(0x22, 0xff, 0x22) }],
  ["a content coding that was not asked for", { ...good, change: (fields) => ({ ...fields, "content-encoding": "br" }) }],
];

for (const [why, answer] of disbelieved) {
  test(`refused: ${why}`, () =>
    rejects(
      askedOf(() => answer),
      "peer",
    ));
}

test("of an unsigned answer only the number is believed", async () => {
  const bare = (status: number): Answer => ({ status, message: { type: "error", code: "clock", now: 1 }, change: () => ({}) });
  await rejects(
    askedOf(() => bare(421)),
    "peer",
    /421/,
  );
  let asked = 0;
  await rejects(
    askedOf(() => {
      asked++;
      return bare(401);
    }),
    "peer",
    /401/,
  );
  assert.equal(asked, 1);
  // What may be otherwise in a moment, by whoever is before the node or its listener: no node that broke the protocol.
  for (const status of [408, 502, 503, 504])
    await rejects(
      askedOf(() => bare(status)),
      "network",
      new RegExp(`can't answer now .${status}`),
    );
});

test("the expected node must greet, and the node that greets must be the one that signs", async () => {
  const greetings: readonly Answer[] = [
    { ...greeting(other), key: other },
    { ...greeting(other), key: node },
    { message: { type: "hello" } },
    { ...greeting(node), change: () => ({}) },
    { ...greeting(node), request: { digest: digestOf("{}") } },
    { message: { type: "error", error: "busy", code: "rate" }, status: 429 },
  ];
  for (const answer of greetings) {
    await using server = await fakeNode(node, () => answer);
    const transport = open(server.url, { node: node.did });
    await rejects(transport.request({ type: "push", ops: ["secret"] }), "peer");
    assert.equal(transport.node(), null);
    assert.equal(server.asked.length, 1);
    assert.ok(!server.asked[0]?.content.includes("secret"));
    await transport.close();
  }
});

test("a refusal to greet is told in the server's words", async () => {
  await using server = await fakeNode(node, () => ({ status: 429, message: { type: "error", error: "busy", code: "rate" } }));
  const transport = open(server.url);
  await assert.rejects(transport.request({ type: "heads" }), { code: "peer", message: /busy/, details: { code: "rate" } });
  await transport.close();
});

test("once a node has proved to be there, no other is believed in its place", () =>
  rejects(
    askedOf(() => ({ ...good, key: other }), { node: null }),
    "peer",
    /another node/,
  ));

test("a client whose clock is an hour off signs again by the server's clock, once, and goes on with it", async () => {
  const now = () => Math.floor(Date.now() / 1_000);
  const clockReply = (): Answer => ({ status: 401, message: { type: "error", error: "clock", code: "clock", now: Date.now() } });
  const createdOf = ({ fields }: Asked) => Number(/created=(\d+)/.exec(String(fields["signature-input"]))?.[1]);
  await using server = await fakeNode(node, (asked) => {
    if (!asked.signed) return greeting(node);
    return Math.abs(createdOf(asked) - now()) > 300 ? clockReply() : good;
  });
  const transport = open(server.url, { clock: () => Date.now() - hour });
  assert.deepEqual(await transport.request({ type: "heads" }), good.message);
  assert.deepEqual(await transport.request({ type: "heads" }), good.message);
  assert.equal(server.asked.length, 4);
  const [, first, again] = server.asked;
  assert.deepEqual(first?.message, again?.message);
  await transport.close();
});

test("a server that never agrees on the time is asked twice, not for ever, and its error is the reply", async () => {
  const error = { type: "error", error: "clock", code: "clock", now: Date.now() + 7 * hour };
  const { reply, asked } = await askedOf(() => ({ status: 401, message: error, created: Math.floor(Date.now() / 1_000) + 7 * 3_600 }));
  assert.deepEqual(reply, error);
  assert.equal(asked.length, 3);
});

test("code clock without status 401, or without a time, moves nothing", async () => {
  const error = { type: "error", error: "clock", code: "clock" };
  for (const answer of [
    { message: { ...error, now: 5 } },
    { status: 401, message: error },
    { status: 401, message: { ...error, now: "5" } },
  ]) {
    assert.equal((await askedOf(() => answer)).asked.length, 2);
  }
});

test("after the offset is learned, answers are measured by it", () =>
  rejects(
    askedOf(({ index }) =>
      index === 1 ? { status: 401, message: { type: "error", error: "", code: "clock", now: Date.now() + hour }, created: 5 } : good,
    ),
    "peer",
    /another time/,
  ));

test("without a key an old greeting is refused: nothing could set the clock right", async () => {
  await using server = await fakeNode(node, () => ({ ...greeting(node), created: 1_000 }));
  const transport = open(server.url, { key: null });
  await rejects(transport.request({ type: "hello" }), "peer", /another time/);
  await transport.close();
});

test("compressed answers are read, within the limit", async () => {
  for (const [coding, compress] of [
    ["gzip", gzipSync],
    ["zstd", zstdCompressSync],
  ] as const) {
    const coded = (content: Uint8Array): Answer => ({ content, change: (fields) => ({ ...fields, "content-encoding": coding }) });
    const { reply, asked } = await askedOf(() => coded(compress('{"type":"heads"}')), { compress: true });
    assert.deepEqual(reply, good.message);
    assert.match(String(asked[1]?.fields["accept-encoding"]), new RegExp(coding));
    await rejects(
      askedOf(() => coded(compress(Buffer.alloc(limits.messageBytes + 1, " ")))),
      "peer",
    );
  }
});

test("contents are compressed only for a server that says it takes that, when asked to, and when it pays", async () => {
  const long = { type: "push", text: "memory ".repeat(1_000) };
  const codingFor = async (accepts: string, compress: boolean, message: typeof long) => {
    const taking = (answer: Answer): Answer => ({ ...answer, change: (fields) => ({ ...fields, "accept-encoding": accepts }) });
    await using server = await fakeNode(node, (asked) => taking(asked.signed ? good : greeting(node)));
    const transport = open(server.url, { compress });
    await transport.request(message);
    await transport.close();
    return server.asked[1]?.fields["content-encoding"];
  };
  assert.equal(await codingFor("gzip, zstd", true, long), "zstd");
  assert.equal(await codingFor("gzip", true, long), "gzip");
  assert.equal(await codingFor("", true, long), undefined);
  assert.equal(await codingFor("gzip, zstd", false, long), undefined);
  assert.equal(await codingFor("gzip, zstd", true, { type: "push", text: "" }), undefined);
});

test("an answer over the limit is cut off", () =>
  rejects(
    askedOf(() => ({ content: Buffer.alloc(limits.messageBytes + 1, " ") })),
    "peer",
    /more than/,
  ));

test("a message over the limit is not sent", async () => {
  await using server = await fakeNode(node, () => greeting(node));
  const transport = open(server.url);
  await rejects(transport.request({ type: "push", text: "x".repeat(limits.messageBytes) }), "too_large");
  await transport.close();
});

test("no answer is network: nobody there, one that is silent, one that hangs up, a closed transport", async () => {
  await rejects(
    askedOf(() => null, { timeoutMs: 100 }),
    "network",
    /100 ms/,
  );
  for (const scheme of ["http", "https"]) {
    const closed = open(`${scheme}://127.0.0.1:9`);
    await rejects(closed.request({ type: "heads" }), "network");
    await closed.close();
    await rejects(closed.request({ type: "heads" }), "network", /closed/);
  }
  const hangingUp = createServer((socket) => socket.end()).listen(0, "127.0.0.1");
  await new Promise((resolve) => hangingUp.once("listening", resolve));
  for (const scheme of ["http", "https"]) {
    const transport = open(`${scheme}://127.0.0.1:${(hangingUp.address() as { port: number }).port}`);
    await rejects(transport.request({ type: "heads" }), "network");
    await transport.close();
  }
  hangingUp.close();
});

test("http:// where TLS is spoken, and https:// where it is not, is said in words", async () => {
  const plain = createServer((socket) => socket.on("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"))).listen(0, "127.0.0.1");
  const hangingUp = createServer((socket) => socket.end()).listen(0, "127.0.0.1"); // as TLS does to what is no handshake
  const portOf = (server: typeof plain) => (server.address() as { port: number }).port;
  await Promise.all([plain, hangingUp].map((server) => server.listening || new Promise((resolve) => server.once("listening", resolve))));
  const nobody = open(`http://127.0.0.1:${portOf(plain)}`);
  try {
    for (const [url, words] of [
      [`https://127.0.0.1:${portOf(plain)}`, /^no answer from \S+: it does not speak TLS: it may be an http:\/\/ address$/],
      [`http://127.0.0.1:${portOf(hangingUp)}`, /^no answer from \S+: it hung up: it may be an https:\/\/ address$/],
    ] as const) {
      const transport = open(url);
      await rejects(transport.request({ type: "heads" }), "network", words).finally(() => transport.close());
    }
  } finally {
    plain.close();
    hangingUp.close();
  }
  await rejects(nobody.request({ type: "heads" }), "network", /nobody listens there$/).finally(() => nobody.close());
});

test("an answer that isn't HTTP is the peer's fault", async () => {
  const server = createServer((socket) => socket.on("data", () => socket.end("hello there\r\n\r\n"))).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const transport = open(`http://127.0.0.1:${(server.address() as { port: number }).port}`);
  await rejects(transport.request({ type: "heads" }), "peer", /HTTP/);
  await transport.close();
  server.close();
});

test("a signal interrupts, before a request and during it, and so does close", async () => {
  await using server = await fakeNode(node, () => null);
  const transport = open(server.url);
  await rejects(transport.request({ type: "heads" }, AbortSignal.abort()), "interrupted");
  assert.equal(server.asked.length, 0);
  const controller = new AbortController();
  const waiting = transport.request({ type: "heads" }, controller.signal);
  setTimeout(() => controller.abort(), 50);
  await rejects(waiting, "interrupted");
  const broken = transport.request({ type: "heads" });
  setTimeout(() => transport.close(), 50);
  await rejects(broken, "network");
});

test("a server that stops half-way is not waited for: in its handshake, and in its answer", async () => {
  const ends: Record<string, (socket: Socket) => void> = {
    "https: a handshake": () => undefined,
    "http: a head": (socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Len"),
    "http: a content": (socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"),
  };
  for (const [name, end] of Object.entries(ends)) {
    const server = createServer((socket) => socket.on("error", () => undefined).once("data", () => end(socket))).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const to = (options = {}) => open(`${name.split(":")[0]}://127.0.0.1:${(server.address() as { port: number }).port}`, options);
    const [late, interrupted, closed] = [to({ timeoutMs: 100 }), to(), to()];
    await rejects(late.request({ type: "heads" }), "network", /longer than 100 ms$/);
    await late.close();
    await rejects(interrupted.request({ type: "heads" }, AbortSignal.timeout(50)), "interrupted");
    await interrupted.close();
    setTimeout(() => closed.close(), 50);
    await rejects(closed.request({ type: "heads" }), "network");
    server.close();
  }
});

test("an answer that is cut off is no answer", async () => {
  const half = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf";
  const server = createServer((socket) => socket.once("data", () => socket.end(half))).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const transport = open(`http://127.0.0.1:${(server.address() as { port: number }).port}`);
  await rejects(transport.request({ type: "heads" }), "network", /it hung up/);
  await transport.close();
  server.close();
});

test("memories don't cross a network in the clear", () => {
  assert.throws(
    () => open("http://home.example"),
    (error) => error instanceof PoolError && error.code === "usage",
  );
});

test("one connection is kept for all requests", async () => {
  const { asked } = await askedOf(() => good);
  await using server = await fakeNode(node, (one) => (one.signed ? good : greeting(node)));
  const transport = open(server.url);
  for (let index = 0; index < 5; index++) await transport.request({ type: "heads" });
  assert.equal(new Set(server.asked.map(({ port }) => port)).size, 1);
  assert.notEqual(server.asked[0]?.port, asked[0]?.port);
  await transport.close();
});

test("a connection that the server ended meanwhile is opened again", async () => {
  await using server = await fakeNode(node, (one) => (one.signed ? good : greeting(node)));
  const transport = open(server.url);
  for (let index = 0; index < 3; index++) {
    await transport.request({ type: "heads" });
    server.hangUp();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.equal(new Set(server.asked.map(({ port }) => port)).size, 3);
  await transport.close();
});

test("of requests made at once each waits for the answer to the one before, also when it is ready first", async () => {
  await using server = await fakeNode(node, (asked) => {
    const change = (fields: Fields) => ({ ...fields, "accept-encoding": "zstd" });
    return asked.signed ? { ...good, change } : greeting(node);
  });
  const transport = open(server.url, { compress: true });
  await transport.request({ type: "heads" });
  const large = transport.request({ type: "heads", words: randomBytes(2_000_000).toString("hex") }); // takes its time to compress
  await Promise.all([large, transport.request({ type: "heads" })]);
  const sizes = server.asked.slice(-2).map(({ content }) => content.length);
  assert.ok((sizes[0] as number) > 100_000 && (sizes[1] as number) < 100, `sent ${sizes}`);
  await transport.close();
});
