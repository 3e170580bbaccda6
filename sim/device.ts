/** One simulated device: a key, a disk, a clock that may be wrong, and a process that may be dead. */
import type { OpId } from "../src/core/op/operation.ts";
import type { Replica } from "../src/node/replica.ts";
import type { Tables } from "../src/store/index.ts";
import type { FixedKey } from "../src/testkit/fixed-keys.ts";
import type { Disk } from "./disk.ts";

export interface Device {
  readonly index: number;
  readonly key: FixedKey;
  readonly disk: Disk;
  /** Null while the process is down. */
  replica: Replica | null;
  /** How far its clock is off, ms. */
  clockOff: number;
  /** What this device has reported as accepted: it may never lose it while the disk is what it was. */
  acked: Set<OpId>;
  kept: { readonly tables: Tables; readonly acked: ReadonlySet<OpId> } | null;
  /** Words on its disk were changed: nothing that it says of itself counts until the disk is replaced. */
  rotten: boolean;
  /** Opened on a disk that may not be the newest, and not in sync since. */
  unproven: boolean;
  /** The devices with which a sync of its own is going on. */
  readonly syncing: Set<number>;
}
