/**
 * A removed device is told by the refusal of a device that it knows (TRA-13). It stops writing then: what it writes would count nowhere. That
 * is this device's own note, in no log; it ends when any device of the pool syncs with it again, or with a new key.
 */
import { roleOf } from "../../core/admission/device-view.ts";
import type { Did } from "../../core/crypto/did-key.ts";
import { PoolError } from "../../core/errors.ts";
import type { Reader } from "../../store/index.ts";
import { namesOf } from "../devices.ts";
import type { Node } from "../open-node.ts";

export const removedMark = "removed";

export interface ToldRemoved {
  readonly by: Did;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Notes that `peer`, which signed its refusal, does not let this device in any more. False when that says nothing about this device. */
export async function noteRefusal({ replica, writer }: Pick<Node, "replica" | "writer">, peer: string): Promise<boolean> {
  return replica.store.write(async (tx) => {
    const view = (await replica.controlLog(tx)).view();
    const role = roleOf(view, peer as Did);
    const wasIn = view.devices.has(writer.did);
    if (!wasIn || (role !== "full" && role !== "mirror")) return false;
    const told: ToldRemoved = { by: peer as Did, name: (await namesOf(tx)).get(peer as Did) ?? "", at: writer.clock() };
    await tx.setLocal(removedMark, JSON.stringify(told));
    return true;
  });
}

/** What this device was told; null while nobody told it anything of the kind. */
export async function toldRemoved(reader: Reader): Promise<ToldRemoved | null> {
  const text = await reader.local(removedMark);
  return text === null ? null : (JSON.parse(text) as ToldRemoved);
}

/** Some device of the pool let it in. */
export async function forgetRefusal({ replica }: Pick<Node, "replica">): Promise<void> {
  const isNoted = await replica.store.read(async (reader) => (await reader.local(removedMark)) !== null);
  if (isNoted) await replica.store.write((tx) => tx.setLocal(removedMark, null));
}

/** Throws `PoolError("role")` when this device was told that it was removed. */
export async function checkNotTold(reader: Reader): Promise<void> {
  const told = await toldRemoved(reader);
  if (told === null) return;
  const by = told.name || told.by;
  throw new PoolError(
    "role",
    `this device was removed from the pool, says ${by}: what it writes counts nowhere. \`fablepool pair\` there and \`fablepool join\` here ` +
      "take it in again, with a new key",
    { removed_by: told.by },
  );
}
