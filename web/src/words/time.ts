/** Times as people say them. */
import { locale, t } from "../strings/text.ts";

const dayForm = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" });
const momentForm = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });

const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 365.25 * 86_400_000],
  ["month", 30.44 * 86_400_000],
  ["week", 7 * 86_400_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** Milliseconds that a date can hold; a log may hold others. */
function isDate(ms: number): boolean {
  return Number.isFinite(ms) && Math.abs(ms) <= 8.64e15;
}

/** `4 Oct 2026` */
export function dayText(ms: number): string {
  return isDate(ms) ? dayForm.format(ms) : t("time.unknown");
}

/** `4 Oct 2026, 18:30` */
export function momentText(ms: number): string {
  return isDate(ms) ? momentForm.format(ms) : t("time.unknown");
}

/** `3 minutes ago`, `in 5 days` */
export function agoText(ms: number, now: number = Date.now()): string {
  if (!isDate(ms)) return t("time.unknown");
  const [unit, size] = units.find(([, each]) => Math.abs(ms - now) >= each) ?? ["minute", 60_000];
  const count = Math.round((ms - now) / size);
  return count === 0 && unit === "minute" ? t("time.now") : relative.format(count, unit);
}

/** A duration in the largest unit that is whole enough: `7 days`, `12 hours`. */
export function spanText(ms: number): string {
  const hours = Math.round(ms / 3_600_000);
  return hours >= 48 ? t("time.days", { count: Math.round(hours / 24) }) : t("time.hours", { count: hours });
}
