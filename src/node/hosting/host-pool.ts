/**
 * Bringing this device's pool to a hub (spec/11-hosting.md): registered, added as a device, its address noted, the log brought, and all of it
 * looked for there. Every step finds out whether it was done before, so that whoever was interrupted does the same again.
 */
import { roleOf } from "../../core/admission/device-view.ts";
import { PoolError } from "../../core/errors.ts";
import type { OpId } from "../../core/op/operation.ts";
import type { SyncProgress } from "../../core/sync/effects.ts";
import { type HostingTerms, readHosted } from "../../core/sync/hosting.ts";
import type { HubInvitation } from "../../core/sync/hub-invitation.ts";
import type { SyncReport } from "../../core/sync/report.ts";
import { noteContact } from "../contacts.ts";
import type { Node } from "../open-node.ts";
import { forgetRefusal } from "../removal/told.ts";
import { syncWith } from "../sync-client.ts";
import { type CompareOptions, compareWithHub, type HubComparison } from "./compare-hub.ts";
import { type ConnectHub, type Hub, hubRefusal } from "./hub.ts";
import { addressesOf } from "./hubs.ts";

export interface HostOptions {
  readonly connect: ConnectHub;
  /** Whether each operation is fetched back and verified: for whoever gives up the copy that is here. */
  readonly deep: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Told as each step begins. */
  readonly onStep?: ((step: HostStep) => void) | undefined;
  readonly onSync?: ((progress: SyncProgress) => void) | undefined;
  readonly onCompare?: CompareOptions["onProgress"];
}

export type HostStep = "register" | "add" | "sync" | "compare";

export interface HostedPool extends HostingTerms {
  readonly url: string;
  readonly pool: OpId;
  /** The operations that added it and noted its address; none when that was done before. */
  readonly written: readonly OpId[];
  readonly report: SyncReport;
  readonly comparison: HubComparison;
}

/**
 * Rejects with `PoolError`: `no_pool`, `role` unless this device is `full`, `unauthorized` with `why` when the hub refuses, `storage` when
 * its quota is met, `peer` when the hub does not hold what it should afterwards; `network`, `interrupted` as a sync does.
 */
export async function hostPool(node: Node, invitation: HubInvitation, options: HostOptions): Promise<HostedPool> {
  const { url } = invitation;
  const pool = await node.replica.store.read((reader) => reader.pool());
  if (pool === null) throw new PoolError("no_pool", "there is no pool here to bring to a hub: `fablepool init` founds one");
  const role = await node.role();
  if (role !== "full") throw new PoolError("role", `only a full device brings its pool to a hub; this one is ${role ?? "no device of it"}`);
  try {
    options.onStep?.("register");
    const terms = await register(invitation, pool, options);
    const hub = { url, node: terms.node };
    options.onStep?.("add");
    const written = await addHub(node, hub, terms.role);
    options.onStep?.("sync");
    const report = await syncWithHub(node, hub, options);
    // Now it knows every device: one that finds it by the note any sooner would be a stranger there.
    const noted = await noteAddress(node, hub);
    if (noted.length > 0) await syncWithHub(node, hub, options);
    options.onStep?.("compare");
    const comparison = await compareUntilSame(node, hub, options);
    return { ...terms, url, pool, written: [...written, ...noted], report, comparison };
  } catch (error) {
    throw hubRefusal(error, url) ?? error;
  }
}

async function register(invitation: HubInvitation, pool: OpId, { connect, signal }: HostOptions): Promise<HostingTerms> {
  const transport = connect({ url: invitation.url, node: invitation.front }, "host");
  try {
    return readHosted(await transport.request({ type: "host", invitation: invitation.token, pool }, signal));
  } finally {
    await transport.close();
  }
}

/** Adds the hub's device unless it is one. Returns what was written. */
async function addHub({ replica, write }: Node, { url, node: key }: Hub, role: string): Promise<OpId[]> {
  return write(async (tx) => {
    const view = (await replica.controlLog(tx)).view();
    if (view.removals.has(key)) {
      throw new PoolError(
        "peer",
        `the hub at ${url} comes with a key that was removed from this pool (${key}): it has to come with a new one`,
      );
    }
    if (roleOf(view, key) !== null) return [];
    // The note comes first: delegates are shown the add, whose `prev` then names the note and not a claim or an item of evidence.
    const note = { type: "note", payload: { target: key, name: nameOf(url) } };
    return [note, { type: "device_add", payload: { key, role } }];
  });
}

/** Notes where a device is reached, unless that is known: a hub, or a home that the others are to find like one. Returns what was written. */
export async function noteAddress({ replica, write }: Node, { url, node: key }: Hub): Promise<OpId[]> {
  return write(async (tx) => {
    const known = (await addressesOf(tx, await replica.controlLog(tx), new Set([key]))).get(key);
    return known === url ? [] : [{ type: "note", payload: { target: key, text: url } }];
  });
}

/** What it is called among the devices: its host. */
function nameOf(url: string): string {
  return url.slice(url.indexOf("//") + 2);
}

export async function syncWithHub(node: Node, hub: Hub, { connect, signal, onSync }: HostOptions): Promise<SyncReport> {
  const transport = connect(hub, "sync");
  try {
    const more = { ...(signal ? { signal } : {}), ...(onSync ? { onProgress: onSync } : {}) };
    const report = await syncWith(node.replica, transport, { node: hub.node, ...more });
    await noteContact(node, hub.node);
    await forgetRefusal(node);
    return report;
  } finally {
    await transport.close();
  }
}

/**
 * Looks for everything there. What was written here or there since the sync is brought by another one; three times, for a home on which
 * somebody goes on writing. Rejects with `PoolError("peer")` that says what is not there.
 */
export async function compareUntilSame(node: Node, hub: Hub, options: HostOptions): Promise<HubComparison> {
  const { connect, deep, signal, onCompare } = options;
  for (let round = 1; ; round++) {
    const transport = connect(hub, "sync");
    try {
      const comparison = await compareWithHub(node.replica, transport, { deep, signal, onProgress: onCompare });
      const fault = faultOf(comparison, deep);
      if (fault === null) return comparison;
      if (round === rounds) throw new PoolError("peer", `the hub at ${hub.url} does not hold what is here: ${fault}`);
    } finally {
      await transport.close();
    }
    await syncWithHub(node, hub, options);
  }
}

const rounds = 3;

function faultOf(
  { missing, bare, otherwise, newer, sameHeads, fetched, operations, hosting }: HubComparison,
  deep: boolean,
): string | null {
  const [first] = [...missing, ...bare, ...otherwise];
  if (missing.length > 0) return `${missing.length} operations are missing, ${first} for one`;
  if (bare.length > 0) return `${bare.length} lack their payload there, ${first} for one`;
  if (otherwise.length > 0) return `${otherwise.length} are held otherwise than here, ${first} for one`;
  if (newer > 0) return `it holds ${newer} operations that are not here`;
  if (!sameHeads) return "its log ends elsewhere";
  if (deep && fetched < operations) return `it gave back ${fetched} of ${operations} operations`;
  if (hosting === null) return "it does not say that it hosts this pool";
  return hosting.state === "active" ? null : "it does not take itself for a device of this pool";
}
