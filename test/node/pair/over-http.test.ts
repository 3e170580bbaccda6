/** Pairing over real sockets: the owner's no, a recording that is played again, and somebody who ends TLS in between. */
import assert from "node:assert/strict";
import { randomBytes, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { connect as connectTls, createServer as createTlsServer } from "node:tls";
import {
  answer,
  homeAt,
  type Inviting,
  initNode,
  invite,
  joinByCode,
  listDevices,
  type Node,
  nativeCrypto,
  newDevice,
  system,
  wordsOf,
} from "../../../src/node/index.ts";
import { type Certificate, selfSignedCertificate, startServer } from "../../../src/server/index.ts";
import { openHttpTransport } from "../../../src/transport/index.ts";

let folder = "";
let phone: Node;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "fablepool-pair-http-"));
  phone = (await initNode(homeAt(join(folder, "phone")), { name: "phone", passphrase: null })).node;
});
after(async () => {
  await phone.close();
  rmSync(folder, { recursive: true, force: true });
});

const newcomer = () => newDevice(homeAt(join(folder, randomBytes(4).toString("hex"))), { name: "laptop", passphrase: null });
const countDevices = async () => (await listDevices(phone.replica)).length;
const fingerprint = ({ cert }: Certificate) => new X509Certificate(cert).fingerprint256.replaceAll(":", "").toLowerCase();

