/** The times that a question asks for, in the ways that English says them. */
import { calendarForms } from "./search-calendar.ts";
import { relativeForms } from "./search-relative.ts";
import { seasonForms } from "./search-seasons.ts";
import type { AskedTime, Form } from "./search-time-forms.ts";

export interface AskedTimes {
  readonly times: readonly AskedTime[];
  /** The question without the numbers that only told a day. */
  readonly rest: string;
}

/** The first form that fits a place in the question takes it. */
const forms: readonly Form[] = [...relativeForms, ...seasonForms, ...calendarForms];

/** Reads the question; `now` (ms since the epoch) is what `yesterday` counts from: without it such words are only words. */
export function askedTimes(question: string, now: number | null): AskedTimes {
  const times: AskedTime[] = [];
  let rest = question;
  for (const { pattern, keeps, read } of forms) {
    rest = rest.replace(pattern, (...found) => {
      const match = found as unknown as RegExpExecArray;
      const time = read(match, now);
      if (time === null) return String(match[0]);
      times.push({ ...time, said: String(match[0]).trim() });
      return keeps ? `${String(match[0])}\n` : "\n";
    });
  }
  return { times, rest };
}
