/** Bits that change on a disk: the words of one stored operation are no longer those that were hashed. */
import { type Envelope, redactableTypes } from "../src/core/op/operation.ts";
import { seededRandom } from "../src/testkit/seeded-random.ts";
import type { Device } from "./device.ts";
import type { World } from "./world.ts";

export function rot(world: World, device: Device, s: number): void {
  const { ops } = device.disk.tables;
  const wordy = [...ops.values()].filter(({ envelope }) => envelope.payload && redactableTypes.has(envelope.type));
  if (wordy.length === 0) return;
  const op = seededRandom(s).pick(wordy);
  const payload = { ...op.envelope.payload, rotten: true };
  ops.set(op.info.id, { ...op, envelope: { ...op.envelope, payload } });
  world.diary?.add({ disk: device.index, do: "rot", op: op.info.id, payload });
  device.rotten = true;
  world.trace.step(`rotten ${device.index}`, op.info.id);
}

export function isRotten({ payload }: Envelope): boolean {
  return payload?.["rotten"] === true;
}
