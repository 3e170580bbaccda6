/**
 * Who is heard (section 7): a device answers a key that its own log removed, or never added, as the page says and no
 * further. Decided by the oracle from the control operations on the device's disk, not by the device's own view.
 */
import type { Envelope, OpId } from "../../src/core/op/operation.ts";
import type { Json, JsonObject } from "../../src/core/ports.ts";
import type { Tables } from "../../src/store/index.ts";
import { expanded } from "../../src/testkit/expanded.ts";
import { nodeOf } from "../../src/testkit/oracle.ts";
import { devicesOf, isControl, type Log, type Node, type OracleDevices, rankOf } from "../../src/testkit/oracle-devices.ts";
import type { Device } from "../device.ts";
import type { World } from "../world.ts";
import { checkGiven } from "./delegate.ts";
import { checkServed } from "./erasure.ts";

/** What the oracle says of logs with these control operations; few differ, so each is judged once. */
export class DeviceViews {
  readonly #views = new Map<string, OracleDevices>();

  of(tables: Tables): OracleDevices {
    const controls = controlsIn(tables);
    const name = controls.join(" ");
    const known = this.#views.get(name);
    if (known) return known;
    const view = devicesOf(logOf([...tables.ops.values()].map(({ envelope }) => envelope)), controls);
    this.#views.set(name, view);
    return view;
  }
}

/** The control operations on a disk, ascending. */
export function controlsIn({ ops }: Tables): OpId[] {
  return [...ops.values()].flatMap(({ info }) => (isControl(info.type) ? [info.id] : [])).sort();
}

/** The oracle's log of operations that were admitted. */
export function logOf(envelopes: readonly Envelope[]): Log {
  const log = new Map<string, Node>();
  const ordered = envelopes.toSorted((left, right) => left.lamport - right.lamport);
  for (const envelope of ordered) log.set(envelope.op_id, nodeOf(log, envelope, envelope.payload ?? null));
  return log;
}

interface Exchange {
  readonly key: string | null;
  readonly message: Json;
  readonly reply: JsonObject;
  /** The device's control operations when the message arrived. */
  readonly before: string;
}

/** What anybody may hear: that somebody is here who speaks the protocol. */
const greeting: ReadonlySet<string> = new Set(["type", "protocol", "node"]);
/** What a key may still do that was removed only by keys that rank after it. */
const answering: ReadonlySet<string> = new Set(["hello", "heads", "push"]);

export function checkHeard(world: World, device: Device, { key, message, reply, before }: Exchange): void {
  const { type, code } = reply;
  if (type === "push_result") world.acknowledge(device, reply["accepted"] as unknown as OpId[]);
  if (code === "internal") world.find("errors", `device ${device.index} answered ${JSON.stringify(reply)} to ${JSON.stringify(message)}`);
  if (Array.isArray(reply["ops"])) checkServed(world, device, expanded(world.crypto, reply["ops"]) as unknown as Envelope[]);
  if (type === "delegate_ops") checkGiven(world, device, key, reply);
  if (type === "error" || type === "delegate_ops" || type === "receipt_ack" || device.rotten || isBareGreeting(reply)) return;
  // Whoever is removed, or gets another role, while its message is answered, by that message or by another, was heard before.
  if (before !== controlsIn(device.disk.tables).join(" ")) return;
  const { ranked, removals, root } = world.views.of(device.disk.tables);
  if (key === root) return;
  const asked = String((message as JsonObject | null)?.["type"]);
  const rank = rankOf(ranked, key);
  const removers = removals.filter((each) => each.key === key).map(({ by }) => rankOf(ranked, by));
  const answers = removers.length > 0 && removers.every((by) => by > rank) && answering.has(asked);
  const heard = rank < ranked.length && (removers.length === 0 || answers) && mayAsk(ranked[rank]?.role, asked);
  if (heard && !whole.has(ranked[rank]?.role ?? "") && removers.length === 0) checkOwnOnly(world, device, { key, message, reply, before });
  if (heard) return;
  const why = removers.length > 0 ? "removed" : rank < ranked.length ? `gave the role ${ranked[rank]?.role}` : "never added";
  world.find("heard", `device ${device.index} answered ${asked} of ${key}, which its log ${why}`);
}

/** Roles that hold a replica, and read and send everything. */
const whole: ReadonlySet<string> = new Set(["full", "mirror"]);
/** What keys may ask that hold none. */
const writing: ReadonlySet<string> = new Set(["hello", "ops_request", "push", "heads"]);

function mayAsk(role: string | undefined, asked: string): boolean {
  return whole.has(role ?? "") || ((role === "ingest" || role === "assistant") && writing.has(asked));
}

/** A key that holds no replica reads its own operations and control operations, and sends its own alone. */
function checkOwnOnly(world: World, device: Device, { key, message, reply }: Exchange): void {
  const { type } = reply;
  const given = type === "ops" ? expanded(world.crypto, reply["ops"]) : [];
  const sent = type === "push_result" ? expanded(world.crypto, (message as JsonObject)["ops"]) : [];
  for (const op of [...given, ...sent]) {
    const { op_id, author, type: of } = (op ?? {}) as JsonObject;
    const control = type === "ops" && isControl(String(of));
    if (author !== key && !control) world.find("heard", `device ${device.index} let ${key}, which holds no replica, have or send ${op_id}`);
  }
}

function isBareGreeting(reply: JsonObject): boolean {
  return reply["type"] === "hello" && Object.keys(reply).every((name) => greeting.has(name));
}
