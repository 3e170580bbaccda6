import { dayStart, daysInMonth } from "../calendar-days.ts";

/** A `Date` field: as ISO 8601 with its own offset, and the instant when the offset is known. */
export interface MailDate {
  readonly text: string;
  readonly at?: number;
}

const months = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");

/** Hours from UTC of the zones that RFC 5322 names, and of a few that others use without doubt. */
const zones: Readonly<Record<string, number>> = {
  ...{ UT: 0, UTC: 0, GMT: 0, Z: 0, EST: -5, EDT: -4, CST: -6, CDT: -5, MST: -7, MDT: -6, PST: -8, PDT: -7 },
  ...{ CET: 1, CEST: 2, MET: 1, MEST: 2, EET: 2, EEST: 3, JST: 9, HST: -10, AKST: -9, AKDT: -8 },
};

const clock = String.raw`(\d{1,2})[:.](\d\d)(?:[:.](\d\d))?\s*([ap]m)?\s*(.*)`;
/** `Mon, 2 May 2005 16:07:05 -0600`, and the same with hyphens. */
const dayFirst = new RegExp(String.raw`^(?:[a-z]{2,9}\.?,?\s*)?(\d{1,2})[\s-]+([a-z]{3})[a-z]*\.?,?[\s-]+(\d{2,4}),?\s+${clock}$`, "i");
/** `May 8, 2005 1:17 PM`. */
const monthFirst = new RegExp(String.raw`^(?:[a-z]{2,9}\.?,?\s+)?([a-z]{3})[a-z]*\.?\s+(\d{1,2}),?\s+(\d{4}),?\s+(?:at\s+)?${clock}$`, "i");
/** `Mon May  2 16:07:05 2005`, as mbox and old programs write it. */
const yearLast =
  /^(?:[a-z]{3},?\s+)?([a-z]{3})\s+(\d{1,2})\s+(\d{1,2}):(\d\d)(?::(\d\d))?\s+(?:([a-z]{2,5}|[+-]\d{4})\s+)?(\d{4})(?:\s+([a-z]{2,5}|[+-]\d{4}))?$/i;

/** Reads a date as mail writes it; null when it is none. */
export function mailDate(source: string): MailDate | null {
  const text = source
    .slice(0, 200)
    .replace(/\([^()]*\)/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  const first = dayFirst.exec(text);
  if (first !== null) return dateOf(first[3], first[2], first[1], first.slice(4));
  const second = monthFirst.exec(text);
  if (second !== null) return dateOf(second[3], second[1], second[2], second.slice(4));
  const [, month, day, hour, minute, seconds, before, year, after] = yearLast.exec(text) ?? [];
  return year === undefined ? null : dateOf(year, month, day, [hour, minute, seconds, undefined, before ?? after ?? ""]);
}

function dateOf(yearText = "", monthText = "", dayText = "", rest: readonly (string | undefined)[] = []): MailDate | null {
  const [hourText = "", minuteText = "", secondText = "0", half, zone = ""] = rest;
  const [day, minute, second] = [Number(dayText), Number(minuteText), Number(secondText)];
  const year = fullYear(Number(yearText), yearText.length);
  const month = months.indexOf(monthText.slice(0, 3).toLowerCase()) + 1;
  const hour = half === undefined ? Number(hourText) : (Number(hourText) % 12) + (half.toLowerCase() === "pm" ? 12 : 0);
  if (month === 0 || day < 1 || day > daysInMonth(year, month) || hour > 23 || minute > 59 || second > 60) return null;
  const wall = dayStart(year, month, day) + ((hour * 60 + minute) * 60 + second) * 1_000;
  const digits = (value: number, length = 2) => String(value).padStart(length, "0");
  const local = `${digits(year, 4)}-${digits(month)}-${digits(day)}T${digits(hour)}:${digits(minute)}:${digits(second)}`;
  const offset = offsetMinutes(zone);
  if (offset === undefined) return { text: local };
  const sign = offset < 0 ? "-" : "+";
  const size = Math.abs(offset);
  return {
    text: `${local}${offset === 0 ? "Z" : `${sign}${digits(Math.floor(size / 60))}:${digits(size % 60)}`}`,
    at: wall - offset * 60_000,
  };
}

/** Two digits count from 1950, three from 1900 (RFC 5322). */
function fullYear(year: number, digits: number): number {
  if (digits === 2) return year < 50 ? 2000 + year : 1900 + year;
  return digits === 3 ? 1900 + year : year;
}

function offsetMinutes(text: string): number | undefined {
  const zone = text.trim().split(" ", 1)[0] ?? "";
  const [, sign, hours = "", minutes = ""] = /^([+-])(\d{1,2}):?(\d\d)$/.exec(zone) ?? [];
  if (sign === undefined) {
    const known = zones[zone.toUpperCase()];
    return known === undefined ? undefined : known * 60;
  }
  if (Number(hours) > 18 || Number(minutes) > 59) return undefined;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) + 0;
}
