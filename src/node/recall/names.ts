/** Which words of a question are names: people and places, that an answer must be about. */
import { wordsOf } from "../search-words.ts";

/** A capital letter says nothing of the first word of a sentence. */
const sentenceEnd = /[.?!:]\s/u;
const capitalised = /^["'“‘(]*(\p{Lu}[\p{L}\p{M}'’-]+)/u;

export function namesIn(question: string): ReadonlySet<string> {
  const words = question.split(sentenceEnd).flatMap((sentence) => sentence.trim().split(/\s+/).slice(1));
  return new Set(words.flatMap((word) => wordsOf(capitalised.exec(word)?.[1] ?? "")));
}
