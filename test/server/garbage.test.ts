/** Thousands of connections of seeded garbage, from noise to almost right, then an honest request; memory stays where it was. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { runs } from "../node/replicas.ts";
import { type Fields, isSignedBy, jsonOf, keyOf, post, signedFields } from "../transport/by-hand.ts";
import { device, type EchoServer, echoServer, self } from "./echo-server.ts";

const seed = Number(process.env["FPL_SEED"] ?? 20_261_121);
const requests = runs(2_000);
const ask = '{"type":"ask"}';

test(`${requests} requests of garbage (FPL_SEED=${seed}) leave a server that answers`, { timeout: 600_000 }, async () => {
  await using server = await echoServer();
  const pick = pickerOf(seed);
  const honest = signedFields({ key: device, to: self.did, authority: server.authority, content: ask });
  await volley(server, pick, 200); // what is only made once
  globalThis.gc?.();
  const before = process.memoryUsage();
  await volley(server, pick, requests);
  globalThis.gc?.();
  const after = process.memoryUsage();
  assert.ok(after.rss - before.rss < 150e6, `${(after.rss - before.rss) / 1e6} MB more`);
  const reply = await post(server.port, honest, ask);
  assert.equal(reply.status, 200);
  assert.equal(jsonOf(reply)["type"], "echo");
  assert.ok(isSignedBy(self.did, reply, honest));
  assert.equal(server.events.filter(({ key }) => key === device.did).length, 1); // the honest one
});

type Pick = (below: number) => number;

async function volley(server: EchoServer, pick: Pick, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += 20) {
    await Promise.all(Array.from({ length: 20 }, () => throwAt(server.port, garbage(server, pick), pick(4) === 0)));
  }
}

/** Sends bytes and hangs up, at once or when the server has said something. */
function throwAt(port: number, bytes: Buffer, atOnce: boolean): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => (atOnce ? socket.end(bytes, () => socket.destroy()) : socket.end(bytes)));
    socket.on("data", () => socket.destroy()).on("error", () => socket.destroy()); // a reset is an answer too
    socket.on("close", () => resolve());
  });
}

function garbage(server: EchoServer, pick: Pick): Buffer {
  if (pick(5) === 0) return noise(pick, pick(2_000));
  const content = pick(2) === 0 ? ask : noise(pick, pick(300)).toString("latin1");
  const key = pick(2) === 0 ? keyOf(20 + pick(5)) : { did: device.did, seed: keyOf(30).seed };
  const fields: Fields = signedFields({ key, to: self.did, authority: server.authority, content });
  const method = ["POST", "GET", "PUT", "OPTIONS", "BREW"][pick(5)];
  const length = pick(3) === 0 ? String(pick(1e9)) : String(Buffer.byteLength(content, "latin1"));
  const lines = Object.entries(fields).flatMap(([name, value]) =>
    pick(6) === 0 ? [] : [`${name}: ${pick(4) === 0 ? mangled(value, pick) : value}`],
  );
  const head = [`${method} /fpl-sync/1 HTTP/1.1`, ...lines, `content-length: ${length}`, "", ""].join("\r\n");
  return Buffer.from(head + content, "latin1");
}

/** A few characters replaced, doubled, or cut. */
function mangled(value: string, pick: Pick): string {
  const at = pick(value.length);
  const piece = ["", ",", ";", '"', "=", ":", "(", "\0", "\r\n", "é", value][pick(11)] ?? "";
  return value.slice(0, at) + piece + value.slice(at + pick(3));
}

function noise(pick: Pick, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => pick(256)));
}

/** A small seeded generator (mulberry32). */
function pickerOf(start: number): Pick {
  let state = start >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
