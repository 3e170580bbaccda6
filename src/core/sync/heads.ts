/** heads/1 (section 7): version vectors by author, and what is on one side's chains and not on the other's. */
import { type Chain, type Chains, lineage, type Position } from "../admission/chains.ts";
import type { Did } from "../crypto/did-key.ts";
import { PoolError } from "../errors.ts";
import { isOpId, type OpId } from "../op/operation.ts";
import type { Json, JsonObject } from "../ports.ts";
import { isObject } from "./messages.ts";

export interface Tip {
  readonly seq: number;
  readonly id: OpId;
}

export interface Heads {
  /** Tips of each author's chains: one, or several when it forked. */
  readonly authors: ReadonlyMap<Did, readonly Tip[]>;
  readonly lamport: number;
  /** Operations that the server holds without the payload it should have. */
  readonly incomplete: readonly OpId[];
}

/** A part of a chain: its operations with `seq` in (after, upTo]. */
export interface Part {
  readonly chain: number;
  readonly after: number;
  readonly upTo: number;
}

export function tipsOf(chains: Iterable<Chain>): Map<Did, Tip[]> {
  const authors = new Map<Did, Tip[]>();
  for (const { author, tip, tipSeq } of chains) {
    authors.set(author, [...(authors.get(author) ?? []), { seq: tipSeq, id: tip }]);
  }
  return authors;
}

export function highestLamport(chains: readonly Chain[]): number {
  return chains.reduce((highest, { tipLamport }) => Math.max(highest, tipLamport), 0);
}

export function headsMessage(heads: Heads): JsonObject {
  const authors: [Did, Json][] = [...heads.authors].map(([author, tips]) => [author, tips.map(({ seq, id }) => [seq, id])]);
  return { authors: Object.fromEntries(authors), lamport: heads.lamport, incomplete: heads.incomplete };
}

/** Reads `heads` of a reply; throws `PoolError("peer")` when it has another form. */
export function readHeads(value: Json | undefined): Heads {
  const bad = () => new PoolError("peer", "the peer's heads have another form than section 7 says");
  if (!isObject(value) || !isObject(value["authors"])) throw bad();
  const authors = new Map<Did, Tip[]>();
  for (const [author, tips] of Object.entries(value["authors"])) {
    if (!Array.isArray(tips)) throw bad();
    const read = tips.map((tip: Json) => {
      const [seq, id] = Array.isArray(tip) ? tip : [];
      if (!Number.isSafeInteger(seq) || !isOpId(id)) throw bad();
      return { seq: seq as number, id };
    });
    authors.set(author as Did, read);
  }
  const { incomplete, lamport } = value;
  return {
    authors,
    lamport: Number.isSafeInteger(lamport) ? (lamport as number) : 0,
    incomplete: Array.isArray(incomplete) ? incomplete.filter(isOpId) : [],
  };
}

/** What an author wrote that is neither one of `known` nor before one of them along `prev[0]`. */
export function partsBeyond(chains: Chains, author: Did, known: Iterable<Position>): Part[] {
  const covered = new Map<number, number>();
  for (const position of known) {
    for (const { chain, seq } of lineage(chains, position)) covered.set(chain, Math.max(covered.get(chain) ?? 0, seq));
  }
  const parts: Part[] = [];
  for (const { n, author: writer, parentSeq, tipSeq } of chains.values()) {
    const after = Math.max(parentSeq, covered.get(n) ?? 0);
    if (writer === author && after < tipSeq) parts.push({ chain: n, after, upTo: tipSeq });
  }
  return parts;
}

/** Where a locator looks along a chain, from its tip back: 0, 1, 2, 4, 8 … and the first operation. */
export function locatorSeqs(tipSeq: number): number[] {
  const seqs = [tipSeq];
  for (let back = 1; back < tipSeq; back *= 2) seqs.push(tipSeq - back);
  if (seqs.at(-1) !== 1 && tipSeq > 0) seqs.push(1);
  return seqs;
}
