/**
 * A second reading of the protocol page, sections 3 to 6: slow, without indexes, and sharing with the core only codec and
 * cryptography. Given envelopes in any order, it says from scratch what a node must hold, refuse and show in the end,
 * when everything has reached it. Where core and oracle differ, one of them, or the page, is wrong.
 */
import { canonical } from "../core/codec/canonical.ts";
import type { Envelope } from "../core/op/operation.ts";
import type { Crypto, JsonObject } from "../core/ports.ts";
import { claimsOf } from "./oracle-claims.ts";
import { authorFault, controlFault, devicesOf, isControl, type Log, type Node, type OracleDevices, standingIn } from "./oracle-devices.ts";
import { hashesHold, isSigned, isWellShaped } from "./oracle-shape.ts";

/** The step of section 4's table at which an envelope ends. */
export type Step = "shape" | "identity" | "pool" | "deferred" | "chain" | "author" | "control" | "accepted";

export interface OracleVerdict {
  readonly log: Log;
  readonly accepted: ReadonlySet<string>;
  /** Ids that are rejected for ever. */
  readonly rejected: ReadonlyMap<string, Step>;
  readonly heads: readonly string[];
  readonly devices: OracleDevices;
  readonly contested: ReadonlySet<string>;
  /** Ids of operations that are held with their payload. */
  readonly payloads: ReadonlySet<string>;
  /** Ids of operations whose payload a redaction in force takes away. */
  readonly redacted: ReadonlySet<string>;
  readonly statuses: ReadonlyMap<string, string>;
  readonly digest: string;
  /** Where this envelope ends at a node that holds all the rest. A duplicate of what is held counts as accepted. */
  step(value: unknown): Step;
}

const payloadRequired = ["refutation", "endorsement", "redaction", "cap_revoke"];

export function judgeAll(crypto: Crypto, pool: string, values: readonly unknown[]): OracleVerdict {
  const identified = values.filter((value) => isWellShaped(value) && hashesHold(crypto, value)) as Envelope[];
  const received = identified.filter((envelope) => early(crypto, pool, envelope) === null);
  const log = new Map<string, Node>();
  const rejected = new Map<string, Step>();
  const payloadOf = new Map<string, JsonObject>(identified.flatMap(({ op_id, payload }) => (payload ? [[op_id, payload] as const] : [])));
  for (let before = -1; before !== log.size + rejected.size; ) {
    before = log.size + rejected.size;
    for (const header of received) {
      if (log.has(header.op_id) || rejected.has(header.op_id) || !header.prev.every((id) => log.has(id))) continue;
      const node = nodeOf(log, header, payloadOf.get(header.op_id) ?? null);
      const step = late(log, node);
      if (step === "accepted") log.set(header.op_id, node);
      else rejected.set(header.op_id, step);
    }
  }
  const devices = devicesOf(log, log.keys());
  const { redacted, statuses } = claimsOf(log, devices, new Set(payloadOf.keys()));
  const ids = [...log.keys()].sort();
  const named = new Set([...log.values()].flatMap(({ header }) => header.prev as readonly string[]));
  const list = [...statuses].sort(([left], [right]) => (left < right ? -1 : 1));
  return {
    log,
    accepted: new Set(ids),
    rejected,
    heads: ids.filter((id) => !named.has(id)),
    devices,
    contested: new Set(ids.filter((id) => standingIn(log, log.get(id) as Node, devices) === "contested")),
    payloads: new Set(ids.filter((id) => payloadOf.has(id) && !redacted.has(id))),
    redacted,
    statuses,
    digest: `sha256:${crypto.sha256Hex(canonical(list))}`,
    step(value) {
      if (!isWellShaped(value)) return "shape";
      if (!hashesHold(crypto, value)) return "identity";
      if (log.has(value.op_id)) return "accepted";
      return early(crypto, pool, value) ?? rejected.get(value.op_id) ?? "deferred";
    },
  };
}

/** The steps before causality, and what counts as not received. */
function early(crypto: Crypto, pool: string, envelope: Envelope): Step | null {
  if (!isSigned(crypto, envelope)) return "identity";
  if ((envelope.type === "genesis" ? envelope.op_id : envelope.pool) !== pool) return "pool";
  const bare = envelope.payload === undefined;
  return bare && (isControl(envelope.type) || payloadRequired.includes(envelope.type)) ? "deferred" : null;
}

/** The steps after causality. */
export function late(log: Log, node: Node): Step {
  const { seq, author, prev, lamport } = node.header;
  const own = prev[0] && log.get(prev[0])?.header;
  const highest = Math.max(0, ...prev.map((id) => log.get(id)?.header.lamport ?? 0));
  if (seq < 1 || lamport !== highest + 1) return "chain";
  if (seq > 1 && (!own || own.author !== author || own.seq !== seq - 1)) return "chain";
  const devices = devicesOf(log, node.past);
  if (authorFault(devices, node.header)) return "author";
  return controlFault(log, node, devices) ? "control" : "accepted";
}

export function nodeOf(log: Log, header: Envelope, payload: JsonObject | null): Node {
  const past = new Set<string>();
  for (const id of header.prev) for (const each of [id, ...(log.get(id)?.past ?? [])]) past.add(each);
  return { header, payload, past };
}
