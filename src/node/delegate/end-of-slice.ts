/** When a delegate may not hold a slice any more by its own reckoning (section 8; spec DEL-10): pure functions of a record and times. */
import { type GrantTerms, grantTerms } from "../../core/capability/grant.ts";
import type { EndCause, GrantRecord } from "./register.ts";

/** What a delegate takes for now about a grant. */
export interface DelegateNow {
  /** Never below the highest `as_of` that it took of the grant's pool, ms. */
  readonly now: number;
  /** Its own clock, ms. */
  readonly clock: number;
}

/** One pool's word on the time says nothing of another's: a hostile grantor could else end all others' slices. */
export function delegateNow(clock: number, poolAsOf: number): DelegateNow {
  return { now: Math.max(clock, poolAsOf), clock };
}

export function termsOf({ terms }: GrantRecord): GrantTerms | null {
  return terms === null ? null : grantTerms(terms);
}

/**
 * Why what is held has ended: `expired` from the millisecond `expires_at` on; `stale` when more than `refresh_ms` passed since it
 * was taken, by now or by the own clock alone (which may run behind the issuer's); null while it may be held.
 */
export function ended(record: GrantRecord, { now, clock }: DelegateNow): EndCause | null {
  const terms = termsOf(record);
  if (record.state !== "held" || terms === null) return null;
  if (now >= terms.expiresAt) return "expired";
  const [takenAt, takenClock] = [record.takenAt ?? 0, record.takenClock ?? 0];
  return Math.max(now - takenAt, clock - takenClock) > terms.refreshMs ? "stale" : null;
}

/** Milliseconds by the own clock until `ended` says so, if nothing is pulled; null when nothing is held. */
export function msUntilEnd(record: GrantRecord, { now, clock }: DelegateNow): number | null {
  const terms = termsOf(record);
  if (record.state !== "held" || terms === null) return null;
  const lead = now - clock; // while the clock is behind, now stands still until it has caught up
  const untilExpiry = now >= terms.expiresAt ? 0 : terms.expiresAt - now + lead;
  const untilStale = Math.max(0, terms.refreshMs + 1 - Math.max(now - (record.takenAt ?? 0), clock - (record.takenClock ?? 0)));
  return Math.min(untilExpiry, untilStale);
}

/** Whether pulling could bring anything: not before the grant's end, nor after a purge that its person asked for. */
export function wantsPull(record: GrantRecord, { now }: DelegateNow): boolean {
  const terms = termsOf(record);
  if (record.revokedForGood || (terms !== null && now >= terms.expiresAt)) return false;
  return record.state === "accepted" || record.state === "held" || (record.state === "ended" && record.cause === "stale");
}
