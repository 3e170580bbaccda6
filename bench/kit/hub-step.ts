/** One side of `hub-w1.ts` in a process of its own: a hub's process on PostgreSQL, or a device that pushes to it. */
import "../../src/cli/memory.ts"; // as the command line does
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Json } from "../../src/core/ports.ts";
import { addDevice, homeAt, ingestOps, initNode, nativeCrypto, openAdmissions, Replica, syncWith, system } from "../../src/node/index.ts";
import { makeKey } from "../../src/node/key-file.ts";
import { nodeOver } from "../../src/node/open-node.ts";
import { serviceOptionsOf, startServer } from "../../src/server/index.ts";
import { openPostgres } from "../../src/store/postgres/index.ts";
import { openHttpTransport } from "../../src/transport/index.ts";
import { evidenceDraft } from "./records.ts";

/** What a device needs to push, and the hub to know it: the pool's first operations, which name both. */
interface Founded {
  readonly name: string;
  readonly pool: string;
  readonly ops: readonly Json[];
}

export type HubMessage = { readonly serve: Founded } | { readonly push: { readonly url: string; readonly node: string } };

/** Serves pools that it is told of, all under one key; answers with each one's address. */
async function hub(url: string): Promise<void> {
  const database = await openPostgres(url);
  const key = makeKey(system.random);
  process.on("message", async (message: { serve: Founded }) => {
    const { name, pool, ops } = message.serve;
    const replica = new Replica(await database.store(name), nativeCrypto);
    await replica.store.write((tx) => tx.setPool(pool as never));
    await ingestOps(replica, ops);
    const node = nodeOver(homeAt(join(tmpdir(), "fablepool-no-home")), { ...system, ...key }, replica);
    const options = serviceOptionsOf(node, await openAdmissions(replica), { host: "127.0.0.1" });
    const server = await startServer({ ...options, host: "127.0.0.1", port: 0 });
    process.send?.({ name, url: server.url });
  });
  process.once("disconnect", () => process.exit());
  process.send?.({ did: key.did });
}

/** Founds a pool, writes `size` items of evidence, and pushes them when it is told where. */
async function device(name: string, hubKey: string, size: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "fablepool-bench-device-"));
  const { node } = await initNode(homeAt(join(folder, "home")), { name, passphrase: null });
  await addDevice(node, { key: hubKey as never, role: "mirror", name: "hub" });
  const { store } = node.replica;
  const ops = (await store.read((reader) => reader.ordered({ limit: 10 }))) as unknown as Json[];
  const pool = String(await store.read((reader) => reader.pool()));
  for (let at = 0; at < size; at += 1_000) {
    await node.write(Array.from({ length: Math.min(1_000, size - at) }, (_, index) => evidenceDraft(at + index)));
  }
  process.on("message", async (message: { push: { url: string; node: string } }) => {
    const { url, node: peer } = message.push;
    const { did, seed, clock, random } = node.writer;
    const wire = openHttpTransport({ url, node: peer, key: { did, seed }, crypto: nativeCrypto, clock, random });
    const began = performance.now();
    const { pushed } = await syncWith(node.replica, wire, { node: peer });
    process.send?.({ pushed, ms: performance.now() - began });
    await wire.close();
    await node.close();
    rmSync(folder, { recursive: true });
  });
  process.send?.({ name, pool, ops });
}

const [role, ...values] = process.argv.slice(2);
if (role === "hub") await hub(String(values[0]));
else await device(String(values[0]), String(values[1]), Number(values[2]));
