/** The same set gives the same view: devices that hold the same operations agree on everything that is read from them. */
import type { Device } from "../device.ts";
import type { World } from "../world.ts";
import { viewTextOf } from "./view-text.ts";

export async function checkSameView(world: World, devices: readonly Device[]): Promise<void> {
  const [first, ...others] = devices;
  if (first === undefined) return;
  const right = await viewTextOf(world, first.disk.tables);
  for (const device of others) {
    const view = await viewTextOf(world, device.disk.tables);
    for (const [part, text] of Object.entries(right)) {
      const found = view[part];
      if (found !== text) {
        world.find("same-view", `${part} of device ${first.index}:\n   ${text}\nand of device ${device.index}:\n   ${found}`);
        return;
      }
    }
  }
}
