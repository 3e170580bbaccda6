/** After the owner's removal nothing of a thief's is in anyone's view: found by walking back from the last operation that still counts. */
import type { OpId } from "../../src/core/op/operation.ts";
import type { Device } from "../device.ts";
import type { World } from "../world.ts";

export function checkExpelled(world: World, device: Device): void {
  const { ops, claims } = device.disk.tables;
  for (const { key, last, removal } of world.expelled) {
    if (!ops.has(removal)) continue;
    const owners = new Set<OpId>();
    for (let at = last; at !== null && ops.get(at)?.info.author === key; at = ops.get(at)?.envelope.prev[0] ?? null) owners.add(at);
    for (const { id, status } of claims.values()) {
      if (ops.get(id)?.info.author !== key || owners.has(id) || status === "contested") continue;
      world.find("expelled", `device ${device.index} shows ${id} as ${status}: it was written with ${key} after ${last}`);
    }
  }
}
