/** The oracle's reading of protocol section 6, step 6, by its definition: every statement against every active one. */
import { canonical } from "../core/codec/canonical.ts";
import { byPlace, type Node } from "./oracle-devices.ts";

/** A standing claim. */
export interface Contender {
  readonly op: Node;
  readonly statement: string;
  readonly own: boolean;
  /** Null when the predicate's cardinality is `many`. */
  readonly topic: string | null;
}

/** In rank order, each statement loses to an active, different one that competes with it at a time when both hold. */
export function supersededOf(contenders: readonly Contender[]): Contender[] {
  const best = contenders.toSorted((left, right) => Number(right.own) - Number(left.own) || byPlace(right.op.header, left.op.header));
  const active: Contender[][] = [];
  const lost: Contender[] = [];
  for (const statement of new Set(best.map((each) => each.statement))) {
    const mine = best.filter((each) => each.statement === statement);
    const loses = active.some((theirs) => compete(mine, theirs) && mine.some((one) => theirs.some((other) => overlap(one.op, other.op))));
    if (loses) lost.push(...mine);
    else active.push(mine);
  }
  return lost;
}

/** One topic of cardinality `one`; or two corrections that name one target with different objects. */
function compete(mine: readonly Contender[], theirs: readonly Contender[]): boolean {
  if (mine[0]?.topic !== null && mine[0]?.topic === theirs[0]?.topic) return true;
  return mine.some(({ op: { payload: one } }) =>
    theirs.some(
      ({ op: { payload: other } }) =>
        one?.["corrects"] !== undefined &&
        one["corrects"] === other?.["corrects"] &&
        canonical([one["object"]]) !== canonical([other["object"]]),
    ),
  );
}

/** [valid_from, valid_until), absent = always. */
function overlap({ payload: left }: Node, { payload: right }: Node): boolean {
  const time = (value: unknown, absent: number) => (typeof value === "number" ? value : absent);
  const from = Math.max(time(left?.["valid_from"], Number.NEGATIVE_INFINITY), time(right?.["valid_from"], Number.NEGATIVE_INFINITY));
  const until = Math.min(time(left?.["valid_until"], Number.POSITIVE_INFINITY), time(right?.["valid_until"], Number.POSITIVE_INFINITY));
  return from < until;
}
