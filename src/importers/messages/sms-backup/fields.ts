import type { Attributes } from "./elements.ts";

/** The attribute's text; the backup writes `null` for none. */
export function told(attributes: Attributes, name: string): string | undefined {
  const text = attributes[name]?.trim();
  return text === undefined || text === "" || text === "null" ? undefined : text;
}

/** The contact's name; of a number without contact the backup says `(Unknown)`, in the phone's language. */
export function contactOf(attributes: Attributes): string | undefined {
  const name = told(attributes, "contact_name");
  return name !== undefined && /^\(.*\)$/.test(name) ? undefined : name;
}

/** The numbers of a chat; hidden ones are empty or negative. */
export function numbersOf(attributes: Attributes, name: string): string[] {
  const numbers = (told(attributes, name) ?? "").split("~").map((number) => number.trim());
  return numbers.filter((number) => number !== "" && !/^-\d$/.test(number));
}

/** Below this it is seconds, as some programs write them. */
const millisecondsMin = 100_000_000_000;

/** The instant, ms since the epoch; null when there is one that can't be read, undefined when there is none. */
export function instantOf(attributes: Attributes): number | null | undefined {
  const text = told(attributes, "date");
  if (text === undefined || text === "0") return undefined;
  if (!/^\d{1,15}$/.test(text)) return null;
  return Number(text) < millisecondsMin ? Number(text) * 1_000 : Number(text);
}
