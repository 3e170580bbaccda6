/** Times that count from now, and spans from one month to another. Without a now its words are only words. */
import {
  daysAround,
  type Form,
  type Meant,
  monthName,
  monthNumber,
  monthOf,
  monthOfNow,
  monthsBetween,
  year,
} from "./search-time-forms.ts";
import { dayMs, dayWord } from "./search-times.ts";

const weekday = "(sun|mon|tues|wednes|thurs|fri|satur)day";
const weekdays = ["sun", "mon", "tues", "wednes", "thurs", "fri", "satur"];
const count = "(\\d{1,3}|a|an|one|two|three|four|five|six|a couple of|a few|few|several)";
const counts: Readonly<Record<string, number>> = {
  ...{ a: 1, an: 1, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6 },
  ...{ "a couple of": 2, "a few": 4, few: 4, several: 5 },
};
const unit = "(day|week|month|year)";

export const relativeForms: readonly Form[] = [
  {
    // since March, since January 2025, since 2023
    pattern: new RegExp(`\\bsince\\s+(?:${monthName}(?![\\p{L}\\d])(?:,?\\s+(?:of\\s+)?${year}\\b)?|${year}\\b)`, "giu"),
    read: ([, m, inYear, y], now) => since(m, inYear ?? y, now),
  },
  {
    // from March to May, between October 2024 and January 2025
    pattern: new RegExp(
      `\\b(?:from|between)\\s+${monthName}(?![\\p{L}\\d])(?:,?\\s+${year})?\\s+(?:to|and|until|till|through|-|–)\\s+${monthName}(?![\\p{L}\\d])(?:,?\\s+(?:of\\s+)?${year})?`,
      "giu",
    ),
    read: ([, m, inYear, other, otherYear], now) => between([m, inYear], [other, otherYear], now),
  },
  { pattern: /\bday before yesterday\b/gi, read: (_, now) => daysAround(now, -2, 1) },
  { pattern: /\bday after tomorrow\b/gi, read: (_, now) => daysAround(now, 2, 1) },
  { pattern: /\blast night\b/gi, keeps: true, read: (_, now) => daysAround(now, -1, 1) },
  { pattern: /\b(?:this (?:morning|afternoon|evening)|tonight)\b/gi, keeps: true, read: (_, now) => daysAround(now, 0, 1) },
  {
    pattern: /\b(today|yesterday|tomorrow)\b/gi,
    read: ([, name], now) => daysAround(now, { yesterday: -1, today: 0, tomorrow: 1 }[(name ?? "").toLowerCase()] ?? 0, 1),
  },
  {
    pattern: new RegExp(`\\b${count} ${unit}s? ago\\b`, "gi"),
    read: ([, many, of], now) => back(now, countOf(many), of),
  },
  {
    pattern: new RegExp(`\\bin ${count} ${unit}s?\\b(?! (?:long|of))`, "gi"),
    read: ([, many, of], now) => back(now, -countOf(many), of),
  },
  {
    // the last three months, the past few days
    pattern: new RegExp(`\\b(?:last|past|previous) ${count} ${unit}s?\\b`, "gi"),
    read: ([, many, of], now) => lately(now, countOf(many), of),
  },
  {
    pattern: new RegExp(`\\b(last|this|past|previous|next|coming) (?:${unit}|weekend)\\b`, "gi"),
    read: ([, which, of], now) => (of === undefined ? weekend(now, steps(which)) : back(now, -steps(which), of)),
  },
  {
    // last Tuesday: the latest before today; next Friday, this Friday: the first from tomorrow, from today
    pattern: new RegExp(`\\b(last|past|this|next|coming) ${weekday}\\b`, "gi"),
    read: ([, which, name], now) => dayNamed(now, which, weekdays.indexOf((name ?? "").toLowerCase())),
  },
];

function countOf(text: string | undefined): number {
  return counts[(text ?? "").toLowerCase()] ?? Number(text);
}

function steps(which: string | undefined): number {
  return { this: 0, next: 1, coming: 1 }[(which ?? "").toLowerCase()] ?? -1;
}

/** The day, week, month or year so many before that of now; weeks begin on Monday. */
function back(now: number | null, many: number, of: string | undefined): Meant | null {
  if (now === null) return null;
  const date = new Date(now);
  const name = (of ?? "").toLowerCase();
  if (name === "day") return daysAround(now, -many, 1);
  if (name === "week") return daysAround(now, -7 * many - sinceMonday(now), 7);
  if (name === "month") return monthsBetween(monthOfNow(now) - many, monthOfNow(now) - many);
  return { words: [String(date.getUTCFullYear() - many)] };
}

/** So many of them until today. */
function lately(now: number | null, many: number, of: string | undefined): Meant | null {
  if (now === null) return null;
  const days = { day: 1, week: 7 }[(of ?? "").toLowerCase()];
  if (days !== undefined && days * many <= 62) return daysAround(now, -days * many, days * many + 1);
  const months = (of ?? "").toLowerCase() === "year" ? 12 * many : days === undefined ? many : Math.ceil((days * many) / 30);
  return monthsBetween(monthOfNow(now) - months, monthOfNow(now));
}

function sinceMonday(now: number): number {
  return (new Date(now).getUTCDay() + 6) % 7;
}

function weekend(now: number | null, step: number): Meant | null {
  return now === null ? null : daysAround(now, 5 - sinceMonday(now) + 7 * step, 2);
}

function dayNamed(now: number | null, which: string | undefined, name: number): Meant | null {
  if (now === null) return null;
  const [today, ahead] = [Math.floor(now / dayMs), (name - new Date(now).getUTCDay() + 7) % 7];
  const word = (which ?? "").toLowerCase();
  if (word === "this") return { words: [dayWord(today + ahead)] };
  if (word === "next" || word === "coming") return { words: [dayWord(today + (ahead || 7))] };
  return { words: [dayWord(today + ahead - 7)] };
}

/** A month without a year is the latest of that name. */
function since(month: string | undefined, inYear: string | undefined, now: number | null): Meant | null {
  if (now === null) return null;
  const last = monthOfNow(now);
  if (month === undefined) return years(Number(inYear), new Date(now).getUTCFullYear());
  return monthsBetween(inYear === undefined ? latest(month, last) : monthNumber(Number(inYear), monthOf(month)), last);
}

function years(first: number, last: number): Meant | null {
  return first > last ? null : { words: Array.from({ length: last - first + 1 }, (_, index) => String(first + index)) };
}

function latest(month: string, last: number): number {
  const inYear = Math.floor(last / 12);
  const same = monthNumber(inYear, monthOf(month));
  return same <= last ? same : same - 12;
}

type Told = readonly [month: string | undefined, inYear: string | undefined];

function between([from, fromYear]: Told, [to, toYear]: Told, now: number | null): Meant | null {
  if (from === undefined || to === undefined) return null;
  const [first, last] = [monthOf(from), monthOf(to)];
  const until = toYear ?? (fromYear === undefined ? undefined : String(Number(fromYear) + (last < first ? 1 : 0)));
  if (until === undefined && now === null) return null;
  const end = until === undefined ? latest(to, monthOfNow(now as number)) : monthNumber(Number(until), last);
  const begin = fromYear === undefined ? end - ((last - first + 12) % 12) : monthNumber(Number(fromYear), first);
  return monthsBetween(begin, end);
}
