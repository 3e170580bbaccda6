/** Text as words that can be compared: folded, stemmed, and short enough to stand in an index (see `SearchRow`). */
import { hash } from "node:crypto";
import { stemOf } from "./search-stem.ts";

/** Grows whenever the same text gives other words: a store that was indexed before is then indexed anew. */
export const wordsVersion = "1";

/** Words that say nothing of what a text is about: neither indexed nor looked for. */
const empty: ReadonlySet<string> = new Set(
  (
    "a an the and or but nor so if then than as at by for from in into of off on onto out over to up with without within about after " +
    "before during between through until while because is are was were be been being am do does did done doing have has had having " +
    "will would shall should can could might must i me my mine myself you your yours yourself he him his himself she her hers herself " +
    "it its itself we us our ours ourselves they them their theirs themselves this that these those there here not no yes also too " +
    "very just only both each such own same other any some all"
  ).split(" "),
);

/** Words that make a question of a text: not looked for either, unless nothing else is asked. */
const asking: ReadonlySet<string> = new Set(
  (
    "who whom whose what when where which why how many much often long please tell show give find list name describe explain specify " +
    "specific specifically exact exactly know remember recall say said mention mentioned according regarding whether ever last one ones " +
    "thing things answer question following based provide include including"
  ).split(" "),
);

export function isAsking(word: string): boolean {
  return asking.has(word);
}

export interface Token {
  /** As it is written, folded. */
  readonly text: string;
  /** What is compared and indexed. */
  readonly word: string;
}

const pieces = /[\p{L}\p{M}]+(?:['’][\p{L}\p{M}]+)*|\p{N}+(?:[.,:]\p{N}+)*(?:(?:st|nd|rd|th)(?!\p{L}))?/gu;
/** Scripts that are written without spaces between words. */
const unspaced =
  "[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}]";
const unspacedRun = new RegExp(`(${unspaced}+)`, "u");

/** The words of a text in order, without the empty ones. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (const piece of fold(text).match(pieces) ?? []) for (const token of tokensIn(piece)) tokens.push(token);
  return tokens;
}

export function wordsOf(text: string): string[] {
  return tokensOf(text).map(({ word }) => word);
}

/** People use few words: most pieces of a text were met before. */
const met = new Map<string, readonly Token[]>();
const [metMax, metLengthMax] = [50_000, 40];

function tokensIn(piece: string): readonly Token[] {
  const before = met.get(piece);
  if (before !== undefined) return before;
  const tokens = /^\p{N}/u.test(piece)
    ? numbersIn(piece).map(asToken)
    : piece.split(unspacedRun).flatMap((part) => (unspacedRun.test(part) ? pairsOf(part).map(asToken) : wordIn(part)));
  if (met.size >= metMax) met.clear();
  if (piece.length <= metLengthMax) met.set(piece, tokens);
  return tokens;
}

function asToken(text: string): Token {
  return { text, word: coded(text) };
}

function wordIn(text: string): Token[] {
  const bare = text.replace(/['’]s$/, "").replace(/['’]/g, "");
  return bare === "" || empty.has(bare) ? [] : [{ text: bare, word: coded(/^[a-z]+$/.test(bare) ? stemOf(bare) : bare) }];
}

/** Without case, accents and the differences between forms of one letter. */
function fold(text: string): string {
  if (/^[ -~\s]*$/.test(text)) return text.toLowerCase();
  return text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .normalize("NFKC")
    .toLowerCase();
}

/** `8,000` is 8000; `18:30` is 18 and 30; `3.5` stays one number; `01` and `1st` are 1. */
function numbersIn(text: string): string[] {
  const bare = text.replace(/[a-z]+$/, "");
  const joined = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(bare) ? bare.replaceAll(",", "") : bare;
  const parts = joined.split(/[,:]/).flatMap((part) => (/^\d+\.\d+$/.test(part) ? part.replace(".", "_") : part.split(".")));
  return parts.map((part) => part.replace(/^0+(?=\d$)/, ""));
}

/** Of an unspaced script every two characters that stand together. */
function pairsOf(text: string): string[] {
  const characters = [...text];
  if (characters.length < 3) return [text];
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
}

/** UTF-8 bytes of a search word, of which so many of a long one stand as they are. */
const [wordBytes, headBytes] = [11, 5];

/** Long words of the letters a to z by their beginning, which tells them apart well enough; others by a shorter one and a hash. */
function coded(text: string): string {
  if (text.length <= wordBytes && Buffer.byteLength(text) <= wordBytes) return text;
  if (/^[a-z]+$/.test(text)) return text.slice(0, wordBytes);
  return `${headOf(text)}~${hash("sha256", text).slice(0, wordBytes - headBytes - 1)}`;
}

function headOf(text: string): string {
  let head = "";
  for (const character of text) {
    if (Buffer.byteLength(head + character) > headBytes) break;
    head += character;
  }
  return head;
}

/** The beginning under which words that begin like this one are indexed. */
export function beginningOf(text: string): string {
  if (/^[a-z]+$/.test(text)) return text.slice(0, wordBytes);
  return Buffer.byteLength(text) <= wordBytes ? text : headOf(text);
}

/** A word that no text gives: says of a row what it can be filtered by. */
export function markOf(what: string, value: string): string {
  return `~${hash("sha256", `${what} ${value}`).slice(0, wordBytes - 1)}`;
}
