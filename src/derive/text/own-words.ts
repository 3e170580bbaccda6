import type { Oneself, SeenEvidence } from "../deriver.ts";
import { sayingsOf } from "../reading/said.ts";

/** Own text of one item that is read: what a person says of themselves stands in fewer characters. */
const textMax = 40_000;
const sentenceMax = 500;

interface OwnWords {
  readonly sentences: readonly string[];
  /** All of them in lower case. */
  readonly lower: string;
}

const read = new WeakMap<Oneself, WeakMap<SeenEvidence, OwnWords>>();

/**
 * The sentences that the person themselves wrote or said in an item: notes, own messages and questions to assistants.
 * Left out: quotations, code, questions, and all of a text that gives orders to whatever program reads it.
 */
export function ownSentences(item: SeenEvidence, self: Oneself): readonly string[] {
  return ownWords(item, self).sentences;
}

/** Whether the person's own sentences hold one of these, which are in lower case: a quick look before a long one. */
export function mentions(item: SeenEvidence, self: Oneself, hints: readonly string[]): boolean {
  const { lower } = ownWords(item, self);
  return lower !== "" && hints.some((hint) => lower.includes(hint));
}

function ownWords(item: SeenEvidence, self: Oneself): OwnWords {
  const before = read.get(self) ?? new WeakMap<SeenEvidence, OwnWords>();
  read.set(self, before);
  const known = before.get(item);
  if (known !== undefined) return known;
  const sentences = sayingsOf(item, self)
    .filter(({ by, text }) => by === "self" && !givesOrders(text))
    .flatMap(({ text }) => sentencesOf(text))
    .filter((sentence) => !isQuestion(sentence) && !isSupposed(sentence));
  const words = { sentences, lower: sentences.join("\n").toLowerCase() };
  before.set(item, words);
  return words;
}

export function sentencesOf(text: string): string[] {
  return withoutQuotes(text.slice(0, textMax))
    .split(/(?<=[.!?。！？;；])\s+|(?<=[。！？；])|[\r\n]+/u)
    .map((sentence) =>
      sentence
        .replace(/^[\s>*#\-+•·\d.)\]]+/u, "")
        .replace(/[*_`]+/gu, "")
        .trim(),
    )
    .filter((sentence) => sentence !== "" && sentence.length <= sentenceMax);
}

/** Without what others wrote (`> …`, “On … wrote:”), without code. */
function withoutQuotes(text: string): string {
  const reply = /^(?:-{2,} ?original message|on .{5,200} wrote:|_{5,})/imu.exec(text);
  return (reply === null ? text : text.slice(0, reply.index)).replace(/```[\s\S]*?(?:```|$)/gu, " ").replace(/^[ \t]*>.*$/gmu, " ");
}

const orders =
  /\b(?:ignore|disregard|forget|override) (?:all |any |the |your |these |those |every )*(?:previous|prior|above|earlier|preceding|other|system|former) |\bsystem ?prompt\b|<\|?(?:im_start|im_end|system|assistant|endoftext)|\[\/?(?:inst|system)\]|^\s*#* ?(?:system|assistant|new instructions?)\s*:|\byou are (?:now|no longer) (?:a|an|in|my|the|bound)\b|\b(?:jailbreak|prompt injection)\b/imu;

/** True for text that means to steer a program: whatever else it says is no word of the person's. */
export function givesOrders(text: string): boolean {
  return orders.test(text.slice(0, textMax));
}

function isQuestion(sentence: string): boolean {
  return /[?？]["”')\]]*$/u.test(sentence);
}

/** What is not so, or not known to be so. */
function isSupposed(sentence: string): boolean {
  return /^(?:if|suppose|imagine|assuming|unless|whether)\b|\b(?:as if|as though|what if|pretend|hypothetically|in a dream|dreamt|dreamed that)\b/iu.test(
    sentence,
  );
}

/** All matches of a pattern in a person's own sentences. The pattern is global. */
export function* matchesIn(
  item: SeenEvidence,
  self: Oneself,
  pattern: RegExp,
): Generator<{ readonly match: RegExpExecArray; readonly sentence: string }> {
  for (const sentence of ownSentences(item, self)) for (const match of sentence.matchAll(pattern)) yield { match, sentence };
}
