/** One pool on one store: taking operations in, writing own ones, and keeping log and view in step. */
import { type Admitted, type Answer, type Asking, admit, type Decisions } from "../core/admission/admit.ts";
import { ControlLog } from "../core/admission/control-log.ts";
import { PoolError } from "../core/errors.ts";
import { VerifiedRoots } from "../core/op/identity.ts";
import type { OpId } from "../core/op/operation.ts";
import type { Shaped } from "../core/op/shape.ts";
import type { Crypto } from "../core/ports.ts";
import { HeldBefore } from "../core/sync/held-before.ts";
import type { Reader, Ref, Store, Transactor } from "../store/index.ts";
import { Arrived } from "./view/arrived.ts";
import { ViewFacts } from "./view/facts.ts";
import { infoOf, updateView } from "./view/update.ts";

export interface ReplicaEvents {
  /** After a batch is durable. `conflicts` are topics in conflict that it moved. */
  changed(change: { readonly accepted: readonly OpId[]; readonly conflicts: ReadonlySet<string> }): void;
}

export interface Committed extends Pick<Decisions, "rejected" | "deferred"> {
  readonly accepted: readonly OpId[];
  /** Operations that the log had already. */
  readonly duplicates: readonly OpId[];
  /** Operations whose payload arrived. */
  readonly attached: readonly OpId[];
  readonly conflicts: ReadonlySet<string>;
}

/** Gives operations to decide, inside the transaction that will hold them; null when there are no more. */
export type MakeOps = (tx: Transactor, log: ControlLog) => Promise<readonly Shaped[] | null>;

export class Replica {
  readonly store: Store;
  readonly crypto: Crypto;
  readonly roots = new VerifiedRoots();
  readonly heldBefore = new HeldBefore();
  readonly #listeners = new Set<ReplicaEvents["changed"]>();
  #log: { readonly generation: number; readonly log: ControlLog } | null = null;

  constructor(store: Store, crypto: Crypto) {
    this.store = store;
    this.crypto = crypto;
  }

