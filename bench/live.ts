/**
 * How long until an operation that one node admitted is in the view of another? `npm run bench -- live`
 * One node serves, ten others follow it over WebSocket, each with a store of its own on disk (durable before it is told).
 * Each in turn writes a claim; timed is when each of the others answers for it with the status `active`.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OpId } from "../src/core/op/operation.ts";
import { addDevice, answer, homeAt, initNode, type Node, nativeCrypto, newDevice, openAdmissions } from "../src/node/index.ts";
import { startServer } from "../src/server/index.ts";
import { type Follower, follow, timeArrivals, type Watched } from "./kit/followers.ts";
import { quantile } from "./kit/machine.ts";

const followers = 10;
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 10);
const targetMs = 50;

const folder = mkdtempSync(join(tmpdir(), "fablepool-bench-"));
const end = new AbortController();
/** The server, then its followers. */
const peers: Watched[] = [];
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
      const others = peers.toSpliced(at, 1);
      const times = await timeArrivals(writer.node, others, round * 100 + at);
      for (const [to, ms] of times.entries())
        ways[at === 0 ? "from the server" : to === 0 ? "to the server" : "through the server"].push(ms);
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

/** A new device that follows; resolves once it does. */
async function follower(name: string, url: string): Promise<Follower> {
  const hub = peers[0]?.node as Node;
  const node = await newDevice(homeAt(join(folder, name)), { name, passphrase: null });
  await addDevice(hub, { key: node.writer.did, role: "full", name });
  const pool = await hub.replica.store.read((reader) => reader.pool());
  await node.replica.store.write((tx) => tx.setPool(pool as OpId));
  const following = await follow(node, url, hub.writer.did, end.signal);
  peers.push(following);
  return following;
}

function quantiles(times: readonly number[]): string {
  const at = (share: number) => quantile(times, share).toFixed(1);
  return `median ${at(0.5)} ms, 90 % within ${at(0.9)} ms, 99 % within ${at(0.99)} ms`;
}
