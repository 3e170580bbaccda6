/**
 * Nothing redacted returns: while a redaction in force names an operation, neither its salt nor a word of its payload is
 * anywhere on the disk, in whatever row.
 */
import type { Envelope } from "../../src/core/op/operation.ts";
import type { Tables } from "../../src/store/index.ts";
import type { OracleVerdict } from "../../src/testkit/oracle.ts";
import type { Device } from "../device.ts";
import { marksOf } from "../drafts.ts";
import type { World } from "../world.ts";

export function checkErasure(world: World, device: Device, { redacted }: OracleVerdict): void {
  const gone = [...redacted].flatMap((id) => world.written.get(id as Envelope["op_id"]) ?? []);
  if (gone.length === 0) return;
  const dump = dumpOf(device.disk.tables);
  // Who knows the words may write them again: then they are another operation's, which no redaction names.
  const others = [...device.disk.tables.ops.values()].filter(({ info }) => !redacted.has(info.id));
  const elsewhere = JSON.stringify(others.map(({ envelope }) => envelope));
  for (const { op_id, type, salt, payload } of gone) {
    if (salt === undefined || payload === undefined) continue;
    const found = [salt, ...marksOf(payload)].find((word) => dump.includes(word) && !elsewhere.includes(word));
    if (found) world.find("erasure", `device ${device.index} still has ${found} of the ${type} ${op_id}, which is redacted`);
  }
}

/** What a device has erased it does not give away either. */
export function checkServed(world: World, device: Device, ops: readonly Envelope[]): void {
  const { tables } = device.disk;
  const given = ops.find((op) => op.payload !== undefined && tables.ops.get(op.op_id)?.erased);
  if (given) world.find("erasure", `device ${device.index} served the payload of ${given.op_id}, which it has erased`);
}

/** Everything on a disk as text. */
export function dumpOf(tables: Tables): string {
  return JSON.stringify(Object.values(tables).map((table: ReadonlyMap<unknown, unknown>) => [...table]));
}
