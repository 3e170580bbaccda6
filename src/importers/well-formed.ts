import type { Json, JsonObject } from "../core/ports.ts";

/** The text as evidence may hold it: NFC, no lone surrogates, no NUL (some databases refuse it). */
export function wellFormed(text: string): string {
  return text.toWellFormed().normalize("NFC").replaceAll("\0", "\uFFFD");
}

/** The same for every string and member name in a JSON value; a number that is not finite becomes null, and -0 becomes 0, as JSON has it. */
export function wellFormedJson(value: Json): Json {
  if (typeof value === "string") return wellFormed(value);
  if (typeof value === "number") return Number.isFinite(value) ? value + 0 : null;
  if (value === null || typeof value === "boolean") return value;
  return isList(value) ? value.map(wellFormedJson) : wellFormedObject(value);
}

export function wellFormedObject(object: JsonObject): JsonObject {
  // fromEntries defines members, so one named `__proto__` stays a member.
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [wellFormed(name), wellFormedJson(value)]));
}

function isList(value: readonly Json[] | JsonObject): value is readonly Json[] {
  return Array.isArray(value);
}
