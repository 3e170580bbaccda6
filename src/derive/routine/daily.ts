import type { Deriver } from "../deriver.ts";
import { dayMs } from "../reading/wall.ts";
import { confidenceOf } from "../tally/confidence.ts";
import { claimOf } from "../tally/support.ts";
import { byWeekday, Occurrences, usualTime } from "./occurrences.ts";
import { span, validity } from "./weekly.ts";
import { doneIn } from "./whats.ts";

const daysLeast = 10;

/** What is done on most days, whatever weekday it is. */
export const daily: Deriver = {
  name: "schedule.daily",
  version: "1",
  round: 1,
  says: ["schedule.daily"],
  begin({ asOf }) {
    const occurrences = new Occurrences();
    return {
      evidence(item) {
        for (const { key, what, at } of doneIn(item)) if (at.day * dayMs <= asOf) occurrences.add(key, what, item, at);
      },
      *derive() {
        for (const season of occurrences.seasons()) {
          const { what, support, times, utc } = season;
          const days = (times.at(-1)?.day ?? 0) - (times[0]?.day ?? 0) + 1;
          const weekdays = byWeekday(times).size;
          if (times.length < daysLeast || weekdays < 5 || times.length / days < 0.55) continue;
          yield claimOf(support, {
            predicate: "schedule.daily",
            object: {
              what,
              time: usualTime(
                times.map(({ minute }) => minute),
                utc,
              ),
            },
            confidence: confidenceOf({
              base: 0.6,
              more: (times.length - daysLeast) / 4,
              most: 0.95,
              agreement: Math.min(1, times.length / days + 0.2),
            }),
            rationale: `on ${times.length} of ${days} days, on ${weekdays} different weekdays, from ${span(season)}`,
            ...validity(season),
          });
        }
      },
    };
  },
};
