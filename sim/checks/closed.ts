/**
 * No operation is half-applied: every ancestor is there, no place of a chain is missing, the heads are those of the log,
 * and all that is read from the view is what the same operations give when they are taken in again, in order, by a
 * device that knows nothing.
 */
import { comparePlaces } from "../../src/core/op/operation.ts";
import type { Json } from "../../src/core/ports.ts";
import { ingestOps } from "../../src/node/ingest.ts";
import { Replica } from "../../src/node/replica.ts";
import { emptyTables, openMemoryStore, type Tables } from "../../src/store/index.ts";
import type { Device } from "../device.ts";
import { isRotten } from "../rot.ts";
import type { World } from "../world.ts";
import { viewTextOf } from "./view-text.ts";

export async function checkClosed(world: World, device: Device): Promise<void> {
  const { tables } = device.disk;
  checkNoHoles(world, device);
  if (world.findings.length > 0) return;
  const { view, faults } = await rebuilt(world, tables);
  if (device.rotten) {
    const shows = [...tables.ops.values()].some(({ envelope }) => isRotten(envelope)); // no longer, when it was erased since
    if (shows && faults.length === 0)
      world.find("closed", `device ${device.index} has a rotten disk, and taking it in again does not show it`);
    return;
  }
  for (const fault of faults) world.find("closed", `device ${device.index}: ${fault}`);
  const ours = await viewTextOf(world, tables);
  for (const [part, text] of Object.entries(view)) {
    const found = ours[part];
    if (found !== text) world.find("closed", `device ${device.index}, ${part}: it has\n   ${found}\nrebuilt, it is\n   ${text}`);
  }
}

/** The part that is quickly seen: every ancestor is there, and the heads are the heads. */
export function checkNoHoles(world: World, { index, disk, rotten }: Device): void {
  if (!rotten) for (const hole of holesIn(disk.tables)) world.find("closed", `device ${index}: ${hole}`);
}

function holesIn({ ops, heads }: Tables): string[] {
  const holes: string[] = [];
  const named = new Set([...ops.values()].flatMap(({ envelope }) => envelope.prev));
  for (const { envelope } of ops.values()) {
    const missing = envelope.prev.find((id) => !ops.has(id));
    if (missing) holes.push(`${envelope.op_id} is there without ${missing}, which it follows`);
  }
  for (const id of ops.keys()) if (named.has(id) === heads.has(id)) holes.push(`${id} is wrong among the heads`);
  return holes;
}

/** What a device makes of these operations that meets them in order, and what it refuses of them. */
async function rebuilt(world: World, tables: Tables) {
  const fresh = emptyTables();
  const replica = new Replica(openMemoryStore(fresh), world.crypto);
  const { pool } = world;
  if (pool) await replica.store.write((tx) => tx.setPool(pool));
  const inOrder = [...tables.ops.values()].toSorted((left, right) => comparePlaces(left.info, right.info));
  const { rejected, deferred } = await ingestOps(replica, inOrder.map(({ envelope }) => envelope) as unknown as Json[]);
  const faults = [
    ...rejected.map(({ op, reason }) => `${op} is refused when it is taken in again: ${reason}`),
    ...deferred.map(({ id }) => `${id} waits for something when it is taken in again`),
  ];
  return { view: await viewTextOf(world, fresh), faults };
}
