import type { SeenEvidence } from "../deriver.ts";
import { clockText, type Wall, type Weekday, weekdayOf } from "../reading/wall.ts";
import type { Support } from "../tally/support.ts";
import { Tally } from "../tally/tally.ts";

/** Days without it that end a season: what begins again later is another. */
const seasonGap = 28;

/** One thing that was done again and again without such a gap. */
export interface Season {
  readonly what: string;
  readonly support: Support;
  /** Ascending; with the earliest minute of each, null when only the day is known. */
  readonly times: readonly { readonly day: number; readonly minute: number | null }[];
  readonly utc: boolean;
}

/** When things were done, by what they are called. */
export class Occurrences {
  readonly #tally = new Tally<string>();
  readonly #times = new Map<string, Map<number, number | null>>();
  #utc = 0;
  #local = 0;

  add(key: string, what: string, item: SeenEvidence, { day, minute, utc }: Wall): void {
    this.#tally.add(key, item, what);
    if (this.#tally.get(key) === undefined) return;
    const times = this.#times.get(key) ?? new Map<number, number | null>();
    this.#times.set(key, times);
    const before = times.get(day);
    times.set(day, before == null || minute === null ? (before ?? minute) : Math.min(before, minute));
    if (utc) this.#utc++;
    else this.#local++;
  }

  /** The latest season of each thing. */
  *seasons(): Generator<Season> {
    for (const { key, value, support } of this.#tally.entries()) {
      const times = [...(this.#times.get(key) ?? [])].map(([day, minute]) => ({ day, minute })).sort((left, right) => left.day - right.day);
      const start = times.findLastIndex(({ day }, at) => at > 0 && day - (times[at - 1]?.day ?? day) > seasonGap);
      yield { what: value, support, times: times.slice(Math.max(0, start)), utc: this.#utc > this.#local };
    }
  }
}

/** `18:30` when it is mostly within an hour and a half, else a part of the day; `any time` when no hour is known. */
export function usualTime(minutes: readonly (number | null)[], utc: boolean): string {
  const known = minutes.filter((minute) => minute !== null).sort((left, right) => left - right);
  if (known.length * 2 < minutes.length || known.length === 0) return "any time";
  const at = (share: number) => known[Math.min(known.length - 1, Math.floor(share * known.length))] ?? 0;
  if (at(0.8) - at(0.2) <= 90) return `${clockText(Math.round(at(0.5) / 30) * 30)}${utc ? "Z" : ""}`;
  return partOfDay(at(0.5));
}

export function partOfDay(minute: number): string {
  if (minute < 5 * 60 || minute >= 22 * 60) return "at night";
  if (minute < 11 * 60) return "in the morning";
  if (minute < 14 * 60) return "around noon";
  return minute < 18 * 60 ? "in the afternoon" : "in the evening";
}

/** Occurrences by weekday. */
export function byWeekday(times: Season["times"]): Map<Weekday, { day: number; minute: number | null }[]> {
  return Map.groupBy(times, ({ day }) => weekdayOf(day));
}

/** Weeks from the first to the last, at least 1. */
export function weeksOf(times: Season["times"]): number {
  const first = times[0]?.day ?? 0;
  const last = times.at(-1)?.day ?? first;
  return Math.max(1, Math.floor((last - first) / 7) + 1);
}
