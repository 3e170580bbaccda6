/** Step 6 of the claim view: which statements stay active, and which they supersede (section 6). */
import { comparePlaces, type OpId, type Place } from "../op/operation.ts";

/** A standing claim that competes. */
export interface Contender extends Place {
  readonly statement: string;
  /** User-stated, or endorsed. */
  readonly own: boolean;
  /** Valid in [from, until), ms since the epoch; null is unbounded. */
  readonly from: number | null;
  readonly until: number | null;
  /** Its topic, when that has cardinality `one`; null when its statement competes with no other of the topic. */
  readonly topic: string | null;
  /** The claim it corrects, and what it says instead: corrections of one claim with different objects compete. */
  readonly corrects: { readonly target: OpId; readonly object: string } | null;
}

/** A disagreement kept visible: the best claim of the statement that stands, and of those that lost to it. */
export interface Conflict {
  readonly winner: OpId;
  readonly losers: readonly OpId[];
}

export interface Outcome {
  readonly superseded: ReadonlySet<OpId>;
  readonly conflicts: readonly Conflict[];
}

interface Interval {
  readonly from: number;
  readonly until: number;
}

interface Statement {
  readonly best: Contender;
  readonly claims: readonly Contender[];
  readonly valid: readonly Interval[];
}

interface Span extends Interval {
  readonly owner: Statement;
}

/**
 * Statements are ranked by the best of their claims (the user's own first, then the highest (lamport, op_id)). In that
 * order each stays active unless some claim of it is valid at a time when a claim of an active, different one is with
 * which it competes: of the same topic, or because both correct one claim, to different objects.
 */
export function decideConflicts(claims: readonly Contender[]): Outcome {
  const superseded = new Set<OpId>();
  const losers = new Map<Statement, OpId[]>();
  const topics = new Map<string, Span[]>();
  const corrections = new Map<OpId, Statement[]>();
  for (const statement of ranked(claims)) {
    const { topic } = statement.best;
    const active = (topic !== null && topics.get(topic)) || [];
    const winner = rivalInTopic(active, statement) ?? rivalInCorrections(corrections, statement);
    if (winner) {
      for (const claim of statement.claims) superseded.add(claim.id);
      const beaten = losers.get(winner) ?? [];
      beaten.push(statement.best.id); // thousands may lose to one: no copy of them for each
      losers.set(winner, beaten);
      continue;
    }
    for (const interval of statement.valid) active.splice(firstAfter(active, interval.from), 0, { ...interval, owner: statement });
    if (topic !== null) topics.set(topic, active);
    for (const { corrects } of statement.claims) {
      if (corrects) corrections.set(corrects.target, [...(corrections.get(corrects.target) ?? []), statement]);
    }
  }
  return { superseded, conflicts: [...losers].map(([winner, ids]) => ({ winner: winner.best.id, losers: ids })) };
}

function byRank(left: Contender, right: Contender): number {
  return Number(right.own) - Number(left.own) || comparePlaces(right, left);
}

function ranked(claims: readonly Contender[]): Statement[] {
  const groups = Map.groupBy(claims, (claim) => claim.statement);
  const statements = [...groups.values()].map((group) => {
    const sorted = group.toSorted(byRank);
    return { best: sorted[0] as Contender, claims: sorted, valid: intervalsOf(sorted) };
  });
  return statements.sort((left, right) => byRank(left.best, right.best));
}

/** When a statement's claims hold, merged and by start. An interval that ends before it starts holds never. */
function intervalsOf(claims: readonly Contender[]): Interval[] {
  const intervals: Interval[] = [];
  const each = claims.map(({ from, until }) => ({ from: from ?? Number.NEGATIVE_INFINITY, until: until ?? Number.POSITIVE_INFINITY }));
  for (const next of each.filter(({ from, until }) => from < until).sort((left, right) => left.from - right.from)) {
    const before = intervals.at(-1);
    if (before && next.from <= before.until) intervals.splice(-1, 1, { from: before.from, until: Math.max(before.until, next.until) });
    else intervals.push(next);
  }
  return intervals;
}

/** Spans of a topic's active statements, by start, do not overlap: the one before and the one after tell. */
function rivalInTopic(active: readonly Span[], { valid }: Statement): Statement | null {
  for (const { from, until } of valid) {
    const at = firstAfter(active, from);
    const before = active[at - 1];
    if (before && before.until > from) return before.owner;
    const after = active[at];
    if (after && after.from < until) return after.owner;
  }
  return null;
}

function firstAfter(spans: readonly Span[], from: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((spans[middle] as Span).from <= from) low = middle + 1;
    else high = middle;
  }
  return low;
}

function rivalInCorrections(corrections: ReadonlyMap<OpId, readonly Statement[]>, statement: Statement): Statement | null {
  for (const { corrects } of statement.claims) {
    if (corrects === null) continue;
    for (const rival of corrections.get(corrects.target) ?? []) {
      const differs = rival.claims.some((claim) => claim.corrects?.target === corrects.target && claim.corrects.object !== corrects.object);
      if (differs && overlap(rival.valid, statement.valid)) return rival;
    }
  }
  return null;
}

function overlap(left: readonly Interval[], right: readonly Interval[]): boolean {
  return left.some((one) => right.some((other) => one.from < other.until && other.from < one.until));
}
