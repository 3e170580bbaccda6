/** Claims as answers: weighed by what they rest on, how sure, how far to be trusted and how fresh they are. */
import { isCurrent } from "../../core/capability/selector.ts";
import type { Envelope, OpId } from "../../core/op/operation.ts";
import type { JsonObject } from "../../core/ports.ts";
import { lineageOf, sensitivitiesOf, type Trust, trustsOf } from "../lineage.ts";
import { claimSentence } from "../search-text.ts";
import type { ViewFacts } from "../view/facts.ts";
import type { FoundAll } from "./found.ts";
import { type Raised, raisedByOthers } from "./hanging.ts";
import { reasonsOf } from "./reasons.ts";
import type { Answer, Currency, Freshness, Recall } from "./recalled.ts";

/** Of the best evidence's score, what a claim is worth that rests on what was found alone; less when it rests on much else. */
const restShare = 0.5;
/** What of a score is left of a claim of which its author is not sure at all. */
const leastSure = 0.7;
const trustFactor: Readonly<Record<Trust, number>> = { user: 1, import: 0.95, assistant: 0.85, third_party: 0.8 };
const currencyReasons: Readonly<Record<Currency, readonly string[]>> = {
  current: [],
  upcoming: ["is not so yet"],
  ended: ["is no longer so"],
};
const currencyFactor: Readonly<Record<Currency, number>> = { current: 1, upcoming: 0.95, ended: 0.75 };
/** What of a score is left when a claim is very old, and the age, days, at which half of that is gone. */
const [leastFresh, halfFreshDays] = [0.9, 365];

const dayMs = 86_400_000;

/** Claims of which lineage is read, for each that is asked for, and at least. */
const [readEach, readLeast] = [3, 40];

export async function answersOf(
  facts: ViewFacts,
  found: FoundAll,
  { limit, tokenBudget, now, mayRead }: Recall,
): Promise<{ answers: Answer[]; omitted: number }> {
  const resting = restingScores(found);
  const raised = found.claims.map((each) => ({ each, score: each.score + (resting.get(each.row.id)?.score ?? 0) }));
  const best = raised.sort((left, right) => right.score - left.score).slice(0, Math.max(readLeast, readEach * limit));
  const ids = best.map(({ each }) => each.row.id);
  const ops = new Map((await facts.reader.envelopes(ids)).map((op) => [op.op_id, op]));
  const rows = new Map((await facts.reader.claims(ids)).map((row) => [row.id, row]));
  const lineage = await lineageOf(facts.reader, ...ids);
  const [trusts, sensitivities] = [await trustsOf(facts, lineage), await sensitivitiesOf(facts, lineage)];
  const ranked = best.map(({ each, score }) => ({ id: each.row.id, score }));
  const hanging = raisedByOthers(lineage, ranked, mayRead === "all");
  const answers = best.flatMap(({ each }, place) => {
    const { id } = each.row;
    const [op, row, trust, sensitivity] = [ops.get(id), rows.get(id), trusts.get(id), sensitivities.get(id)];
    if (op?.payload === undefined || row?.status !== "active" || trust === undefined || sensitivity === undefined) return [];
    const { score, reason } = hanging[place] as Raised;
    const reasons = [
      ...reasonsOf(found.question, each),
      ...restingReason(resting.get(id)?.items ?? 0),
      ...(reason === null ? [] : [reason]),
    ];
    const answer = answerOf(op, op.payload, { trust, sensitivity, now, score }, reasons);
    return { statement: row.statement, answer };
  });
  answers.sort((left, right) => right.answer.score - left.answer.score || (left.answer.claim < right.answer.claim ? -1 : 1));
  // What is said twice is an answer once.
  const once = new Map(answers.toReversed().map(({ statement, answer }) => [statement, answer]));
  const kept = answers.flatMap(({ statement, answer }) => (once.get(statement) === answer ? answer : [])).slice(0, limit);
  return within(kept, tokenBudget);
}

function restingReason(items: number): string[] {
  return items === 0 ? [] : [`rests on ${items === 1 ? "an item" : `${items} items`} of the evidence found`];
}

function restingScores({ evidence, restsOn }: FoundAll): ReadonlyMap<OpId, { readonly score: number; readonly items: number }> {
  const scores = new Map(evidence.map(({ row, score }) => [row.id, score]));
  return new Map(
    [...restsOn].map(([claim, { items, of }]) => {
      const most = Math.max(...items.map((item) => scores.get(item) ?? 0));
      return [claim, { score: most * restShare * Math.sqrt(items.length / of), items: items.length }];
    }),
  );
}

type Worth = Pick<Answer, "trust" | "sensitivity" | "score"> & { readonly now: number };

function answerOf({ op_id: claim, ts }: Envelope, payload: JsonObject, worth: Worth, reasons: readonly string[]): Answer {
  const { trust, sensitivity, now } = worth;
  const { subject, predicate, object = null, confidence } = payload;
  const freshness = freshnessOf(ts, payload, now);
  const age = Math.max(0, now - ts) / dayMs;
  const fresh = leastFresh + (1 - leastFresh) * 0.5 ** (age / halfFreshDays);
  const sure = leastSure + (1 - leastSure) * Number(confidence);
  const score = worth.score * sure * trustFactor[trust] * currencyFactor[freshness.is] * fresh;
  return {
    claim,
    sentence: claimSentence(payload),
    ...{ subject: String(subject), predicate: String(predicate), object, confidence: Number(confidence), trust, sensitivity, freshness },
    score: Math.round(score * 1_000) / 1_000,
    reasons: [...reasons, ...currencyReasons[freshness.is]],
  };
}

function freshnessOf(assertedAt: number, { valid_from, valid_until }: JsonObject, now: number): Freshness {
  const [from, until] = [typeof valid_from === "number" ? valid_from : null, typeof valid_until === "number" ? valid_until : null];
  const is = !isCurrent(until, now) ? "ended" : from !== null && now < from ? "upcoming" : "current";
  return { assertedAt, from, until, is };
}

/** The first that fit; the first of all in any case. */
function within(answers: readonly Answer[], budget: number | undefined): { answers: Answer[]; omitted: number } {
  let spent = 0;
  const kept = answers.filter(({ sentence }, index) => {
    spent += tokensOf(sentence);
    return budget === undefined || index === 0 || spent <= budget;
  });
  return { answers: kept, omitted: answers.length - kept.length };
}

/** Languages and models differ: three bytes are rarely more than a token. */
function tokensOf(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 3);
}
