import { dayStart, daysInMonth } from "../../calendar-days.ts";
import type { LineDate, LineHead } from "./line-head.ts";

/** Which of a date's numbers is which. */
export type DayOrder = "day-month-year" | "month-day-year" | "year-month-day";

/** How an export writes its dates, as its dates themselves tell. */
export interface DayReading {
  readonly order: DayOrder;
  /** False when day and month can't be told apart: the order is then only the likelier one. */
  readonly decided: boolean;
}

/** WhatsApp is of 2009; Thai years are 543 ahead. */
const firstYear = 2009;
const lastYear = 2100;
const thaiYears = 543;

const dayMs = 86_400_000;

/** The date of the numbers in that order, `2020-12-31`; undefined when there is no such day. */
export function dayOf({ numbers }: LineDate, order: DayOrder): string | undefined {
  const parts = dayParts(numbers, order);
  if (parts === undefined) return undefined;
  return parts.map((part) => String(part).padStart(2, "0")).join("-");
}

/**
 * Decides by all dates of an export:
 * - a year of four digits comes first: year, month, day;
 * - a number above 12 is no month;
 * - dots and hyphens part days before months;
 * - messages stand in the order in which they were sent.
 */
export class DayOrderFinder {
  readonly #orders = { dmy: new Trial("day-month-year"), mdy: new Trial("month-day-year"), ymd: new Trial("year-month-day") };
  #yearFirst = 0;
  #yearLast = 0;
  /** `1/5/20, 9:30 AM`, as phones set to the United States write it. */
  #american = 0;
  #separator = "";
  #before = "";

  /** A day counts once, however many messages it has. */
  add({ date, written, shape }: LineHead): void {
    const numbers = date.numbers.join(" ");
    if (numbers === this.#before) return;
    this.#before = numbers;
    if (date.yearFirst) this.#yearFirst += 1;
    else this.#yearLast += 1;
    if (/^\d{1,2}\/\d{1,2}\/\d\d,.*[AP]M$/.test(written) && !/^0|\/0/.test(written)) this.#american += 1;
    this.#separator = shape.includes("/") ? "/" : date.separator;
    for (const trial of Object.values(this.#orders)) trial.add(date);
  }

  reading(): DayReading {
    const { dmy, mdy, ymd } = this.#orders;
    if (this.#yearFirst > this.#yearLast) return { order: "year-month-day", decided: true };
    if (dmy.impossible !== mdy.impossible) return decided(dmy.impossible < mdy.impossible ? dmy : mdy);
    const backwards = Math.min(dmy.backwards, mdy.backwards);
    if (ymd.impossible === 0 && ymd.backwards < backwards) return decided(ymd);
    if (this.#separator !== "/") return decided(dmy);
    if (dmy.backwards !== mdy.backwards) return decided(dmy.backwards < mdy.backwards ? dmy : mdy);
    return { order: this.#american * 2 > this.#yearLast ? "month-day-year" : "day-month-year", decided: false };
  }
}

function decided({ order }: Trial): DayReading {
  return { order, decided: true };
}

/** One order, tried on every date. */
class Trial {
  readonly order: DayOrder;
  /** Dates that aren't. */
  impossible = 0;
  /** Dates before the one that stands above them. */
  backwards = 0;
  #before = Number.NEGATIVE_INFINITY;

  constructor(order: DayOrder) {
    this.order = order;
  }

  add({ numbers }: LineDate): void {
    const parts = dayParts(numbers, this.order);
    if (parts === undefined) {
      this.impossible += 1;
      return;
    }
    const at = dayStart(...parts);
    if (at < this.#before - dayMs) this.backwards += 1;
    this.#before = at;
  }
}

function dayParts([first, second, third]: LineDate["numbers"], order: DayOrder): [number, number, number] | undefined {
  const ordered = {
    "day-month-year": [third, second, first],
    "month-day-year": [third, first, second],
    "year-month-day": [first, second, third],
  };
  const [written = 0, month = 0, day = 0] = ordered[order];
  const full = written < 100 ? 2000 + written : written;
  const year = full >= firstYear + thaiYears ? full - thaiYears : full;
  if (year < firstYear || year > lastYear || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  return [year, month, day];
}
