import type { Json, JsonObject } from "../core/ports.ts";
import { overlap, stemsOf } from "./text/phrase.ts";

/** Members of an object that say what it is about; the others (a time, a place) are how it was seen. */
const aboutMembers: Readonly<Record<string, readonly string[]>> = {
  "schedule.daily": ["what"],
  "schedule.weekly": ["what", "weekday"],
  "schedule.monthly": ["what"],
  "schedule.yearly": ["what"],
  "travel.trip": ["place", "from"],
  "travel.plan": ["place", "from"],
  "event.upcoming": ["what", "date"],
  "health.appointment": ["what", "date"],
};
/** Said in the person's own words, which change with each telling. */
const inWords: ReadonlySet<string> = new Set(["goal.personal", "work.role", "work.field"]);

/** Whether two objects of one predicate say the same but for how it is told: what was refuted of the one is refuted of the other. */
export function isSameConclusion(predicate: string, left: Json, right: Json): boolean {
  if (inWords.has(predicate)) return typeof left === "string" && typeof right === "string" && overlap(stemsOf(left), stemsOf(right)) >= 0.6;
  const members = aboutMembers[predicate];
  if (members === undefined || !isObject(left) || !isObject(right)) return JSON.stringify(left) === JSON.stringify(right);
  return members.every((name) => String(left[name]).toLowerCase() === String(right[name]).toLowerCase());
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
