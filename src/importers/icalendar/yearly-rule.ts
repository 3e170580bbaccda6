import { dayStart, daysInMonth } from "../calendar-days.ts";
import { parseSourceTime } from "./source-time.ts";

/** The kind of RRULE that time zones have: certain days of every year, or of every nth year. */
export interface YearlyRule {
  /** Wall-clock times in the year, ascending, as if they were UTC; none in a year that the rule skips. */
  inYear(year: number): readonly number[];
  /** The last time that counts: an instant when `untilUtc`, else a wall-clock reading. */
  readonly until: number;
  readonly untilUtc: boolean;
  readonly interval: number;
}

interface WeekDay {
  readonly day: number;
  /** 1 is the first in the month, -1 the last, 0 every one. */
  readonly nth: number;
}

const names = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];
const oneDay = 86_400_000;
const lengthMax = 500;

/** Reads the rule of an observance that starts at the wall-clock time `start`; null for a rule that zones don't have in practice. */
export function parseYearlyRule(text: string, start: number): YearlyRule | null {
  if (text.length > lengthMax) return null;
  const parts = new Map(text.toUpperCase().split(";").filter(Boolean).map(splitPart));
  const take = (name: string) => {
    const value = parts.get(name);
    parts.delete(name);
    return value;
  };
  const first = new Date(start);
  const frequency = take("FREQ");
  const interval = integer(take("INTERVAL") ?? "1", 1, 10);
  const months = integers(take("BYMONTH") ?? String(first.getUTCMonth() + 1), 1, 12);
  const hasMonth = /BYMONTH=/i.test(text);
  const monthDays = integers(take("BYMONTHDAY") ?? "", -31, 31);
  const weekDays = parseWeekDays(take("BYDAY") ?? "");
  const clock = clockOf(first, take("BYHOUR"), take("BYMINUTE"), take("BYSECOND"));
  const count = integer(take("COUNT") ?? "9999", 1, 9_999);
  const until = parseSourceTime(take("UNTIL") ?? "99991231T235959");
  take("WKST");
  const understood = frequency === "YEARLY" && parts.size === 0 && (hasMonth || (monthDays?.length === 0 && weekDays?.length === 0));
  if (!understood || !interval || !months || !monthDays || !weekDays || clock === null || !count || until === null) return null;

  const timesOf = (year: number) => {
    if ((year - first.getUTCFullYear()) % interval !== 0) return [];
    const days = months.flatMap((month) => daysOf(year, month, monthDays, weekDays, first.getUTCDate()));
    return days
      .map((day) => day + clock)
      .filter((wall) => wall >= start)
      .sort((a, b) => a - b);
  };
  const lastByCount = dayStart(Math.min(first.getUTCFullYear() + count * interval, 10_000), 1, 1) - 1;
  const end = until.form === "date" ? until.wall + oneDay - 1 : until.wall;
  return { inYear: remembered(timesOf), until: Math.min(end, lastByCount), untilUtc: until.form === "utc", interval };
}

/** Calendars ask for the same few years again and again. */
function remembered(timesOf: (year: number) => readonly number[]): (year: number) => readonly number[] {
  const years = new Map<number, readonly number[]>();
  return (year) => {
    const times = years.get(year) ?? timesOf(year);
    years.set(year, times);
    return times;
  };
}

function splitPart(part: string): [string, string] {
  const at = part.indexOf("=");
  return at === -1 ? [part.trim(), ""] : [part.slice(0, at).trim(), part.slice(at + 1).trim()];
}

function integer(text: string, least: number, most: number): number | null {
  const value = /^[+-]?\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : null;
}

function integers(text: string, least: number, most: number): number[] | null {
  if (text === "") return [];
  const values = text.split(",").map((value) => integer(value.trim(), least, most));
  return values.every((value) => value !== null && value !== 0) ? values.filter((value) => value !== null) : null;
}

function parseWeekDays(text: string): WeekDay[] | null {
  if (text === "") return [];
  const found = text.split(",").map((one) => /^([+-]?[1-5])?(SU|MO|TU|WE|TH|FR|SA)$/.exec(one.trim()));
  if (found.includes(null)) return null;
  return found.map((match) => ({ day: names.indexOf(match?.[2] ?? ""), nth: Number(match?.[1] ?? 0) }));
}

/** The time of day, ms: the start's, but for what the rule says. */
function clockOf(first: Date, byHour?: string, byMinute?: string, bySecond?: string): number | null {
  const hour = integer(byHour ?? String(first.getUTCHours()), 0, 23);
  const minute = integer(byMinute ?? String(first.getUTCMinutes()), 0, 59);
  const second = integer(bySecond ?? String(first.getUTCSeconds()), 0, 59);
  return hour === null || minute === null || second === null ? null : ((hour * 60 + minute) * 60 + second) * 1_000;
}

function daysOf(year: number, month: number, monthDays: readonly number[], weekDays: readonly WeekDay[], startDay: number): number[] {
  const length = daysInMonth(year, month);
  const firstWeekDay = new Date(dayStart(year, month, 1)).getUTCDay();
  const days: number[] = [];
  for (let day = 1; day <= length; day += 1) {
    const weekDay = (firstWeekDay + day - 1) % 7;
    const named = monthDays.length === 0 || monthDays.includes(day) || monthDays.includes(day - length - 1);
    const fits = weekDays.length === 0 || weekDays.some((one) => one.day === weekDay && isNth(one.nth, day, length));
    const told = monthDays.length > 0 || weekDays.length > 0 || day === startDay;
    if (named && fits && told) days.push(dayStart(year, month, day));
  }
  return days;
}

function isNth(nth: number, day: number, length: number): boolean {
  if (nth === 0) return true;
  return nth > 0 ? Math.ceil(day / 7) === nth : Math.ceil((length - day + 1) / 7) === -nth;
}
