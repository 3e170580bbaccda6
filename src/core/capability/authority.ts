/** Who may speak for a pool, as a delegate that holds no log can tell: from control operations alone (section 8; spec DEL-15). */
import type { Chains } from "../admission/chains.ts";
import { type ControlPayload, readControlPayload } from "../admission/control-payload.ts";
import { type ControlOp, type DeviceView, deviceView, isRemoved, type Removal } from "../admission/device-view.ts";
import type { Did } from "../crypto/did-key.ts";
import { PoolError } from "../errors.ts";
import { limits } from "../limits.ts";
import { hashesMatch, signatureHolds, VerifiedRoots } from "../op/identity.ts";
import { comparePlaces, controlTypes, type Envelope, type OpId } from "../op/operation.ts";
import { readEnvelope } from "../op/shape.ts";
import type { Crypto, Json } from "../ports.ts";

/** An envelope of unknown origin, its shape, hashes and signature checked. Throws `PoolError("peer")`. */
export function verifiedEnvelope(crypto: Crypto, value: Json, what: string, roots = new VerifiedRoots()): Envelope {
  let shaped: ReturnType<typeof readEnvelope>;
  try {
    shaped = readEnvelope(value);
  } catch (error) {
    if (!(error instanceof PoolError)) throw error;
    throw new PoolError("peer", `${what} is no operation: ${error.message}`);
  }
  if (!hashesMatch(crypto, shaped) || !signatureHolds(crypto, shaped.envelope, roots)) {
    throw new PoolError("peer", `${what} does not verify`);
  }
  return shaped.envelope;
}

/** The control operations that a delegate was shown of one pool, by all replies together. */
export class Authority {
  readonly pool: OpId;
  readonly #ops = new Map<OpId, { readonly op: Envelope; readonly payload: ControlPayload }>();
  #view: DeviceView | null = null;

  constructor(pool: OpId) {
    this.pool = pool;
  }

  /** Everything shown so far, in (lamport, op_id) order: what the delegate keeps, and may be given to `add` again. */
  get ops(): Envelope[] {
    const place = ({ lamport, op_id }: Envelope) => ({ lamport, id: op_id });
    return [...this.#ops.values()].map(({ op }) => op).sort((left, right) => comparePlaces(place(left), place(right)));
  }

  /**
   * Takes control operations in. Throws `PoolError("peer")`, and is then of no more use, when one does not verify, is of another
   * pool or type, or has a payload that does not fit; when they are more than `limits.authorityOps`; or without the genesis.
   */
  add(crypto: Crypto, values: readonly Json[]): void {
    const roots = new VerifiedRoots();
    if (values.length > limits.authorityOps) throw new PoolError("peer", `"authority" holds over ${limits.authorityOps} operations`);
    for (const value of values) {
      const op = verifiedEnvelope(crypto, value, `an operation of "authority"`, roots);
      if (this.#ops.has(op.op_id)) continue;
      this.#ops.set(op.op_id, { op, payload: this.#payloadOf(op) });
    }
    if (this.#ops.size > limits.authorityOps) throw new PoolError("peer", `"authority" grows over ${limits.authorityOps} operations`);
    if (!this.#ops.has(this.pool)) throw new PoolError("peer", `"authority" lacks the genesis of the pool`);
    this.#view = null;
  }

  #payloadOf({ op_id, type, author, pool, payload }: Envelope): ControlPayload {
    if (!controlTypes.has(type)) throw new PoolError("peer", `"authority" holds a ${type}`);
    if ((type === "genesis" ? op_id : pool) !== this.pool) throw new PoolError("peer", `"authority" holds an operation of another pool`);
    const read = payload === undefined ? "its payload is missing" : readControlPayload(type, payload);
    if (typeof read === "string") throw new PoolError("peer", `"authority" holds a ${type} that does not fit: ${read}`);
    if (type === "genesis" && read.key !== author) throw new PoolError("peer", "the genesis is not its owner's");
    return read;
  }

  /**
   * The devices, as far as control operations alone show them. What a removed key wrote up to `last` counts (section 5); a delegate
   * can't follow a chain it does not have, so of such a key it takes what is lower in `lamport` than `last`, or, when it does not
   * know that operation, than the removal.
   */
  view(): DeviceView {
    this.#view ??= deviceView(this.#controls(), noChains);
    return this.#view;
  }

  /** One made-up chain an author, with lamport for `seq`. */
  #controls(): ControlOp[] {
    const chains = new Map<Did, number>();
    const chainOf = (author: Did) => {
      const known = chains.get(author) ?? chains.size + 1;
      chains.set(author, known);
      return known;
    };
    const lastOf = ({ key, last }: ControlPayload, removal: number): Removal["last"] => {
      if (last === null) return null;
      const shown = this.#ops.get(last)?.op;
      if (shown !== undefined && shown.author !== key) return null;
      return { chain: chainOf(key), seq: shown?.lamport ?? removal - 1 };
    };
    return this.ops.map(({ op_id: id, type, author, lamport }) => {
      const { payload } = this.#ops.get(id) as { payload: ControlPayload };
      const { key, role } = payload;
      return {
        ...{ id, type: type as ControlOp["type"], author, lamport, key, role },
        ...{ chain: chainOf(author), seq: lamport, last: type === "device_remove" ? lastOf(payload, lamport) : null },
      };
    });
  }

  /** True for a key that may issue slices: `full` or `mirror`, and not removed. Root issues none. */
  mayIssue(key: Did): boolean {
    const role = isRemoved(this.view(), key) ? null : this.view().devices.get(key)?.role;
    return role === "full" || role === "mirror";
  }

  /** True for a key that is a device of role `full`, or was: whether its removal reaches a grant is the issuer's word. */
  mayGrant(key: Did): boolean {
    return this.view().devices.get(key)?.role === "full";
  }

  /** True for root, and for any key that a `device_add` adds as `full`, be that contested: these may revoke. */
  mayRevoke(key: Did): boolean {
    return key === this.view().root || this.wasAddedAsFull(key);
  }

  /** True for a key that a `device_add` adds as `full`, be that contested or void. */
  wasAddedAsFull(key: Did): boolean {
    return [...this.#ops.values()].some(({ op, payload }) => op.type === "device_add" && payload.key === key && payload.role === "full");
  }

  /** True for a device of any role, not removed, and root: a node of the pool that may challenge (spec DEL-13). */
  names(key: Did): boolean {
    return !isRemoved(this.view(), key) && this.view().devices.has(key);
  }
}

const noChains: Chains = new Map();