interface Showing {
  readonly inviting: Inviting;
  readonly port: number;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The phone shows a code, and may be asked under the name of a relay too. */
async function shows(options: { readonly relays?: readonly string[]; readonly tls?: Certificate } = {}): Promise<Showing> {
  const { relays = [], tls } = options;
  const inviting = await invite(phone, { role: "full", channel: tls ? fingerprint(tls) : "" });
  const server = await startServer({
    handler: async (message, key) => inviting.answer(message, key) ?? answer(phone.replica, { did: phone.writer.did }, message, key),
    knows: async () => false,
    self: phone.writer,
    crypto: nativeCrypto,
    ...system,
    host: "127.0.0.1",
    port: 0,
    authorities: relays,
    ...(tls ? { tls } : {}),
  });
  const close = async () => {
    inviting.close();
    await server.close();
  };
  return { inviting, port: server.port, [Symbol.asyncDispose]: close };
}

async function joins(url: string, code: string, onWords?: (words: readonly string[]) => void) {
  const node = await newcomer();
  const { did, seed } = node.writer;
  const transport = openHttpTransport({ url, node: null, key: { did, seed }, crypto: nativeCrypto, ...system });
  try {
    return await joinByCode(node, transport, { code, name: "laptop", ...(onWords ? { onWords } : {}) });
  } finally {
    await transport.close();
    await node.close();
  }
}

test("both sides show the same words; what the owner refuses is not added, and hears it", async () => {
  await using showing = await shows();
  const before = await countDevices();
  let seen: readonly string[] = [];
  const joining = joins(`http://127.0.0.1:${showing.port}`, showing.inviting.code, (words) => {
    seen = words;
  });
  const refused = assert.rejects(joining, { code: "unauthorized", details: { why: "refused" } });
  const asking = await showing.inviting.asking;
  assert.equal(asking.name, "laptop");
  await showing.inviting.decide(false);
  await refused;
  await showing.inviting.heardNo;
  assert.deepEqual(wordsOf(asking.words), seen);
  assert.equal(await countDevices(), before);
});

test("what the owner agrees to is added under its name, over TLS too; then the code is used up", async () => {
  await using showing = await shows({ tls: selfSignedCertificate("127.0.0.1") });
  const url = `https://127.0.0.1:${showing.port}`;
  const joining = joins(url, showing.inviting.code);
  const { key } = await showing.inviting.asking;
  assert.equal(
    (await listDevices(phone.replica)).some((device) => device.key === key),
    false,
  );
  await showing.inviting.decide(true);
  const { inviter } = await joining;
  assert.equal(inviter, phone.writer.did);
  assert.equal((await listDevices(phone.replica)).find((device) => device.key === key)?.name, "laptop");
  await assert.rejects(joins(url, showing.inviting.code), { code: "unauthorized" });
});

test("a device that was interrupted after it was added comes in with the same key again", async () => {
  const node = await newcomer();
  const { did, seed } = node.writer;
  for (const expected of ["added", "known"]) {
    await using showing = await shows();
    const url = `http://127.0.0.1:${showing.port}`;
    const transport = openHttpTransport({ url, node: null, key: { did, seed }, crypto: nativeCrypto, ...system });
    const joining = joinByCode(node, transport, { code: showing.inviting.code, name: "laptop" });
    await showing.inviting.asking;
    assert.equal((await showing.inviting.decide(true)) === null, expected === "known");
    assert.equal((await joining).inviter, phone.writer.did);
    await transport.close();
  }
  assert.equal((await listDevices(phone.replica)).filter(({ key }) => key === did).length, 1);
  await node.close();
});

test("a recorded pairing, played again byte for byte to the next code, asks the owner nothing", async () => {
  const relay = createServer().unref();
  await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
  const authority = `127.0.0.1:${(relay.address() as AddressInfo).port}`;
  const recorded: Buffer[] = [];
  await using first = await shows({ relays: [authority] });
  relay.on("connection", (client) => {
    const server = connect(first.port, "127.0.0.1");
    client.on("data", (bytes: Buffer) => recorded.push(bytes));
    client.pipe(server).pipe(client);
    for (const each of [client, server]) each.on("error", () => undefined).unref();
  });
  const joining = joins(`http://${authority}`, first.inviting.code);
  await first.inviting.asking;
  await first.inviting.decide(true);
  await joining;
  relay.close();
  const [before, bytes] = [await countDevices(), Buffer.concat(recorded)];
  assert.ok(bytes.includes("pair_begin") && bytes.includes("pair_prove"), "the relay read all of it");
  await using second = await shows({ relays: [authority] });
  const replies = await replayed(second.port, bytes);
  assert.match(replies, /HTTP\/1\.1 \d{3}/);
  assert.ok(!/pair_(wait|done)/.test(replies), replies);
  await assert.rejects(Promise.race([second.inviting.asking, pastReplay()]), /nobody was asked about/);
  assert.equal(await countDevices(), before);
});

test("somebody in between who ends TLS and passes every word on is found out by his certificate", async () => {
  const tls = selfSignedCertificate("127.0.0.1");
  const relay = createTlsServer(selfSignedCertificate("127.0.0.1")).unref();
  await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
  const authority = `127.0.0.1:${(relay.address() as AddressInfo).port}`;
  await using showing = await shows({ relays: [authority], tls });
  let passed = 0;
  relay.on("secureConnection", (client) => {
    const server = connectTls({ port: showing.port, host: "127.0.0.1", rejectUnauthorized: false });
    client.on("data", (bytes: Buffer) => {
      passed += bytes.length;
    });
    client.pipe(server).pipe(client);
    for (const each of [client, server]) each.on("error", () => undefined).unref();
  });
  const before = await countDevices();
  void showing.inviting.asking.then(() => showing.inviting.decide(false)); // else the joiner would wait for ever
  await assert.rejects(joins(`https://${authority}`, showing.inviting.code), { code: "unauthorized", details: { why: "code" } });
  relay.close();
  assert.ok(passed > 500, "he was really in between");
  assert.equal(await countDevices(), before);
});

test("a certificate that changes after the pairing ends the connection before anything is said", async () => {
  await using showing = await shows({ tls: selfSignedCertificate("127.0.0.1") });
  const { did, seed } = phone.writer;
  const url = `https://127.0.0.1:${showing.port}`;
  const transport = openHttpTransport({
    url,
    node: did,
    key: { did, seed },
    crypto: nativeCrypto,
    ...system,
    certificate: "ab".repeat(32),
  });
  await assert.rejects(transport.request({ type: "hello" }), { code: "peer" });
  await transport.close();
});

/** Everything that comes back when `bytes` are sent as they are. */
function replayed(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.end(bytes));
    let text = "";
    socket.on("data", (data) => {
      text += data.toString("latin1");
    });
    socket.on("close", () => resolve(text)).on("error", reject);
  });
}

/** The replies have all come: whoever would have been asked about has been by now. */
function pastReplay(): Promise<never> {
  return Promise.reject(new RangeError("nobody was asked about"));
}
