/** The memory store's tables. Every change leaves a way back, so that a failed write leaves nothing. */
import type { Chain } from "../../core/admission/chains.ts";
import type { ControlPast, PastNumber } from "../../core/admission/control-log.ts";
import type { ControlOp } from "../../core/admission/device-view.ts";
import type { Envelope, OpId } from "../../core/op/operation.ts";
import type { ClaimRow, EvidenceRow, GranteeRow, OpInfo, Ref, SearchRow } from "../store.ts";

export interface StoredOp {
  readonly info: OpInfo;
  readonly envelope: Envelope;
  readonly erased: boolean;
}

export interface Tables {
  readonly ops: Map<OpId, StoredOp>;
  readonly heads: Map<OpId, true>;
  readonly chains: Map<number, Chain>;
  readonly pasts: Map<PastNumber, ControlPast>;
  readonly controls: Map<OpId, ControlOp>;
  readonly refsTo: Map<OpId, readonly Ref[]>;
  readonly refsFrom: Map<OpId, readonly Ref[]>;
  readonly claims: Map<OpId, ClaimRow>;
  readonly evidence: Map<OpId, EvidenceRow>;
  readonly grantees: Map<OpId, GranteeRow>;
  readonly search: Map<OpId, SearchRow>;
  /** The newest last; a map that is replaced, not changed. */
  rejected: ReadonlyMap<OpId, string>;
  readonly local: Map<string, string>;
}

export function emptyTables(): Tables {
  return {
    ops: new Map(),
    heads: new Map(),
    chains: new Map(),
    pasts: new Map(),
    controls: new Map(),
    refsTo: new Map(),
    refsFrom: new Map(),
    claims: new Map(),
    evidence: new Map(),
    grantees: new Map(),
    search: new Map(),
    rejected: new Map(),
    local: new Map(),
  };
}

/** The same rows in tables of their own: a backup, or a disk that goes back to one. Rows never change, so they are shared. */
export function copyTables(tables: Tables): Tables {
  const { ops, heads, chains, pasts, controls, refsTo, refsFrom, claims, evidence, grantees, search, rejected, local } = tables;
  return {
    ops: new Map(ops),
    heads: new Map(heads),
    chains: new Map(chains),
    pasts: new Map(pasts),
    controls: new Map(controls),
    refsTo: new Map(refsTo),
    refsFrom: new Map(refsFrom),
    claims: new Map(claims),
    evidence: new Map(evidence),
    grantees: new Map(grantees),
    search: new Map(search),
    rejected,
    local: new Map(local),
  };
}

/** What was there before each change of one write, newest last. */
export class Undo {
  readonly #steps: (() => void)[] = [];

  set<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
    this.#remember(map, key);
    map.set(key, value);
  }

  delete<Key, Value>(map: Map<Key, Value>, key: Key): void {
    this.#remember(map, key);
    map.delete(key);
  }

  /** The order of rejections says something, and a member that is put back would come last: the whole map is replaced. */
  replaceRejected(tables: Tables, rejected: Tables["rejected"]): void {
    const before = tables.rejected;
    this.#steps.push(() => {
      tables.rejected = before;
    });
    tables.rejected = rejected;
  }

  #remember<Key, Value>(map: Map<Key, Value>, key: Key): void {
    const had = map.has(key);
    const before = map.get(key) as Value;
    this.#steps.push(() => (had ? map.set(key, before) : map.delete(key)));
  }

  rollBack(): void {
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) step();
  }
}
