/** What is taken from a language model's reply: claims of one strict form that quote the items they name. All else is dropped. */
import { parseJson } from "../../core/codec/parse.ts";
import { PoolError } from "../../core/errors.ts";
import { limits } from "../../core/limits.ts";
import type { Json, JsonObject } from "../../core/ports.ts";
import { type DerivedClaim, derivedFromMax } from "../deriver.ts";
import { dayMs } from "../reading/wall.ts";
import { givesOrders } from "../text/own-words.ts";
import { slugOf } from "../text/phrase.ts";
import { type AskedItem, mayBeAsked, membersOf, nameOf } from "./question.ts";

/** A model is never surer than a rule's plain pattern. */
export const modelConfidence = 0.6;
const textMax = 200;
/** Fewer characters stand in any text. */
const quoteMin = 6;

export interface ReadReply {
  readonly claims: readonly DerivedClaim[];
  /** Why each of the others was dropped. */
  readonly dropped: readonly string[];
}

/** The claims in the body of a `chat/completions` reply; null when it is not of the form that was asked for. */
export function readReply(body: string, items: readonly AskedItem[]): ReadReply | null {
  const choices = membersOnly(parsed(body))?.["choices"];
  const message = Array.isArray(choices) ? membersOnly(membersOnly(choices[0] ?? null)?.["message"] ?? null) : null;
  const content = message?.["content"];
  const reply = typeof content === "string" ? membersOnly(parsed(content)) : null;
  const said = reply?.["claims"];
  if (!Array.isArray(said) || Object.keys(reply ?? {}).length !== 1) return null;
  const read = said.slice(0, limits.modelClaims).map((claim: Json) => claimOf(claim, items));
  const rest = said.slice(limits.modelClaims).map(() => "more claims than so few items can tell");
  return {
    claims: read.filter((each) => typeof each !== "string"),
    dropped: [...read.filter((each) => typeof each === "string"), ...rest],
  };
}

function parsed(text: string): Json {
  try {
    return parseJson(text, { maxDepth: limits.payloadDepth });
  } catch (error) {
    if (error instanceof PoolError) return null;
    throw error;
  }
}

function membersOnly(value: Json): JsonObject | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

const members = ["confidence", "evidence", "object", "predicate", "quote", "subject", "why"].join();

/** The claim, or why it is none. */
function claimOf(value: Json, items: readonly AskedItem[]): DerivedClaim | string {
  const said = membersOnly(value);
  if (said === null || Object.keys(said).sort().join() !== members) return "not of the form that was asked for";
  const { subject, predicate, object, confidence, evidence, quote, why } = said;
  if (typeof subject !== "string" || !isSubject(subject)) return "about nobody";
  if (typeof predicate !== "string" || !mayBeAsked(predicate)) return "an unknown or restricted predicate";
  if (typeof confidence !== "number" || !(confidence > 0 && confidence <= 1)) return "a confidence that is none";
  if (typeof quote !== "string" || typeof why !== "string") return "not of the form that was asked for";
  const fitted = fittedObject(predicate, object as Json);
  if (fitted === null) return "an object that does not fit its predicate";
  if ([JSON.stringify(fitted), quote, why].some(givesOrders)) return "it gives orders";
  const named = namedItems(evidence as Json, items);
  if (named === null) return "it names items that it was not asked about";
  const told = plain(quote);
  if (told.length < quoteMin || !named.some(({ text }) => plain(text).includes(told))) return "it quotes words that are not in its items";
  return {
    subject,
    predicate,
    object: fitted,
    confidence: Math.max(0.05, Math.round(Math.min(modelConfidence, confidence) * 100) / 100),
    derivedFrom: named.map(({ id }) => id),
    rationale: `as a language model reads “${oneLine(quote)}”: ${oneLine(why)}`,
    ...endOf(predicate, fitted),
  };
}

function isSubject(subject: string): boolean {
  const name = /^person:(.+)$/u.exec(subject)?.[1];
  return subject === "self" || (name !== undefined && slugOf(name) === name);
}

/** As the predicate's sentence needs it; null when it is something else. */
function fittedObject(predicate: string, object: Json): Json | null {
  const names = membersOf(predicate);
  if (names.length === 0) return typeof object === "number" ? object : fittedMember(predicate, predicate, object);
  const given = membersOnly(object);
  if (given === null || Object.keys(given).length !== names.length) return null;
  const fitted = names.map((name) => [name, fittedMember(name, predicate, given[name] ?? null)] as const);
  return fitted.every(([, value]) => value !== null) ? (Object.fromEntries(fitted) as JsonObject) : null;
}

function fittedText(value: Json): string | null {
  const text = typeof value === "string" ? oneLine(value) : "";
  return text === "" ? null : text;
}

const weekday = /^(?:mon|tues|wednes|thurs|fri|satur|sun)day$/;
const clock = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

/** Weekdays, times and dates have one form, so that equal statements are equal. */
function fittedMember(name: string, predicate: string, value: Json): string | null {
  const text = fittedText(value);
  if (text === null) return null;
  if (name === "weekday") return weekday.test(text) ? text : null;
  if (predicate === "schedule.sleep") return clock.test(text) ? text : null;
  if (name === "date" || name === "from" || name === "person.birthday") return isDate(text) ? text : null;
  return text;
}

/** `2025-01-31`, or `--01-31` in any year. */
function isDate(text: string): boolean {
  const day = text.replace(/^--/, "2000-");
  return /^\d{4}-\d\d-\d\d$/.test(day) && new Date(day).toJSON()?.slice(0, 10) === day;
}

/** What lies ahead is told of up to its day. */
function endOf(predicate: string, object: Json): { readonly validUntil?: number } {
  const member = { "event.upcoming": "date", "travel.plan": "from" }[predicate];
  const end = member === undefined ? Number.NaN : Date.parse(String(membersOnly(object)?.[member])) + dayMs;
  return Number.isNaN(end) ? {} : { validUntil: end };
}

/** The items of these names, each once; null when one is not among those that were asked about. */
function namedItems(names: Json, items: readonly AskedItem[]): AskedItem[] | null {
  if (!Array.isArray(names) || names.length === 0 || names.length > derivedFromMax) return null;
  const byName = new Map(items.map((item, index) => [nameOf(index), item]));
  const found = new Set(names.map((name: Json) => (typeof name === "string" ? byName.get(name) : undefined)));
  return found.has(undefined) ? null : ([...found] as AskedItem[]);
}

/** Letters and digits alone: a model sets blanks and quotation marks its own way. */
function plain(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

function oneLine(text: string): string {
  return text
    .toWellFormed()
    .normalize("NFC")
    .replace(/[\p{C}\s\u2028\u2029]+/gu, " ")
    .trim()
    .slice(0, textMax)
    .toWellFormed();
}
