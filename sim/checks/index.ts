/** What must be true of every device at any time, and of all of them in the end. */
import type { Device } from "../device.ts";
import type { World } from "../world.ts";
import { checkAuthority } from "./authority.ts";
import { checkClosed } from "./closed.ts";
import { checkErasure } from "./erasure.ts";
import { checkNothingLost } from "./nothing-lost.ts";

/** Everything that concerns one device alone. */
export async function checkDevice(world: World, device: Device): Promise<void> {
  checkNothingLost(world, device);
  await checkClosed(world, device);
  if (!device.rotten) checkErasure(world, device, checkAuthority(world, device));
}
