/** What an operation says, sorted by what it can be found by: its title, the people and places in it, its text, its times. */
import { templateSentence } from "../core/claim/sentence.ts";
import type { Json, JsonObject } from "../core/ports.ts";
import type { SearchField } from "../store/index.ts";
import { readSentence } from "./spoken-day.ts";

export type Texts = Readonly<Record<Exclude<SearchField, "dates">, string>>;

/** Where a member's words belong, whatever its depth; what is in no list is text. */
const memberFields: Readonly<Record<string, Exclude<SearchField, "dates">>> = membersOf({
  title: "title summary subject",
  people:
    "from to cc bcc sender recipient recipients attendees organizer contact members creator author chat with name given family additional " +
    "nickname relations participants forwarded_from person people number phones emails",
  place: "location place address addresses venue city country region street poi",
  kind: "url urls link links uri calendar collection categories tags keywords assistant direction",
});

/** What programs need and nobody remembers. */
const unsaid: ReadonlySet<string> = new Set(
  (
    "id message_id in_reply_to list_id uid sha256 hash format bytes width height orientation camera offset basis tag encoding truncated " +
    "part parts all_day sequence transparency class method rrule exrule rdate exdate recurrence_id related_to zone at value position geo " +
    "latitude longitude altitude created last_modified modified completed start end due date taken sent duration duration_s source " +
    "box sent_either date_basis percent_complete priority embeds links_to"
  ).split(" "),
);

/** Other words for what an item is. */
const kindWords: Readonly<Record<string, string>> = {
  bookmark: "bookmark website page",
  call: "call phone",
  chat_message: "chat conversation",
  contact: "contact person",
  email: "mail email",
  event: "event appointment calendar",
  mail: "mail email",
  message: "message text sms chat",
  photo: "photo picture image",
  task: "task todo",
  visit: "visit place",
  workout: "workout exercise training",
};

function membersOf(lists: Readonly<Partial<Record<Exclude<SearchField, "dates">, string>>>): typeof memberFields {
  const pairs = Object.entries(lists).flatMap(([field, names]) => names.split(" ").map((name) => [name, field] as const));
  return Object.fromEntries(pairs) as typeof memberFields;
}

interface Gathered {
  readonly parts: Record<keyof Texts, string[]>;
  readonly seen: Set<string>;
}

/** The words of evidence: everything in its content that somebody said or wrote. */
export function evidenceTexts(payload: JsonObject): Texts {
  const kind = String(payload["kind"]);
  const gathered: Gathered = { parts: { title: [], people: [], place: [], text: [], kind: [] }, seen: new Set() };
  gathered.parts.kind.push(Object.hasOwn(kindWords, kind) ? (kindWords[kind] ?? kind) : kind.replaceAll("_", " "));
  const content = payload["content"] as JsonObject;
  // Of a contact its name is the title, and what else it says is about a person.
  if (kind === "contact") gathered.parts.title.push(stringOf(content["name"]));
  gather(gathered, content, "text", true);
  return joined(gathered);
}

function gather(gathered: Gathered, value: Json, field: keyof Texts, names: boolean): void {
  if (typeof value === "string" || typeof value === "number") keep(gathered, String(value), field);
  if (value === null || typeof value !== "object") return;
  if (Array.isArray(value)) for (const each of value) gather(gathered, each, field, false);
  else gatherMembers(gathered, value as JsonObject, field, names);
}

function gatherMembers(gathered: Gathered, object: JsonObject, field: keyof Texts, names: boolean): void {
  for (const [name, member] of Object.entries(object)) {
    if (unsaid.has(name) || member === false) continue;
    const own = field === "text" && Object.hasOwn(memberFields, name) ? memberFields[name] : undefined;
    // What a value is said to be can be asked for, as a birthday or an organization.
    if (names && own === undefined && name !== "text" && name !== "description") gathered.parts.kind.push(name.replaceAll("_", " "));
    gather(gathered, member, own ?? field, false);
  }
}

/** Each text once: notes repeat their title in their front matter, and messages their sender in the chat's name. */
function keep({ parts, seen }: Gathered, text: string, field: keyof Texts): void {
  if (text === "" || seen.has(text)) return;
  seen.add(text);
  parts[field].push(text.replace(/https?:\/\/(?:www\.)?/g, " "));
}

function joined({ parts }: Gathered): Texts {
  const texts = Object.entries(parts).map(([field, found]) => [field, found.join("\n")]);
  return Object.fromEntries(texts) as unknown as Texts;
}

/** The words of a claim: its sentence, of whom and where it is, and why it is believed. */
export function claimTexts(payload: JsonObject): Texts {
  const { subject, predicate, object, rationale } = payload;
  const name = String(predicate);
  const person = /^person:/.test(String(subject)) ? String(subject).slice(7).replace(/[-_]/g, " ") : "";
  const gathered: Gathered = { parts: { title: [], people: [], place: [], text: [], kind: [] }, seen: new Set() };
  gather(gathered, object ?? null, name.startsWith("place.") ? "place" : "text", false);
  return {
    ...joined(gathered),
    title: sentenceOr(templateSentence(payload, plain), payload),
    people: person,
    text: `${gathered.parts.text.join("\n")}\n${stringOf(rationale)}`,
    kind: name.replace(/[._]/g, " "),
  };
}

/** A claim as a sentence, by its predicate's template when that fits, as it is read; the index has its days as they are written. */
export function claimSentence(payload: JsonObject): string {
  return sentenceOr(readSentence(payload, plain), payload);
}

function sentenceOr(sentence: string | null, { subject, predicate, object }: JsonObject): string {
  return sentence ?? `${subject}: ${String(predicate).replace(/[._]/g, " ")} ${plain(object ?? null)}`;
}

function plain(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function stringOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

const titleMax = 100;

/** A title of one line; without one, the beginning of what is said. */
export function titleOf(title: string, said: string): string {
  const line = (title.trim() || said).replace(/\s+/g, " ");
  return line.length <= titleMax ? line : `${line.slice(0, titleMax - 1).toWellFormed()}…`;
}