  /** Calls `listener` after each change; returns how to stop. */
  onChange(listener: ReplicaEvents["changed"]): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The control log as the store has it in this snapshot; kept until another write, of any process, changes it. */
  async controlLog(reader: Reader): Promise<ControlLog> {
    const generation = await reader.generation();
    if (this.#log?.generation === generation) return this.#log.log;
    const log = new ControlLog(await reader.controlLog());
    this.#log = { generation, log };
    return log;
  }

  /**
   * Decides operations whose shape, hashes and signatures hold, and keeps what is admitted, with the view, in one
   * transaction. `make` gives the operations once the transaction has begun: what an author writes follows from the log.
   * With `whole`, one that the log does not admit rejects the call with `PoolError("role")`, and nothing is kept.
   * With `parts`, `make` is called until it gives null: of very many operations only some need to be in memory at once.
   */
  async commit(make: MakeOps, options: { readonly whole?: boolean; readonly parts?: boolean } = {}): Promise<Committed> {
    const committed = await this.store.write(async (tx) => {
      const log = await this.controlLog(tx);
      // Whatever fails from here on, the log in memory may be ahead of the store: it is read anew.
      this.#log = null;
      const done = await this.#applyParts(tx, log, make, options.parts === true);
      const refused = options.whole ? done.rejected[0] : undefined;
      if (refused) throw new PoolError("role", `the log does not admit this: ${refused.reason}`, { op: refused.op });
      return { ...done, log, generation: await tx.generation() };
    });
    this.#log = { generation: committed.generation, log: committed.log };
    const { accepted, conflicts } = committed;
    if (accepted.length + committed.attached.length > 0) this.tell({ accepted, conflicts });
    return committed;
  }

  /** Tells listeners of a change that was made through another replica on the same store. */
  tell(change: Parameters<ReplicaEvents["changed"]>[0]): void {
    for (const listener of this.#listeners) listener(change);
  }

  async #applyParts(tx: Transactor, log: ControlLog, make: MakeOps, parts: boolean): Promise<Committed> {
    let done = await this.#apply(tx, log, (await make(tx, log)) ?? []);
    if (!parts) return done;
    let last = true;
    for (let ops = await make(tx, log); ops !== null; ops = await make(tx, log)) {
      done = together(done, await this.#apply(tx, log, ops));
      last = false;
    }
    // What waited in one part may have come in a later one.
    if (last || done.deferred.length === 0) return done;
    return together({ ...done, deferred: [] }, await this.#apply(tx, log, done.deferred));
  }

  async #apply(tx: Transactor, log: ControlLog, ops: readonly Shaped[]): Promise<Committed> {
    const before = log.view();
    const controls = log.controls.size;
    const decisions = await answering(tx, admit({ pool: await tx.pool(), ops }, log));
    const awaited = await tx.refsTo(decisions.accepted.map(({ id }) => id));
    const withoutPayload = awaited.length > 0 ? await redactedAmong(tx, log, decisions.accepted, awaited) : new Set<OpId>();
    await tx.append(decisions.accepted, withoutPayload);
    const attached = await attachPayloads(tx, decisions.duplicates);
    await tx.keepControlLog(log.takeChanges());
    await tx.reject(decisions.rejected.filter(({ final }) => final));
    const kept =
      withoutPayload.size === 0
        ? decisions.accepted
        : decisions.accepted.map((op) => (withoutPayload.has(op.id) ? { ...op, shaped: stripped(op.shaped) } : op));
    const change = { accepted: kept, attached, awaited, before: log.controls.size > controls ? before : null };
    const { conflicts } = await updateView(tx, this.crypto, log, change);
    const { accepted, duplicates, rejected, deferred } = decisions;
    return {
      accepted: accepted.map(({ id }) => id),
      duplicates: duplicates.map(({ envelope }) => envelope.op_id),
      rejected,
      deferred,
      attached: attached.map(({ envelope }) => envelope.op_id),
      conflicts,
    };
  }
}

function together(first: Committed, second: Committed): Committed {
  return {
    accepted: first.accepted.concat(second.accepted),
    duplicates: first.duplicates.concat(second.duplicates),
    rejected: first.rejected.concat(second.rejected),
    deferred: first.deferred.concat(second.deferred),
    attached: first.attached.concat(second.attached),
    conflicts: new Set([...first.conflicts, ...second.conflicts]),
  };
}

/** Answers admission's questions from the store. */
async function answering<Result>(reader: Reader, asking: Asking<Result>): Promise<Result> {
  let step = asking.next();
  while (!step.done) {
    const question = step.value;
    const answer: Answer =
      question.ask === "known" ? await reader.known(question.ids) : await reader.reaches(question.from, question.target);
    step = asking.next(answer);
  }
  return step.value;
}

/** Operations that a redaction was waiting for. */
async function redactedAmong(tx: Transactor, log: ControlLog, accepted: readonly Admitted[], awaited: readonly Ref[]): Promise<Set<OpId>> {
  const facts = new ViewFacts(tx, log, new Arrived(accepted.map(infoOf), awaited));
  const redacted = new Set<OpId>();
  for (const op of accepted) if (await facts.redacted(infoOf(op))) redacted.add(op.id);
  return redacted;
}

/** Gives operations the payloads that they came without; a payload that a redaction took stays away. */
async function attachPayloads(tx: Transactor, duplicates: readonly Shaped[]): Promise<Shaped[]> {
  const attached: Shaped[] = [];
  for (const shaped of duplicates) {
    const { op_id: id, salt, payload } = shaped.envelope;
    if (salt === undefined || payload === undefined || shaped.payloadText === null) continue;
    if (await tx.attach({ id, salt, payload, payloadText: shaped.payloadText })) attached.push(shaped);
  }
  return attached;
}

function stripped({ envelope }: Shaped): Shaped {
  const { salt: _salt, payload: _payload, ...bare } = envelope;
  return { envelope: bare, payloadText: null };
}
