/** A home that moved to a hub for good: its device removes itself, and the hub hears of it, so that everybody does. */
import { isRemoved } from "../../core/admission/device-view.ts";
import { PoolError } from "../../core/errors.ts";
import type { OpId } from "../../core/op/operation.ts";
import { hostingRefusalOf } from "../../core/sync/hosting.ts";
import { isUnknownThere } from "../live-sync.ts";
import type { Node } from "../open-node.ts";
import { planRemoval, type RemovalPlan, removeAsPlanned } from "../removal/plan.ts";
import { type HostOptions, syncWithHub } from "./host-pool.ts";
import { type Hub, hubRefusal } from "./hub.ts";
import { noteMoved } from "./moved.ts";

const mark = "retiring-to";

export interface Retired {
  readonly hub: Hub;
  /** The operation by which this device removed itself. */
  readonly removal: OpId;
}

/** What removing this device does, as things are now: all that is known of its work still counts. */
export function planRetiring(node: Node): Promise<RemovalPlan> {
  return planRemoval(node, { key: node.writer.did, reason: "retired", since: null, asRoot: false });
}

/** Rejects with `PoolError`; interrupted once this device has removed itself, `finishRetiring` does the rest. */
export async function retireTo(node: Node, hub: Hub, options: HostOptions): Promise<Retired> {
  // It can't be taken back: the hub must answer still, and have what came meanwhile.
  await syncWithHub(node, hub, options);
  await node.replica.store.write((tx) => tx.setLocal(mark, JSON.stringify(hub)));
  const retired = { hub, removal: await removeAsPlanned(node, await planRetiring(node), null) };
  await finishRetiring(node, retired, options);
  return retired;
}

/** That this device removed itself, and was interrupted before the hub had heard of it for certain; null when nothing is left to do. */
export async function begunToRetire({ replica, writer }: Pick<Node, "replica" | "writer">): Promise<Retired | null> {
  return replica.store.read(async (reader) => {
    const text = await reader.local(mark);
    const view = (await replica.controlLog(reader)).view();
    if (text === null || !isRemoved(view, writer.did)) return null;
    const removal = view.removals.get(writer.did)?.find(({ by }) => by === writer.did)?.op;
    return removal === undefined ? null : { hub: JSON.parse(text) as Hub, removal };
  });
}

export async function finishRetiring(node: Node, { hub }: Retired, options: HostOptions): Promise<void> {
  await syncWithHub(node, hub, options).catch((error) => {
    if (!hasHeard(error)) throw hubRefusal(error, hub.url) ?? error;
  });
  await noteMoved(node, hub.url);
  await node.replica.store.write((tx) => tx.setLocal(mark, null));
}

/** It lets this device in no more. */
function hasHeard(error: unknown): boolean {
  if (!(error instanceof PoolError) || error.details["code"] !== "unauthorized") return false;
  return hostingRefusalOf(error.details) === null && !isUnknownThere(error);
}
