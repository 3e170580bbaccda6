/** Nothing that a device reported as accepted is lost, whatever crashed, unless its disk was put back or replaced. */
import type { Device } from "../device.ts";
import type { World } from "../world.ts";

export function checkNothingLost(world: World, device: Device): void {
  if (device.rotten) return;
  const lost = [...device.acked].filter((id) => !device.disk.tables.ops.has(id));
  if (lost.length > 0) world.find("nothing-lost", `device ${device.index} reported and lost ${lost.join(" ")}`);
}
