import type { Admitted } from "../../core/admission/admit.ts";
import type { ControlLogChanges } from "../../core/admission/control-log.ts";
import type { ClaimStatus } from "../../core/claim/status.ts";
import { PoolError } from "../../core/errors.ts";
import { limits } from "../../core/limits.ts";
import type { Envelope, OpId } from "../../core/op/operation.ts";
import type { JsonObject } from "../../core/ports.ts";
import { checkedRow } from "../search-row.ts";
import type { ClaimRow, EvidenceRow, GranteeRow, Reader, Ref, Rejected, SearchRow, Store, Transactor } from "../store.ts";
import { MemoryReader } from "./reader.ts";
import { emptyTables, type StoredOp, type Tables, Undo } from "./tables.ts";

/**
 * A store that forgets everything when the process ends. `tables` are its disk: what they hold is what a store opened on
 * them again finds, also after one that was left in the middle of a read.
 */
export function openMemoryStore(tables: Tables = emptyTables()): Store {
  return new MemoryStore(tables);
}

class MemoryStore implements Store {
  readonly #tables: Tables;
  #turn: Promise<unknown> = Promise.resolve();
  #closing: Promise<unknown> | null = null;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  async read<Result>(work: (reader: Reader) => Promise<Result>): Promise<Result> {
    return this.#inTurn(() => work(new MemoryReader(this.#tables)));
  }

  async write<Result>(work: (transactor: Transactor) => Promise<Result>): Promise<Result> {
    return this.#inTurn(async () => {
      const undo = new Undo();
      try {
        return await work(new MemoryTransactor(this.#tables, undo));
      } catch (error) {
        undo.rollBack();
        throw error;
      }
    });
  }

  /** One at a time: a reader then sees one committed state. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#closing) throw new PoolError("storage", "the store is closed");
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async close(): Promise<void> {
    this.#closing ??= this.#turn;
    await this.#closing;
  }
}

class MemoryTransactor extends MemoryReader implements Transactor {
  readonly #undo: Undo;

  constructor(tables: Tables, undo: Undo) {
    super(tables);
    this.#undo = undo;
  }

  async setPool(pool: OpId): Promise<void> {
    await this.setLocal("pool", pool);
  }

  async setLocal(name: string, value: string | null): Promise<void> {
    if (value === null) this.#undo.delete(this.tables.local, name);
    else this.#undo.set(this.tables.local, name, value);
  }

  async append(ops: readonly Admitted[], withoutPayload: ReadonlySet<OpId>): Promise<void> {
    for (const { shaped, ...known } of ops) {
      if (this.tables.ops.has(known.id)) throw new PoolError("storage", `${known.id} is in the store already`);
      const erased = withoutPayload.has(known.id);
      const envelope = erased ? bare(shaped.envelope) : shaped.envelope;
      const info = { ...known, ts: envelope.ts, hasPayload: envelope.payload !== undefined };
      this.#undo.set(this.tables.ops, known.id, { info, envelope, erased });
      for (const id of envelope.prev) this.#undo.delete(this.tables.heads, id);
      this.#undo.set(this.tables.heads, known.id, true);
    }
  }

  async keepControlLog({ chains, pasts, controls }: ControlLogChanges): Promise<void> {
    if (chains.length + pasts.length + controls.length === 0) return;
    for (const chain of chains) this.#undo.set(this.tables.chains, chain.n, chain);
    for (const past of pasts) this.#undo.set(this.tables.pasts, past.n, past);
    for (const control of controls) this.#undo.set(this.tables.controls, control.id, control);
    await this.setLocal("generation", String((await this.generation()) + 1));
  }

  async attach({ id, salt, payload }: { id: OpId; salt: string; payload: JsonObject; payloadText: string }): Promise<boolean> {
    const op = this.tables.ops.get(id);
    if (op === undefined || op.erased || op.info.hasPayload) return false;
    this.#undo.set(this.tables.ops, id, { ...op, info: { ...op.info, hasPayload: true }, envelope: { ...op.envelope, salt, payload } });
    return true;
  }

  async erase(ids: readonly OpId[]): Promise<void> {
    for (const id of ids) {
      const op = this.tables.ops.get(id);
      if (op === undefined) continue;
      const erased: StoredOp = { info: { ...op.info, hasPayload: false }, envelope: bare(op.envelope), erased: true };
      this.#undo.set(this.tables.ops, id, erased);
      const claim = this.tables.claims.get(id);
      const wordless = { statement: "", topic: "", predicate: "", underived: false, from: null, until: null, corrects: null, object: "" };
      if (claim) this.#undo.set(this.tables.claims, id, { ...claim, ...wordless });
      this.#undo.delete(this.tables.evidence, id);
      this.#undo.delete(this.tables.search, id);
      for (const { to } of this.tables.refsFrom.get(id) ?? []) {
        const others = (this.tables.refsTo.get(to) ?? []).filter(({ from }) => from !== id);
        this.#undo.set(this.tables.refsTo, to, others);
      }
      this.#undo.delete(this.tables.refsFrom, id);
    }
  }

  async unerase(ids: readonly OpId[]): Promise<void> {
    for (const id of ids) {
      const op = this.tables.ops.get(id);
      if (op?.erased) this.#undo.set(this.tables.ops, id, { ...op, erased: false });
    }
  }

  async addRefs(refs: readonly Ref[]): Promise<void> {
    for (const ref of refs) {
      this.#undo.set(this.tables.refsTo, ref.to, [...(this.tables.refsTo.get(ref.to) ?? []), ref]);
      this.#undo.set(this.tables.refsFrom, ref.from, [...(this.tables.refsFrom.get(ref.from) ?? []), ref]);
    }
  }

  async putClaims(rows: readonly ClaimRow[]): Promise<void> {
    for (const row of rows) this.#undo.set(this.tables.claims, row.id, row);
  }

  async setStatuses(changes: readonly { id: OpId; status: ClaimStatus }[]): Promise<void> {
    for (const { id, status } of changes) {
      const row = this.tables.claims.get(id);
      if (row) this.#undo.set(this.tables.claims, id, { ...row, status });
    }
  }

  async putEvidence(rows: readonly EvidenceRow[]): Promise<void> {
    for (const row of rows) this.#undo.set(this.tables.evidence, row.id, row);
  }

  async putGrantees(rows: readonly GranteeRow[]): Promise<void> {
    for (const row of rows) if (!this.tables.grantees.has(row.id)) this.#undo.set(this.tables.grantees, row.id, row);
  }

  async dropGrantees(ids: readonly OpId[]): Promise<void> {
    for (const id of ids) this.#undo.delete(this.tables.grantees, id);
  }

  async putSearchRows(rows: readonly SearchRow[]): Promise<void> {
    for (const row of rows) if (this.tables.ops.has(row.id)) this.#undo.set(this.tables.search, row.id, checkedRow(row));
  }

  async dropSearchRows(ids: readonly OpId[]): Promise<void> {
    for (const id of ids) this.#undo.delete(this.tables.search, id);
  }

  async reject(rejected: readonly Rejected[]): Promise<void> {
    if (rejected.length === 0) return;
    const kept = new Map(this.tables.rejected);
    for (const { op, reason } of rejected) if (!kept.has(op)) kept.set(op, reason);
    const over = Math.max(0, kept.size - limits.rejections);
    for (const id of [...kept.keys()].slice(0, over)) kept.delete(id);
    this.#undo.replaceRejected(this.tables, kept);
  }
}

/** The envelope without its payload. */
function bare({ salt: _salt, payload: _payload, ...rest }: Envelope): Envelope {
  return rest;
}
