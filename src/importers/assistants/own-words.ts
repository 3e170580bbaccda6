import type { Json } from "../../core/ports.ts";

/**
 * What this node answers to an assistant stands between these two lines, so that an export of the conversation doesn't bring the node's
 * own words back to it as if a person had said them. Plain visible characters: assistants drop invisible ones.
 */
export const ownWordsMark = { begin: "⟦fablepool⟧", end: "⟦/fablepool⟧" } as const;

/** Assistants copy the marks with other case or blanks. */
const anyMark = /⟦\s*\/?\s*fablepool\s*⟧/gi;
/** An answer that was cut off has no end mark: it goes to the end of the text. */
const marked = /⟦\s*fablepool\s*⟧.*?(?:⟦\s*\/\s*fablepool\s*⟧|$)/gis;

/** The text as it is answered to an assistant. Marks inside it lose their brackets, so that nothing in it can end it early. */
export function markOwnWords(text: string): string {
  return `${ownWordsMark.begin}\n${unmarked(text)}\n${ownWordsMark.end}`;
}

/** The text with marks that are no marks any more: they lose their brackets. */
export function unmarked(text: string): string {
  return text.replace(anyMark, "fablepool");
}

/** The text without what `markOwnWords` marked, every line in its place: for a text of which line numbers are told. */
export function blankOwnWords(text: string): string {
  return text.replace(marked, (own) => own.replace(/[^\r\n]+/g, ""));
}

/** The same in every text of a JSON value. */
export function withoutOwnWordsIn(value: Json): Json {
  if (typeof value === "string") return withoutOwnWords(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((each: Json) => withoutOwnWordsIn(each));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withoutOwnWordsIn(each)]));
}

/** The text without what `markOwnWords` marked; empty when there is nothing else. */
export function withoutOwnWords(text: string): string {
  const own = text.replace(marked, "");
  return own.length === text.length ? text : own.trim();
}
