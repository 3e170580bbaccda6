/** How operations, claims and times read in one line, whoever wrote them: on a terminal, in a page. */
import type { Envelope, OpId } from "../core/op/operation.ts";
import type { Json, JsonObject } from "../core/ports.ts";
import { readSentence } from "./spoken-day.ts";

/** Enough of an id to find it again by hand. */
export function shortId(id: OpId | string): string {
  return id.slice(0, 15);
}

export function shortDid(did: string): string {
  return `${did.slice(0, 16)}…${did.slice(-4)}`;
}

/** Who wrote: the name that a note gives this key, with enough of the key to tell two of one name apart; else the key. */
export function authorText(did: string, names: ReadonlyMap<string, string>): string {
  const name = oneLine(names.get(did) ?? "", 40);
  return name === "" ? shortDid(did) : `${name} (…${did.slice(-4)})`;
}

/** Where a source says it: a file's name as it is written, and its lines counted from 1 (the reference counts from 0). */
export function placeText(uri: string): string {
  const [path = "", from, to] = /^(.*)#line=(\d{1,15}),(\d{1,15})$/.exec(uri)?.slice(1) ?? [uri];
  if (from === undefined) return oneLine(decoded(path), 160);
  const first = Number(from) + 1;
  return `${oneLine(decoded(path), 130)}, ${first === Number(to) ? `line ${first}` : `lines ${first}–${to}`}`;
}

/** A peer's importer may write what is no reference at all. */
function decoded(reference: string): string {
  try {
    return decodeURIComponent(reference);
  } catch {
    return reference;
  }
}

export function timeText(ms: unknown): string {
  return typeof ms === "number" && Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString().replace(".000Z", "Z") : "";
}

/** A time as a day when it is one, in UTC. */
function dayText(ms: unknown): string {
  return timeText(ms).replace("T00:00:00Z", "");
}

/** Text from a file, a peer or an importer, made safe for a terminal: no control characters, one line. */
export function oneLine(text: string, width = 100): string {
  const safe = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ").trim();
  return safe.length <= width ? safe : `${safe.slice(0, width - 1)}…`;
}

export function valueText(value: Json | undefined): string {
  if (value === undefined) return "";
  return oneLine(typeof value === "string" ? value : JSON.stringify(value));
}

/** A claim as a sentence, by its predicate's template when that fits. */
export function claimSentence(payload: JsonObject | undefined): string {
  if (payload === undefined) return "(its words are not here)";
  const { subject, predicate, object, valid_from: from, valid_until: until } = payload;
  const valid = [from === undefined ? "" : ` from ${dayText(from)}`, until === undefined ? "" : ` until ${dayText(until)}`].join("");
  const sentence = readSentence(payload, valueText);
  return sentence === null
    ? `${valueText(subject)}: ${valueText(predicate)} = ${valueText(object)}${valid}`
    : oneLine(sentence + valid, 160);
}

/** What an item of evidence is about, in a few words. */
export function evidenceSentence(payload: JsonObject | undefined): string {
  if (payload === undefined) return "(its words are not here)";
  const content = (payload["content"] ?? {}) as JsonObject;
  const label = ["summary", "title", "text", "description"]
    .map((name) => content[name])
    .find((value) => typeof value === "string" && value !== "");
  return oneLine(`${valueText(payload["kind"])}: ${valueText((label as Json | undefined) ?? payload["external_id"])}`, 120);
}

export function opSentence(op: Envelope): string {
  if (op.type === "claim") return claimSentence(op.payload);
  if (op.type === "evidence") return evidenceSentence(op.payload);
  return op.payload === undefined ? "(without payload)" : oneLine(JSON.stringify(op.payload), 120);
}

/** `1 file`, `2 files`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}
