/** Devices of the pool: seeing, adding, removing (section 5). */

import { isAcceptableDid } from "../core/admission/control-payload.ts";
import { isRemoved } from "../core/admission/device-view.ts";
import type { Did } from "../core/crypto/did-key.ts";
import { PoolError } from "../core/errors.ts";
import type { OpId, Place } from "../core/op/operation.ts";
import { comparePlaces } from "../core/op/operation.ts";
import type { Reader } from "../store/index.ts";
import type { Node } from "./open-node.ts";
import type { Replica } from "./replica.ts";
import { type Writer, writeDrafts } from "./write.ts";

export interface SeenDevice {
  readonly key: Did;
  readonly role: string;
  readonly rank: number;
  readonly name: string;
  readonly removed: boolean;
  /** Operations it wrote, with those that are contested. */
  readonly operations: number;
  /** More than one when the key was cloned, or a backup was restored: a fork. */
  readonly chains: number;
}

/** All devices ever added, root first, by rank. */
export async function listDevices(replica: Replica): Promise<SeenDevice[]> {
  return replica.store.read(async (reader) => {
    const log = await replica.controlLog(reader);
    const view = log.view();
    const names = await namesOf(reader);
    return [...view.devices.values()].map(({ key, role, rank }) => {
      const chains = [...log.chains.values()].filter(({ author }) => author === key);
      const operations = chains.reduce((sum, chain) => sum + chain.tipSeq - chain.parentSeq, 0);
      return { key, role, rank, name: names.get(key) ?? "", removed: isRemoved(view, key), operations, chains: chains.length };
    });
  });
}

/** The newest name that a `note` gives each key. */
export async function namesOf(reader: Reader): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const newest = await reader.newest({ type: "note", limit: 1_000 });
  for (const { payload } of newest) {
    const { target, name } = payload ?? {};
    if (typeof target === "string" && typeof name === "string" && !names.has(target)) names.set(target, name);
  }
  return names;
}

export const roles = ["full", "ingest", "assistant", "mirror"] as const;

/** Adds a device. Rejects with `PoolError`: `key` for a did that is none, `usage` for one that was added or removed before. */
export async function addDevice(node: Node, device: { key: string; role: string; name: string }): Promise<OpId> {
  const { key, role, name } = device;
  if (!isAcceptableDid(key))
    throw new PoolError("key", `${JSON.stringify(key)} is no did:key of a device: it has 56 characters and begins with did:key:z6Mk`);
  const view = await node.replica.store.read(async (reader) => (await node.replica.controlLog(reader)).view());
  if (key === view.root) throw new PoolError("usage", "that is the root key: it needs no adding");
  if (view.removals.has(key)) throw new PoolError("usage", "that key was removed; a device comes back with a new one");
  if (view.devices.has(key)) throw new PoolError("usage", `that key is a device already, of role ${view.devices.get(key)?.role}`);
  // The note comes first: delegates are shown the add, whose `prev` then names the note and not a claim or an item of evidence.
  const note = { type: "note", payload: { target: key, ...(name ? { name: name.normalize("NFC") } : {}) } };
  const [, id] = await node.write([note, { type: "device_add", payload: { key, role } }]);
  return id as OpId;
}

export interface Removal {
  readonly key: Did;
  /** The last operation of that key that still counts: its newest that is known here, another one, or none. */
  readonly last: "newest" | "none" | OpId;
  /** Why, in words for the other devices' owner; in the note beside it. */
  readonly why?: string;
}

/** Removes a device, as this device or as root. Removing the last full device is refused unless root writes. */
export async function removeDevice(node: Node, { key, last, why }: Removal, root: Writer | null): Promise<OpId> {
  const seen = (await listDevices(node.replica)).find((device) => device.key === key);
  if (seen === undefined) throw new PoolError("not_found", `${key} is no device of this pool`);
  if (seen.rank === 0) throw new PoolError("usage", "root can't be removed");
  const newest = await newestOf(node.replica, key);
  const lastId = last === "newest" ? newest : last === "none" ? null : last;
  const removal = { type: "device_remove", payload: { key, last: lastId } };
  const note = { type: "note", payload: { target: key, ...(why ? { text: why } : {}) } };
  // A device that was removed by those that rank after it may answer, with control operations alone (section 5).
  const isAnswer = (await listDevices(node.replica)).some((device) => device.key === node.writer.did && device.removed);
  const ids = root ? await writeDrafts(node.replica, root, [removal]) : await node.write(isAnswer ? [removal] : [note, removal]);
  return ids.at(-1) as OpId;
}

async function newestOf(replica: Replica, key: Did): Promise<OpId | null> {
  const chains = await replica.store.read((reader) => reader.chains());
  const tips: Place[] = chains.filter(({ author }) => author === key).map(({ tip, tipLamport }) => ({ id: tip, lamport: tipLamport }));
  return tips.sort(comparePlaces).at(-1)?.id ?? null;
}
