/**
 * Which of the rows that have something of a question answer it best. Pure: rows and question in, order out.
 *
 * A row's score is BM25F over its fields, raised by how much of the question it covers and by words that stand together as
 * they do there; then what it is worth to be of the time that was named; then a little of the best rows' scores for what
 * happened around them. Rows that say almost the same as a better one step back. Of equal scores the later one is first.
 */
import type { SearchField, SearchRow } from "../store/index.ts";
import type { Question } from "./search-question.ts";
import { dayMs, eitherDay, wordsOfDay } from "./search-times.ts";

export interface Ranked {
  readonly row: SearchRow;
  readonly score: number;
}

/** What a word weighs in a field, and how much a long field makes it weigh less. */
const fields: readonly { readonly name: SearchField; readonly weight: number; readonly byLength: number }[] = [
  { name: "title", weight: 2.5, byLength: 0.5 },
  { name: "people", weight: 1, byLength: 0.5 },
  { name: "place", weight: 1.5, byLength: 0.5 },
  { name: "text", weight: 1, byLength: 0.5 },
  { name: "dates", weight: 0.5, byLength: 0 },
  { name: "kind", weight: 0.4, byLength: 0 },
];

/** How soon another mention of a word adds nothing: BM25's usual value. */
const saturation = 1.2;
/** Two neighbouring words of the question are worth this share of the commoner one, when they stand side by side. */
const together = 0.15;
/** Words apart that still stand together. */
const reach = 4;
/**
 * Who names a time means it: as much as three words that are as rare. A text may name a day that is not its own: to plan it,
 * or to look back.
 */
const timeWeights = { "of it": 3, named: 2, not: 0 } as const;
/** The best rows' time, h, and the share of their score that it is worth to be of that time. */
const [aroundHours, aroundShare, aroundRows] = [12, 0.1, 3];
/** Rows with so large a share of words in common say the same: each further one tells so much less. */
const [alike, alikeFactor, alikeRows] = [0.6, 0.6, 60];

export interface RankOptions {
  /** Lowers what is worth less for what it is, such as the words of a machine. */
  readonly discount: (row: SearchRow) => number;
  /** Its owner's usual offset from UTC, ms: of what has an instant only, the day depends on it. */
  readonly zone: number;
}

export function rank(question: Question, rows: readonly SearchRow[], { discount, zone }: RankOptions): Ranked[] {
  const lengths = averageLengths(rows);
  const asked = prepared(question, zone);
  const scored = rows.map((row) => ({ row, score: scoreOf(asked, row, lengths) * discount(row) }));
  scored.sort(byScore);
  return withoutEchoes(withSurroundings(scored));
}

function byScore(left: Ranked, right: Ranked): number {
  const later = (right.row.at ?? Number.NEGATIVE_INFINITY) - (left.row.at ?? Number.NEGATIVE_INFINITY);
  return right.score - left.score || (Number.isNaN(later) ? 0 : later) || (left.row.id < right.row.id ? -1 : 1);
}

function averageLengths(rows: readonly SearchRow[]): ReadonlyMap<SearchField, number> {
  return new Map(
    fields.map(({ name }) => [name, Math.max(1, rows.reduce((sum, row) => sum + row.words[name].length, 0) / Math.max(1, rows.length))]),
  );
}

type Places = ReadonlyMap<SearchField, readonly number[]>;

interface Asked extends Question {
  /** The offset from UTC, ms, that rows without one are taken to have. */
  readonly zone: number;
  /** Places among the words, by word. */
  readonly exact: ReadonlyMap<string, number>;
  readonly beginnings: readonly (readonly [place: number, beginning: string])[];
}

function prepared(question: Question, zone: number): Asked {
  const exact = question.words.flatMap(({ word, begins }, place) => (begins ? [] : [[word, place] as const]));
  const beginnings = question.words.flatMap(({ word, begins }, place) => (begins ? [[place, word] as const] : []));
  return { ...question, zone, exact: new Map(exact), beginnings };
}

function scoreOf(asked: Asked, row: SearchRow, lengths: ReadonlyMap<SearchField, number>): number {
  const { words } = asked;
  const places = placesOf(row, asked);
  let score = 0;
  let covered = 0;
  let total = 0;
  words.forEach(({ rarity }, index) => {
    const weight = weightOf(row, places[index] as Places, lengths);
    score += (rarity * weight * (saturation + 1)) / (weight + saturation);
    total += rarity;
    if (weight > 0) covered += rarity;
  });
  for (let index = 1; index < words.length; index++) {
    const distance = distanceOf(places[index - 1] as Places, places[index] as Places);
    if (distance <= reach) score += (together * Math.min(words[index - 1]?.rarity ?? 0, words[index]?.rarity ?? 0)) / distance;
  }
  const half = total === 0 ? 1 : 0.5 + (0.5 * covered) / total;
  return score * half + timeScore(asked, row);
}

