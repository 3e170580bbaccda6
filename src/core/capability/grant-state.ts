/** What a grant, and the purge that it may owe, are at a moment: pure functions of facts of the view and now (section 8; spec DEL-3). */
import type { OpId } from "../op/operation.ts";
import type { AccessOutcome, GrantTerms } from "./grant.ts";
import type { GrantStatus } from "./slice.ts";
import { emptyRoot } from "./slice-root.ts";

export interface Revocation {
  /** A `cap_revoke`, or the `device_remove` that contests the grant. */
  readonly id: OpId;
  /** Its author's clock, ms. */
  readonly ts: number;
}

export interface GrantFacts {
  /** Null of a redacted grant: it is void, and answered as revoked. */
  readonly terms: GrantTerms | null;
  /** The revocation lowest in (lamport, op_id), else what contests it; null without. */
  readonly revocation: Revocation | null;
}

/** `active` until the millisecond before `expires_at`; `revoked` also when it is expired too. */
export function grantStatus({ terms, revocation }: GrantFacts, now: number): GrantStatus {
  if (terms === null || revocation !== null) return "revoked";
  return now < terms.expiresAt ? "active" : "expired";
}

/** A server's `cap_access` of the grant. */
export interface AccessFacts {
  readonly id: OpId;
  readonly server: string;
  readonly root: string;
  readonly served: number;
  readonly outcome: AccessOutcome;
  readonly ts: number;
  /** A valid receipt has it in its past, or is concurrent with it and says that its root was purged (spec DEL-17). */
  readonly receipted: boolean;
}

/**
 * - `none`: nothing is owed: the grant is active, or nothing was ever served;
 * - `owed`: the delegate should have deleted, and has not said so yet;
 * - `overdue`: so for longer than `purge_ms`;
 * - `acknowledged`: a receipt covers all that was served.
 */
export type PurgeState = "none" | "owed" | "overdue" | "acknowledged";

export interface Purge {
  readonly state: PurgeState;
  /** Since when it is owed, ms; null when nothing is. */
  readonly since: number | null;
  /** From when on it is overdue, ms. */
  readonly due: number | null;
}

/** `accesses`: every `cap_access` of the grant, in any order. `purgeMs` is for a grant whose terms are gone. */
export function purgeOf(facts: GrantFacts, accesses: readonly AccessFacts[], now: number, purgeMs: number): Purge {
  const { terms, revocation } = facts;
  const ends = [...(revocation ? [revocation.ts] : []), ...(terms && terms.expiresAt <= now ? [terms.expiresAt] : [])];
  const served = accesses.filter(({ outcome }) => outcome === "served");
  if (ends.length === 0 || served.length === 0) return { state: "none", since: null, due: null };
  const since = Math.min(...ends);
  const due = since + (terms?.purgeMs ?? purgeMs);
  if (served.every(({ receipted }) => receipted)) return { state: "acknowledged", since, due };
  return { state: now > due ? "overdue" : "owed", since, due };
}

/**
 * Roots that an honest delegate may hold (spec DEL-14): of each server's last `cap_access`, and the empty one after a receipt. Once
 * the grant is over, what a receipt covers may be held no more: its signer said so.
 */
export function expectedRoots(lastOfEachServer: readonly AccessFacts[], status: GrantStatus): ReadonlySet<string> {
  if (lastOfEachServer.length === 0) return new Set([emptyRoot]);
  const roots = new Set<string>();
  for (const { root, receipted } of lastOfEachServer) {
    if (receipted) roots.add(emptyRoot);
    if (!receipted || status === "active") roots.add(root);
  }
  return roots;
}

/** What came of challenging a delegate, as this node keeps it. */
export interface Challenge {
  /** When it was asked, ms. */
  readonly at: number;
  /** What the proof said; null when no proof came that could be believed. */
  readonly root: string | null;
  readonly matched: boolean;
  /** When proofs began not to match, without one that did since; null when it matched. */
  readonly unmatchedSince: number | null;
}

/**
 * - `matched`: it said that it holds what it should;
 * - `unmatched`: it did not, which another pull may still end;
 * - `disputed`: it did not, and no pull ends it: the grant is over, another pull came between, or `refresh_ms` passed;
 * - `unanswered`: it gave no proof.
 */
export type ChallengeState = "matched" | "unmatched" | "disputed" | "unanswered";

/** `lastPull`: when this grant was last served (a `cap_access`'s `ts`, or what the node noted itself); null for never. */
export function challengeState(
  { at, root, matched, unmatchedSince }: Challenge,
  { status, refreshMs, lastPull, now }: { status: GrantStatus; refreshMs: number; lastPull: number | null; now: number },
): ChallengeState {
  if (root === null && unmatchedSince === null) return "unanswered";
  if (matched || unmatchedSince === null) return "matched";
  const pulledBetween = lastPull !== null && lastPull > unmatchedSince && lastPull <= at;
  return status !== "active" || pulledBetween || now - unmatchedSince > refreshMs ? "disputed" : "unmatched";
}
