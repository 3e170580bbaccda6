/** What all stores make of search rows alike. */
import { PoolError } from "../core/errors.ts";
import type { SearchField, SearchRow } from "./store.ts";

/** In the order of the index's columns, each with what a word in it weighs. */
export const searchWeights: readonly (readonly [SearchField, number])[] = [
  ["title", 4],
  ["people", 3],
  ["place", 2],
  ["text", 1],
  ["dates", 1],
  ["kind", 0.5],
];

export const searchFields = searchWeights.map(([field]) => field);

/** UTF-8 bytes. */
const wordMax = 11;

const form = /^[0-9a-z~_\u0080-\uffff]{1,11}$/;

export function isSearchWord(word: string): boolean {
  return form.test(word) && (word.length * 3 <= wordMax || Buffer.byteLength(word) <= wordMax) && word.isWellFormed();
}

/** The row as the store keeps it: without what is no word. */
export function checkedRow(row: SearchRow): SearchRow {
  for (const field of searchFields) {
    const strange = row.words[field].find((word) => !isSearchWord(word));
    if (strange !== undefined) throw new PoolError("storage", `${JSON.stringify(strange)} is no search word`, { op: row.id });
  }
  return row;
}
