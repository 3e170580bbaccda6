/**
 * Who may write (section 5): devices, roles and removals as a pure function of a set of control operations. The set is
 * the whole log's for the view, and one operation's causal past when that operation is admitted.
 */
import type { Did } from "../crypto/did-key.ts";
import { comparePlaces, type OpId } from "../op/operation.ts";
import { type Chains, isWithin, type Position } from "./chains.ts";

/** A `genesis`, `device_add` or `device_remove`, reduced to what its effect depends on. */
export interface ControlOp extends Position {
  readonly id: OpId;
  readonly type: "genesis" | "device_add" | "device_remove";
  readonly author: Did;
  readonly lamport: number;
  /** The owner, the key that is added, or the key that is removed. */
  readonly key: Did;
  /** Of a `device_add`. */
  readonly role: string;
  /** Of a `device_remove`: the last operation that counts; null when none does, or when `last` reads as null. */
  readonly last: Position | null;
}

export interface Device {
  readonly key: Did;
  readonly role: string;
  /** 0 is root. Removals are decided in this order. */
  readonly rank: number;
  /** The operation that added it: the genesis for root. */
  readonly add: OpId;
}

/** An effective removal. */
export interface Removal {
  readonly op: OpId;
  readonly by: Did;
  readonly byRank: number;
  readonly last: Position | null;
}

export interface DeviceView {
  readonly root: Did | null;
  /** Every key that was ever effectively added, removed ones too. */
  readonly devices: ReadonlyMap<Did, Device>;
  readonly removals: ReadonlyMap<Did, readonly Removal[]>;
  /** Effective `device_add`s that root did not write. */
  readonly adds: number;
  /** Control operations that are neither contested nor void. */
  readonly effective: ReadonlySet<OpId>;
}

export type Standing = "counts" | "contested" | "void";

/**
 * Ranks the keys and decides every control operation:
 * 1. root ranks first; its operations are never contested;
 * 2. each next key is the one whose effective `device_add`, written by a key already ranked, is lowest in (lamport, op_id);
 *    that add gives the role;
 * 3. a ranked key's control operations are contested by the effective removals of keys ranked before it, else void when
 *    its role is not `full`, else effective; only then does the next key get its rank.
 */
export function deviceView(controls: Iterable<ControlOp>, chains: Chains): DeviceView {
  const byAuthor = Map.groupBy(controls, (control) => control.author);
  let genesis: ControlOp | undefined;
  for (const list of byAuthor.values()) genesis ??= list.find((control) => control.type === "genesis");
  const devices = new Map<Did, Device>();
  const removals = new Map<Did, Removal[]>();
  const effective = new Set<OpId>();
  let adds = 0;
  const waiting = genesis ? [genesis] : [];
  for (let add = waiting.pop(); add !== undefined; add = waiting.pop()) {
    if (devices.has(add.key)) continue;
    const isRoot = add === genesis;
    const device: Device = { key: add.key, role: isRoot ? "root" : add.role, rank: devices.size, add: add.id };
    devices.set(add.key, device);
    for (const control of byAuthor.get(add.key) ?? []) {
      if (!isRoot && (device.role !== "full" || contestedBy(removals.get(add.key), control, chains, device.rank))) continue;
      effective.add(control.id);
      if (control.type === "device_remove") {
        const removal = { op: control.id, by: add.key, byRank: device.rank, last: control.last };
        removals.set(control.key, [...(removals.get(control.key) ?? []), removal]);
      } else if (control.type === "device_add") {
        if (!isRoot) adds++;
        if (control.key !== genesis?.key) insertDescending(waiting, control);
      }
    }
  }
  return { root: genesis?.key ?? null, devices, removals, adds, effective };
}

/** Keeps `waiting` sorted with the lowest (lamport, op_id) at its end, where `pop` takes it. */
function insertDescending(waiting: ControlOp[], add: ControlOp): void {
  let low = 0;
  let high = waiting.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (comparePlaces(waiting[middle] as ControlOp, add) > 0) low = middle + 1;
    else high = middle;
  }
  waiting.splice(low, 0, add);
}

function contestedBy(removals: readonly Removal[] | undefined, place: Position, chains: Chains, beforeRank: number): boolean {
  return removals?.some((each) => each.byRank < beforeRank && !(each.last && isWithin(chains, place, each.last))) ?? false;
}

/** Whether an operation counts in the view of the whole log (section 5; status 1 of section 6). */
export function standingOf(view: DeviceView, chains: Chains, op: Position & { author: Did; control: boolean }): Standing {
  if (op.author === view.root) return "counts";
  const device = view.devices.get(op.author);
  if (device === undefined) return "contested";
  const before = op.control ? device.rank : Number.POSITIVE_INFINITY;
  if (contestedBy(view.removals.get(op.author), op, chains, before)) return "contested";
  return op.control && device.role !== "full" ? "void" : "counts";
}

/**
 * Admission's "author" step: root, or a device that is not removed in the view of the operation's causal past. For a
 * control operation only removals by the key itself or by a key that ranks before it count.
 */
export function mayAuthor(view: DeviceView, author: Did, control: boolean): string | null {
  if (author === view.root) return null;
  const device = view.devices.get(author);
  if (device === undefined) return "the key is not a device of this pool";
  const removed = view.removals.get(author)?.some((removal) => !control || removal.byRank <= device.rank);
  return removed ? "the key was removed" : null;
}

/** True when an effective removal names the key; root is never removed. */
export function isRemoved(view: DeviceView, key: Did): boolean {
  return key !== view.root && view.removals.has(key);
}

/** The role a key has now: `root`, one of section 5's, or null for a key that is no device or is removed. */
export function roleOf(view: DeviceView, key: Did): string | null {
  return isRemoved(view, key) ? null : (view.devices.get(key)?.role ?? null);
}
