import { hash } from "node:crypto";
import type { Json, JsonObject } from "../../core/ports.ts";
import type { ImportProblem } from "../importer.ts";
import { wellFormed, wellFormedObject } from "../well-formed.ts";
import type { Calendar } from "./calendar.ts";
import type { Component } from "./component.ts";
import type { ContentLine } from "./content-line.ts";
import { type PropertyRule, propertyRules } from "./property-rules.ts";
import { parseSourceTime } from "./source-time.ts";

/** An event, task or journal entry as evidence will tell it, with what decides between two copies of it. */
export interface CalendarItem {
  readonly component: Component;
  readonly externalId: string;
  readonly kind: string;
  readonly observedAt: number | undefined;
  readonly content: JsonObject;
  /** SEQUENCE, LAST-MODIFIED, DTSTAMP: the greater is the newer copy. */
  readonly age: readonly number[];
}

const kinds: Readonly<Record<string, string>> = { VEVENT: "event", VTODO: "task", VJOURNAL: "journal" };

/** Longer ids are replaced by their hash: the id stands in every index. */
const externalIdMax = 512;

/** UTF-16 units of a value that are worth reading: many times what an item can hold. */
const valueMax = 1024 * 1024;

/** Reads one component. Without item when its time or its identity can't be read; a problem says so. */
export function readItem(component: Component, calendar: Calendar): { item: CalendarItem | null; problems: ImportProblem[] } {
  const problems: ImportProblem[] = [];
  const content: Record<string, Json> = {};
  for (const line of component.properties) {
    const reason = addProperty(content, line, calendar);
    if (reason !== undefined) problems.push({ position: `line ${line.line}`, reason });
    const vital = line.name === "RECURRENCE-ID" || (line.name === "DTSTART" && component.name === "VEVENT");
    if (vital && reason === unreadable(line))
      return {
        item: null,
        problems: [{ position: `line ${line.line}`, reason: `${line.name} can't be read: ${component.name} left out` }],
      };
  }
  const start = (content["start"] ?? content["due"]) as JsonObject | undefined;
  if (start !== undefined) content["all_day"] = start["zone"] === undefined;
  if (calendar.name !== undefined) content["calendar"] = calendar.name;
  if (calendar.method !== undefined) content["method"] = calendar.method;
  const kind = kinds[component.name] ?? "event";
  return {
    item: {
      component,
      kind,
      content,
      externalId: externalId(component, kind, content),
      observedAt: observedAt(content),
      age: ageOf(component, content),
    },
    problems,
  };
}

/** Puts the property where it belongs; says what is wrong when it can't. */
function addProperty(content: Record<string, Json>, line: ContentLine, calendar: Calendar): string | undefined {
  const rule = propertyRules.get(line.name);
  if (rule === undefined) return undefined;
  if (line.value.length > valueMax && line.name !== "ATTACH") return `${line.name} is beyond all measure: left out`;
  const { values, unreadable: bad } = rule.read(line, calendar);
  if (rule.gather === "many") addAll(content, rule.member, values);
  else if (!addOne(content, rule, values[0])) return `a second ${line.name}: left out`;
  if (bad) return values.length > 0 ? `part of ${line.name} can't be read: left out` : unreadable(line);
  return undefined;
}

/** Grows the list in place: an item can have many thousands of attendees or dates. */
function addAll(content: Record<string, Json>, member: string, values: readonly Json[]): void {
  const list = content[member] as Json[] | undefined;
  if (list === undefined && values.length > 0) content[member] = [...values];
  else for (const value of values) list?.push(value);
}

/** False when there is another value already. */
function addOne(content: Record<string, Json>, { member, gather }: PropertyRule, value: Json | undefined): boolean {
  const before = content[member];
  if (value === undefined) return true;
  if (before !== undefined && gather === "one") return JSON.stringify(before) === JSON.stringify(value);
  content[member] = before === undefined ? value : `${before}\n\n${value}`;
  return true;
}

function unreadable(line: ContentLine): string {
  return `${line.name} can't be read: left out`;
}

function externalId(component: Component, kind: string, content: JsonObject): string {
  const value = (name: string) => wellFormed(component.properties.find((line) => line.name === name)?.value.trim() ?? "");
  const uid = value("UID");
  const base = uid !== "" ? uid : `sha256:${hash("sha256", JSON.stringify([kind, wellFormedObject(content)]))}`;
  const short = base.length > externalIdMax ? `sha256:${hash("sha256", base)}` : base;
  const instance = (content["recurrence_id"] as JsonObject | undefined)?.["value"];
  return instance === undefined ? short : `${short}/${instance}`;
}

/** When it takes place, else when it was done or written. A plain date counts as its midnight in UTC. */
function observedAt(content: JsonObject): number | undefined {
  for (const member of ["start", "due", "completed", "created"]) {
    const time = content[member] as JsonObject | undefined;
    if (time === undefined) continue;
    if (typeof time["at"] === "number") return time["at"];
    if (time["zone"] === undefined) return parseSourceTime(String(time["value"]))?.wall;
    return undefined;
  }
  return undefined;
}

function ageOf(component: Component, content: JsonObject): number[] {
  const modified = (content["last_modified"] as JsonObject | undefined)?.["at"];
  const stamp = parseSourceTime(component.properties.find((line) => line.name === "DTSTAMP")?.value ?? "");
  return [content["sequence"], modified, stamp?.wall].map((value) => (typeof value === "number" ? value : Number.NEGATIVE_INFINITY));
}
