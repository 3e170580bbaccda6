/** Times by the calendar: days, months, years and weekdays by their names and numbers. */
import { type Form, type Meant, monthName, monthOf, year } from "./search-time-forms.ts";
import { dayMs, dayWord, monthNameWord, monthWord, weekdayWord, yearlyWord } from "./search-times.ts";

const date = "(\\d{1,2})(?:st|nd|rd|th)?";
const toDate = `\\s*(?:,|and|&|or|to|till|until|through|-|–|—)\\s*(?:the\\s+)?(?!\\d{4}|\\d{1,2}:)`;

export const calendarForms: readonly Form[] = [
  {
    pattern: new RegExp(`\\b${year}[-/.](\\d{1,2})[-/.](\\d{1,2})\\b`, "gi"),
    read: ([, y, m, d]) => days(Number(y), Number(m), [Number(d)]),
  },
  {
    // January 14th, 2025; Jan 14; January 20th and 21st; March 3-7
    pattern: new RegExp(`\\b${monthName}\\s+(?:the\\s+)?${date}((?:${toDate}${date})*)(?![:.\\d])(?:,?\\s+(?:of\\s+)?${year}\\b)?`, "gi"),
    read: ([, m, d, more, , y]) => days(y ? Number(y) : null, monthOf(m), listed(Number(d), more)),
  },
  {
    // 14 January 2025; the 14th of January
    pattern: new RegExp(`\\b${date}\\s+(?:of\\s+)?${monthName}(?![\\p{L}\\d])(?:,?\\s+${year}\\b)?`, "giu"),
    read: ([, d, m, y]) => days(y ? Number(y) : null, monthOf(m), [Number(d)]),
  },
  {
    // early January, mid-January, the end of September 2025
    pattern: new RegExp(
      `\\b(early|beginning of|start of|first half of|mid|middle of|late|end of|second half of)(?:-|\\s+)(?:the\\s+month\\s+of\\s+)?${monthName}(?![\\p{L}\\d])(?:,?\\s+(?:of\\s+)?${year}\\b)?`,
      "giu",
    ),
    read: ([, part, m, y]) => days(y ? Number(y) : null, monthOf(m), partOfMonth(part ?? "")),
  },
  {
    // January 2025, May of 2025
    pattern: new RegExp(`\\b${monthName},?\\s+(?:of\\s+)?${year}\\b`, "gi"),
    read: ([, m, y]) => ({ words: [monthWord(Number(y), monthOf(m))] }),
  },
  {
    // January; May and March, which mean other things too, as names or after words of time
    pattern:
      /\b(?:(?!May (?:I|we|you|he|she|it|they)\b)(January|February|March|April|May|June|July|August|September|October|November|December)|(?<=\b(?:in|of|on|by|since|until|during|every|last|next|this) )(may|march)|(january|february|april|june|july|august|september|october|november|december))\b/g,
    read: ([, a, b, c]) => ({ words: [monthNameWord(monthOf(a ?? b ?? c))] }),
  },
  { pattern: new RegExp(`(?<![\\d.,:])${year}(?![\\d:]|[.,]\\d)`, "g"), read: ([, y]) => ({ words: [String(y)] }) },
  {
    pattern: /\b(sun|mon|tues|wednes|thurs|fri|satur)days?\b/gi,
    read: ([, name]) => ({
      words: [weekdayWord(["sun", "mon", "tues", "wednes", "thurs", "fri", "satur"].indexOf((name ?? "").toLowerCase()))],
    }),
  },
];

/** `20th and 21st` are two days, `3rd to 7th` are five. */
function listed(first: number, more: string | undefined): number[] {
  const found = [first];
  for (const [, joint = "", number] of (more ?? "").matchAll(/(\D+?)\s*(\d{1,2})/g)) {
    const [from, to] = [found.at(-1) as number, Number(number)];
    const isRange = /to|till|until|through|[-–—]/.test(joint) && to > from && to <= 31;
    if (isRange) for (let day = from + 1; day < to; day++) found.push(day);
    found.push(to);
  }
  return found;
}

function partOfMonth(part: string): number[] {
  const [from, to] = /early|beginning|start/i.test(part)
    ? [1, 10]
    : /mid/i.test(part)
      ? [10, 20]
      : /first/i.test(part)
        ? [1, 15]
        : /second/i.test(part)
          ? [16, 31]
          : [20, 31];
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function days(year: number | null, month: number, dates: readonly number[]): Meant | null {
  const real = dates.filter((each) => month >= 1 && month <= 12 && each >= 1 && each <= new Date(Date.UTC(2024, month, 0)).getUTCDate());
  if (real.length === 0) return null;
  return {
    words: real.map((each) => (year === null ? yearlyWord(month, each) : dayWord(Date.UTC(year, month - 1, each) / dayMs))),
    named: real.map((each) => [monthNameWord(month), String(each)]),
  };
}
