/** The oracle's reading of protocol section 5: ranks, removals and contested operations, from scratch for every question. */
import { decodeDidKey } from "../core/crypto/did-key.ts";
import { isAcceptableKey } from "../core/crypto/ed25519-rule.ts";
import type { Envelope } from "../core/op/operation.ts";
import type { JsonObject } from "../core/ports.ts";
import { isId } from "./oracle-shape.ts";

/** An admitted operation, with the ids of all its ancestors. */
export interface Node {
  readonly header: Envelope;
  readonly payload: JsonObject | null;
  readonly past: ReadonlySet<string>;
}

export type Log = ReadonlyMap<string, Node>;

export interface OracleRemoval {
  readonly by: string;
  readonly key: string;
  /** The last operation that counts, if any does. */
  readonly last: Node | null;
}

export interface OracleDevices {
  readonly root: string | undefined;
  /** Ranked keys with their role: the position is the rank. */
  readonly ranked: readonly { readonly key: string; readonly role: string }[];
  readonly removals: readonly OracleRemoval[];
  /** Adds that are effective and not by root. */
  readonly adds: number;
}

export const isControl = (type: string) => type === "genesis" || type === "device_add" || type === "device_remove";

/** Section 5's view of the control operations among `ids`. */
export function devicesOf(log: Log, ids: Iterable<string>): OracleDevices {
  const controls = [...ids].flatMap((id) => log.get(id) ?? []).filter(({ header }) => isControl(header.type));
  const genesis = controls.find(({ header }) => header.type === "genesis");
  const root = genesis?.header.author;
  const ranked: { key: string; role: string }[] = root ? [{ key: root, role: "root" }] : [];
  for (;;) {
    // Everything is decided anew after each new rank: slow, and plain to see.
    const effective = controls.filter((op) => standing(log, op, ranked, removalsBy(log, controls, ranked)) === "counts");
    const next = effective
      .filter(({ header, payload }) => header.type === "device_add" && rankOf(ranked, payload?.["key"]) === Number.POSITIVE_INFINITY)
      .sort((left, right) => byPlace(left.header, right.header))[0];
    if (next === undefined) {
      const adds = effective.filter(({ header }) => header.type === "device_add" && header.author !== root).length;
      return { root, ranked, removals: removalsBy(log, controls, ranked), adds };
    }
    ranked.push({ key: String(next.payload?.["key"]), role: String(next.payload?.["role"]) });
  }
}

/** The effective removals by the keys ranked so far, each decided by those of keys that rank before its author. */
function removalsBy(log: Log, controls: readonly Node[], ranked: OracleDevices["ranked"]): OracleRemoval[] {
  const removals: OracleRemoval[] = [];
  for (const { key } of ranked) {
    const own = controls.filter(({ header }) => header.author === key && header.type === "device_remove");
    const before = [...removals];
    for (const op of own) {
      if (standing(log, op, ranked, before) !== "counts") continue;
      removals.push({ by: key, key: String(op.payload?.["key"]), last: lastOf(log, op) });
    }
  }
  return removals;
}

/** A `last` not in the removal's own causal past, or not by that key, reads as null. */
function lastOf(log: Log, { past, payload }: Node): Node | null {
  const id = String(payload?.["last"]);
  const last = past.has(id) ? log.get(id) : undefined;
  return last && last.header.author === payload?.["key"] ? last : null;
}

type Standing = "counts" | "contested" | "void";

function standing(log: Log, op: Node, ranked: OracleDevices["ranked"], removals: readonly OracleRemoval[]): Standing {
  const { author, type } = op.header;
  const rank = rankOf(ranked, author);
  if (rank === 0) return "counts";
  if (rank === Number.POSITIVE_INFINITY) return "contested";
  for (const { by, key, last } of removals) {
    if (key !== author || isAtOrBefore(log, op, last)) continue;
    if (!isControl(type) || rankOf(ranked, by) < rank) return "contested";
  }
  return isControl(type) && ranked[rank]?.role !== "full" ? "void" : "counts";
}

export function standingIn(log: Log, op: Node, { ranked, removals }: OracleDevices): Standing {
  return standing(log, op, ranked, removals);
}

/** Is `op` the operation `last` or an ancestor of it along `prev[0]`? The author's chain ends at its `seq` 1. */
function isAtOrBefore(log: Log, op: Node, last: Node | null): boolean {
  for (let at: Node | null | undefined = last; at; at = at.header.seq > 1 ? log.get(String(at.header.prev[0])) : null) {
    if (at === op) return true;
  }
  return false;
}

export function rankOf(ranked: OracleDevices["ranked"], key: unknown): number {
  const rank = ranked.findIndex((each) => each.key === key);
  return rank < 0 ? Number.POSITIVE_INFINITY : rank;
}

export function roleOf({ ranked }: OracleDevices, key: string): string | undefined {
  return ranked.find((each) => each.key === key)?.role;
}

/** Section 4, "author": null when `header` may be written on this past. */
export function authorFault(devices: OracleDevices, header: Envelope): boolean {
  if (header.type === "genesis" || header.author === devices.root) return false;
  const rank = rankOf(devices.ranked, header.author);
  if (rank === Number.POSITIVE_INFINITY) return true;
  return devices.removals.some(({ by, key }) => key === header.author && (!isControl(header.type) || rankOf(devices.ranked, by) <= rank));
}

/** Section 4, "control", on the operation's past. */
export function controlFault(log: Log, { header, payload, past }: Node, devices: OracleDevices): boolean {
  const { type, author } = header;
  if (!isControl(type)) return false;
  const byRoot = author === devices.root;
  if (type !== "genesis" && !byRoot && roleOf(devices, author) !== "full") return true;
  const members = Object.keys(payload ?? {})
    .sort()
    .join();
  if (type === "genesis") return members !== "owner" || payload?.["owner"] !== author || !isStrongDid(author);
  const key = payload?.["key"];
  if (!isStrongDid(key)) return true;
  if (type === "device_remove") {
    if (members !== "key,last" || !(payload?.["last"] === null || isId(payload?.["last"]))) return true;
    const earlier = [...past].filter((id) => log.get(id)?.header.type === type && log.get(id)?.header.author === author);
    return !byRoot && earlier.length >= 64;
  }
  if (members !== "key,role" || typeof payload?.["role"] !== "string") return true;
  if (key === devices.root) return false;
  if (rankOf(devices.ranked, key) !== Number.POSITIVE_INFINITY || devices.removals.some((each) => each.key === key)) return true;
  return !byRoot && devices.adds >= 1_024;
}

export function isStrongDid(value: unknown): boolean {
  const bytes = typeof value === "string" ? decodeDidKey(value) : null;
  return bytes !== null && isAcceptableKey(bytes);
}

export function byPlace(left: Envelope, right: Envelope): number {
  return left.lamport - right.lamport || (left.op_id < right.op_id ? -1 : 1);
}
