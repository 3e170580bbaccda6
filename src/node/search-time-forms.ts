/** What the forms share in which a question may name a time. */
import { dayMs, dayWord, monthWord } from "./search-times.ts";

/** One time that is asked for. */
export interface AskedTime {
  /** As it stands in the question. */
  readonly said: string;
  /** A thing of that time bears one of these. */
  readonly words: readonly string[];
  /** Two words that stand side by side where a text names a day of it. */
  readonly named?: readonly (readonly [month: string, date: string])[];
}

/** What a form makes of a match. */
export type Meant = Omit<AskedTime, "said">;

export interface Form {
  readonly pattern: RegExp;
  /** True where the words may stand in a text as they are, as `Christmas`: they are looked for, too. */
  readonly keeps?: boolean;
  read(match: RegExpExecArray, now: number | null): Meant | null;
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
export const monthName =
  "(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?";
export const year = "((?:19|20)\\d\\d)";

export function monthOf(name: string | undefined): number {
  return months.indexOf((name ?? "").slice(0, 3).toLowerCase()) + 1;
}

/** Of `count` days from the one that is `offset` days after today. */
export function daysAround(now: number | null, offset: number, count: number): Meant | null {
  if (now === null) return null;
  const first = Math.floor(now / dayMs) + offset;
  return { words: Array.from({ length: count }, (_, index) => dayWord(first + index)) };
}

/** Months of one time at most: what is longer is told by its years. */
const monthsMax = 60;

/** Counted from year 0: so that December and January are neighbours. */
export function monthNumber(inYear: number, month: number): number {
  return 12 * inYear + month - 1;
}

/** Months from one to another, both included; those that are longest ago are told by their years when there are very many. */
export function monthsBetween(first: number, last: number): Meant | null {
  if (last < first) return null;
  const from = Math.max(first, last - monthsMax + 1);
  const words = Array.from({ length: last - from + 1 }, (_, index) =>
    monthWord(Math.floor((from + index) / 12), ((from + index) % 12) + 1),
  );
  const years = Array.from({ length: Math.floor(from / 12) - Math.floor(first / 12) }, (_, index) =>
    String(Math.floor(first / 12) + index),
  );
  return { words: [...years, ...words] };
}

/** The month of now. */
export function monthOfNow(now: number): number {
  const date = new Date(now);
  return monthNumber(date.getUTCFullYear(), date.getUTCMonth() + 1);
}
