/** What the owner's question finds in all of the memory: evidence, and claims by their words, by what they tell, and by what they rest on. */
import type { OpId } from "../../core/op/operation.ts";
import type { Reader, SearchRow, SearchWord } from "../../store/index.ts";
import { candidateRows, findingWords, zoneOfOwner } from "../search-candidates.ts";
import { countedWords } from "../search-question.ts";
import { markOf } from "../search-words.ts";
import { hasSomething, matched, raisedByMeaning } from "./matched.ts";
import { type CuedQuestion, type Understood, weigh } from "./question.ts";
import type { Matched } from "./signs.ts";
import type { Near } from "./vectors.ts";

/** Rows that are ranked: of all, and of claims. */
const [candidates, claimCandidates] = [300, 100];
/** Claims of a predicate that was asked for, when the words alone lead to few. */
const cuedRows = 60;
/** Items of evidence of which the claims are looked at, and how many of these. */
const [roots, restingMax] = [20, 200];

const claimMark = markOf("type", "claim");
const claims: readonly SearchWord[] = [{ word: claimMark, field: "kind" }];

export interface FoundAll {
  readonly question: CuedQuestion;
  readonly claims: readonly Matched[];
  readonly evidence: readonly Matched[];
  readonly restsOn: ReadonlyMap<OpId, Resting>;
}

/** Of a claim, the items among the best evidence that it was derived from, and of how many in all. */
export interface Resting {
  readonly items: readonly OpId[];
  readonly of: number;
}

/** `near`: what is near in meaning, if a model was asked. */
export async function foundInAll(reader: Reader, understood: Understood, near: readonly Near[]): Promise<FoundAll> {
  const question = weigh(understood, await reader.wordCounts(countedWords(understood)));
  const meant = await reader.searchRows(near.map(({ id }) => id));
  const found = [...new Map([...(await candidatesOf(reader, question)), ...meant].map((row) => [row.id, row])).values()];
  const items = found.filter(({ words }) => !words.kind.includes(claimMark));
  const zone = question.times.length > 0 ? await zoneOfOwner(reader, items) : 0;
  const evidence = raisedByMeaning(matched(question, items, zone), near).filter(hasSomething);
  const best = evidence.slice(0, roots).map(({ row }) => row.id);
  const restsOn = await claimsOn(reader, best);
  const resting = await reader.searchRows([...restsOn.keys()]);
  const all = new Map([...found, ...resting].flatMap((row) => (row.words.kind.includes(claimMark) ? [[row.id, row] as const] : [])));
  const ranked = raisedByMeaning(matched(question, [...all.values()], zone), near);
  const claimsFound = ranked.filter((each) => hasSomething(each) || restsOn.has(each.row.id));
  return { question, evidence, claims: claimsFound, restsOn };
}

async function candidatesOf(reader: Reader, question: CuedQuestion): Promise<SearchRow[]> {
  if (question.words.length + question.times.length === 0) return [];
  const statuses = ["active"] as const;
  const { rows } = await candidateRows(reader, question, { statuses, limit: candidates });
  const isClaim = ({ words }: SearchRow) => words.kind.includes(claimMark);
  // Where claims are many the best rows have enough of them, and where they are few they are soon found by themselves.
  const isFull = rows.filter(isClaim).length >= claimCandidates;
  const said = isFull ? [] : await reader.search({ any: findingWords(question), all: [claims], statuses, limit: claimCandidates });
  const marks = [...new Set(question.cues.flat())].map((word): SearchWord => ({ word, field: "kind" }));
  const isEnough = marks.length === 0 || isFull || said.length >= cuedRows;
  const cued = isEnough ? [] : await reader.search({ any: [], all: [marks, claims], statuses, limit: cuedRows });
  return [...new Map([...rows, ...said, ...cued].map((row) => [row.id, row])).values()];
}

async function claimsOn(reader: Reader, items: readonly OpId[]): Promise<Map<OpId, Resting>> {
  const found = new Map<OpId, OpId[]>();
  for (const { from, to } of await reader.refsTo(items, ["derives"])) {
    const known = found.get(from);
    if (known) known.push(to);
    else if (found.size < restingMax) found.set(from, [to]);
  }
  const sources = Map.groupBy(
    (await reader.refsFrom([...found.keys()])).filter(({ kind }) => kind === "derives"),
    ({ from }) => from,
  );
  return new Map([...found].map(([claim, of]) => [claim, { items: of, of: sources.get(claim)?.length ?? of.length }]));
}
