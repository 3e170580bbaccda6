/** Where a timeline is labelled, and with what: years, months or days, as close as it is. */
import { locale } from "../../strings/text.ts";

const dayMs = 86_400_000;
const yearMs = 365.25 * dayMs;
/** Labels that fit side by side on a phone, too. */
const labelsMax = 6;

const forms = {
  years: new Intl.DateTimeFormat(locale, { year: "numeric" }),
  months: new Intl.DateTimeFormat(locale, { month: "short", year: "numeric" }),
  days: new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" }),
} as const;

export function ticksOf(from: number, to: number): number[] {
  const years = (to - from) / yearMs;
  if (years > 3) return everyYears(from, to, Math.ceil(years / labelsMax));
  const months = years * 12;
  if (months > 3) return everyMonths(from, to, Math.ceil(months / labelsMax));
  return everyDays(from, to, Math.max(1, Math.ceil((to - from) / dayMs / labelsMax)));
}

export function tickText(at: number, length: number): string {
  const years = length / yearMs;
  return (years > 3 ? forms.years : years * 12 > 3 ? forms.months : forms.days).format(at);
}

function everyYears(from: number, to: number, step: number): number[] {
  return within(from, to, (index) => {
    const first = Math.ceil(new Date(from).getFullYear() / step) * step;
    return new Date(first + index * step, 0, 1).getTime();
  });
}

function everyMonths(from: number, to: number, step: number): number[] {
  const start = new Date(from);
  return within(from, to, (index) => new Date(start.getFullYear(), start.getMonth() + 1 + index * step, 1).getTime());
}

function everyDays(from: number, to: number, step: number): number[] {
  const start = new Date(from);
  return within(from, to, (index) => new Date(start.getFullYear(), start.getMonth(), start.getDate() + 1 + index * step).getTime());
}

function within(from: number, to: number, at: (index: number) => number): number[] {
  const found: number[] = [];
  for (let index = 0; index <= 2 * labelsMax && at(index) < to; index++) if (at(index) >= from) found.push(at(index));
  return found;
}
