/** Rows ranked by their words and times, each with what of the question it has. */
import type { SearchRow } from "../../store/index.ts";
import { discountOf } from "../search-candidates.ts";
import { matchesOf, rank } from "../search-rank.ts";
import type { CuedQuestion } from "./question.ts";
import type { Matched } from "./signs.ts";
import type { Near } from "./vectors.ts";

/** What a word is worth that a claim does not have but answers: of what it would be worth in a text. */
const cueShare = 0.8;

/** Of the best row by words, what the nearest by meaning is worth, and the place at which it is worth half of that. */
const [meaningShare, halfPlace] = [0.6, 8];

/** The same with what is near in meaning raised: by its place among them, as likeness differs from model to model. */
export function raisedByMeaning(all: readonly Matched[], near: readonly Near[]): readonly Matched[] {
  if (near.length === 0) return all;
  const places = new Map(near.map(({ id }, place) => [id, place]));
  const best = all[0]?.score || 1;
  const raised = all.map((each): Matched => {
    const place = places.get(each.row.id);
    const more = place === undefined ? 0 : (best * meaningShare * halfPlace) / (halfPlace + place);
    return { ...each, score: each.score + more, near: more > 0 };
  });
  return raised.sort((left, right) => right.score - left.score);
}

/** The best first; those that have nothing of the question last, with 0. `zone` is the usual clock's offset from UTC, ms. */
export function matched(question: CuedQuestion, rows: readonly SearchRow[], zone: number): Matched[] {
  const ranked = rank(question, rows, { discount: discountOf, zone });
  const cued = ranked.map(({ row, score }) => {
    const cues = question.cues.map((marks) => marks.some((mark) => row.words.kind.includes(mark)));
    return { row, cues, score };
  });
  const matches = matchesOf(
    question,
    cued.map(({ row }) => row),
    zone,
  );
  const all = cued.map(({ row, cues, score }, index): Matched => {
    const match = matches[index] as Matched["match"];
    // A word that the claim has is no cue besides.
    const counted = cues.map((is, place) => is && (match.words[place] ?? []).length === 0);
    const bonus = counted.reduce((sum, is, place) => sum + (is ? cueShare * (question.words[place]?.rarity ?? 0) : 0), 0);
    return { row, match, cued: counted, score: score + bonus, near: false };
  });
  return all.sort((left, right) => right.score - left.score);
}

export function hasSomething({ score }: Matched): boolean {
  return score > 0;
}
