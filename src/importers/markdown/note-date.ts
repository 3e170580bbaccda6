import type { Json, JsonObject } from "../../core/ports.ts";
import { dayStart, daysInMonth } from "../calendar-days.ts";

/** The day that a note tells of or was written on, as its source says it. */
export interface NoteDate {
  readonly text: string;
  readonly from: "front matter" | "file name";
  /** The instant; of a day, or of a time without its zone, the day's midnight in UTC. */
  readonly at: number;
}

/** Front matter `date`, then a file name that begins with a date, then front matter `created`. */
export function noteDate(fields: JsonObject | undefined, baseName: string): NoteDate | undefined {
  const named = /^\d{4}([-_.]?)\d\d\1\d\d(?![\d])/.exec(baseName)?.[0];
  return (
    fromField(fields?.["date"]) ??
    (named === undefined ? undefined : dated(named, named.replace(/^(\d{4})\D?(\d\d)\D?(\d\d)$/, "$1-$2-$3"), "file name")) ??
    fromField(fields?.["created"])
  );
}

function fromField(value: Json | undefined): NoteDate | undefined {
  return typeof value === "string" ? dated(value.trim(), value.trim(), "front matter") : undefined;
}

const pattern = /^(\d{4})[-/](\d\d)[-/](\d\d)(?:[T ]+(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?)?$/i;

function dated(text: string, iso: string, from: NoteDate["from"]): NoteDate | undefined {
  const match = pattern.exec(iso);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map((digits) => Number(digits ?? 0));
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month) || hour > 23 || minute > 59 || second > 59) return undefined;
  const midnight = dayStart(year, month, day);
  const zone = match[7];
  const at = zone === undefined ? midnight : midnight + ((hour * 60 + minute) * 60 + second) * 1_000 - offsetOf(zone);
  return { text, from, at };
}

function offsetOf(zone: string): number {
  if (/^z$/i.test(zone)) return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith("-") ? -1 : 1) * minutes * 60_000;
}
