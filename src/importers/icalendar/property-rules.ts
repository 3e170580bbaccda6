import type { Json } from "../../core/ports.ts";
import { roundDegrees } from "../degrees.ts";
import type { Calendar } from "./calendar.ts";
import { type ContentLine, parameter } from "./content-line.ts";
import { isEncoded, propertyText, propertyTexts } from "./property-text.ts";
import { propertyTime, propertyTimes } from "./property-time.ts";

/** What reading one property gave: nothing at all when it is empty. */
export interface Reading {
  readonly values: readonly Json[];
  /** True when something in it could not be read. */
  readonly unreadable?: boolean;
}

/** Where a property goes in an item's content, and how. */
export interface PropertyRule {
  readonly member: string;
  /** one: the first counts. many: a list. joined: paragraphs of one text. */
  readonly gather: "one" | "many" | "joined";
  readonly read: (line: ContentLine, calendar: Calendar) => Reading;
}

const text = (line: ContentLine): Reading => present(propertyText(line));
const word = (line: ContentLine): Reading => present(propertyText(line).toUpperCase());
const verbatim = (line: ContentLine): Reading => present(line.value.trim());
const texts = (line: ContentLine): Reading => ({ values: propertyTexts(line) });

/** Everything that an item keeps. DTSTAMP is not here, since it changes with every export; nor is what only a program needs. */
export const propertyRules: ReadonlyMap<string, PropertyRule> = new Map<string, PropertyRule>([
  ["SUMMARY", { member: "summary", gather: "one", read: text }],
  ["DESCRIPTION", { member: "description", gather: "joined", read: text }],
  ["COMMENT", { member: "comment", gather: "joined", read: text }],
  ["LOCATION", { member: "location", gather: "one", read: text }],
  ["STATUS", { member: "status", gather: "one", read: word }],
  ["CLASS", { member: "class", gather: "one", read: word }],
  ["TRANSP", { member: "transparency", gather: "one", read: word }],
  ["URL", { member: "url", gather: "one", read: verbatim }],
  ["CATEGORIES", { member: "categories", gather: "many", read: texts }],
  ["CONTACT", { member: "contact", gather: "many", read: text }],
  ["CONFERENCE", { member: "conference", gather: "many", read: verbatim }],
  ["RELATED-TO", { member: "related_to", gather: "many", read: text }],
  ["DTSTART", { member: "start", gather: "one", read: time }],
  ["DTEND", { member: "end", gather: "one", read: time }],
  ["DUE", { member: "due", gather: "one", read: time }],
  ["COMPLETED", { member: "completed", gather: "one", read: time }],
  ["CREATED", { member: "created", gather: "one", read: time }],
  ["DCREATED", { member: "created", gather: "one", read: time }],
  ["LAST-MODIFIED", { member: "last_modified", gather: "one", read: time }],
  ["RECURRENCE-ID", { member: "recurrence_id", gather: "one", read: recurrenceId }],
  ["DURATION", { member: "duration", gather: "one", read: duration }],
  ["RRULE", { member: "rrule", gather: "many", read: verbatim }],
  ["EXRULE", { member: "exrule", gather: "many", read: verbatim }],
  ["RDATE", { member: "rdate", gather: "many", read: times }],
  ["EXDATE", { member: "exdate", gather: "many", read: times }],
  ["SEQUENCE", { member: "sequence", gather: "one", read: count }],
  ["PRIORITY", { member: "priority", gather: "one", read: count }],
  ["PERCENT-COMPLETE", { member: "percent_complete", gather: "one", read: count }],
  ["GEO", { member: "geo", gather: "one", read: geo }],
  ["ORGANIZER", { member: "organizer", gather: "one", read: person }],
  ["ATTENDEE", { member: "attendees", gather: "many", read: person }],
  ["ATTACH", { member: "attachments", gather: "many", read: attachment }],
]);

function present(value: string): Reading {
  return { values: value === "" ? [] : [value] };
}

const unreadable: Reading = { values: [], unreadable: true };

function time(line: ContentLine, calendar: Calendar): Reading {
  if (line.value.trim() === "") return { values: [] };
  const value = propertyTime(line, calendar);
  return value === undefined ? unreadable : { values: [value] };
}

function times(line: ContentLine, calendar: Calendar): Reading {
  const { times: values, unreadable: bad } = propertyTimes(line, calendar);
  return { values, unreadable: bad > 0 };
}

function recurrenceId(line: ContentLine, calendar: Calendar): Reading {
  const value = propertyTime(line, calendar);
  if (value === undefined) return unreadable;
  const range = parameter(line, "RANGE");
  return { values: [range === undefined ? value : { ...value, range }] };
}

function duration(line: ContentLine): Reading {
  const value = line.value.trim();
  if (value === "") return { values: [] };
  return /^[+-]?P(?=\d|T\d)(?:\d+W)?(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+S)?)?$/i.test(value) ? { values: [value] } : unreadable;
}

function count(line: ContentLine): Reading {
  const value = line.value.trim();
  if (value === "") return { values: [] };
  return /^\d{1,15}$/.test(value) ? { values: [Number(value)] } : unreadable;
}

function geo(line: ContentLine): Reading {
  if (/^[;,\s]*$/.test(line.value)) return { values: [] };
  const [latitude, longitude, ...rest] = line.value
    .replaceAll("\\", "")
    .split(/[;,]/)
    .map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (latitude === undefined || longitude === undefined || rest.length > 0) return unreadable;
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return unreadable;
  return { values: [{ latitude: roundDegrees(latitude), longitude: roundDegrees(longitude) }] };
}

function person(line: ContentLine): Reading {
  const value = line.value.trim();
  const mail = /^mailto:/i.test(value) ? value.slice(7) : undefined;
  const address = mail ?? parameter(line, "EMAIL") ?? value;
  const name = parameter(line, "CN");
  const partstat = parameter(line, "PARTSTAT")?.toUpperCase() ?? parameter(line, "STATUS")?.toUpperCase();
  const role = parameter(line, "ROLE")?.toUpperCase();
  const entries = Object.entries({ name, address: address || undefined, partstat, role }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { values: entries.length === 0 ? [] : [Object.fromEntries(entries)] };
}

/** A link is kept; bytes in the file are only noted. */
function attachment(line: ContentLine): Reading {
  const value = line.value.trim();
  const type = parameter(line, "FMTTYPE");
  const told = type === undefined ? {} : { type };
  const inline = isEncoded(line, "BASE64") || parameter(line, "VALUE")?.toUpperCase() === "BINARY" || /^data:/i.test(value);
  if (inline) return { values: [{ inline: true, bytes: Math.floor((value.slice(value.indexOf(",") + 1).length * 3) / 4), ...told }] };
  return { values: value === "" ? [] : [{ uri: value, ...told }] };
}
