import type { OpId } from "../../core/op/operation.ts";
import type { DerivedClaim, Deriver } from "../deriver.ts";
import { dateText, dayMs } from "../reading/wall.ts";
import { confidenceOf } from "../tally/confidence.ts";
import { type JourneySign, journeysIn } from "./journeys.ts";

/** Signs of one place within so many days are of one journey. */
const gapDays = 4;
const signsMax = 20_000;
/** The town where most days are spent is home: to be there is no journey. */
const homeShare = 0.5;

interface Sign extends JourneySign {
  readonly id: OpId;
}

/** Journeys that were made, and those that the calendar plans. */
export const travel: Deriver = {
  name: "travel",
  version: "1",
  round: 1,
  says: ["travel.trip", "travel.plan"],
  begin({ asOf, self }) {
    const signs: Sign[] = [];
    return {
      evidence(item) {
        for (const sign of journeysIn(item, self)) signs.push({ ...sign, id: item.id });
        if (signs.length > 2 * signsMax) newest(signs);
      },
      *derive() {
        const today = Math.floor(asOf / dayMs);
        const home = homeTown(signs);
        const towns = Map.groupBy(newest(signs), ({ place }) => townKey(place));
        for (const [key, group] of [...towns].sort(([a], [b]) => (a < b ? -1 : 1))) {
          if (key === home) continue;
          for (const journey of journeys(group)) yield claimFor(journey, today);
        }
      },
    };
  },
};

function newest(signs: Sign[]): Sign[] {
  signs.sort((left, right) => right.from - left.from || (left.id < right.id ? -1 : 1));
  signs.splice(signsMax);
  return signs;
}

/** `Lyon City` and `lyon` are one town. */
function townKey(place: string): string {
  return place.toLowerCase().replace(/ (?:city|town|province|county|municipality)$/u, "");
}

function homeTown(signs: readonly Sign[]): string | null {
  const days = new Map<string, Set<number>>();
  for (const { place, from, sort } of signs) {
    if (sort !== "seen") continue;
    const known = days.get(townKey(place)) ?? new Set();
    days.set(townKey(place), known.add(from));
  }
  const total = [...days.values()].reduce((sum, { size }) => sum + size, 0);
  const [most] = [...days].sort(([a, left], [b, right]) => right.size - left.size || (a < b ? -1 : 1));
  return most !== undefined && most[1].size / total >= homeShare ? most[0] : null;
}

/** Signs that follow one another closely. One that nobody but a photo gives, or a single word, is weak but still one. */
function* journeys(signs: readonly Sign[]): Generator<readonly Sign[]> {
  const sorted = signs.toSorted((left, right) => left.from - right.from || left.to - right.to || (left.id < right.id ? -1 : 1));
  let open: Sign[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const sign of sorted) {
    if (open.length > 0 && sign.from > last + gapDays) {
      yield open;
      open = [];
      last = Number.NEGATIVE_INFINITY;
    }
    open.push(sign);
    last = Math.max(last, sign.to);
  }
  if (open.length > 0) yield open;
}

function claimFor(signs: readonly Sign[], today: number): DerivedClaim {
  // An event and what was seen tell the days; what was said afterwards tells that it was.
  const dated = signs.some(({ sort }) => sort !== "said") ? signs.filter(({ sort }) => sort !== "said") : signs;
  const from = Math.min(...dated.map((sign) => sign.from));
  const to = Math.max(...dated.map((sign) => sign.to));
  const sorts = new Set(signs.map(({ sort }) => sort));
  const place = signs.map((sign) => sign.place).sort((left, right) => left.length - right.length || (left < right ? -1 : 1))[0] ?? "";
  const ids = [
    ...new Set(signs.toSorted((left, right) => Number(right.sort === "event") - Number(left.sort === "event")).map(({ id }) => id)),
  ];
  const isPlan = from > today;
  const words = { event: "in the calendar", said: "told of", seen: "seen there by photos or visits" };
  const base = sorts.has("seen") ? 0.78 : sorts.has("event") ? 0.72 : 0.62;
  return {
    subject: "self",
    predicate: isPlan ? "travel.plan" : "travel.trip",
    object: { place, from: dateText(from), to: dateText(to) },
    confidence: confidenceOf({ base, more: ids.length - 1 + 2 * (sorts.size - 1), most: 0.95 }),
    derivedFrom: ids,
    rationale: `${[...sorts]
      .sort()
      .map((sort) => words[sort])
      .join(", ")}: ${ids.length} ${ids.length === 1 ? "item" : "items"} from ${dateText(from)} to ${dateText(to)}`,
    validFrom: from * dayMs,
    validUntil: (to + 1) * dayMs,
  };
}
