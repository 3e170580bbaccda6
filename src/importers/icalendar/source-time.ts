import { dayStart, daysInMonth } from "../calendar-days.ts";

/** A date or date-time as a source writes it, before any zone is applied. */
export interface SourceTime {
  readonly text: string;
  readonly form: "date" | "utc" | "local";
  /** The wall clock's reading, as if it were UTC: ms since the epoch. */
  readonly wall: number;
}

const pattern = /^(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d)(?::?(\d\d))?(Z)?)?$/i;

/** Reads `20230912`, `20230912T090000` and `…Z`, also with the separators of ISO 8601; null when there is no such time. */
export function parseSourceTime(source: string): SourceTime | null {
  const text = source.trim();
  const match = pattern.exec(text);
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map((digits) => Number(digits ?? 0));
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  if (hour > 24 || minute > 59 || second > 60 || (hour === 24 && minute + second > 0)) return null;
  const wall = dayStart(year, month, day) + ((hour * 60 + minute) * 60 + second) * 1_000;
  return { text, form: match[4] === undefined ? "date" : match[7] === undefined ? "local" : "utc", wall };
}
