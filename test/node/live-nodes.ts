/** Nodes for tests of live/1: a server on a real socket, clients that follow it, and waiting for what must come. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { JsonObject } from "../../src/core/ports.ts";
import type { SyncReport } from "../../src/core/sync/report.ts";
import { openAdmissions } from "../../src/node/admissions.ts";
import { type LiveState, type LiveSyncOptions, syncLive } from "../../src/node/live-sync.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import type { Replica } from "../../src/node/replica.ts";
import { answer } from "../../src/node/sync-server.ts";
import type { Writer } from "../../src/node/write.ts";
import { type StartOptions, startServer } from "../../src/server/index.ts";

export interface ServedNode {
  readonly url: string;
  readonly port: number;
  /** Every message that reached it, of every kind of connection. */
  readonly heard: JsonObject[];
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ServeOptions extends Partial<StartOptions> {
  /** False for a node that answers over HTTP alone. */
  readonly live?: boolean;
}

/** Serves a replica as `self`. */
export async function serveNode(replica: Replica, self: Writer, options: ServeOptions = {}): Promise<ServedNode> {
  const { live = true, ...more } = options;
  const admissions = await openAdmissions(replica);
  const heard: JsonObject[] = [];
  const server = await startServer({
    handler: (message, key) => {
      heard.push(message as JsonObject);
      return answer(replica, { did: self.did, live }, message, key);
    },
    knows: async (key) => replica.store.read(async (reader) => (await replica.controlLog(reader)).view().devices.has(key as never)),
    self,
    crypto: nativeCrypto,
    clock: Date.now,
    random: (length) => randomBytes(length),
    host: "127.0.0.1",
    port: 0,
    ...(live ? { news: admissions } : {}),
    ...more,
  });
  const stop = async () => {
    await server.close();
    await admissions.close();
  };
  return { url: server.url, port: server.port, heard, stop, [Symbol.asyncDispose]: stop };
}

export interface Follower {
  readonly states: LiveState[];
  readonly reports: SyncReport[];
  /** Settles when following ended. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A replica that stays in sync with `url` as `writer`. */
export async function follow(replica: Replica, writer: Writer, url: string, options: Partial<LiveSyncOptions> = {}): Promise<Follower> {
  const admissions = await openAdmissions(replica);
  const end = new AbortController();
  const states: LiveState[] = [];
  const reports: SyncReport[] = [];
  const node = { replica, writer: { ...writer, clock: Date.now, random: (length: number) => new Uint8Array(randomBytes(length)) } };
  const ended = syncLive(node, admissions, {
    url,
    node: null,
    signal: end.signal,
    onState: (state) => states.push(state),
    onReport: (report) => void reports.push(report),
    share: () => 0,
    ...options,
  }).finally(() => admissions.close());
  ended.catch(() => {}); // whoever awaits it hears
  const stop = async () => {
    end.abort();
    await ended;
  };
  return { states, reports, ended, stop, [Symbol.asyncDispose]: () => stop().catch(() => {}) };
}

/** Resolves once `holds` does; fails after `ms`, saying what never came. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  for (const deadline = performance.now() + ms; !(await holds()); ) {
    if (performance.now() > deadline) assert.fail(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

export async function operations({ store }: Replica): Promise<number> {
  return (await store.read((reader) => reader.counts())).operations;
}

/** Resolves once all hold `count` operations. */
export async function allHold(count: number, ...replicas: readonly Replica[]): Promise<void> {
  await until(`${count} operations everywhere`, async () => (await Promise.all(replicas.map(operations))).every((held) => held === count));
}
