import type { DerivedClaim, Deriver } from "../deriver.ts";
import { dateText, dayMs } from "../reading/wall.ts";
import { confidenceOf } from "../tally/confidence.ts";
import { claimOf } from "../tally/support.ts";
import { byWeekday, Occurrences, type Season, usualTime, weeksOf } from "./occurrences.ts";
import { doneIn } from "./whats.ts";

const timesLeast = 4;
/** Of all times it was done, so many fall on the weekday; of all weeks it went on, it was done in so many. */
const shareLeast = 0.4;
const regularLeast = 0.5;
const weeksLeast = 4;

/** What is done in most weeks, on a weekday of its own or so many times a week: by events, workouts and visits. */
export const weekly: Deriver = {
  name: "schedule.weekly",
  version: "1",
  round: 1,
  says: ["schedule.weekly"],
  begin({ asOf }) {
    const occurrences = new Occurrences();
    return {
      evidence(item) {
        for (const { key, what, at } of doneIn(item)) if (at.day * dayMs <= asOf) occurrences.add(key, what, item, at);
      },
      *derive() {
        for (const season of occurrences.seasons()) {
          const onDays = onWeekdays(season);
          if (onDays.length > 0) yield* onDays;
          else yield* timesAWeek(season);
        }
      },
    };
  },
};

function onWeekdays(season: Season): DerivedClaim[] {
  const { what, support, times, utc } = season;
  const weeks = weeksOf(times);
  return [...byWeekday(times)].flatMap(([weekday, on]) => {
    const share = on.length / times.length;
    const regular = on.length / weeks;
    if (on.length < timesLeast || weeks < weeksLeast || share < shareLeast || regular < regularLeast) return [];
    const time = usualTime(
      on.map(({ minute }) => minute),
      utc,
    );
    return claimOf(support, {
      predicate: "schedule.weekly",
      object: { what, weekday, time },
      confidence: confidenceOf({ base: 0.55, more: on.length - timesLeast, most: 0.95, agreement: Math.min(1, regular) }),
      rationale: `on ${on.length} of ${weeks} ${weekday}s, ${Math.round(share * 100)} % of all ${times.length} times, from ${span(season)}`,
      ...validity(season),
    });
  });
}

/** No weekday of its own, but most weeks several times. */
function* timesAWeek(season: Season): Generator<DerivedClaim> {
  const { what, support, times } = season;
  const weeks = weeksOf(times);
  const active = new Set(times.map(({ day }) => Math.floor(day / 7))).size;
  const rate = times.length / weeks;
  if (weeks < 6 || active / weeks < 0.7 || rate < 1.5) return;
  yield claimOf(support, {
    predicate: "schedule.weekly",
    object: { what, weekday: "week", time: rate >= 5 ? "nearly every day" : rate >= 2.5 ? "several times" : "about twice" },
    confidence: confidenceOf({ base: 0.6, more: (weeks - 6) / 2, most: 0.93, agreement: active / weeks }),
    rationale: `${times.length} times in ${weeks} weeks, in ${active} of them, from ${span(season)}`,
    ...validity(season),
  });
}

export function span({ times }: Season): string {
  return `${dateText(times[0]?.day ?? 0)} to ${dateText(times.at(-1)?.day ?? 0)}`;
}

/** From its first day to the end of the month that is five weeks after its last: a routine that is not seen again has ended. */
export function validity({ times }: Season): { validFrom: number; validUntil: number } {
  const until = new Date(((times.at(-1)?.day ?? 0) + 35) * dayMs);
  return { validFrom: (times[0]?.day ?? 0) * dayMs, validUntil: Date.UTC(until.getUTCFullYear(), until.getUTCMonth() + 1, 1) };
}
