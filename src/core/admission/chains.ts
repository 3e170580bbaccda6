/**
 * An author's operations form a chain along `prev[0]`. A cloned key or a restored backup forks it: then the author has
 * several chains, of which all but the first say where they left another. A place on a chain tells in a few steps what
 * came before it, so contested work (section 5) and version vectors (section 7) need no walk through the log.
 */
import type { Did } from "../crypto/did-key.ts";
import type { OpId } from "../op/operation.ts";

export interface Chain {
  /** Number of the chain in this replica, from 1. Replicas number alike only by chance. */
  readonly n: number;
  readonly author: Did;
  /** The chain this one left, and the `seq` of the last operation that both share; 0 and 0 when it starts at seq 1. */
  readonly parent: number;
  readonly parentSeq: number;
  /** The newest operation on the chain. */
  readonly tip: OpId;
  readonly tipSeq: number;
  readonly tipLamport: number;
}

/** Where an operation stands: on which chain, and how far along. */
export interface Position {
  readonly chain: number;
  readonly seq: number;
}

export type Chains = ReadonlyMap<number, Chain>;

/** True when `place` is `end` or an ancestor of it along `prev[0]`. */
export function isWithin(chains: Chains, place: Position, end: Position): boolean {
  let { chain, seq } = end;
  while (chain !== 0) {
    if (chain === place.chain) return place.seq <= seq;
    const left = chains.get(chain);
    if (left === undefined) return false;
    chain = left.parent;
    seq = left.parentSeq;
  }
  return false;
}

/** The parts of chains, nearest first, that lead to `end`: each chain with the highest `seq` that is on the way. */
export function lineage(chains: Chains, end: Position): Position[] {
  const parts: Position[] = [];
  for (let { chain, seq } = end; chain !== 0; ) {
    parts.push({ chain, seq });
    const left = chains.get(chain);
    chain = left?.parent ?? 0;
    seq = left?.parentSeq ?? 0;
  }
  return parts;
}
