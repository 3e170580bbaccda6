import type { SeenEvidence } from "../deriver.ts";
import { hoursBetween, type Position, type Presence } from "../reading/position.ts";
import { dayMs, weekdayOf } from "../reading/wall.ts";
import type { Support } from "../tally/support.ts";
import { Tally } from "../tally/tally.ts";

/** Cells of half a kilometre: a home, with the errors of its fixes, lies in a few of them. */
const cellDegrees = 0.005;

export interface Cell {
  /** Nights and working hours by days; all presence; what sources take it for. */
  readonly nights: Support;
  readonly work: Support;
  readonly any: Support;
  readonly latitude: number;
  readonly longitude: number;
}

/** Where the person was, by cells of a grid: when and how often. */
export class Stays {
  readonly #nights = new Tally<Position>(5_000);
  readonly #work = new Tally<Position>(5_000);
  readonly #any = new Tally<Position>(5_000);

  add(item: SeenEvidence, { position, from, to }: Presence): void {
    if (position === null) return;
    const cell = { latitude: Math.round(position.latitude / cellDegrees), longitude: Math.round(position.longitude / cellDegrees) };
    const key = `${cell.latitude},${cell.longitude}`;
    const local = from.minute !== null && !from.utc;
    this.#any.add(key, item, cell);
    if (local && isNight(from.minute ?? 0, hoursBetween(from, to))) this.#nights.add(key, item, cell);
    if (local && isWork(weekdayOf(from.day), from.minute ?? 0)) this.#work.add(key, item, cell);
  }

  /** Days on which the person was somewhere at night, in working hours, or at all. */
  days(sort: "nights" | "work" | "any"): number {
    return new Set(
      this.#of(sort)
        .entries()
        .flatMap(({ support }) => support.dayList),
    ).size;
  }

  /** The places with most days of a sort, each with its neighbouring cells. */
  ranked(sort: "nights" | "work" | "any"): { readonly position: Position; readonly supports: readonly Support[]; readonly days: number }[] {
    const cells = new Map(
      this.#of(sort)
        .entries()
        .map((entry) => [entry.key, entry]),
    );
    const ranked = [...cells.values()].sort((left, right) => right.support.days - left.support.days || (left.key < right.key ? -1 : 1));
    const taken = new Set<string>();
    return ranked.flatMap(({ key, value }) => {
      if (taken.has(key)) return [];
      const near = neighbours(value).flatMap((each) => (taken.has(each) ? [] : (cells.get(each) ?? [])));
      for (const each of near) taken.add(each.key);
      const days = new Set(near.flatMap(({ support }) => support.dayList)).size;
      const position = { latitude: value.latitude * cellDegrees, longitude: value.longitude * cellDegrees };
      return [{ position, supports: near.map(({ support }) => support), days }];
    });
  }

  #of(sort: "nights" | "work" | "any"): Tally<Position> {
    return sort === "nights" ? this.#nights : sort === "work" ? this.#work : this.#any;
  }
}

function neighbours({ latitude, longitude }: Position): string[] {
  const around = [0, -1, 1];
  return around.flatMap((north) => around.map((east) => `${latitude + north},${longitude + east}`));
}

/** From ten in the evening to six in the morning, or a stay that lasts through it. */
function isNight(minute: number, hours: number): boolean {
  return minute >= 22 * 60 || minute < 6 * 60 || (hours >= 7 && minute >= 17 * 60);
}

function isWork(weekday: string, minute: number): boolean {
  return weekday !== "saturday" && weekday !== "sunday" && minute >= 9 * 60 && minute < 17 * 60;
}

/** `near 48.86, 2.35`: a place that has no other name. Two decimals, so that new fixes don't move it. */
export function nearText({ latitude, longitude }: Position): string {
  return `near ${latitude.toFixed(2)}, ${longitude.toFixed(2)}`;
}

export const yearMs = 365 * dayMs;
