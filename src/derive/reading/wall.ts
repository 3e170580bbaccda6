import type { Json, JsonObject } from "../../core/ports.ts";
import type { SeenEvidence } from "../deriver.ts";

/** What calendar and clock on the wall showed where it took place, as far as the source says it. */
export interface Wall {
  /** Days since 1970-01-01. */
  readonly day: number;
  /** Minutes since midnight; null for a whole day. */
  readonly minute: number | null;
  /** True when the source gave UTC, and local time is not known. */
  readonly utc: boolean;
}

export const dayMs = 86_400_000;

const pattern = /^\s*(\d{4})[-:/]?(\d\d)[-:/]?(\d\d)(?:[T ]+(\d\d):?(\d\d)(?::?\d\d(?:[.,]\d+)?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?)?/i;

/** Reads a time as sources write it: `20250102T183000`, `2025:01:02 18:30:00`, `2025-01-02T18:30+08:00`, `2025-01-02`. */
export function parseWall(text: string): Wall | null {
  const match = pattern.exec(text.slice(0, 64));
  if (match === null) return null;
  const [year, month, date] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || date < 1 || date > 31) return null;
  const day = Math.floor(new Date(0).setUTCFullYear(year, month - 1, date) / dayMs);
  const minute = match[4] === undefined ? null : Number(match[4]) * 60 + Number(match[5]);
  return { day, minute: minute !== null && minute < 1_440 ? minute : null, utc: /^(?:Z|UTC)$/i.test(match[6] ?? "") };
}

/** Members that hold a time, in the order in which they count; each is a text, or holds one. */
const timeMembers = ["start", "started", "from", "taken", "date", "day", "sent", "received", "time", "at", "due", "created"] as const;

/** The item's place in local time: as its source tells it, else its instant as if in UTC. */
export function wallOf({ content, observedAt }: SeenEvidence): Wall | null {
  for (const member of timeMembers) {
    const told = toldWall(content[member]);
    if (told !== null) return told;
  }
  if (observedAt === null) return null;
  const day = Math.floor(observedAt / dayMs);
  return { day, minute: Math.floor((observedAt - day * dayMs) / 60_000), utc: true };
}

function toldWall(value: Json | undefined): Wall | null {
  if (typeof value === "string") return parseWall(value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const { value: inner, text, zone } = value as JsonObject;
  const wall = typeof inner === "string" ? parseWall(inner) : typeof text === "string" ? parseWall(text) : null;
  return wall && zone === "UTC" ? { ...wall, utc: true } : wall;
}

export function dayOf(item: SeenEvidence): number | null {
  return wallOf(item)?.day ?? null;
}

export const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;
export type Weekday = (typeof weekdays)[number];

export function weekdayOf(day: number): Weekday {
  // 1970-01-01 was a Thursday.
  return weekdays[(((day + 3) % 7) + 7) % 7] as Weekday;
}

/** `2025-01-02`. */
export function dateText(day: number): string {
  const date = new Date(day * dayMs);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString().slice(0, 10);
}

/** `18:30`. */
export function clockText(minute: number): string {
  const whole = ((Math.round(minute) % 1_440) + 1_440) % 1_440;
  return `${String(Math.floor(whole / 60)).padStart(2, "0")}:${String(whole % 60).padStart(2, "0")}`;
}
