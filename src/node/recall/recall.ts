/** Recall: the claims that answer a question best, each with why, and for the owner the evidence too (docs/recall.md). */
import type { Replica } from "../replica.ts";
import { indexArrivals } from "../search-arrivals.ts";
import { questionMax } from "../search-question.ts";
import { ViewFacts } from "../view/facts.ts";
import { answersOf } from "./answers.ts";
import { certaintyLine, certaintyOf } from "./certainty.ts";
import { evidenceOf } from "./evidence.ts";
import { type FoundAll, foundInAll } from "./found.ts";
import { hasSomething, matched } from "./matched.ts";
import { namesIn } from "./names.ts";
import { ownerNames, withoutNames } from "./owner-name.ts";
import { understand, weigh } from "./question.ts";
import type { Recall, Recalled } from "./recalled.ts";
import { signsOf } from "./signs.ts";
import { visibleClaims } from "./visible.ts";

/** Rejects only as the store does: a question that nothing answers has no answers. */
export async function recall(replica: Replica, asked: Recall): Promise<Recalled> {
  await indexArrivals(replica);
  return replica.store.read(async (reader) => {
    const facts = new ViewFacts(reader, await replica.controlLog(reader));
    const names = await ownerNames(facts, replica.crypto, asked);
    const question = withoutNames(asked.question.slice(0, questionMax), names);
    const found = await findFor(facts, { ...asked, question });
    const { answers, omitted } = await answersOf(facts, found, asked);
    const evidence = await evidenceOf(facts, found, asked.limit);
    const ranked = [...found.claims, ...found.evidence].sort((left, right) => right.score - left.score);
    const signs = signsOf(found.question, namesIn(question), ranked);
    const certainty = answers.length + evidence.length === 0 ? 0 : certaintyOf(signs);
    return { answers, evidence, certainty, confident: certainty >= certaintyLine, signs, unknownWords: unknownIn(found), omitted };
  });
}

async function findFor(facts: ViewFacts, { question: text, now, zone, mayRead, near = [] }: Recall): Promise<FoundAll> {
  const understood = understand(text, now, zone);
  if (mayRead === "all") return foundInAll(facts.reader, understood, near);
  const { rows, counts } = await visibleClaims(facts, understood, mayRead, now);
  const question = weigh(understood, counts);
  return { question, claims: matched(question, rows, 0).filter(hasSomething), evidence: [], restsOn: new Map() };
}

/** Words that nothing has, and that no predicate answers. */
function unknownIn({ question: { words, tokens }, claims }: FoundAll): string[] {
  const isKnown = (index: number) => (words[index]?.having ?? 0) > 0 || claims.some(({ cued }) => cued[index]);
  return tokens.flatMap(({ text }, index) => (isKnown(index) ? [] : text));
}
