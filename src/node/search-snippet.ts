/** The part of what somebody said that best answers a question, for people to see why it was found. */
import type { AskedWord } from "./search-question.ts";
import { tokensOf } from "./search-words.ts";

/** Characters of a snippet, and of a text that are looked through for one. */
const [snippetMax, textMax] = [200, 60_000];

interface Hit {
  readonly start: number;
  readonly end: number;
  readonly word: AskedWord;
}

/** As it is written, but for white space; `…` where something was left out. */
export function snippetOf(text: string, words: readonly AskedWord[]): string {
  const searched = text.slice(0, textMax);
  const hits = hitsIn(searched, words);
  const [from, to] = bestWindow(hits);
  const start = from === to ? 0 : beginningNear(searched, Math.max(0, from - Math.floor((snippetMax - (to - from)) / 3)), from);
  const end = start + snippetMax >= text.length ? text.length : endNear(text, start + snippetMax);
  const part = text.slice(start, end).replace(/\s+/g, " ").trim().toWellFormed();
  return `${start > 0 ? "…" : ""}${part}${end < text.length ? "…" : ""}`;
}

function hitsIn(text: string, words: readonly AskedWord[]): Hit[] {
  const hits: Hit[] = [];
  for (const { index, 0: written } of text.matchAll(/[\p{L}\p{M}\p{N}'’]+/gu)) {
    const tokens = tokensOf(written);
    const word = words.find((each) => tokens.some((token) => (each.begins ? token.word.startsWith(each.word) : token.word === each.word)));
    if (word) hits.push({ start: index, end: index + written.length, word });
  }
  return hits;
}

/** Where the rarest and most words of the question stand together; an empty part when there are none. */
function bestWindow(hits: readonly Hit[]): [from: number, to: number] {
  let best: [number, number] = [0, 0];
  let most = 0;
  for (let first = 0; first < hits.length; first++) {
    const { start } = hits[first] as Hit;
    const words = new Set<AskedWord>();
    let worth = 0;
    let end = start;
    for (let next = first; next < hits.length; next++) {
      const hit = hits[next] as Hit;
      if (hit.end - start > snippetMax) break;
      if (!words.has(hit.word)) worth += hit.word.rarity;
      words.add(hit.word);
      end = hit.end;
    }
    if (worth > most) [most, best] = [worth, [start, end]];
  }
  return best;
}

/** The beginning of a sentence between the two, else of a word. */
function beginningNear(text: string, from: number, to: number): number {
  if (from === 0) return 0;
  const before = text.slice(from, to);
  const sentence = /[.!?。！？\n]\s*(?=\S)/.exec(before);
  if (sentence) return from + sentence.index + sentence[0].length;
  const space = /\s+/.exec(before);
  return space ? from + space.index + space[0].length : from;
}

/** The end of a word before there, when there is one near. */
function endNear(text: string, at: number): number {
  const space = text.slice(at - 40, at + 1).search(/\s\S*$/);
  return space < 0 ? at : at - 40 + space;
}
