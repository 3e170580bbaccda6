import type { Json, JsonObject } from "../../core/ports.ts";
import type { SeenEvidence } from "../deriver.ts";
import { listOf, objectOf, textOf } from "./fields.ts";
import { parseWall, type Wall, type Weekday, weekdays } from "./wall.ts";

export interface Attendee {
  readonly name: string;
  /** In lower case. */
  readonly address: string;
}

/** A calendar's recurrence rule, as far as routines need it. */
export interface Recurrence {
  readonly every: "day" | "week" | "month" | "year";
  readonly interval: number;
  readonly weekdays: readonly Weekday[];
  /** Of what is repeated each month: `on day 13`, `on the 1st saturday`; empty when the rule names none. */
  readonly inMonth: string;
  readonly until: number | null;
  readonly count: number | null;
}

/** An event or task of a calendar, as derivers see it. */
export interface SeenEvent {
  readonly title: string;
  readonly description: string;
  readonly location: string;
  readonly start: Wall;
  /** The last day that it lasts into. */
  readonly endDay: number;
  readonly endMinute: number | null;
  readonly recurrence: Recurrence | null;
  readonly people: readonly Attendee[];
  readonly organizer: Attendee | null;
  readonly tentative: boolean;
  readonly calendar: string;
}

/** Null for what is no event, was cancelled, is a moved instance of a series, or has no time. */
export function eventOf({ kind, content }: SeenEvidence): SeenEvent | null {
  if (kind !== "event" && kind !== "task") return null;
  const status = textOf(content["status"]);
  const start = timeIn(content["start"] ?? content["due"]);
  if (start === null || status === "CANCELLED" || content["recurrence_id"] !== undefined) return null;
  const end = timeIn(content["end"]);
  // A whole day's end is the day after.
  const endDay = end === null ? start.day : end.minute === null || end.minute === 0 ? end.day - 1 : end.day;
  const [organizer] = personIn(content["organizer"]);
  return {
    title: textOf(content["summary"]).slice(0, 300),
    description: textOf(content["description"]),
    location: textOf(content["location"]).slice(0, 300),
    start,
    endDay: Math.max(start.day, endDay),
    endMinute: end?.minute ?? null,
    recurrence: recurrenceOf(content["rrule"]),
    people: listOf(content["attendees"]).flatMap(personIn),
    organizer: organizer ?? null,
    tentative: status === "TENTATIVE",
    calendar: textOf(content["calendar"]),
  };
}

function timeIn(value: Json | undefined): Wall | null {
  const { value: text, zone } = objectOf(value);
  const wall = typeof text === "string" ? parseWall(text) : null;
  return wall && zone === "UTC" ? { ...wall, utc: true } : wall;
}

function personIn(value: Json | undefined): Attendee[] {
  const { name, address } = objectOf(value) as JsonObject;
  const person = { name: textOf(name).slice(0, 120), address: textOf(address).toLowerCase().slice(0, 200) };
  return person.name === "" && person.address === "" ? [] : [person];
}

const frequencies: Readonly<Record<string, Recurrence["every"]>> = { DAILY: "day", WEEKLY: "week", MONTHLY: "month", YEARLY: "year" };
const short = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

function recurrenceOf(value: Json | undefined): Recurrence | null {
  const rule = textOf(listOf(value)[0]).toUpperCase().slice(0, 500);
  const parts = new Map(rule.split(";").map((part) => part.split("=", 2) as [string, string | undefined]));
  const every = frequencies[parts.get("FREQ") ?? ""];
  if (every === undefined) return null;
  const days = (parts.get("BYDAY") ?? "").split(",").map((day) => weekdays[short.indexOf(day.replace(/^[+-]?\d+/u, ""))]);
  return {
    every,
    interval: Math.max(1, Number(parts.get("INTERVAL") ?? 1) || 1),
    weekdays: days.filter((day) => day !== undefined),
    inMonth: inMonth(parts.get("BYMONTHDAY") ?? "", parts.get("BYDAY") ?? "", parts.get("BYSETPOS") ?? ""),
    until: parseWall(parts.get("UNTIL") ?? "")?.day ?? null,
    count: Number(parts.get("COUNT")) || null,
  };
}

const ordinals: Readonly<Record<string, string>> = { 1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 5: "5th", [-1]: "last", [-2]: "last but one" };

function inMonth(monthDay: string, weekday: string, position: string): string {
  if (/^\d{1,2}$/u.test(monthDay)) return `on day ${Number(monthDay)}`;
  const match = /^([+-]?\d)?([A-Z]{2})$/u.exec(weekday);
  const day = weekdays[short.indexOf(match?.[2] ?? "")];
  const which = ordinals[Number(match?.[1] ?? position)];
  return day === undefined || which === undefined ? "" : `on the ${which} ${day}`;
}
