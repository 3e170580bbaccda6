/** Evidence of made people, and what the rules make of it without a pool. */
import { createHash } from "node:crypto";

import { canonical } from "../../src/core/codec/canonical.ts";
import type { OpId } from "../../src/core/op/operation.ts";
import type { Json, JsonObject } from "../../src/core/ports.ts";
import { type DerivedClaim, type Deriver, derivers, Running, type SeenClaim, type SeenEvidence, WhoIsIt } from "../../src/derive/index.ts";

let made = 0;

export function idOf(text: string): OpId {
  return `op:${createHash("sha256").update(text).digest("hex")}` as OpId;
}

export function item(kind: string, content: JsonObject, at: string | null = null): SeenEvidence {
  const name = `${kind}-${++made}`;
  return { id: idOf(name), kind, observedAt: at === null ? null : Date.parse(at), adapter: kind, externalId: name, content };
}

/** `date` is a day, or a time in UTC. */
export function note(date: string, text: string, title = ""): SeenEvidence {
  const at = date.length === 10 ? `${date}T00:00:00Z` : date;
  return item("note", { title, text, date: { text: date, from: "front matter", at: Date.parse(at) } }, at);
}

/** An event in local time: `2025-03-04T18:30`, or a whole day. */
export function event(start: string, summary: string, more: JsonObject & { minutes?: number } = {}): SeenEvidence {
  const { minutes = 60, ...rest } = more;
  const compact = start.replace(/[-:]/g, "");
  const isDay = start.length === 10;
  const at = Date.parse(isDay ? `${start}T00:00:00Z` : `${start}:00Z`);
  const end = new Date(at + minutes * 60_000).toISOString().slice(0, 16).replace(/[-:]/g, "");
  const time = (value: string): JsonObject => (isDay ? { value } : { value: `${value}00`, zone: "Europe/Berlin" });
  return item(
    "event",
    { summary, start: time(compact), ...(isDay ? {} : { end: time(end) }), all_day: isDay, ...rest },
    new Date(at).toISOString(),
  );
}

export function contact(name: string, more: JsonObject = {}): SeenEvidence {
  const [given = "", ...family] = name.split(" ");
  return item("contact", { name, given, family: family.join(" "), ...more });
}

export function message(at: string, chat: string, text: string, direction: "incoming" | "outgoing"): SeenEvidence {
  const other = direction === "incoming" ? { from: chat } : { to: chat };
  return item("message", { chat, name: chat, direction, text, ...other }, at);
}

export function asked(at: string, text: string): SeenEvidence {
  return item("chat_message", { assistant: "ChatGPT", conversation: "A chat", role: "user", text }, at);
}

export function answered(at: string, text: string): SeenEvidence {
  return item("chat_message", { assistant: "ChatGPT", conversation: "A chat", role: "assistant", said_by: "assistant", text }, at);
}

export function workout(start: string, activity: string, kilometres = 5): SeenEvidence {
  return item("workout", { activity, start: `${start}:00+01:00`, distance: kilometres, distance_unit: "km" }, `${start}:00Z`);
}

export function healthDay(date: string, measures: readonly JsonObject[]): SeenEvidence {
  return item("health_day", { date, measures }, `${date}T00:00:00Z`);
}

export function visit(start: string, end: string, latitude: number, longitude: number, more: JsonObject = {}): SeenEvidence {
  return item("visit", { start: `${start}:00+01:00`, end: `${end}:00+01:00`, latitude, longitude, ...more }, `${start}:00Z`);
}

/** Days from one on, `step` apart. */
export function days(first: string, count: number, step = 1): string[] {
  return Array.from({ length: count }, (_, at) => new Date(Date.parse(first) + at * step * 86_400_000).toISOString().slice(0, 10));
}

export interface Said extends DerivedClaim {
  readonly method: string;
}

/** What all rules, or some, say of the items; those of round 2 see what those of round 1 said. */
export function claimsFrom(items: readonly SeenEvidence[], only?: readonly Deriver[], now = "2030-01-01"): Said[] {
  const rules = only ?? derivers;
  const who = new WhoIsIt();
  for (const each of items) who.see(each);
  const times = items.flatMap(({ observedAt }) => (observedAt !== null && observedAt <= Date.parse(now) ? [observedAt] : []));
  const context = { asOf: times.length === 0 ? Date.parse(now) : Math.max(...times), self: who.known() };
  const first = new Running(rules, 1, context);
  for (const each of items) first.evidence(each);
  const said = concluded(first);
  const second = new Running(rules, 2, context);
  for (const claim of said) second.claim(seen(claim));
  return [...said, ...concluded(second)];
}

function concluded(running: Running): Said[] {
  const conclusions = running.conclusions().map(({ deriver, claim }) => ({ ...claim, method: deriver.name }));
  for (const [name, reason] of running.failed) throw new Error(`${name}: ${reason}`);
  return conclusions;
}

function seen(claim: Said): SeenClaim {
  const { subject, predicate, object, confidence, method, validFrom = null, validUntil = null } = claim;
  const id = idOf(JSON.stringify([subject, predicate, object, method]));
  return { id, subject, predicate, object, confidence, method, own: false, validFrom, validUntil };
}

/** The objects said of one predicate, by their canonical text. */
export function objects(claims: readonly Said[], predicate: string, subject = "self"): Json[] {
  const found = claims.filter((claim) => claim.predicate === predicate && claim.subject === subject).map(({ object }) => object);
  return found.sort((left, right) => (canonical(left) < canonical(right) ? -1 : 1));
}
