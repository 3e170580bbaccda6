/**
 * How long until an operation that one node admitted is in the view of another? `npm run bench -- live`
 * One node serves, ten others follow it over WebSocket, each with a store of its own on disk (durable before it is told).
 * Each in turn writes a claim; timed is when each of the others answers for it with the status `active`.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Draft } from "../src/core/op/create.ts";
import type { OpId } from "../src/core/op/operation.ts";
import {
  type Admissions,
  addDevice,
  answer,
  homeAt,
  initNode,
  type Node,
  nativeCrypto,
  newDevice,
  openAdmissions,
  syncLive,
} from "../src/node/index.ts";
import { startServer } from "../src/server/index.ts";

const followers = 10;
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 10);
const targetMs = 50;

interface Peer {
  readonly node: Node;
  readonly admissions: Admissions;
}

const folder = mkdtempSync(join(tmpdir(), "fablepool-bench-"));
const end = new AbortController();
const peers: Peer[] = [];
try {
  const server = await serve();
  const following: Promise<void>[] = [];
  for (let at = 0; at < followers; at++) following.push((await follower(`node-${at}`, server.url)).ended);
  const ways: Record<"from the server" | "to the server" | "through the server", number[]> = {
    "from the server": [],
    "to the server": [],
    "through the server": [],
  };
  for (let round = 0; round < rounds; round++) {
    for (const [at, writer] of peers.entries()) {
      const times = await timeOne(writer, round * 100 + at);
      for (const [to, ms] of times) ways[at === 0 ? "from the server" : to === 0 ? "to the server" : "through the server"].push(ms);
      await new Promise((resolve) => setTimeout(resolve, 25)); // a person's pace: one after the other
    }
  }
  const all = Object.values(ways).flat();
  for (const [way, times] of Object.entries(ways)) console.log(`${way}: ${quantiles(times)}`);
  console.log(`all ${all.length} arrivals, ${followers} nodes connected: ${quantiles(all)} (target: median under ${targetMs} ms)`);
  end.abort();
  await Promise.all(following);
  await server.close();
} finally {
  for (const { node, admissions } of peers) {
    await admissions.close();
    await node.close();
  }
  rmSync(folder, { recursive: true, force: true });
}

async function serve() {
  const { node } = await initNode(homeAt(join(folder, "server")), { name: "server", passphrase: null });
  const admissions = await openAdmissions(node.replica);
  peers.push({ node, admissions });
  const self = { did: node.writer.did, live: true };
  return startServer({
    handler: (message, key) => answer(node.replica, self, message, key),
    knows: (key) => node.replica.store.read(async (reader) => (await node.replica.controlLog(reader)).view().devices.has(key as never)),
    self: node.writer,
    crypto: nativeCrypto,
    clock: Date.now,
    random: (length) => new Uint8Array(randomBytes(length)),
    host: "127.0.0.1",
    port: 0,
    news: admissions,
  });
}

/** A new device that follows; resolves once it does, with a promise for its end. */
async function follower(name: string, url: string): Promise<{ readonly ended: Promise<void> }> {
  const hub = peers[0]?.node as Node;
  const node = await newDevice(homeAt(join(folder, name)), { name, passphrase: null });
  await addDevice(hub, { key: node.writer.did, role: "full", name });
  const pool = await hub.replica.store.read((reader) => reader.pool());
  await node.replica.store.write((tx) => tx.setPool(pool as OpId));
  const admissions = await openAdmissions(node.replica);
  peers.push({ node, admissions });
  const live = Promise.withResolvers<void>();
  const ended = syncLive(node, admissions, {
    url,
    node: hub.writer.did,
    signal: end.signal,
    onState: ({ is }) => is === "live" && live.resolve(),
    onReport: () => {},
  });
  await Promise.race([live.promise, ended]);
  return { ended };
}

function claim(n: number): Draft {
  const method = { name: "bench", version: "1" };
  const payload = {
    subject: "self",
    predicate: "preference.likes",
    object: `thing ${n}`,
    confidence: 1,
    derived_from: [],
    method,
    rationale: "",
  };
  return { type: "claim", payload };
}

/** Writes one claim; resolves with the time after which each other node had it in its view, ms, by their places. */
async function timeOne(writer: Peer, n: number): Promise<[number, number][]> {
  let id: OpId | null = null;
  let began = 0;
  const looks: (() => void)[] = [];
  const others = [...peers.entries()].filter(([, peer]) => peer !== writer);
  const times = others.map(
    ([at, { node, admissions }]) =>
      new Promise<[number, number]>((resolve) => {
        const look = async () => {
          if (id === null) return;
          const [row] = await node.replica.store.read((reader) => reader.claims([id as OpId]));
          if (row?.status !== "active") return;
          stop();
          resolve([at, performance.now() - began]);
        };
        const stop = admissions.subscribe(() => void look());
        looks.push(() => void look());
      }),
  );
  // Counted from the moment it is admitted, that is, durable where it was written.
  [id] = (await writer.node.write([claim(n)])) as [OpId];
  began = performance.now();
  for (const look of looks) look(); // whoever was told before `id` was known here
  return Promise.all(times);
}

function quantiles(times: readonly number[]): string {
  const sorted = times.toSorted((left, right) => left - right);
  const at = (share: number) => (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1);
  return `median ${at(0.5)} ms, 90 % within ${at(0.9)} ms, 99 % within ${at(0.99)} ms`;
}