function timeScore({ times, zone }: Asked, row: SearchRow): number {
  const fits = timesOf(times, row, zone);
  return times.reduce((sum, { rarity }, index) => sum + rarity * timeWeights[fits[index] ?? "not"], 0);
}

/** How a row is of a time: it took place then, it names it, or neither. */
export type TimeFit = "of it" | "named" | "not";

function timesOf(times: Question["times"], row: SearchRow, zone: number): TimeFit[] {
  if (times.length === 0) return [];
  const { title, text } = row.words;
  const dates = datesOf(row, zone);
  return times.map(({ words, named = [] }) => {
    if (words.some((word) => dates.includes(word))) return "of it";
    return named.some((day) => names(title, day) || names(text, day)) ? "named" : "not";
  });
}

/** What of a question a row has. */
export interface Match {
  /** Of each word, the fields that have it. */
  readonly words: readonly (readonly SearchField[])[];
  readonly times: readonly TimeFit[];
}

/** For the few rows that are shown: why each of them was found. */
export function matchesOf(question: Question, rows: readonly SearchRow[], zone: number): Match[] {
  const asked = prepared(question, zone);
  return rows.map((row) => ({
    words: placesOf(row, asked).map((places) => [...places.keys()]),
    times: timesOf(question.times, row, zone),
  }));
}

/** Of two days that it may be, the one that it was where its owner usually is. */
function datesOf({ at, words: { dates } }: SearchRow, zone: number): readonly string[] {
  return at !== null && dates.includes(eitherDay) ? wordsOfDay(Math.floor((at + zone) / dayMs)) : dates;
}

function names(words: readonly string[], [month, date]: readonly [string, string]): boolean {
  return words.some((word, index) => word === month && (words[index + 1] === date || words[index - 1] === date));
}

/** Where each asked word stands in the row, in the words' order. */
function placesOf({ words }: SearchRow, asked: Asked): Places[] {
  const found = asked.words.map((): Map<SearchField, number[]> => new Map());
  const add = (place: number, field: SearchField, index: number) => {
    const before = found[place]?.get(field);
    if (before) before.push(index);
    else found[place]?.set(field, [index]);
  };
  for (const { name } of fields) {
    words[name].forEach((word, index) => {
      const place = asked.exact.get(word);
      if (place !== undefined) add(place, name, index);
      for (const [each, beginning] of asked.beginnings) if (word.startsWith(beginning)) add(each, name, index);
    });
  }
  return found;
}

function weightOf({ words }: SearchRow, places: Places, lengths: ReadonlyMap<SearchField, number>): number {
  let sum = 0;
  for (const { name, weight, byLength } of fields) {
    const times = places.get(name)?.length ?? 0;
    if (times > 0) sum += (weight * times) / (1 - byLength + (byLength * words[name].length) / (lengths.get(name) ?? 1));
  }
  return sum;
}

/** The fewest words from one to the other, in any field. */
function distanceOf(left: Places, right: Places): number {
  let least = Number.POSITIVE_INFINITY;
  for (const [field, from] of left) {
    const to = right.get(field) ?? [];
    for (let i = 0, j = 0; i < from.length && j < to.length; ) {
      const step = (to[j] as number) - (from[i] as number);
      least = Math.min(least, Math.abs(step));
      if (step > 0) i++;
      else j++;
    }
  }
  return least;
}

/** What happened around the best finds is likely to belong to them. */
function withSurroundings(scored: readonly Ranked[]): Ranked[] {
  const best = scored.slice(0, aroundRows).filter(({ row }) => row.at !== null);
  const raised = scored.map((each) => {
    const shares = best.map(({ row, score }) => (row === each.row ? 0 : score * nearness(row.at, each.row.at)));
    return { row: each.row, score: each.score + aroundShare * Math.max(0, ...shares) };
  });
  return raised.sort(byScore);
}

function nearness(one: number | null, other: number | null): number {
  if (one === null || other === null) return 0;
  return Math.exp(-Math.abs(one - other) / (aroundHours * 3_600_000));
}

function withoutEchoes(scored: readonly Ranked[]): Ranked[] {
  const seen: ReadonlySet<string>[] = [];
  const first = scored.slice(0, alikeRows).map(({ row, score }) => {
    const words = new Set([...row.words.title, ...row.words.text]);
    const before = words.size === 0 ? 0 : seen.filter((other) => shareOf(words, other) >= alike).length;
    seen.push(words);
    return { row, score: score * alikeFactor ** before };
  });
  return [...first, ...scored.slice(alikeRows)].sort(byScore);
}

function shareOf(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  if (Math.min(one.size, other.size) < alike * Math.max(one.size, other.size)) return 0;
  let both = 0;
  for (const word of one) if (other.has(word)) both++;
  return both / (one.size + other.size - both);
}
