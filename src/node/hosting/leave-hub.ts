/** Bringing a pool back from a hub: everything is here, the hub is no device any more, and is asked to delete what it has. */
import { PoolError } from "../../core/errors.ts";
import type { OpId } from "../../core/op/operation.ts";
import { hostingRefusalOf } from "../../core/sync/hosting.ts";
import { expectReply } from "../../core/sync/messages.ts";
import type { Node } from "../open-node.ts";
import { planRemoval, removeAsPlanned } from "../removal/plan.ts";
import type { HubComparison } from "./compare-hub.ts";
import { compareUntilSame, type HostOptions, syncWithHub } from "./host-pool.ts";
import { type Hub, hubRefusal } from "./hub.ts";

export interface LeftHub {
  /** Null when the hub had let the pool go before: then everything had been compared. */
  readonly comparison: HubComparison | null;
  /** The operation that removed it; null when it was removed before. */
  readonly removal: OpId | null;
  /** What it said to being asked to delete. `gone`: that it has no such pool any more. */
  readonly deletion: "deleting" | "gone";
}

/** Rejects with `PoolError`, as `hostPool` does. Whoever was interrupted does the same again. */
export async function leaveHub(node: Node, hub: Hub, options: HostOptions): Promise<LeftHub> {
  const role = await node.role();
  if (role !== "full")
    throw new PoolError("role", `only a full device takes its pool from a hub; this one is ${role ?? "no device of it"}`);
  const wasBegun = (await hubBeingLeft(node))?.node === hub.node;
  try {
    return await leave(node, hub, options);
  } catch (error) {
    if (!wasBegun || !isGone(error)) throw hubRefusal(error, hub.url) ?? error;
    await forget(node);
    return { comparison: null, removal: null, deletion: "gone" };
  }
}

async function leave(node: Node, hub: Hub, options: HostOptions): Promise<LeftHub> {
  options.onStep?.("sync");
  await syncWithHub(node, hub, options);
  options.onStep?.("compare");
  const comparison = await compareUntilSame(node, hub, options);
  await node.replica.store.write((tx) => tx.setLocal(mark, JSON.stringify(hub)));
  const removal = await retire(node, hub);
  // The hub's other devices hear of it there, while they still ask.
  await syncWithHub(node, hub, options);
  const deletion = await unhost(node, hub, options);
  await forget(node);
  return { comparison, removal, deletion };
}

/** It serves that pool no more. Of a 421 nothing is believed but the number: so this is asked only where the hub was left already. */
function isGone(error: unknown): boolean {
  if (!(error instanceof PoolError)) return false;
  return error.details["status"] === 421 || hostingRefusalOf(error.details) === "leaving";
}

const mark = "leaving-hub";

/** The hub that this device began to leave, and was interrupted; null for none. */
export async function hubBeingLeft({ replica }: Pick<Node, "replica">): Promise<Hub | null> {
  const text = await replica.store.read((reader) => reader.local(mark));
  return text === null ? null : (JSON.parse(text) as Hub);
}

function forget({ replica }: Node): Promise<void> {
  return replica.store.write((tx) => tx.setLocal(mark, null));
}

async function retire(node: Node, { node: key }: Hub): Promise<OpId | null> {
  const wish = { key, reason: "retired", since: null, asRoot: false } as const;
  const plan = await planRemoval(node, wish);
  return plan.device.removed ? null : removeAsPlanned(node, plan, null);
}

/** Asks for the deletion. A hub that has done it already answers with nothing that could be believed but its number. */
async function unhost({ replica }: Node, hub: Hub, { connect, signal }: HostOptions): Promise<"deleting" | "gone"> {
  const pool = (await replica.store.read((reader) => reader.pool())) as OpId;
  const transport = connect(hub, "host");
  try {
    expectReply(await transport.request({ type: "unhost", pool }, signal), "unhosted");
    return "deleting";
  } catch (error) {
    if (isGone(error)) return "gone";
    throw error;
  } finally {
    await transport.close();
  }
}
