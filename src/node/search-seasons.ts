/** Seasons as they are north of the equator, quarters, decades, and days that have a name of their own. */
import { type Form, type Meant, monthNumber, monthOfNow, monthsBetween, year } from "./search-time-forms.ts";
import { monthNameWord, yearlyWord } from "./search-times.ts";

const season = "(spring|summer|autumn|fall|winter)";
/** Its first month of three; a winter is of the year in which it ends. */
const begins: Readonly<Record<string, number>> = { spring: 3, summer: 6, autumn: 9, fall: 9, winter: 0 };

const quarters = ["first", "second", "third", "fourth"];

export const seasonForms: readonly Form[] = [
  {
    // spring 2025, the summer of 2024
    pattern: new RegExp(`\\b${season}(?:,? of|,)?\\s+${year}\\b`, "gi"),
    read: ([, name, inYear]) => seasonOf(name, Number(inYear)),
  },
  {
    pattern: new RegExp(`\\b(last|this|past|previous|next|coming) ${season}\\b`, "gi"),
    read: ([, which, name], now) => seasonFromNow((which ?? "").toLowerCase(), name, now),
  },
  {
    // in spring, during the summer: of whatever year; a spring can be of a mattress, and a fall from a ladder
    pattern: /\b(?:in|during|over|since|until|every|each)\s+(?:the\s+)?(spring|summer|autumn|winter)(?!time|\s*\d)\b/gi,
    keeps: true,
    read: ([, name]) => ({ words: [0, 1, 2].map((each) => monthNameWord((((begins[nameOf(name)] ?? 0) + each + 11) % 12) + 1)) }),
  },
  {
    pattern: new RegExp(`\\b(?:q([1-4])|(first|second|third|fourth|last) quarter)(?:,? of|,)?\\s+${year}\\b`, "gi"),
    read: ([, number, name, inYear]) => {
      const place = number === undefined ? quarters.indexOf(nameOf(name)) : Number(number) - 1;
      const first = monthNumber(Number(inYear), 3 * (place < 0 ? 3 : place) + 1);
      return monthsBetween(first, first + 2);
    },
  },
  {
    pattern: /\b((?:19|20)\d)0s\b/gi,
    read: ([, decade]) => ({ words: Array.from({ length: 10 }, (_, index) => `${decade}${index}`) }),
  },
  named(/\bchristmas(?: (?:eve|day))?\b/gi, 12, [24, 25, 26]),
  named(/\bnew year['’]?s eve\b/gi, 12, [31]),
  named(/\bnew year['’]?s(?: day)?\b/gi, 1, [1]),
  named(/\bvalentine['’]?s(?: day)?\b/gi, 2, [14]),
  named(/\bhalloween\b/gi, 10, [31]),
];

function nameOf(name: string | undefined): string {
  return (name ?? "").toLowerCase();
}

function seasonOf(name: string | undefined, inYear: number): Meant | null {
  const first = monthNumber(inYear, begins[nameOf(name)] ?? 1);
  return monthsBetween(first, first + 2);
}

/** The last one is the latest that is over; this one is going on, or else of this year; the next one has not begun. */
function seasonFromNow(which: string, name: string | undefined, now: number | null): Meant | null {
  if (now === null) return null;
  const month = monthOfNow(now);
  const inYear = Math.floor(month / 12);
  const firsts = [-1, 0, 1, 2].map((step) => monthNumber(inYear + step, begins[nameOf(name)] ?? 1));
  const going = firsts.find((first) => first <= month && month <= first + 2);
  const over = firsts.filter((first) => first + 2 < month).at(-1);
  const coming = firsts.find((first) => first > month);
  const ofThisYear = monthNumber(inYear, begins[nameOf(name)] ?? 1);
  const first = which === "this" ? (going ?? ofThisYear) : which === "next" || which === "coming" ? coming : over;
  return first === undefined ? null : monthsBetween(first, first + 2);
}

function named(pattern: RegExp, month: number, days: readonly number[]): Form {
  return { pattern, keeps: true, read: () => ({ words: days.map((day) => yearlyWord(month, day)) }) };
}
