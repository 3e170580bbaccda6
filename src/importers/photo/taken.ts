import type { JsonObject } from "../../core/ports.ts";
import { dayStart, daysInMonth } from "../calendar-days.ts";
import { type PhotoTags, type TagGroup, tagText } from "./tags.ts";

/** When a photo was taken, as its metadata say it. */
export interface Taken {
  /** For `content.taken`. */
  readonly told: JsonObject;
  /** The instant, when the metadata settle it. */
  readonly at?: number;
}

/** A camera's clock, read: `wall` is its reading as if it were UTC. */
interface Clock {
  readonly text: string;
  readonly tag: string;
  readonly subSeconds?: string;
  readonly offset?: string;
  readonly wall?: number;
}

/**
 * The time with the UTC offset that stands beside it (`basis` "offset"); else, of a clock without offset, the instant of the GPS fix
 * ("gps"); else no instant, for nobody knows where the clock was set ("local").
 */
export function takenOf(tags: PhotoTags): Taken | undefined {
  const clock = exifClock(tags.exif) ?? xmpClock(tags.xmp) ?? iptcClock(tags.iptc);
  const gps = gpsInstant(tags.exif);
  if (clock === undefined)
    return gps === undefined ? undefined : { told: { text: gps.text, tag: "GPSTimeStamp", basis: "gps" }, at: gps.at };
  const { text, tag, subSeconds, offset, wall } = clock;
  const told = { text, tag, ...(subSeconds === undefined ? {} : { sub_seconds: subSeconds }), ...(offset === undefined ? {} : { offset }) };
  const ahead = offset === undefined ? undefined : offsetOf(offset);
  if (wall !== undefined && ahead !== undefined) return { told: { ...told, basis: "offset" }, at: wall - ahead };
  if (wall !== undefined && gps !== undefined && isOneMoment(wall, gps.at))
    return { told: { ...told, gps: gps.text, basis: "gps" }, at: gps.at };
  return { told: { ...told, ...(gps === undefined ? {} : { gps: gps.text }), basis: "local" } };
}

/** A clock can be 14 hours from UTC. Farther apart, the receiver had no fix of its own, or one of another day. */
function isOneMoment(wall: number, gps: number): boolean {
  return Math.abs(wall - gps) <= (14 * 60 + 15) * 60_000;
}

function exifClock(exif: TagGroup): Clock | undefined {
  for (const [tag, suffix] of [
    ["DateTimeOriginal", "Original"],
    ["DateTimeDigitized", "Digitized"],
    ["DateTime", ""],
  ] as const) {
    const text = dateText(exif, tag);
    if (text === undefined) continue;
    const offset = tagText(exif, `OffsetTime${suffix}`);
    const subSeconds = tagText(exif, `SubSecTime${suffix}`);
    return clockOf(text, tag, subSeconds, offset !== undefined && offsetOf(offset) !== undefined ? offset : undefined);
  }
  return undefined;
}

function xmpClock(xmp: TagGroup): Clock | undefined {
  for (const tag of ["DateTimeOriginal", "DateCreated", "CreateDate"]) {
    const text = dateText(xmp, tag);
    if (text !== undefined) return clockOf(text, tag);
  }
  return undefined;
}

function iptcClock(iptc: TagGroup): Clock | undefined {
  const date = dateText(iptc, "Date Created");
  const time = tagText(iptc, "Time Created");
  return date === undefined ? undefined : clockOf(time === undefined ? date : `${date} ${time}`, "Date Created");
}

/** Cameras without a set clock write zeros or blanks. */
function dateText(group: TagGroup, tag: string): string | undefined {
  const text = tagText(group, tag);
  return text !== undefined && /[1-9]/.test(text.slice(0, 10)) ? text : undefined;
}

const pattern = /^(\d{4})[:-](\d\d)[:-](\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?\s*(Z|[+-]\d\d:?\d\d)?$/;

function clockOf(text: string, tag: string, besideSeconds?: string, besideOffset?: string): Clock {
  const match = pattern.exec(text);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (match ?? []).slice(1, 7).map((digits) => Number(digits ?? 0));
  const subSeconds = besideSeconds ?? match?.[7];
  const offset = besideOffset ?? match?.[8];
  const real = month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month) && hour <= 23 && minute <= 59 && second <= 59;
  // A date alone is a day, not a moment.
  const known = match?.[4] !== undefined && real;
  const wall = dayStart(year, month, day) + ((hour * 60 + minute) * 60 + second) * 1_000 + fraction(subSeconds);
  return {
    text,
    tag,
    ...(subSeconds === undefined ? {} : { subSeconds }),
    ...(offset === undefined ? {} : { offset }),
    ...(known ? { wall } : {}),
  };
}

/** Digits after the decimal point → ms. */
function fraction(digits: string | undefined): number {
  return digits !== undefined && /^\d+$/.test(digits) ? Number(digits.slice(0, 3).padEnd(3, "0")) : 0;
}

function offsetOf(text: string): number | undefined {
  if (text === "Z") return 0;
  const match = /^([+-])(\d\d):?([0-5]\d)$/.exec(text);
  if (match === null || Number(match[2]) > 15) return undefined;
  return (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) * 60_000;
}

/** GPSDateStamp and GPSTimeStamp: always UTC. */
function gpsInstant(exif: TagGroup): { text: string; at: number } | undefined {
  const date = dateText(exif, "GPSDateStamp");
  const time = tagText(exif, "GPSTimeStamp");
  const match = /^(\d\d?):(\d\d?):(\d\d?)(?:\.(\d+))?$/.exec(time ?? "");
  if (date === undefined || match === null) return undefined;
  const [hour = "", minute = "", second = ""] = match.slice(1, 4).map((digits) => digits.padStart(2, "0"));
  const { wall } = clockOf(`${date} ${hour}:${minute}:${second}`, "", match[4]);
  return wall === undefined ? undefined : { text: `${date} ${time}Z`, at: wall };
}
