/** Operations for the store contract: well-formed and numbered as admission numbers them, but for signatures that no store looks at. */
import { hash } from "node:crypto";
import type { Admitted } from "../core/admission/admit.ts";
import { ControlLog, type Known } from "../core/admission/control-log.ts";
import { canonical } from "../core/codec/canonical.ts";
import type { Did } from "../core/crypto/did-key.ts";
import { opIdOf, payloadHashOf } from "../core/op/header.ts";
import { type BatchProof, comparePlaces, controlTypes, type Envelope, type Header, type OpId } from "../core/op/operation.ts";
import type { JsonObject, Sha256Hex } from "../core/ports.ts";
import type { Store, Transactor } from "../store/index.ts";

export const sha256Hex: Sha256Hex = (...parts) =>
  hash("sha256", Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part))), "hex");

export interface SampleDraft {
  readonly type?: string;
  /** Null for an operation that comes without. */
  readonly payload?: JsonObject | null;
  /** What it follows besides the author's own newest; all heads when absent. */
  readonly others?: readonly OpId[];
  /** Continue from this operation of the author instead of its newest: a fork. Null starts anew at `seq` 1. */
  readonly own?: OpId | null;
  readonly batch?: BatchProof;
  /** Of operations that were written together; else each has its own. */
  readonly ts?: number;
  readonly sig?: string;
}

/** One pool's log as admission would extend it, in any order of authors, with forks. */
export class SampleLog {
  readonly log = new ControlLog();
  readonly ops = new Map<OpId, Admitted>();
  readonly #newest = new Map<Did, OpId>();
  #heads = new Set<OpId>();

  constructor() {
    this.write("root", { type: "genesis" });
  }

  get pool(): OpId {
    return [...this.ops.keys()][0] as OpId;
  }

  /** Chain number of an operation. */
  chainOf(id: OpId): number {
    return this.#op(id).chain;
  }

  inOrder(): Admitted[] {
    return [...this.ops.values()].sort(comparePlaces);
  }

  write(
    author: string,
    { type = "song", payload = {}, others, own = this.#newest.get(didOf(author)) ?? null, batch, ...given }: SampleDraft = {},
  ): Admitted {
    const first = own === null ? [] : [own];
    const rest = [...(others ?? this.#heads)].filter((id) => id !== own && this.ops.get(id)?.author !== didOf(author));
    const prev = [...first, ...rest.sort()];
    const known = prev.map((id) => this.#op(id));
    const lamport = 1 + known.reduce((highest, each) => Math.max(highest, each.lamport), 0);
    const salt = sha256Hex(`salt ${author} ${this.ops.size}`).slice(0, 32);
    const payloadText = payload === null ? null : canonical(payload);
    const header: Header = {
      v: 1,
      pool: type === "genesis" ? null : this.pool,
      author: didOf(author),
      seq: own === null ? 1 : this.#op(own).seq + 1,
      lamport,
      prev,
      ts: given.ts ?? 1_790_000_000_000 + this.ops.size,
      type,
      payload_hash: payloadHashOf(sha256Hex, salt, payloadText ?? "{}"),
    };
    const id = opIdOf(sha256Hex, header);
    const beside = payload === null ? {} : { salt, payload };
    const sig = given.sig ?? sha256Hex(id).repeat(2);
    const envelope: Envelope = { op_id: id, ...header, ...beside, sig, ...(batch ? { batch } : {}) };
    return this.#admit({ envelope, payloadText }, known);
  }

  #admit(shaped: Admitted["shaped"], prev: readonly Known[]): Admitted {
    const { op_id: id, author, seq, lamport, type, prev: ids } = shaped.envelope;
    const past = this.log.pastOf(prev);
    const chain = this.log.extend({ id, author, seq, lamport }, seq > 1 ? (prev[0] as Known) : null);
    if (controlTypes.has(type)) {
      this.log.addControl({ id, type: "genesis", author, seq, lamport, chain, key: author, role: "", last: null });
    }
    const admitted = { id, author, seq, lamport, type, chain, past, shaped };
    this.ops.set(id, admitted);
    this.#newest.set(author, id);
    this.#heads = new Set([...this.#heads].filter((head) => !ids.includes(head))).add(id);
    return admitted;
  }

  /** Writes what this log has gained since the last call into a store. */
  async keep(store: Store, ops: readonly Admitted[], withoutPayload: readonly OpId[] = []): Promise<void> {
    await store.write((tx) => this.keepIn(tx, ops, withoutPayload));
  }

  async keepIn(tx: Transactor, ops: readonly Admitted[], withoutPayload: readonly OpId[] = []): Promise<void> {
    await tx.setPool(this.pool);
    await tx.append(ops, new Set(withoutPayload));
    await tx.keepControlLog(this.log.takeChanges());
  }

  #op(id: OpId): Admitted {
    const op = this.ops.get(id);
    if (op === undefined) throw new RangeError(`${id} is not in the sample log`);
    return op;
  }
}

/** A name in the form of a did:key: no store decodes it. */
export function didOf(name: string): Did {
  return `did:key:z6Mk${name.padEnd(44, "1")}` as Did;
}

/** An envelope as it is after its payload was erased, or when it came without. */
export function bare({ salt: _salt, payload: _payload, ...rest }: Envelope): Envelope {
  return rest;
}

/** A batch proof with a path of so many steps. */
export function proof(index: number, size: number, steps: number): BatchProof {
  return { index, size, path: Array.from({ length: steps }, (_, step) => sha256Hex(`step ${step}`)) };
}
