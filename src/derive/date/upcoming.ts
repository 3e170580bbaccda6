import type { DerivedClaim, Deriver } from "../deriver.ts";
import { eventOf } from "../reading/event.ts";
import { clockText, dateText, dayMs, weekdayOf } from "../reading/wall.ts";
import { tidy } from "../text/phrase.ts";

/** Events are foreseen so many days ahead: what lies further off is seen when it comes nearer. */
const horizonDays = 366;
const most = 500;

/** Events that are still to come. A series is told by routines; what was cancelled is not told. */
export const upcoming: Deriver = {
  name: "event.upcoming",
  version: "1",
  round: 1,
  says: ["event.upcoming"],
  begin({ asOf }) {
    const today = Math.floor(asOf / dayMs);
    const found: (DerivedClaim & { readonly at: string })[] = [];
    return {
      evidence(item) {
        const event = eventOf(item);
        if (event === null || event.title === "" || event.recurrence !== null) return;
        const { day, minute, utc } = event.start;
        const at = item.observedAt ?? day * dayMs + (minute ?? 0) * 60_000;
        if (at <= asOf || day > today + horizonDays) return;
        const time = minute === null ? null : `${clockText(minute)}${utc ? "Z" : ""}`;
        const place = tidy(event.location);
        found.push({
          at: `${dateText(day)} ${time ?? ""} ${item.id}`,
          subject: "self",
          predicate: "event.upcoming",
          object: { what: tidy(event.title), date: dateText(day), ...(time ? { time } : {}), ...(place ? { place } : {}) },
          confidence: event.tentative ? 0.6 : 0.92,
          derivedFrom: [item.id],
          rationale: `in the calendar on ${weekdayOf(day)}, ${dateText(day)}${time ? ` at ${time}` : ""}, ${day - today} days ahead${event.tentative ? ", marked as tentative" : ""}`,
          validUntil: (event.endDay + 1) * dayMs,
        });
        if (found.length > 4 * most) shorten(found);
      },
      *derive() {
        for (const { at: _at, ...claim } of shorten(found)) yield claim;
      },
    };
  },
};

/** Keeps the nearest. */
function shorten<Found extends { readonly at: string }>(found: Found[]): Found[] {
  found.sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0));
  found.splice(most);
  return found;
}
