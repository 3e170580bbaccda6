import type { DerivedClaim, Deriver, SeenEvidence } from "../deriver.ts";
import { eventOf, type Recurrence, type SeenEvent } from "../reading/event.ts";
import { clockText, dateText, dayMs, weekdayOf } from "../reading/wall.ts";
import { givesOrders } from "../text/own-words.ts";
import { tidy } from "../text/phrase.ts";

/** What the calendar itself repeats: its rule says the routine. */
export const series: Deriver = {
  name: "schedule.series",
  version: "1",
  round: 1,
  says: ["schedule.daily", "schedule.weekly", "schedule.monthly", "schedule.yearly"],
  begin() {
    const found = new Map<string, DerivedClaim>();
    return {
      evidence(item) {
        const event = item.kind === "event" ? eventOf(item) : null;
        if (event === null || event.recurrence === null || event.title === "" || givesOrders(event.title)) return;
        for (const claim of claimsOf(item, event, event.recurrence)) found.set(`${item.id} ${JSON.stringify(claim.object)}`, claim);
      },
      *derive() {
        for (const [, claim] of [...found].sort(([a], [b]) => (a < b ? -1 : 1))) yield claim;
      },
    };
  },
};

/** What ends sooner is no routine. */
const daysLeast = { day: 7, week: 21, month: 60, year: 700 } as const;
const birthday = /\bbirthday\b/iu;

function* claimsOf(item: SeenEvidence, event: SeenEvent, rule: Recurrence): Generator<DerivedClaim> {
  const { start } = event;
  const what = tidy(event.title);
  const time = start.minute === null ? "any time" : `${clockText(start.minute)}${start.utc ? "Z" : ""}`;
  const until = endOf(start.day, rule);
  // A course of three evenings is no routine.
  if (until !== null && until - start.day < daysLeast[rule.every]) return;
  const times = rule.count === null ? "" : `, ${rule.count} times`;
  const shared = {
    subject: "self",
    confidence: event.tentative ? 0.6 : 0.9,
    derivedFrom: [item.id],
    validFrom: start.day * dayMs,
    ...(until === null ? {} : { validUntil: (until + 1) * dayMs }),
  };
  const every = rule.interval === 1 ? "" : ` (every ${rule.interval} ${rule.every}s)`;
  const rationale = `the calendar repeats it every ${rule.interval === 1 ? "" : `${rule.interval} `}${rule.every}${rule.interval === 1 ? "" : "s"} from ${dateText(start.day)}${until === null ? "" : ` to ${dateText(until)}`}${times}`;
  if (rule.every === "week" || (rule.every === "day" && rule.weekdays.length > 0)) {
    const weekdays = rule.weekdays.length > 0 ? rule.weekdays : [weekdayOf(start.day)];
    for (const weekday of weekdays)
      yield { ...shared, predicate: "schedule.weekly", object: { what: `${what}${every}`, weekday, time }, rationale };
  } else if (rule.every === "day") yield { ...shared, predicate: "schedule.daily", object: { what: `${what}${every}`, time }, rationale };
  else if (rule.every === "month") {
    yield {
      ...shared,
      predicate: "schedule.monthly",
      object: { what: `${what}${every}`, day: rule.inMonth || `on day ${Number(dateText(start.day).slice(8))}`, time },
      rationale,
    };
  } else if (!birthday.test(what)) {
    yield {
      ...shared,
      predicate: "schedule.yearly",
      object: { what: `${what}${every}`, date: `-${dateText(start.day).slice(4)}` },
      rationale,
    };
  }
}

/** The last day of the series; null when it has no end. */
function endOf(start: number, { every, interval, weekdays, until, count }: Recurrence): number | null {
  if (until !== null) return until;
  if (count === null) return null;
  const days = { day: 1, week: 7 / Math.max(1, weekdays.length), month: 30.44, year: 365.25 }[every];
  return start + Math.ceil((count - 1) * days * interval);
}
