import type { Json, JsonObject } from "../../core/ports.ts";

/** Content comes from files that anyone may have written: nothing in it is where or what it should be until it was looked at. */
export function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value.trim() : "";
}

export function objectOf(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

export function numberOf(value: Json | undefined): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** The texts in a list, of which each is a text or an object with one of `members`. */
export function textsOf(value: Json | undefined, ...members: readonly string[]): string[] {
  const entries = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return entries
    .map(
      (entry) => textOf(entry as Json) || (members.map((name) => textOf(objectOf(entry as Json)[name])).find((text) => text !== "") ?? ""),
    )
    .filter((text) => text !== "");
}
