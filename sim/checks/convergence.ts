/**
 * In the end, with a network that works: one sync leaves both sides with the same operations and the same payloads,
 * nothing refused and nothing waiting; and when each device has synced with one of them, and again, all hold the same
 * operations. Payloads may take a third round: one that a redaction took, and that is wanted again since the redaction lost
 * its force, comes from a device that never heard of it, when that one is asked a second time.
 */
import type { SyncReport } from "../../src/core/sync/report.ts";
import type { Device } from "../device.ts";
import type { World } from "../world.ts";

export async function checkConvergence(world: World): Promise<void> {
  // One that knows of nobody serves nobody: a device joins as the client of its first sync.
  const hub = world.devices.find(({ disk }) => disk.tables.ops.size > 0);
  if (hub === undefined) return;
  const others = world.devices.filter((device) => device !== hub);
  // Root carries the log: who is removed holds a replica too, and two devices may each think that the other was removed.
  for (const round of [1, 2, 3]) {
    for (const device of others) {
      const reports: SyncReport[] = [];
      world.sync(device, hub, { key: world.root, plain: (device.index + round) % 3 === 0 }, (report) => reports.push(report));
      await world.settle();
      const [report] = reports;
      if (report === undefined) world.find("convergence", `device ${device.index} can't sync with device 0 over a network that works`);
      else if (report.rejected.length + report.deferred.length > 0) {
        world.find(
          "convergence",
          `of what device ${device.index} and device 0 told each other some was not taken: ${JSON.stringify(report)}`,
        );
      }
      compareSets(world, hub, device);
      if (world.findings.length > 0) return;
    }
    if (round === 1) continue;
    for (const device of others) compareSets(world, hub, device, round === 3);
    if (isAlike(hub, others)) return;
  }
}

function compareSets(world: World, left: Device, right: Device, payloads = true): void {
  const [ours, theirs] = [contentsOf(left, payloads), contentsOf(right, payloads)];
  const apart = [...[...ours].filter((id) => !theirs.has(id)), ...[...theirs].filter((id) => !ours.has(id))];
  if (apart.length > 0) world.find("convergence", `devices ${left.index} and ${right.index} have synced, and differ in ${apart.join(" ")}`);
}

function isAlike(hub: Device, others: readonly Device[]): boolean {
  const text = (device: Device) => [...contentsOf(device, true)].sort().join();
  return others.every((device) => text(device) === text(hub));
}

/** The operations on a disk, with or without a word on whether their payload is there. */
function contentsOf({ disk }: Device, payloads: boolean): Set<string> {
  return new Set([...disk.tables.ops.values()].map(({ info: { id, hasPayload } }) => `${id}${payloads && hasPayload ? " full" : ""}`));
}
