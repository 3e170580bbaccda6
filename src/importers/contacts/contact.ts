import type { Json, JsonObject } from "../../core/ports.ts";
import { parameter } from "../icalendar/content-line.ts";
import { sourceInstant } from "../location/source-instant.ts";
import { wellFormed } from "../well-formed.ts";
import { type Card, type CardLine, isBinary } from "./card.ts";
import { cardParts, cardText, cardTexts } from "./card-text.ts";
import { groupLabel, labelsOf } from "./labels.ts";
import { fingerprint } from "./own-names.ts";
import { agentOf, relationsIn } from "./relations.ts";

/** What a card says of a person, an organization or a group, as evidence will tell it. */
export interface Contact {
  readonly content: JsonObject;
  readonly externalId: string;
  /** REV: when the card was last changed. It isn't in the content, since some programs renew it at every export. */
  readonly revised: number | undefined;
}

/** Reads the card; null when it says nothing by which anyone could be known. */
export function readContact(card: Card): Contact | null {
  const content = contentOf(card);
  const known = ["name", "emails", "phones", "addresses", "organization", "urls", "birthday", "note"].some((name) => name in content);
  if (!known) return null;
  return { content, externalId: externalId(card, content), revised: revisedAt(card) };
}

function contentOf(card: Card): JsonObject {
  const byName = Map.groupBy(
    card.lines.filter((line) => !isBinary(line)),
    (line) => line.name,
  );
  const lines = (name: string) => byName.get(name) ?? [];
  const texts = (name: string) => lines(name).map(cardText).filter(Boolean);
  const [structured] = lines("N").map(cardParts);
  const [family, given, additional, prefix, suffix] = (structured ?? []).map(spaced);
  const [organization, ...departments] = lines("ORG").map(cardParts)[0] ?? [];
  const emails = lines("EMAIL").flatMap((line) => labelled("address", cardText(line).replace(/^mailto:/i, ""), line, card));
  const phones = lines("TEL").flatMap((line) => labelled("number", cardText(line).replace(/^tel:/i, ""), line, card));
  const nicknames = lines("NICKNAME").flatMap(cardTexts);
  const named = [prefix, given, additional, family, suffix].filter(Boolean).join(" ");
  const isGroup = [...texts("KIND"), ...texts("X-ADDRESSBOOKSERVER-KIND")].some((kind) => kind.toLowerCase() === "group");
  return present({
    name: texts("FN")[0] ?? (named || organization || nicknames[0] || firstOf(emails, "address") || firstOf(phones, "number")),
    given,
    family,
    additional,
    nickname: nicknames.join(", "),
    emails,
    phones,
    addresses: lines("ADR").flatMap((line) => addressOf(line, card)),
    organization,
    department: departments.filter(Boolean).join(", "),
    title: texts("TITLE")[0],
    role: texts("ROLE")[0],
    birthday: lines("BDAY").map(dateText)[0],
    anniversary: anniversaryOf(card),
    dates: otherDates(card),
    relations: [...card.lines.flatMap((line) => relationsIn(line, card)), ...card.agents.flatMap(agentOf)].map((each) => ({ ...each })),
    note: texts("NOTE").join("\n\n"),
    categories: lines("CATEGORIES").flatMap(cardTexts),
    urls: texts("URL"),
    members: isGroup ? [...texts("MEMBER"), ...texts("X-ADDRESSBOOKSERVER-MEMBER")].map(bareUid) : [],
    group: isGroup || undefined,
  });
}

/** The members that say something. */
function present(members: Readonly<Record<string, Json | undefined>>): JsonObject {
  const told = Object.entries(members).filter(
    (entry): entry is [string, Json] => entry[1] !== undefined && entry[1] !== "" && !(Array.isArray(entry[1]) && entry[1].length === 0),
  );
  return Object.fromEntries(told);
}

function labelled(member: string, value: string, line: CardLine, card: Card): JsonObject[] {
  const labels = labelsOf(line, card);
  return value === "" ? [] : [{ [member]: value, ...(labels.length > 0 ? { types: labels } : {}) }];
}

function addressOf(line: CardLine, card: Card): JsonObject[] {
  const [box, extended, street, city, region, postalCode, country] = cardParts(line);
  const label = parameter(line, "LABEL")?.replace(/\\n/gi, "\n");
  const address = present({ box, extended, street, city, region, postal_code: postalCode, country, label });
  return Object.keys(address).length === 0 ? [] : [present({ ...address, types: labelsOf(line, card) })];
}

/** Commas part several given names or titles in one part of a name. */
function spaced(part: string): string {
  return part.replace(/\s*,\s*/g, " ").trim();
}

function firstOf(list: readonly JsonObject[], member: string): string | undefined {
  const value = list[0]?.[member];
  return typeof value === "string" ? value : undefined;
}

/** A date as ISO 8601 when it is whole, else as the card has it; without the year that Apple writes when it knows none. */
function dateText(line: CardLine): string {
  const text = cardText(line);
  const omitted = parameter(line, "X-APPLE-OMIT-YEAR");
  if (omitted !== undefined && text.startsWith(omitted)) return `-${text.slice(omitted.length)}`;
  return sourceInstant(text)?.text ?? text.replace(/^--(\d\d)(\d\d)$/, "--$1-$2");
}

const anniversaries: ReadonlySet<string> = new Set([
  "ANNIVERSARY",
  "X-ANNIVERSARY",
  "X-EVOLUTION-ANNIVERSARY",
  "X-MS-ANNIVERSARY",
  "X-KADDRESSBOOK-X-ANNIVERSARY",
]);

function isAnniversary(line: CardLine, card: Card): boolean {
  return line.name === "X-ABDATE" && groupLabel(line, card)?.toLowerCase() === "anniversary";
}

function anniversaryOf(card: Card): string | undefined {
  const line = card.lines.find((each) => (anniversaries.has(each.name) || isAnniversary(each, card)) && each.value.trim() !== "");
  return line === undefined ? undefined : dateText(line);
}

function otherDates(card: Card): JsonObject[] {
  return card.lines
    .filter((line) => line.name === "X-ABDATE" && !isAnniversary(line, card))
    .map((line) => present({ date: dateText(line), label: groupLabel(line, card) }));
}

function bareUid(uid: string): string {
  return uid.trim().replace(/^urn:uuid:/i, "");
}

/** The UID; without one the name and the first address or number, which are likely to stay; without those all that is said. */
function externalId(card: Card, content: JsonObject): string {
  const uid = bareUid(card.lines.find((line) => line.name === "UID")?.value ?? "");
  if (uid !== "") return uid;
  const email = firstOf((content["emails"] ?? []) as JsonObject[], "address")?.toLowerCase();
  const phone = firstOf((content["phones"] ?? []) as JsonObject[], "number")?.replace(/[^\d+]/g, "");
  const name = wellFormed(String(content["name"] ?? "")).toLowerCase();
  const key = name === "" && email === undefined && phone === undefined ? content : [name, email ?? phone ?? ""];
  return `sha256:${fingerprint(key)}`;
}

/** The latest REV that can be read. */
function revisedAt(card: Card): number | undefined {
  const times = card.lines.filter((line) => line.name === "REV").flatMap((line) => sourceInstant(line.value)?.at ?? []);
  return times.reduce<number | undefined>((latest, time) => Math.max(latest ?? time, time), undefined);
}
