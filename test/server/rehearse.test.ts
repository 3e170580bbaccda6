/** A server that has just started asks itself what a new device will ask, and leaves no trace of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { Replica } from "../../src/node/replica.ts";
import { answer } from "../../src/node/sync-server.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { type RequestEvent, rehearse, selfSignedCertificate, startServer } from "../../src/server/index.ts";
import { openMemoryStore } from "../../src/store/index.ts";
import { claims, digestOf, newPool, type Pool } from "../node/replicas.ts";

type Place = { readonly host?: string; readonly tls?: { readonly cert: string; readonly key: string } };

/** What a server of the phone is asked while it rehearses. */
async function rehearsed(
  { replica, phone }: Pick<Pool, "replica" | "phone">,
  { host = "127.0.0.1", tls }: Place = {},
): Promise<RequestEvent[]> {
  const writer = { ...phone, clock: Date.now };
  const asked: RequestEvent[] = [];
  const server = await startServer({
    handler: (message, key) => answer(replica, { did: phone.did }, message, key),
    knows: async (key) => key === phone.did,
    self: phone,
    crypto: nativeCrypto,
    clock: Date.now,
    random: phone.random,
    host,
    port: 0,
    ...(tls ? { tls } : {}),
    onRequest: (event) => asked.push(event),
  });
  await rehearse({ replica, writer }, server);
  await server.close();
  return asked;
}

const whole = ["hello", "ops_since", "push", "hello", "ops_since", "push"];

test("it greets itself, asks for its first page, and pushes it back; log and view stay as they are", async () => {
  const pool = await newPool();
  await writeDrafts(pool.replica, pool.phone, claims(300));
  const before = await digestOf(pool.replica);
  const asked = await rehearsed(pool);
  assert.deepEqual(
    asked.map(({ type }) => type),
    whole,
  );
  for (const { key, status, code } of asked) assert.deepEqual({ key, status, code }, { key: pool.phone.did, status: 200, code: null });
  assert.deepEqual(await digestOf(pool.replica), before);
});

test("over TLS, on all addresses", async () => {
  const pool = await newPool();
  const asked = await rehearsed(pool, { host: "0.0.0.0", tls: selfSignedCertificate("home.example") });
  assert.deepEqual(
    asked.map(({ type }) => type),
    whole,
  );
});

test("without a pool it asks nothing; what fails, fails silently and at once", async () => {
  const { phone, replica } = await newPool();
  assert.deepEqual(await rehearsed({ phone, replica: new Replica(openMemoryStore(), nativeCrypto) }), []);
  await rehearse({ replica, writer: { ...phone, clock: Date.now } }, { url: "http://127.0.0.1:1" });
});
