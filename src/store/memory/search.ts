/** The memory store's search: looks at every row, and reckons as FTS5's bm25() does, so that both stores give one order. */
import type { ClaimStatus } from "../../core/claim/status.ts";
import type { OpId } from "../../core/op/operation.ts";
import { isSearchWord, searchFields, searchWeights } from "../search-row.ts";
import type { SearchField, SearchQuery, SearchRow, SearchWord, WordCounts } from "../store.ts";
import type { Tables } from "./tables.ts";

export function searchTables(tables: Tables, { any, all = [], from, until, statuses, skip = 0, limit }: SearchQuery): SearchRow[] {
  const groups = [...(any.length > 0 ? [any] : []), ...all].map((words) => words.filter(({ word }) => isSearchWord(word)));
  if (groups.some((words) => words.length === 0)) return [];
  const rows = [...tables.search.values()];
  const asked = groups.flat();
  const rarity = asked.map((word) => rarityOf(rows.length, rows.filter((row) => times(row, word) > 0).length));
  const average = rows.reduce((sum, row) => sum + lengthOf(row), 0) / Math.max(1, rows.length);
  const score = (row: SearchRow) => {
    if (any.length === 0) return 0;
    return asked.reduce((sum, word, index) => sum + (rarity[index] ?? 0) * saturated(weightOf(row, word), lengthOf(row) / average), 0);
  };
  return rows
    .filter(({ at }) => (from === undefined || (at !== null && at >= from)) && (until === undefined || (at !== null && at < until)))
    .filter(({ id }) => statuses?.includes(tables.claims.get(id)?.status ?? "active") !== false || !tables.claims.has(id))
    .filter((row) => groups.every((words) => words.some((word) => times(row, word) > 0)))
    .map((row) => ({ row, score: score(row) }))
    .sort((left, right) => right.score - left.score || later(left.row, right.row))
    .slice(skip, skip + limit)
    .map(({ row }) => row);
}

function later(left: SearchRow, right: SearchRow): number {
  const [ours, theirs] = [left.at ?? Number.NEGATIVE_INFINITY, right.at ?? Number.NEGATIVE_INFINITY];
  return ours === theirs ? (left.id < right.id ? -1 : 1) : theirs > ours ? 1 : -1;
}

function timesIn(words: readonly string[], { word, begins }: SearchWord): number {
  return words.filter((each) => (begins ? each.startsWith(word) : each === word)).length;
}

function times(row: SearchRow, asked: SearchWord): number {
  return fieldsOf(asked).reduce((sum, field) => sum + timesIn(row.words[field], asked), 0);
}

function fieldsOf({ field }: SearchWord): readonly SearchField[] {
  return field ? [field] : searchFields;
}

function weightOf(row: SearchRow, asked: SearchWord): number {
  return searchWeights.reduce((sum, [field, weight]) => {
    return sum + (asked.field === undefined || asked.field === field ? weight * timesIn(row.words[field], asked) : 0);
  }, 0);
}

function lengthOf(row: SearchRow): number {
  return searchFields.reduce((sum, field) => sum + row.words[field].length, 0);
}

function rarityOf(rows: number, having: number): number {
  return Math.max(1e-6, Math.log((rows - having + 0.5) / (having + 0.5)));
}

/** BM25 with k1 = 1.2 and b = 0.75. */
function saturated(weight: number, length: number): number {
  return (weight * 2.2) / (weight + 1.2 * (0.25 + 0.75 * length));
}

export function countWords(tables: Tables, words: readonly string[]): WordCounts {
  const rows = [...tables.search.values()];
  const having = words.map((word) => [word, rows.filter((row) => times(row, { word }) > 0).length] as const);
  return { rows: rows.length, having: new Map(having.filter(([, count]) => count > 0)) };
}

export function timesOfWord(tables: Tables, word: string, statuses: readonly ClaimStatus[] | undefined): number[] {
  const allowed = (id: OpId) => statuses?.includes(tables.claims.get(id)?.status ?? "active") !== false || !tables.claims.has(id);
  const rows = isSearchWord(word) ? [...tables.search.values()].filter((row) => times(row, { word }) > 0 && allowed(row.id)) : [];
  return rows.flatMap(({ at }) => at ?? []).sort((left, right) => left - right);
}
