import { indexAtMost } from "../sorted.ts";
import type { Component } from "./component.ts";
import type { ContentLine } from "./content-line.ts";
import { parseSourceTime } from "./source-time.ts";
import { parseYearlyRule, type YearlyRule } from "./yearly-rule.ts";
import type { Zone } from "./zone.ts";

/** One STANDARD or DAYLIGHT part: from each of its onsets on, `to` is the zone's offset. */
interface Observance {
  readonly from: number;
  readonly to: number;
  /** Instants, ascending. */
  readonly onsets: readonly number[];
  readonly rules: readonly YearlyRule[];
}

/** More STANDARD and DAYLIGHT parts, or more rules in one, than any zone has. */
const partsMax = 1_000;
const rulesMax = 10;

/** A year that no rule skips more often than this in a row (29 February, a fifth Sunday). */
const yearsBack = 40;

/**
 * The zone that a VTIMEZONE describes, or null when any part of it can't be understood: half the rules of a zone are worse
 * than none. Before its first onset the zone follows `earlier`, when that is known.
 */
export function parseVtimezone(component: Component, earlier: Zone | null): Zone | null {
  if (component.damaged) return null;
  const parts = component.children.filter((child) => child.name === "STANDARD" || child.name === "DAYLIGHT");
  const observances = parts.map(parseObservance);
  const whole = observances.filter((observance) => observance !== null);
  const [first] = [...whole].sort((a, b) => (a.onsets[0] ?? 0) - (b.onsets[0] ?? 0));
  if (first === undefined || whole.length < parts.length || parts.length > partsMax) return null;
  return {
    offsetAt(instant) {
      let offset: number | undefined;
      let latest = Number.NEGATIVE_INFINITY;
      for (const observance of whole) {
        const onset = latestOnset(observance, instant);
        if (onset > latest) {
          latest = onset;
          offset = observance.to;
        }
      }
      return offset ?? earlier?.offsetAt(instant) ?? first.from;
    },
  };
}

function parseObservance(component: Component): Observance | null {
  const values = (name: string) => component.properties.filter((line) => line.name === name);
  const from = parseUtcOffset(values("TZOFFSETFROM")[0]?.value);
  const to = parseUtcOffset(values("TZOFFSETTO")[0]?.value);
  const start = parseSourceTime(values("DTSTART")[0]?.value ?? "");
  if (component.damaged || from === null || to === null || start === null) return null;

  const dates = values("RDATE").flatMap((line) => parseDates(line, start.wall));
  const rules = values("RRULE").map((line) => parseYearlyRule(line.value, start.wall));
  const knownDates = dates.filter((date) => date !== null);
  const knownRules = rules.filter((rule) => rule !== null);
  if (knownDates.length < dates.length || knownRules.length < rules.length || rules.length > rulesMax) return null;
  const onsets = [start, ...knownDates].map((time) => (time.form === "utc" ? time.wall : time.wall - from));
  return { from, to, onsets: onsets.sort((a, b) => a - b), rules: knownRules };
}

/** RDATE: a plain date has the start's time of day, a period counts from its start. */
function parseDates(line: ContentLine, start: number) {
  return line.value.split(",").map((text) => {
    const time = parseSourceTime(text.split("/")[0] ?? "");
    return time?.form === "date" ? { ...time, wall: time.wall + (((start % 86_400_000) + 86_400_000) % 86_400_000) } : time;
  });
}

/** `+0100`, `-053028` → ms. */
function parseUtcOffset(text: string | undefined): number | null {
  const match = /^([+-])?(\d\d):?([0-5]\d)(?::?([0-5]\d))?$/.exec(text?.trim() ?? "");
  if (match === null || Number(match[2]) > 23) return null;
  const seconds = (Number(match[2]) * 60 + Number(match[3])) * 60 + Number(match[4] ?? 0);
  return (match[1] === "-" ? -1 : 1) * seconds * 1_000;
}

/** The last onset that is not after the instant; -Infinity when there is none. */
function latestOnset(observance: Observance, instant: number): number {
  const single = observance.onsets[indexAtMost(observance.onsets, instant)] ?? Number.NEGATIVE_INFINITY;
  return Math.max(single, ...observance.rules.map((rule) => latestByRule(rule, observance.from, instant)));
}

function latestByRule(rule: YearlyRule, from: number, instant: number): number {
  const until = rule.untilUtc ? rule.until : rule.until - from;
  const limit = Math.min(instant, until);
  const year = new Date(limit + from).getUTCFullYear();
  for (let back = 0; back <= yearsBack * rule.interval; back += 1) {
    const wall = rule.inYear(year - back).findLast((candidate) => candidate - from <= limit);
    if (wall !== undefined) return wall - from;
  }
  return Number.NEGATIVE_INFINITY;
}
