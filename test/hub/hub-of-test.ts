/** Processes of one hub, in this one, on a real database; and devices that sync with them over real HTTP. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Did } from "../../src/core/crypto/did-key.ts";
import type { OpId } from "../../src/core/op/operation.ts";
import type { JsonObject } from "../../src/core/ports.ts";
import type { HubParts } from "../../src/hub/hub-parts.ts";
import { makeHubSecret } from "../../src/hub/hub-secret.ts";
import { type HubSettings, migrateHub, type RunningHub, readHubSettings, startHub } from "../../src/hub/index.ts";
import { localNews } from "../../src/hub/news/local-news.ts";
import type { PoolNews } from "../../src/hub/news/pool-news.ts";
import { addInvitation, hashOfToken } from "../../src/hub/registry/invitations.ts";
import { foundPool } from "../../src/node/found-pool.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { Replica } from "../../src/node/replica.ts";
import { syncWith } from "../../src/node/sync-client.ts";
import { type Writer, writeDrafts } from "../../src/node/write.ts";
import { openMemoryStore } from "../../src/store/index.ts";
import { type HttpTransport, hostPath, openHttpTransport, openLiveTransport } from "../../src/transport/index.ts";
import { testDatabase } from "../store/test-database.ts";
import { type Key, keyOf } from "../transport/by-hand.ts";

export const random = (length: number) => new Uint8Array(randomBytes(length));
export const writerOf = (key: Key): Writer => ({ did: key.did as Did, seed: key.seed, clock: Date.now, random });

export interface TestHub {
  readonly settings: HubSettings;
  readonly one: RunningHub;
  readonly two: RunningHub;
  /** What both tell. */
  readonly news: PoolNews;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function testHub(parts: Partial<HubParts> = {}): Promise<TestHub> {
  const { url: database } = await testDatabase();
  const folder = mkdtempSync(join(tmpdir(), "fablepool-hub-"));
  const secret = join(folder, "secret");
  makeHubSecret(secret, random);
  await migrateHub(database);
  const settings = readHubSettings({ database, secret, listen: "127.0.0.1:0", authorities: "hub.example", connections: "2" });
  const news = localNews();
  const [one, two] = [await startHub(settings, { news, ...parts }), await startHub(settings, { news, ...parts })];
  return {
    settings,
    one,
    two,
    news,
    async [Symbol.asyncDispose]() {
      await one.close();
      await two.close();
      rmSync(folder, { recursive: true });
    },
  };
}

let keys = Date.now() * 1_000;

/** A key that no other test has. */
export function newKey(): Key {
  return keyOf(keys++);
}

export interface TestDevice {
  readonly key: Key;
  readonly replica: Replica;
  readonly pool: OpId;
  /** The hub's did in its pool. */
  readonly hub: string;
}

/** A device that founded a pool, which no hub knows. */
export async function founder(): Promise<Omit<TestDevice, "hub">> {
  const key = newKey();
  const replica = new Replica(openMemoryStore(), nativeCrypto);
  const pool = await foundPool(replica, writerOf(newKey()), { key: key.did as Did, role: "full" });
  return { key, replica, pool };
}

/** What of a hub it takes to bring a pool there. */
export type ReachedHub = Pick<RunningHub, "url" | "front" | "registry">;

export async function inviteTo(hub: ReachedHub, more: { expires?: number; role?: "mirror" | "full" } = {}): Promise<string> {
  const token = Buffer.from(random(16)).toString("hex");
  const now = Date.now();
  const quota = { operations: null, bytes: null };
  await addInvitation(hub.registry, {
    token: hashOfToken(token),
    label: "a test",
    role: "mirror",
    quota,
    made: now,
    expires: now + 3_600_000,
    ...more,
  });
  return token;
}

export function transportTo(url: string, node: string, key: Key, path?: string): HttpTransport {
  return openHttpTransport({ url, node, key, crypto: nativeCrypto, clock: Date.now, random, ...(path ? { path } : {}) });
}

/** One message of host/1. */
export function askHost(hub: ReachedHub, key: Key, message: JsonObject): Promise<JsonObject> {
  return ask(hub.url, hub.front, key, message, hostPath);
}

/** One message to a node, on a connection of its own. */
export async function ask(url: string, node: string, key: Key, message: JsonObject, path?: string): Promise<JsonObject> {
  const transport = transportTo(url, node, key, path);
  try {
    return (await transport.request(message)) as JsonObject;
  } finally {
    await transport.close();
  }
}

/** Founds a pool, and brings it to the hub through this process. */
export async function hostedDevice(hub: ReachedHub): Promise<TestDevice> {
  const device = await founder();
  const reply = await askHost(hub, device.key, { type: "host", invitation: await inviteTo(hub), pool: device.pool });
  const hosted = { ...device, hub: String(reply["node"]) };
  await writeDrafts(device.replica, writerOf(device.key), [{ type: "device_add", payload: { key: hosted.hub, role: "mirror" } }]);
  await sync(hosted, hub);
  return hosted;
}

/** Another device of the same pool, with nothing but its name yet. */
export async function anotherDevice(first: TestDevice, role = "full"): Promise<TestDevice> {
  const key = newKey();
  await writeDrafts(first.replica, writerOf(first.key), [{ type: "device_add", payload: { key: key.did, role } }]);
  const replica = new Replica(openMemoryStore(), nativeCrypto);
  await replica.store.write((tx) => tx.setPool(first.pool));
  return { ...first, key, replica };
}

export async function sync(device: TestDevice, hub: Pick<RunningHub, "url">) {
  const transport = transportTo(hub.url, device.hub, device.key);
  try {
    return await syncWith(device.replica, transport, { node: device.hub });
  } finally {
    await transport.close();
  }
}

/** A kept connection of a device, greeted; `onNotify` is told of what others bring there. */
export async function keptConnection(device: TestDevice, url: string, onNotify: (heads: JsonObject) => void = () => undefined) {
  const { key, hub: node } = device;
  const live = await openLiveTransport({ url, node, key, certificate: null, crypto: nativeCrypto, clock: Date.now, random, onNotify });
  await live.request({ type: "hello", extensions: ["heads/1", "live/1"] });
  return live;
}

let claims = 0;

/** States something; resolves with its id. */
export async function state(device: TestDevice): Promise<OpId> {
  const claim = {
    subject: "self",
    predicate: `test.p${claims++}`,
    object: "said",
    confidence: 1,
    derived_from: [],
    method: { name: "m", version: "1" },
    rationale: "",
  };
  const [id] = await writeDrafts(device.replica, writerOf(device.key), [{ type: "claim", payload: claim }]);
  return id as OpId;
}

export async function has(device: TestDevice, id: OpId): Promise<boolean> {
  return (await device.replica.store.read((reader) => reader.known([id]))).has(id);
}

/** Until a process of the hub answers as it should: what was decided at another one comes by news. */
export async function untilAnswered(
  process: Pick<RunningHub, "url">,
  device: TestDevice,
  isRight: (reply: JsonObject) => boolean,
): Promise<void> {
  for (const began = performance.now(); ; ) {
    const reply = await ask(process.url, device.hub, device.key, { type: "hello" });
    if (isRight(reply)) return;
    assert.ok(performance.now() - began < 45_000, JSON.stringify(reply));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const isSuspended = (reply: JsonObject) => reply["why"] === "suspended";
