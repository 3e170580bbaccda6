/** One side of `hub-w1.ts` and `capacity.ts` in a process of its own: a hub's process, a device, or a crowd of small pools (`hub-run.ts`). */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterLoading } from "../../src/cli/v8.ts"; // as the command line does
import type { JsonObject } from "../../src/core/ports.ts";
import { readHubSettings, startHub } from "../../src/hub/index.ts";
import { addInvitation, hashOfToken } from "../../src/hub/registry/invitations.ts";
import { homeAt, initNode, type Node, nativeCrypto, syncWith } from "../../src/node/index.ts";
import { openHttpTransport, openLiveTransport } from "../../src/transport/index.ts";
import { hosted, type Place } from "./hosted.ts";
import { evidenceDraft } from "./records.ts";

type Told = Readonly<Record<string, number | string>>;

const [role = "", ...values] = process.argv.slice(2);
afterLoading();

/** Answers each message with what `answers` makes of it. */
function serve(answers: (message: JsonObject) => Promise<Told>): void {
  process.on("message", async (message) => process.send?.(await answers(message as JsonObject)));
  process.once("disconnect", () => process.exit());
}

async function hub(database: string, secret: string, nats: string | undefined): Promise<void> {
  const given = { database, secret, listen: "127.0.0.1:0", authorities: "hub.example", ...(nats ? { nats } : {}) };
  const running = await startHub(readHubSettings(given));
  serve(async (message) => {
    if (message["do"] === "memory") {
      for (let times = 0; times < 3; times++) {
        await new Promise((resolve) => setTimeout(resolve, 300)); // what is being answered ends
        globalThis.gc?.();
      }
      const { heapUsed, external, rss } = process.memoryUsage();
      return { bytes: heapUsed + external, rss };
    }
    const invitation = randomBytes(16).toString("hex");
    const [now, quota] = [Date.now(), { operations: null, bytes: null }];
    const made = { token: hashOfToken(invitation), label: "bench", role: "mirror" as const, quota, made: now, expires: now + 3_600_000 };
    await addInvitation(running.registry, made);
    return { url: running.url, front: running.front, invitation };
  });
  process.send?.({ url: running.url });
}

/** Milliseconds, and how many operations were pushed. */
async function sync(node: Node, url: string, hubKey: string): Promise<{ ms: number; pushed: number }> {
  const { did, seed, clock, random } = node.writer;
  const wire = openHttpTransport({ url, node: hubKey, key: { did, seed }, crypto: nativeCrypto, clock, random });
  const began = performance.now();
  const { pushed } = await syncWith(node.replica, wire, { node: hubKey });
  const ms = performance.now() - began;
  await wire.close();
  return { ms, pushed };
}

let written = 0;

async function write(node: Node, count: number): Promise<void> {
  for (let left = count; left > 0; left -= 1_000) {
    await node.write(Array.from({ length: Math.min(1_000, left) }, () => evidenceDraft(written++)));
  }
}

async function device(place: Place, size: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "fablepool-bench-device-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const { node } = await initNode(homeAt(join(folder, "home")), { name: "bench", passphrase: null });
  const hubKey = await hosted(node, place);
  await sync(node, place.url, hubKey);
  await write(node, size);
  serve(async (message) => {
    let [ms, pushed] = [0, 0];
    for (let times = Number(message["times"] ?? 1); times > 0; times--) {
      await write(node, Number(message["write"] ?? 0));
      const done = await sync(node, place.url, hubKey);
      ms += done.ms;
      pushed += done.pushed;
    }
    return { ms, pushed };
  });
  process.send?.({ ready: 1 });
}

/** Many small pools, and connections that are kept: four of each pool's device, which is what a key may have. */
async function crowd(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "fablepool-bench-crowd-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const all: { node: Node; hubKey: string; url: string }[] = [];
  serve(async (message) => {
    if (message["do"] === "host") {
      const { node } = await initNode(homeAt(join(folder, String(all.length))), { name: "bench", passphrase: null });
      const place = message as unknown as Place;
      const hubKey = await hosted(node, place);
      await write(node, 100);
      await sync(node, place.url, hubKey);
      all.push({ node, hubKey, url: place.url });
      return { pools: all.length };
    }
    let connections = 0;
    for (const { node, hubKey, url } of all) {
      const { did, seed, clock, random } = node.writer;
      const live = {
        url,
        node: hubKey,
        key: { did, seed },
        certificate: null,
        crypto: nativeCrypto,
        clock,
        random,
        onNotify: () => undefined,
      };
      for (let each = 0; each < 4; each++, connections++) await openLiveTransport(live);
    }
    return { connections };
  });
  process.send?.({ ready: 1 });
}

if (role === "hub") await hub(values[0] as string, values[1] as string, values[2]);
else if (role === "device") await device(JSON.parse(values[0] as string) as Place, Number(values[1]));
else await crowd();
