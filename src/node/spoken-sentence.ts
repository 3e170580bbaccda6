/** A claim as it is said to the person whose memory it is: "You live at …", "Elin is your sister". */
import { fillTemplate, templateSentence } from "../core/claim/sentence.ts";
import type { Json, JsonObject } from "../core/ports.ts";
import { oneLine, valueText } from "./sentences.ts";
import { spokenDay } from "./spoken-day.ts";
import { spokenOfOthers, spokenTemplates } from "./spoken-templates.ts";

/** More is no sentence any more. */
const sentenceMax = 300;

/** Of any claim: when nothing else fits, its three parts. Control characters are taken out. */
export function spokenSentence(payload: JsonObject): string {
  const { subject, predicate, object } = payload;
  const name = String(predicate);
  const templates = subject === "self" ? spokenTemplates : spokenOfOthers;
  const spoken = Object.hasOwn(templates, name) ? templates[name] : undefined;
  const told = { ...payload, subject: nameOfSubject(subject), object: plainObject(object) };
  const sentence = spoken === undefined ? templateSentence(told, plainText) : fillTemplate(spoken, told, plainText);
  return oneLine(sentence ?? `${valueText(told.subject)}: ${name.replaceAll(/[._]/g, " ")} = ${valueText(object)}`, sentenceMax);
}

/** `person:ada-lovelace` is Ada Lovelace; the owner is you. */
function nameOfSubject(subject: Json | undefined): string {
  if (subject === "self") return "You";
  const [, kind, slug] = /^([a-z]+):([\p{L}\p{N}][\p{L}\p{N}_-]*)$/u.exec(String(subject)) ?? [];
  if (kind !== "person" || slug === undefined) return String(subject ?? "");
  return slug
    .split(/[-_]/)
    .filter((part) => part !== "")
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join(" ");
}

/** A day as people say it, `22 October 2026`, or `22 October` of every year; a weekday with its capital; else as it is. */
function plainText(value: Json): string {
  const text = valueText(value);
  const day = spokenDay(text);
  if (day !== null) return day;
  return /^(?:mon|tues|wednes|thurs|fri|satur|sun)day$/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** A list is said as one: `tea, coffee and cake`. */
function plainObject(object: Json | undefined): Json {
  if (!Array.isArray(object) || object.length === 0 || !object.every((each) => typeof each === "string")) return object ?? null;
  const last = object.at(-1) ?? "";
  return object.length === 1 ? last : `${object.slice(0, -1).join(", ")} and ${last}`;
}
