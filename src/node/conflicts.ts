/** Conflicts as people and reports see them (section 6, step 6): subject, predicate, and who won against whom. */
import type { ClaimPayload } from "../core/claim/statement.ts";
import { stands } from "../core/claim/status.ts";
import type { ReportedConflict } from "../core/sync/report.ts";
import type { ClaimRow } from "../store/index.ts";
import type { Replica } from "./replica.ts";
import { compete } from "./view/compete.ts";
import { ViewFacts } from "./view/facts.ts";

const page = 2_000;

/** Every present conflict: the topics of which a claim is superseded. */
export async function allConflicts(replica: Replica): Promise<ReportedConflict[]> {
  const topics = new Set<string>();
  await replica.store.read(async (reader) => {
    for (let after: ClaimRow | undefined, more = true; more; ) {
      const rows: ClaimRow[] = await reader.claimList({ statuses: ["superseded"], after, limit: page });
      for (const { topic } of rows) topics.add(topic);
      after = rows.at(-1);
      more = rows.length === page;
    }
  });
  return conflictsOf(replica, topics);
}

/** The present conflicts of these topics. */
export async function conflictsOf(replica: Replica, topics: ReadonlySet<string>): Promise<ReportedConflict[]> {
  if (topics.size === 0) return [];
  return replica.store.read(async (reader) => {
    const facts = new ViewFacts(reader, await replica.controlLog(reader));
    const { conflicts } = await compete(facts, { topics }, (row) => stands(row.status));
    const found: ReportedConflict[] = [];
    for (const { winner, losers } of conflicts) {
      const [claim] = await reader.envelopes([winner]);
      if (claim?.payload === undefined) continue;
      const { subject, predicate } = claim.payload as unknown as ClaimPayload;
      found.push({ subject, predicate, winner, losers });
    }
    return found.sort((left, right) => (left.winner < right.winner ? -1 : 1));
  });
}
