/** When a thing took place, in words that a question may ask for: the day, the weekday, the month, the year, the time of day. */
import type { Json, JsonObject } from "../core/ports.ts";
import type { SearchRow } from "../store/index.ts";
import { wordsOf } from "./search-words.ts";

export const dayMs = 86_400_000;

/** Calendar and clock at the place where it was; `minute` is null when only the day is told. */
interface Wall {
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly minute: number | null;
}

export interface Times {
  /** Ms since the epoch; a time without zone counts as if in UTC. */
  readonly at: number | null;
  readonly words: readonly string[];
}

const monthWords = "january february march april may june july august september october november december".split(" ").flatMap(wordsOf);
const weekdayWords = "sunday monday tuesday wednesday thursday friday saturday".split(" ").flatMap(wordsOf);
const [morning, afternoon, evening, night, weekend] = "morning afternoon evening night weekend".split(" ").flatMap(wordsOf);

/** Days of one thing that are told by name: a month's holiday, not a subscription. */
const daysMax = 31;

/** Words by which times of day are known: they overlap as they do in speech. */
export function hourWords(minute: number): string[] {
  const hour = minute / 60;
  const parts: [string | undefined, boolean][] = [
    [morning, hour >= 4 && hour < 12],
    [afternoon, hour >= 12 && hour < 18],
    [evening, hour >= 17 && hour < 23],
    [night, hour >= 19 || hour < 4],
  ];
  return parts.flatMap(([word, is]) => (is && word !== undefined ? word : []));
}

/** `~20250114`, `~0114`, `~202501`: no text gives such words. */
export function dayWord(day: number): string {
  return `~${digitsOf(day)}`;
}

export function yearlyWord(month: number, date: number): string {
  return `~${String(month).padStart(2, "0")}${String(date).padStart(2, "0")}`;
}

export function monthWord(year: number, month: number): string {
  return `~${year}${String(month).padStart(2, "0")}`;
}

export function monthNameWord(month: number): string {
  return monthWords[month - 1] ?? "";
}

export function weekdayWord(weekday: number): string {
  return weekdayWords[weekday] ?? "";
}

/** On a row whose day is only known to be one of two. */
export const eitherDay = "~utc";

/** How many minutes the clock on the wall was ahead of UTC. */
function zoneWord(minutes: number): string {
  return `~z${minutes < 0 ? "_" : ""}${Math.abs(minutes)}`;
}

/** The offset that a row's words tell, in minutes; null when they tell none. */
export function zoneOf(words: readonly string[]): number | null {
  const word = words.find((each) => each.startsWith("~z"));
  return word === undefined ? null : Number(word.slice(2).replace("_", "-"));
}

/** The offset of most rows that tell theirs, in minutes; null when none does. */
export function usualZone(rows: readonly SearchRow[]): number | null {
  const counts = new Map<number, number>();
  for (const { words } of rows) {
    const zone = zoneOf(words.dates);
    if (zone !== null) counts.set(zone, (counts.get(zone) ?? 0) + 1);
  }
  const [usual] = [...counts].sort(([one, first], [other, second]) => second - first || one - other);
  return usual?.[0] ?? null;
}

function digitsOf(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10).replaceAll("-", "");
}

const met = new Map<number, readonly string[]>();
const metMax = 20_000;

/** Every word for one day. */
export function wordsOfDay(day: number): readonly string[] {
  const before = met.get(day);
  if (before !== undefined) return before;
  if (met.size >= metMax) met.clear();
  const words = dayWords(day);
  met.set(day, words);
  return words;
}

function dayWords(day: number): string[] {
  const date = new Date(day * dayMs);
  const [year, month, weekday] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDay()];
  if (!(year >= 1 && year <= 9999)) return [];
  return [
    dayWord(day),
    yearlyWord(month, date.getUTCDate()),
    monthWord(year, month),
    monthNameWord(month),
    String(year),
    weekdayWord(weekday),
    ...(weekday === 0 || weekday === 6 ? [weekend ?? ""] : []),
  ];
}

/** When evidence was observed: where its source tells local time by that, else on either day that it was somewhere on Earth. */
export function evidenceTimes(payload: JsonObject): Times {
  const content = payload["content"] as JsonObject;
  const observed = typeof payload["observed_at"] === "number" ? payload["observed_at"] : null;
  const start = firstWall(content, ["start", "due", "taken", "date", "day", "sent", "completed", "created"]);
  const end = firstWall(content, ["end"]);
  if (start === null) return instantTimes(observed);
  const last = end && end.day > start.day && (end.minute ?? 0) === 0 ? end.day - 1 : (end?.day ?? start.day);
  const days = Array.from({ length: Math.min(daysMax, Math.max(1, last - start.day + 1)) }, (_, index) => start.day + index);
  const wall = start.day * dayMs + (start.minute ?? 0) * 60_000;
  const clock = start.minute === null ? [] : [...hourWords(start.minute), ...zoneWords(wall, observed)];
  return { at: observed ?? wall, words: [...new Set([...days.flatMap(wordsOfDay), ...clock])] };
}

function zoneWords(wall: number, observed: number | null): string[] {
  const minutes = observed === null ? Number.NaN : Math.round((wall - observed) / 60_000);
  return Math.abs(minutes) <= 14 * 60 ? [zoneWord(minutes)] : [];
}

export function claimTimes({ valid_from: from, valid_until: until }: JsonObject): Times {
  const times = [from, until].flatMap((each) => (typeof each === "number" ? instantTimes(each).words : []));
  return { at: typeof from === "number" ? from : null, words: [...new Set(times)] };
}

/** Of an instant without a place: by UTC, and the day before or after, whichever it was sooner elsewhere. */
function instantTimes(at: number | null): Times {
  if (at === null || Math.abs(at) > 8.64e15 - dayMs) return { at, words: [] };
  const day = Math.floor(at / dayMs);
  const rest = at - day * dayMs;
  if (rest === 0) return { at, words: wordsOfDay(day) };
  const days = [day, rest < dayMs / 2 ? day - 1 : day + 1];
  return { at, words: [...new Set([...days.flatMap(wordsOfDay), eitherDay])] };
}

function firstWall(content: JsonObject, members: readonly string[]): Wall | null {
  for (const member of members) {
    const wall = toldWall(content[member]);
    if (wall !== null) return wall;
  }
  return null;
}

function toldWall(value: Json | undefined): Wall | null {
  if (typeof value === "string") return readWall(value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const { value: inner, text, zone } = value as JsonObject;
  const told = typeof inner === "string" ? inner : text;
  return typeof told === "string" && zone !== "UTC" ? readWall(told) : null;
}

const pattern = /^\s*(\d{4})[-:/]?(\d\d)[-:/]?(\d\d)(?:[T ]+(\d\d):?(\d\d)(?::?\d\d(?:[.,]\d+)?)?\s*(Z|UTC)?)?/i;

/** `20250102T183000`, `2025:01:02 18:30:00`, `2025-01-02T18:30+08:00`, `2025-01-02`; null for UTC, which is nobody's clock. */
function readWall(text: string): Wall | null {
  const match = pattern.exec(text.slice(0, 64));
  if (match === null || match[6] !== undefined) return null;
  const [year, month, date] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || date < 1 || date > 31) return null;
  const day = Math.floor(new Date(0).setUTCFullYear(year, month - 1, date) / dayMs);
  const minute = match[4] === undefined ? null : Number(match[4]) * 60 + Number(match[5]);
  return { day, minute: minute !== null && minute < 1_440 ? minute : null };
}
