import type { Deriver, Oneself, SeenEvidence } from "../deriver.ts";
import { dayMs } from "../reading/wall.ts";
import { counted, gatherAlike } from "../tally/alike.ts";
import { confidenceOf } from "../tally/confidence.ts";
import { claimOf } from "../tally/support.ts";
import { Tally } from "../tally/tally.ts";
import { ownSentences } from "../text/own-words.ts";
import { plain, wordsOf } from "../text/phrase.ts";

/** Said to be a goal. */
const named =
  /\b(?:my|our) (?:(?:long|short|mid)[- ]term |main |big(?:gest)? |ultimate |personal |career |next |current |new year['’]?s? )*(?:goal|aim|dream|ambition|resolution|objective)s?(?: for [^,.:;]{3,40})? (?:is|are|remains?) (?:still )?to (?<goal>[^.;!?\n]{6,160})/giu;
/** Said to be dreamt of. */
const dreamt = /\b(?:my|our|the|this|that|a) (?:[a-z]+ )?['"“‘]?dream of (?<goal>[^.;!?\n]{6,160})/giu;
/** Thought of again and again: on how many days, is counted. */
const considered =
  /\b(?:thinking (?:about|of)|consider(?:ing|ed)?|consideration of whether to|idea of|plans? (?:to|for)|whether to|possibility of) (?<goal>(?:open|start|found|launch|buy|build|mov|learn|writ|retir|sett)(?:ing|e|) (?:up )?(?:an?|my|our|the) [^.;!?\n]{4,120})/giu;
const consideredLeast = 3;
/** Said to be wanted. */
const wanted =
  /\bI(?:['’]d| would)?(?: really| still| also| definitely| one day| eventually| someday)* (?:want|plan|hope|aim|intend|like|am planning|am hoping|am determined|am working|dream|have decided|decided|aspire)(?: to| of) (?<goal>[^.;!?\n]{6,160})/gu;
/** What is wanted is a goal only when it is far off. */
const far =
  /\b(?:with)?in (?:the )?(?:next )?(?:\d+|one|two|three|four|five|six|ten|a few|several|a couple of) (?:more )?years?\b|\b(?:by|before) (?:the end of )?(?:20\d\d|next year|this year)\b|\b(?:someday|some day|one day|in (?:the|my) future|eventually|long[- ]term|before I turn|in the long run|next year|of my own|my own)\b/iu;
/** What people set themselves to do. */
const deeds =
  /^(?:obtain|get|earn|gain|pass|complete|finish|become|be|open|start|launch|found|set up|build|buy|own|save|pay off|run|learn|write|publish|travel|take|visit|move|lose|quit|stop|graduate|win|achieve|reach|improve|retire|master|have|read|climb|cycle|swim|go|make|develop|establish|acquire|qualify|upgrade|renovate|study|speak|play|cut|reduce|eat|train|teach|grow)(?:ing)?\b/iu;
/** An objective of now, or no objective at all. */
const near =
  /\b(?:today|tonight|tomorrow|this (?:morning|afternoon|evening|week|weekend|month)|next (?:week|weekend|month|time)|right now|soon|first|ask|know|confirm|check|make sure|understand|see if|hear|find out|discuss|consult)\b/iu;

/** What the person works towards, in their own words. */
export const goals: Deriver = {
  name: "goal.personal",
  version: "1",
  round: 1,
  says: ["goal.personal"],
  begin({ self }) {
    const said = new Tally<boolean>();
    return {
      evidence(item) {
        for (const [goal, weight] of goalsIn(item, self)) said.add(goal, item, weight === 0, weight);
      },
      *derive() {
        for (const { key, value: onlyConsidered, supports, days } of gatherAlike(said.ranked(), 0.6)) {
          if (onlyConsidered && days < consideredLeast) continue;
          const lasts = supports.flatMap(({ last }) => last ?? []);
          yield claimOf(supports, {
            predicate: "goal.personal",
            object: key,
            confidence: confidenceOf({ base: 0.68, more: days - 1, most: 0.92 }),
            rationale: `said to be wanted or aimed at on ${counted(days, "day")}, in these words or nearly these`,
            ...(lasts.length === 0 ? {} : { validUntil: endOfYearAfter(Math.max(...lasts)) }),
          });
        }
      },
    };
  },
};

/** Goals and their weights: 2 when called a goal, 1 when wanted, 0 when only thought of. */
function goalsIn(item: SeenEvidence, self: Oneself): Map<string, number> {
  const found = new Map<string, number>();
  for (const sentence of ownSentences(item, self)) {
    for (const { groups } of sentence.matchAll(named)) keep(found, groups?.["goal"] ?? "", 2);
    for (const { groups } of sentence.matchAll(dreamt)) keep(found, groups?.["goal"] ?? "", 2);
    for (const { groups } of sentence.matchAll(considered)) keep(found, groups?.["goal"] ?? "", 0);
    if (!far.test(sentence)) continue;
    for (const { groups } of sentence.matchAll(wanted))
      if (!near.test(sentence.slice(0, 400).split(far)[0] ?? "")) keep(found, groups?.["goal"] ?? "", 1);
  }
  return found;
}

function keep(found: Map<string, number>, told: string, weight: number): void {
  const [head = ""] = told.split(
    /, (?:but|so|and|which|because|while|although|I|we|though|since)\b| (?:but|because|so that|although|while|since|though|and (?:I|we|my)|which|if|when|in order to)\b|[:()"“”]|['’](?=\s|$)/u,
  );
  const goal = asDeed(plain(withoutTerm(head)))
    .replace(/^(?:also|finally|eventually|be able to|try to|try and|start to) /u, "")
    .replace(/\s+(?:and|or|for|to|in|of|with|,)$/u, "");
  const words = goal.split(" ");
  // A deed and what it is done to.
  if (/^learn (?:more )?(?:about|how)\b/u.test(goal)) return;
  if (words.length < 2 || words.length > 16 || wordsOf(goal).length < 2 || !deeds.test(goal) || / (?:it|this|that|them|these)$/u.test(goal))
    return;
  found.set(goal, Math.max(found.get(goal) ?? 0, weight));
}

const bases =
  "obtain get earn gain pass complete finish become be open start launch found set buy own save pay run learn write publish travel take visit move lose quit stop graduate win achieve reach improve retire master have read climb cycle swim go make develop establish acquire qualify upgrade renovate study speak play build teach grow train".split(
    " ",
  );

/** `opening a shop` → `open a shop`. */
function asDeed(goal: string): string {
  const [first = "", ...rest] = goal.split(" ");
  const base = bases.find((each) => [`${each}ing`, `${each.replace(/e$/u, "")}ing`, `${each}${each.at(-1)}ing`].includes(first));
  return base === undefined ? goal : [base, ...rest].join(" ");
}

/** The goal without its term, which is told in many ways. */
function withoutTerm(goal: string): string {
  return goal
    .replace(
      /,? ?\b(?:(?:with)?in (?:the )?(?:next )?(?:\d+|one|two|three|four|five|six|ten|a few|several|a couple of) (?:more )?years?|by (?:the end of )?(?:20\d\d|next year|this year)|someday|some day|one day|in (?:the|my) future|eventually|in the long run|next year|this year)\b/giu,
      "",
    )
    .replace(/\s+/gu, " ")
    .trim();
}

/** A goal that nobody spoke of for so long is not surely one any more. */
function endOfYearAfter(last: number): number {
  const year = new Date(last + 365 * dayMs).getUTCFullYear();
  return Date.UTC(year + 1, 0, 1);
}
