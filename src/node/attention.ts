/** The few claims that want a decision of their owner, each with the reason: what assistants propose, what disagrees, what is weakly founded. */

import { stands } from "../core/claim/status.ts";
import type { Envelope, OpId } from "../core/op/operation.ts";
import type { ClaimRow, Reader } from "../store/index.ts";
import type { ClaimBook } from "./claim-book.ts";
import { type ListedClaim, listedClaims } from "./claim-pages.ts";
import type { Replica } from "./replica.ts";
import { compete } from "./view/compete.ts";
import { ViewFacts } from "./view/facts.ts";

export type AttentionReason = "proposed" | "conflict" | "low_trust" | "low_confidence";

export interface Attention {
  readonly reason: AttentionReason;
  readonly claim: ListedClaim;
  /** Of a conflict: the claim that stands. */
  readonly against: Envelope | null;
}

/** Of each reason; who has decided these is shown the next. */
const eachMax = 50;
/** The newest claims that are asked how far they are to be trusted. */
const askedMax = 300;
/** Below this a claim is as likely wrong as right, or nearly so. */
const confidenceMin = 0.5;

/** The newest of each reason: proposals first, then conflicts, then what stands on little. */
export async function attention(replica: Replica, book: ClaimBook): Promise<Attention[]> {
  return replica.store.read(async (reader) => {
    const list = (status: "proposed" | "superseded" | "active", limit: number) => reader.claimList({ statuses: [status], limit });
    const named = (rows: readonly ClaimRow[]) =>
      listedClaims(
        reader,
        book,
        rows.map(({ id }) => id),
      );
    const proposed = await named(await list("proposed", eachMax));
    const lost = await named(await list("superseded", eachMax));
    const winners = await winnersOver(replica, reader, lost);
    const active = await named(await list("active", askedMax));
    const untrusted = active.filter(({ face }) => face.trust === "third_party" || face.trust === "assistant").slice(0, eachMax);
    const known = new Set(untrusted.map(({ row }) => row.id));
    const unsure = active.filter(({ op, row }) => Number(op.payload?.["confidence"] ?? 1) < confidenceMin && !known.has(row.id));
    return [
      ...proposed.map((claim): Attention => ({ reason: "proposed", claim, against: null })),
      ...lost.map((claim): Attention => ({ reason: "conflict", claim, against: winners.get(claim.row.id) ?? null })),
      ...untrusted.map((claim): Attention => ({ reason: "low_trust", claim, against: null })),
      ...unsure.slice(0, eachMax).map((claim): Attention => ({ reason: "low_confidence", claim, against: null })),
    ];
  });
}

/** By each of these claims, which have lost: the claim that stands instead. */
export async function winnersOver(
  replica: Replica,
  reader: Reader,
  lost: readonly Pick<ListedClaim, "row">[],
): Promise<ReadonlyMap<OpId, Envelope>> {
  const facts = new ViewFacts(reader, await replica.controlLog(reader));
  const [topics, targets, statements] = [new Set<string>(), new Set<OpId>(), new Set<string>()];
  for (const { row } of lost) {
    if ((await facts.cardinality(row.predicate)) === "one") topics.add(row.topic);
    else statements.add(row.statement);
    if (row.corrects !== null) targets.add(row.corrects);
  }
  const { conflicts } = await compete(facts, { topics, targets, statements }, (row) => stands(row.status));
  const winners = new Map(conflicts.flatMap(({ winner, losers }) => losers.map((loser) => [loser, winner] as const)));
  const ops = new Map((await reader.envelopes([...new Set(winners.values())])).map((op) => [op.op_id, op]));
  return new Map([...winners].flatMap(([loser, winner]) => (ops.has(winner) ? [[loser, ops.get(winner) as Envelope] as const] : [])));
}
