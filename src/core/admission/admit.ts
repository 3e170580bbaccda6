/**
 * Admission (section 4) from "pool" on: pure, in one pass over a batch whose envelopes have passed "shape" and
 * "identity". It is a generator: it yields the questions that only the log can answer, the node puts them to its store
 * inside the transaction that will hold the result, and so the same code runs on any store, in a browser and in the
 * simulator.
 */
import { compareText } from "../bytes.ts";
import { controlTypes, type OpId, payloadRequired } from "../op/operation.ts";
import type { Shaped } from "../op/shape.ts";
import type { ControlLog, Known, PastNumber } from "./control-log.ts";
import { controlStep } from "./control-step.ts";
import { mayAuthor } from "./device-view.ts";

/** What admission asks of the log. */
export type Question =
  /** Which of these does the log hold? Answer: those it does. */
  | { readonly ask: "known"; readonly ids: readonly OpId[] }
  /** Is `target` one of `from` or among their ancestors? Answer: a boolean. */
  | { readonly ask: "reaches"; readonly from: readonly OpId[]; readonly target: OpId };
export type Answer = ReadonlyMap<OpId, Known> | boolean;
export type Asking<Result> = Generator<Question, Result, Answer>;

export interface Admitted extends Known {
  readonly shaped: Shaped;
}

/** A verdict that never changes: `op` fails by a rule that looks only at it and its ancestors. */
export interface Rejection {
  readonly op: OpId;
  readonly reason: string;
  /** True for chain, author and control: remembered, and not asked for again. */
  readonly final: boolean;
}

export interface Decisions {
  readonly accepted: readonly Admitted[];
  /** Operations the log has already: the store attaches the payloads it lacks. */
  readonly duplicates: readonly Shaped[];
  readonly rejected: readonly Rejection[];
  readonly deferred: readonly Shaped[];
}

export interface Batch {
  /** The pool of this node, or the one it was told to join. */
  readonly pool: OpId | null;
  readonly ops: readonly Shaped[];
}

/** Decides a batch. `log` is extended by what is accepted; when the store then fails, load it anew. */
export function* admit({ pool, ops }: Batch, log: ControlLog): Asking<Decisions> {
  const ordered = inOrder(ops);
  const known = new Map(yield* askKnown(ordered, log));
  const inBatch = new Map<OpId, Admitted>();
  const decisions = { accepted: [] as Admitted[], duplicates: [] as Shaped[], rejected: [] as Rejection[], deferred: [] as Shaped[] };
  // What waits, under the first id it waits for. An operation that lies about its lamport may stand before its `prev`.
  const waiting = new Map<OpId, Shaped[]>();
  const queue = ordered.reverse(); // the next one last: taking the first of a long list moves all the others
  for (let shaped = queue.pop(); shaped !== undefined; shaped = queue.pop()) {
    const { envelope } = shaped;
    const missing = envelope.prev.find((id) => !known.has(id));
    if (known.has(envelope.op_id)) decisions.duplicates.push(shaped);
    else if (pool === null || (envelope.type === "genesis" ? envelope.op_id : envelope.pool) !== pool) {
      decisions.rejected.push({ op: envelope.op_id, reason: "operation belongs to another pool", final: false });
    } else if (stripped(shaped)) decisions.deferred.push(shaped);
    else if (missing !== undefined) waiting.set(missing, [...(waiting.get(missing) ?? []), shaped]);
    else {
      const verdict = controlTypes.has(envelope.type) ? yield* judgeControl(shaped, known, inBatch, log) : judge(shaped, known, log);
      if (typeof verdict === "string") {
        decisions.rejected.push({ op: envelope.op_id, reason: verdict, final: true });
        continue;
      }
      decisions.accepted.push(verdict);
      known.set(verdict.id, verdict);
      inBatch.set(verdict.id, verdict);
      queue.push(...(waiting.get(verdict.id) ?? []).reverse());
      waiting.delete(verdict.id);
    }
  }
  return { ...decisions, deferred: stillWaiting([...decisions.deferred, ...[...waiting.values()].flat()], known) };
}

