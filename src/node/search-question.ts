/** What a question asks for: the words that are left when those that only ask are gone, and the times that it names. */
import type { Reader, SearchWord, WordCounts } from "../store/index.ts";
import { askedTimes } from "./search-dates.ts";
import type { AskedTime } from "./search-time-forms.ts";
import { beginningOf, isAsking, type Token, tokensOf } from "./search-words.ts";

interface Weighed {
  /** Rows that have it. */
  readonly having: number;
  /** How much it tells to have it: the fewer rows do, the more. */
  readonly rarity: number;
}

export type AskedWord = SearchWord & Weighed;
export type WeighedTime = AskedTime & Weighed;

export interface Question {
  /** Each once, in their order. */
  readonly words: readonly AskedWord[];
  readonly times: readonly WeighedTime[];
}

/** A question as its text alone gives it. */
export interface ParsedQuestion {
  readonly tokens: readonly Token[];
  readonly times: readonly AskedTime[];
}

/** Longer questions are cut, in UTF-16 units and in words: what a person asks is in the first of them. */
export const questionMax = 20_000;
const wordsMax = 64;

/** Letters that a word without any row must have to count as the beginning of one. */
const beginningMin = 3;

export async function readQuestion(reader: Reader, text: string, now: number | null): Promise<Question> {
  const parsed = parseQuestion(text, now);
  const counts = await reader.wordCounts(countedWords(parsed));
  const { words, times } = weighQuestion(parsed, counts);
  return {
    words: words.map((asked, index) => {
      const written = parsed.tokens[index]?.text ?? "";
      if (asked.having > 0 || written.length < beginningMin) return asked;
      return { word: beginningOf(written), begins: true, having: 1, rarity: rarityOf(counts, 1) };
    }),
    times,
  };
}

/** `now`, ms since the epoch as if the asker's clock were UTC, is what `yesterday` counts from. */
export function parseQuestion(text: string, now: number | null): ParsedQuestion {
  const { times, rest } = askedTimes(text.slice(0, questionMax), now);
  const tokens = tokensOf(rest);
  const telling = tokens.filter((token) => !isAsking(token.text));
  const chosen = telling.length > 0 || times.length > 0 ? telling : tokens;
  return { tokens: [...new Map(chosen.map((token) => [token.word, token])).values()].slice(0, wordsMax), times };
}

/** Every word whose rows must be counted before the question can be weighed. */
export function countedWords({ tokens, times }: ParsedQuestion): string[] {
  return [...tokens.map(({ word }) => word), ...times.flatMap(({ words }) => words)];
}

/** The words in the order of their tokens. */
export function weighQuestion({ tokens, times }: ParsedQuestion, counts: WordCounts): Question {
  return {
    words: tokens.map(({ word }) => {
      const having = counts.having.get(word) ?? 0;
      return { word, having, rarity: rarityOf(counts, having) };
    }),
    times: times.map((time) => {
      const sum = time.words.reduce((most, word) => most + (counts.having.get(word) ?? 0), 0);
      const having = Math.min(sum, counts.rows);
      return { ...time, having, rarity: rarityOf(counts, having) };
    }),
  };
}

function rarityOf({ rows }: WordCounts, having: number): number {
  return Math.log(1 + (rows - having + 0.5) / (having + 0.5));
}
