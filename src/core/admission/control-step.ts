/** Admission's last step (section 4, "control"): only for `genesis`, `device_add`, `device_remove`. */
import { limits } from "../limits.ts";
import type { OpId } from "../op/operation.ts";
import type { Shaped } from "../op/shape.ts";
import type { Admitted, Asking } from "./admit.ts";
import type { Position } from "./chains.ts";
import type { ControlLog, Known, PastNumber } from "./control-log.ts";
import { type ControlPayload, readControlPayload } from "./control-payload.ts";
import type { ControlOp } from "./device-view.ts";

/**
 * Judges a control operation: what it does when it holds, else the reason. Refused is
 * - one that neither root nor a device that is `full` in the view of its causal past wrote;
 * - a payload with another member list or form; a genesis whose owner is not its author;
 * - a `device_add` of a key that this view has or removed, or beyond 1,024 effective ones that root did not write;
 * - a `device_remove` beyond 64 by the same author, unless by root.
 */
export function* controlStep(
  shaped: Shaped,
  log: ControlLog,
  past: PastNumber,
  inBatch: ReadonlyMap<OpId, Admitted>,
): Asking<Omit<ControlOp, "chain"> | string> {
  const { envelope } = shaped;
  const { type, author } = envelope;
  const invalid = (why: string) => `invalid control operation: ${why}`;
  const payload = readControlPayload(type, envelope.payload ?? {});
  if (type !== "genesis") {
    const view = log.viewOf(past);
    if (author !== view.root && view.devices.get(author)?.role !== "full") return invalid("only root and full devices write these");
  }
  if (typeof payload === "string") return invalid(payload);
  const broken = brokenLimit(shaped, payload, log, past);
  if (broken !== null) return invalid(broken);
  const last = type === "device_remove" ? yield* lastThatCounts(shaped, payload, inBatch) : null;
  const { op_id: id, seq, lamport } = envelope;
  return { id, type: type as ControlOp["type"], author, seq, lamport, key: payload.key, role: payload.role, last };
}

function brokenLimit({ envelope }: Shaped, { key }: ControlPayload, log: ControlLog, past: PastNumber): string | null {
  const { type, author } = envelope;
  if (type === "genesis") return key === author ? null : "the owner of a pool is the author of its genesis";
  const view = log.viewOf(past);
  if (type === "device_add") {
    if (key === view.root) return null; // adds nothing, harms nothing
    if (view.devices.has(key) || view.removals.has(key)) return "the key was added or removed before";
    return author !== view.root && view.adds >= limits.deviceAdds ? `over ${limits.deviceAdds} devices that root did not add` : null;
  }
  if (author === view.root) return null;
  const removes = log.members(past).filter((id) => {
    const control = log.controls.get(id);
    return control?.type === "device_remove" && control.author === author;
  });
  return removes.length >= limits.deviceRemoves ? `over ${limits.deviceRemoves} removals by one device` : null;
}

/** `last` when it is in the removal's own causal past and by the removed key; else it reads as null (section 5). */
function* lastThatCounts(
  { envelope }: Shaped,
  { key, last }: ControlPayload,
  inBatch: ReadonlyMap<OpId, Admitted>,
): Asking<Position | null> {
  if (last === null) return null;
  const known = inBatch.get(last) ?? ((yield { ask: "known", ids: [last] }) as ReadonlyMap<OpId, Known>).get(last);
  if (known === undefined || known.author !== key) return null;
  // The part of the causal past that is in this very batch is walked here, the rest in the store.
  const seen = new Set<OpId>();
  const stored: OpId[] = [];
  for (const open = [...envelope.prev]; open.length > 0; ) {
    const id = open.pop() as OpId;
    if (seen.has(id)) continue;
    seen.add(id);
    const here = inBatch.get(id);
    if (here) open.push(...here.shaped.envelope.prev);
    else stored.push(id);
  }
  const reached = seen.has(last) || (!inBatch.has(last) && ((yield { ask: "reaches", from: stored, target: last }) as boolean));
  return reached ? { chain: known.chain, seq: known.seq } : null;
}
