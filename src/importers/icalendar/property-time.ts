import type { Json } from "../../core/ports.ts";
import type { Calendar } from "./calendar.ts";
import { type ContentLine, parameter } from "./content-line.ts";
import { parseSourceTime, type SourceTime } from "./source-time.ts";
import { instantOf } from "./zone.ts";

/** `{value}` for a date, else also `zone` and, when the instant is known, `at`. */
export type TimeValue = { [name: string]: Json };

/** The property's one time; undefined when it is none. */
export function propertyTime(line: ContentLine, calendar: Calendar): TimeValue | undefined {
  return timeValue(line.value, zoneName(line), calendar) ?? timeBehindColon(line, calendar);
}

/** The times of a list, without those that are none. Of a period the value is kept whole and `at` is its start. */
export function propertyTimes(line: ContentLine, calendar: Calendar): { times: TimeValue[]; unreadable: number } {
  const texts = line.value.split(",").filter((text) => text.trim() !== "");
  const times = texts.map((text) => {
    const time = timeValue(text.split("/")[0] ?? "", zoneName(line), calendar);
    return time && { ...time, value: text.trim() };
  });
  const readable = times.filter((time) => time !== undefined);
  return { times: readable, unreadable: times.length - readable.length };
}

function zoneName(line: ContentLine): string | undefined {
  return parameter(line, "TZID");
}

/** A zone name with a colon in it that nobody quoted: `DTSTART;TZID=(UTC+01:00) Berlin:20230912T090000`. */
function timeBehindColon(line: ContentLine, calendar: Calendar): TimeValue | undefined {
  const at = line.value.lastIndexOf(":");
  const zone = zoneName(line);
  if (at === -1 || zone === undefined) return undefined;
  return timeValue(line.value.slice(at + 1), `${zone}:${line.value.slice(0, at)}`, calendar);
}

function timeValue(text: string, tzid: string | undefined, calendar: Calendar): TimeValue | undefined {
  const time = parseSourceTime(text);
  if (time === null) return undefined;
  if (time.form === "date") return { value: time.text };
  if (time.form === "utc") return { value: time.text, zone: "UTC", at: time.wall };
  if (tzid !== undefined) return { value: time.text, zone: tzid, ...instant(time, tzid, calendar) };
  const { defaultZone } = calendar;
  if (defaultZone === undefined) return { value: time.text, zone: "floating" };
  return { value: time.text, zone: defaultZone, zone_from: "X-WR-TIMEZONE", ...instant(time, defaultZone, calendar) };
}

function instant(time: SourceTime, tzid: string, calendar: Calendar): { at: number } | { zone_unknown: true } {
  const zone = calendar.zones(tzid);
  return zone === null ? { zone_unknown: true } : { at: instantOf(time.wall, zone) };
}
