/** What a sync did, as data and as the line of section 7. */
import type { OpId } from "../op/operation.ts";

export interface ReportedConflict {
  readonly subject: string;
  readonly predicate: string;
  readonly winner: OpId;
  readonly losers: readonly OpId[];
}

export interface SyncReport {
  /** The other node's did. */
  readonly peer: string;
  readonly pulled: number;
  readonly pushed: number;
  readonly rejected: readonly { readonly op: string; readonly reason: string }[];
  readonly deferred: readonly string[];
  /** The conflicts that this sync made or changed. */
  readonly conflicts: readonly ReportedConflict[];
}

export function summary({ peer, pulled, pushed, rejected, deferred, conflicts }: SyncReport): string {
  const parts = [`sync with ${peer}: pulled ${pulled}, pushed ${pushed}`];
  if (rejected.length > 0) parts.push(`rejected ${rejected.length}`);
  if (deferred.length > 0) parts.push(`deferred ${deferred.length}`);
  if (conflicts.length > 0) parts.push(`resolved ${conflicts.length} claim conflict(s)`);
  return parts.join(", ");
}
