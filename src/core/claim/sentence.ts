/** A claim as a sentence: its predicate's template (section 6), filled in. */
import type { Json, JsonObject } from "../ports.ts";
import { basePredicates } from "./predicates.ts";

/** How a value is written into a sentence. */
export type WriteValue = (value: Json) => string;

/**
 * The template's sentence; null when the predicate has no template, or when the object lacks a member that the template
 * names: a sentence with holes says less than the bare claim.
 */
export function templateSentence(payload: JsonObject, write: WriteValue): string | null {
  const name = String(payload["predicate"]);
  const template = Object.hasOwn(basePredicates, name) ? basePredicates[name]?.template : undefined;
  return template === undefined ? null : fillTemplate(template, payload, write);
}

/** Any template's sentence of a claim; null when the object lacks a member that it names. */
export function fillTemplate(template: string, { subject, object }: JsonObject, write: WriteValue): string | null {
  let whole = true;
  // A function, so that a `$&` in somebody's words stays what it is.
  const sentence = template.replace(/\{(subject|object)(?:\.(\w+))?\}/g, (_all, of: string, member?: string) => {
    const value = of === "subject" ? subject : member === undefined ? object : memberOf(object, member);
    const words = value === undefined || value === null ? "" : write(value);
    if (words === "") whole = false;
    return words;
  });
  return whole ? sentence : null;
}

function memberOf(object: Json | undefined, member: string): Json | undefined {
  const isObject = typeof object === "object" && object !== null && !Array.isArray(object);
  return isObject && Object.hasOwn(object, member) ? (object as JsonObject)[member] : undefined;
}
