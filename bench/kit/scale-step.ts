/** One step of `scale.ts` or `w1-profile.ts`, in a process of its own (`run-step.ts`): sends its result to the parent. */
import { existsSync } from "node:fs";
import { afterLoading } from "../../src/cli/v8.ts"; // as the command line does
import type { OpId } from "../../src/core/op/operation.ts";
import {
  addDevice,
  answer,
  homeAt,
  initNode,
  listEvidence,
  type Node,
  nativeCrypto,
  newDevice,
  openNode,
  showOperation,
  statusOf,
  syncWith,
  system,
} from "../../src/node/index.ts";
import { startServer } from "../../src/server/index.ts";
import { openHttpTransport } from "../../src/transport/index.ts";
import { countingProxy } from "./counting-proxy.ts";
import { evidenceDraft } from "./records.ts";

export type Step =
  | { readonly do: "author"; readonly home: string; readonly other: string; readonly size: number }
  | { readonly do: "ask" | "serve"; readonly home: string }
  | { readonly do: "sync"; readonly home: string; readonly url: string; readonly node: string };

/** Milliseconds, MiB, bytes. */
export type StepResult = Partial<
  Record<"ms" | "rss" | "open" | "read" | "show" | "write" | "status" | "rounds" | "bytes", number> &
    Record<"url" | "node" | "pool", string>
>;

const writeSize = 1_000;
const noPassphrase = async () => null;
afterLoading();

async function timed<Result>(work: () => Promise<Result>): Promise<[number, Result]> {
  const began = performance.now();
  const result = await work();
  return [performance.now() - began, result];
}

async function fill(node: Node, from: number, count: number): Promise<void> {
  for (let at = from; at < from + count; at += writeSize) {
    await node.write(Array.from({ length: Math.min(writeSize, from + count - at) }, (_, index) => evidenceDraft(at + index)));
  }
}

async function author(folder: string, other: string, size: number): Promise<StepResult> {
  const home = homeAt(folder);
  const device = { name: "bench", passphrase: null };
  const isNew = !existsSync(home.deviceKey);
  const node = isNew ? (await initNode(home, device)).node : await openNode(home, noPassphrase);
  if (isNew) {
    const second = await newDevice(homeAt(other), device);
    await addDevice(node, { key: second.writer.did, role: "full", name: "" });
    await second.close();
  }
  const [ms] = await timed(() => fill(node, isNew ? 0 : 1e9, size));
  await node.close();
  return { ms };
}

async function ask(folder: string): Promise<StepResult> {
  const [open, node] = await timed(() => openNode(homeAt(folder), noPassphrase));
  const [read, [newest]] = await timed(() => listEvidence(node.replica, { limit: 1 }));
  const [show] = await timed(() => showOperation(node.replica, newest?.op.prev[0] as OpId));
  const [status] = await timed(() => statusOf(node));
  const [write] = await timed(() => fill(node, 2e9, 1));
  await node.close();
  return { open, read, show, status, write };
}

async function serve(folder: string): Promise<StepResult> {
  const node = await openNode(homeAt(folder), noPassphrase);
  const { did, seed } = node.writer;
  const server = await startServer({
    handler: (message, key) => answer(node.replica, { did }, message, key, { asText: true }),
    knows: (key) => node.replica.store.read(async (reader) => (await node.replica.controlLog(reader)).view().devices.has(key as never)),
    self: { did, seed },
    crypto: nativeCrypto,
    clock: system.clock,
    random: system.random,
    host: "127.0.0.1",
    port: 0,
    // Clients ask by the name of the proxy that counts, whatever its port.
    authorities: Array.from({ length: 65_536 }, (_, port) => `127.0.0.1:${port}`),
  });
  process.once("disconnect", async () => {
    await server.close();
    await node.close();
  });
  return { url: server.url, node: did, pool: String(await node.replica.store.read((reader) => reader.pool())) };
}

async function sync(folder: string, url: string, peer: string): Promise<StepResult> {
  const node = await openNode(homeAt(folder), noPassphrase);
  const proxy = await countingProxy(Number(new URL(url).port));
  const { did, seed, clock, random } = node.writer;
  const wire = openHttpTransport({ url: proxy.url, node: peer, key: { did, seed }, crypto: nativeCrypto, clock, random, compress: true });
  let rounds = 0;
  const counting: typeof wire = Object.assign(Object.create(wire), {
    request: (...question: Parameters<typeof wire.request>) => {
      rounds++;
      return wire.request(...question);
    },
  });
  const [ms] = await timed(() => syncWith(node.replica, counting, { node: peer }));
  await wire.close();
  const bytes = await proxy.close();
  await node.close();
  return { ms, rounds, bytes };
}

const step = JSON.parse(process.argv[2] ?? "") as Step;
const result = await {
  author: () => author(step.home, (step as { other: string }).other, (step as { size: number }).size),
  ask: () => ask(step.home),
  serve: () => serve(step.home),
  sync: () => sync(step.home, (step as { url: string }).url, (step as { node: string }).node),
}[step.do]();
process.send?.({ ...result, rss: process.resourceUsage().maxRSS / 1_024 } satisfies StepResult);
if (step.do !== "serve") process.disconnect?.();
