import type { Json, JsonObject } from "../../core/ports.ts";

/** The value where it is an object; any other value has no members. */
export function objectOf(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !isList(value) ? value : {};
}

/** The value where it is a list; any other value has no entries. */
export function listOf(value: Json | undefined): readonly Json[] {
  return typeof value === "object" && value !== null && isList(value) ? value : [];
}

/** The value where it is a text with something in it. */
export function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

/** The value where it is a number, or a text that holds nothing but one. */
export function numberOf(value: Json | undefined): number | undefined {
  const number = typeof value === "string" && /^\s*-?\d+(?:\.\d+)?\s*$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** The members that have a value, and of the lists those with entries. */
export function withValues(members: Readonly<Record<string, Json | undefined>>): Record<string, Json> {
  const told = Object.entries(members).filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0));
  return Object.fromEntries(told) as Record<string, Json>;
}

function isList(value: readonly Json[] | JsonObject): value is readonly Json[] {
  return Array.isArray(value);
}
