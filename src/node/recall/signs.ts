/**
 * Signs by which one can tell whether the best finds answer the question. What tells most is whether one of them has it all:
 * the words, the names and the time together. A memory that has each of them somewhere need not know the answer.
 */
import type { SearchRow } from "../../store/index.ts";
import type { Match } from "../search-rank.ts";
import type { CuedQuestion } from "./question.ts";

/** A row that was found, with what of the question it has. */
export interface Matched {
  readonly row: SearchRow;
  readonly match: Match;
  /** Of each word, whether its predicate is one that the word asks for. */
  readonly cued: readonly boolean[];
  readonly score: number;
  /** Whether a model finds that it means nearly what was asked. */
  readonly near: boolean;
}

/** Each from 0 to 1. */
export interface Signs {
  /** How much of the question the best find has: of its words, times of its names, times of its times. */
  readonly best: number;
  /** The most that one of the first finds has together with others within a day of it. */
  readonly around: number;
  /** How much the words that one of the first finds has tell, however long the question is. */
  readonly told: number;
  /** What nothing has of the words. */
  readonly unknown: number;
  /** 1 when nothing has one of the names. */
  readonly unknownName: number;
}

/** Finds that are looked at. */
const first = 12;
/** What a name weighs more than another word that is as rare. */
const nameWeight = 1.5;
/** The sum of rarities beyond which more tells no more. */
const toldMost = 30;

const dayMs = 86_400_000;

/** `names`: words of the question that are names. `ranked`: the best first. */
export function signsOf(question: CuedQuestion, names: ReadonlySet<string>, ranked: readonly Matched[]): Signs {
  const { words } = question;
  const finds = ranked.slice(0, first).map((each) => ({ each, has: wordsHad(each), times: timesHad(each) }));
  const isName = words.map(({ word }) => names.has(word));
  // What a predicate answers is known, too.
  const known = words.map(({ having }, index) => having > 0 || finds.some(({ has }) => has[index]));
  const weights = words.map(({ rarity }, index) => (isName[index] ? nameWeight * rarity : rarity));
  const nameWeights = words.map(({ rarity }, index) => (isName[index] ? rarity : 0));
  const plain = words.map(({ rarity }) => rarity);
  const fit = (has: readonly boolean[], times: number) => share(weights, has) * share(nameWeights, has) * times;
  const near = ({ at }: SearchRow) => finds.filter(({ each: { row } }) => row.at !== null && at !== null && Math.abs(row.at - at) < dayMs);
  const between = (find: (typeof finds)[number]) => words.map((_, index) => [find, ...near(find.each.row)].some(({ has }) => has[index]));
  const [top] = finds;
  return {
    best: top ? fit(top.has, top.times) : 0,
    around: Math.max(0, ...finds.map((find) => fit(between(find), find.times))),
    told: Math.min(1, Math.max(0, ...finds.map(({ has, times }) => sum(plain, has) * times)) / toldMost),
    unknown: 1 - share(plain, known),
    unknownName: isName.some((is, index) => is && !known[index]) ? 1 : 0,
  };
}

function wordsHad({ match, cued }: Matched): boolean[] {
  return match.words.map((fields, index) => fields.length > 0 || cued[index] === true);
}

/** The share of the question's times that the row is of; 1 when it names none. */
function timesHad({ match: { times } }: Matched): number {
  return times.length === 0 ? 1 : times.filter((fit) => fit !== "not").length / times.length;
}

function sum(weights: readonly number[], chosen: readonly boolean[]): number {
  return weights.reduce((total, weight, index) => (chosen[index] ? total + weight : total), 0);
}

/** 1 of nothing. */
function share(weights: readonly number[], chosen: readonly boolean[]): number {
  const all = sum(
    weights,
    weights.map(() => true),
  );
  return all === 0 ? 1 : sum(weights, chosen) / all;
}