/** Each operation once, and none of which another envelope was taken; the last stays, as one with its payload comes after those without. */
function stillWaiting(deferred: readonly Shaped[], known: ReadonlyMap<OpId, Known>): Shaped[] {
  const waiting = new Map<OpId, Shaped>();
  for (const shaped of deferred) if (!known.has(shaped.envelope.op_id)) waiting.set(shaped.envelope.op_id, shaped);
  return [...waiting.values()];
}

/** The steps chain and author on an operation whose `prev` are all there. A string says why it is refused. */
function judge(shaped: Shaped, known: ReadonlyMap<OpId, Known>, log: ControlLog): Admitted | string {
  const { op_id: id, author, seq, lamport, type, prev: ids } = shaped.envelope;
  const prev = ids.map((each) => known.get(each) as Known);
  const past = log.pastOf(prev);
  const refused = chainStep(shaped, prev) ?? authorStep(shaped, log, past);
  if (refused !== null) return refused;
  const chain = log.extend({ id, author, seq, lamport }, seq > 1 ? (prev[0] as Known) : null);
  return { id, author, seq, lamport, type, chain, past, shaped };
}

/** The same, and the step control. */
function* judgeControl(
  shaped: Shaped,
  known: ReadonlyMap<OpId, Known>,
  inBatch: ReadonlyMap<OpId, Admitted>,
  log: ControlLog,
): Asking<Admitted | string> {
  const { op_id: id, author, seq, lamport, type, prev: ids } = shaped.envelope;
  const prev = ids.map((each) => known.get(each) as Known);
  const past = log.pastOf(prev);
  const control = chainStep(shaped, prev) ?? authorStep(shaped, log, past) ?? (yield* controlStep(shaped, log, past, inBatch));
  if (typeof control === "string") return control;
  const chain = log.extend({ id, author, seq, lamport }, seq > 1 ? (prev[0] as Known) : null);
  log.addControl({ ...control, chain });
  return { id, author, seq, lamport, type, chain, past, shaped };
}

/** (lamport, op_id) puts every honest operation after its ancestors. */
function inOrder(ops: readonly Shaped[]): Shaped[] {
  const compare = ({ envelope: left }: Shaped, { envelope: right }: Shaped) =>
    left.lamport - right.lamport || compareText(left.op_id, right.op_id);
  return ops.every((op, index) => index === 0 || compare(ops[index - 1] as Shaped, op) <= 0) ? [...ops] : ops.toSorted(compare);
}

function stripped({ envelope, payloadText }: Shaped): boolean {
  return payloadText === null && payloadRequired.has(envelope.type);
}

/**
 * Asks for the operations and what they name, but for those that are new for sure. The log holds nothing without what it follows: what
 * names a new operation is new. And nothing in it follows the tip of a chain.
 */
function* askKnown(ops: readonly Shaped[], log: ControlLog): Asking<ReadonlyMap<OpId, Known>> {
  const asked = new Set<OpId>();
  const fresh = new Set<OpId>();
  for (const { envelope } of ops) {
    const { op_id: id, prev, seq } = envelope;
    let isNew = seq > 1 && log.isTip(prev[0] as OpId);
    for (const each of prev) {
      if (fresh.has(each)) isNew = true;
      else asked.add(each);
    }
    if (isNew) fresh.add(id);
    else asked.add(id);
  }
  return (yield { ask: "known", ids: [...asked].filter((id) => !fresh.has(id)) }) as ReadonlyMap<OpId, Known>;
}

/** `seq`, `prev[0]` and `lamport` are what section 3 demands. */
function chainStep({ envelope }: Shaped, prev: readonly Known[]): string | null {
  const { seq, author, lamport } = envelope;
  const broken = (why: string) => `chain rule broken: ${why}`;
  if (seq < 1) return broken("seq starts at 1");
  const own = prev[0];
  if (seq > 1 && (own === undefined || own.author !== author || own.seq !== seq - 1)) {
    return broken(`prev[0] is not the author's operation with seq ${seq - 1}`);
  }
  const expected = 1 + prev.reduce((highest, each) => Math.max(highest, each.lamport), 0);
  return lamport === expected ? null : broken(`lamport is ${lamport}, not ${expected}`);
}

function authorStep({ envelope }: Shaped, log: ControlLog, past: PastNumber): string | null {
  if (envelope.type === "genesis") return null;
  const reason = mayAuthor(log.viewOf(past), envelope.author, controlTypes.has(envelope.type));
  return reason && `author not authorised: ${reason}`;
}
