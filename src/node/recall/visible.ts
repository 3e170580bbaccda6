/**
 * The claims that a grant shows, of those that have something of a question. Nothing else has an effect on what is answered: how
 * rare a word is follows from these claims alone, so that no answer tells what words others have. Only where there is so much that
 * not all of it can be looked at, the whole index decides what is.
 */
import { isCurrent, type Selector, selectsSensitivity, selectsWords } from "../../core/capability/selector.ts";
import type { ClaimPayload } from "../../core/claim/statement.ts";
import type { Envelope, OpId } from "../../core/op/operation.ts";
import type { SearchRow, SearchWord, WordCounts } from "../../store/index.ts";
import { lineageOf, sensitivitiesOf } from "../lineage.ts";
import { findingWords } from "../search-candidates.ts";
import { searchRowOf } from "../search-index.ts";
import { countedWords } from "../search-question.ts";
import { markOf } from "../search-words.ts";
import type { ViewFacts } from "../view/facts.ts";
import { type Understood, weigh } from "./question.ts";

/** Claims that are looked at: of more, those that fit best. */
const lookedAt = 100;
/** A word is never taken to be rarer, however few claims are shown. */
const rowsLeast = 1_000;

const isClaim: SearchWord[] = [{ word: markOf("type", "claim"), field: "kind" }];

export interface Visible {
  readonly rows: readonly SearchRow[];
  readonly counts: WordCounts;
}

export async function visibleClaims(
  facts: ViewFacts,
  understood: Understood,
  selectors: readonly Selector[],
  now: number,
): Promise<Visible> {
  const question = weigh(understood, await facts.reader.wordCounts(countedWords(understood)));
  const cues = understood.cues.flat().map((word): SearchWord => ({ word, field: "kind" }));
  const any = [...findingWords(question), ...cues];
  const rows = any.length === 0 ? [] : await shown(facts, any, selectors, now);
  const having = new Map<string, number>();
  for (const { words } of rows) {
    for (const word of new Set(Object.values(words).flat())) having.set(word, (having.get(word) ?? 0) + 1);
  }
  return { rows, counts: { rows: Math.max(rows.length, rowsLeast), having } };
}

async function shown(facts: ViewFacts, any: readonly SearchWord[], selectors: readonly Selector[], now: number): Promise<SearchRow[]> {
  const found = await facts.reader.search({ any, all: markedBy(selectors), statuses: ["active"], limit: lookedAt });
  const ops = await shownOf(
    facts,
    found.map(({ id }) => id),
    selectors,
    now,
  );
  // Why it is believed may quote evidence: no word of that counts.
  return ops.flatMap((op) => searchRowOf({ ...op, payload: { ...op.payload, rationale: "" } }) ?? []);
}

/** Those of these claims that are active and that one of the selectors shows at `now`. */
export async function shownOf(facts: ViewFacts, ids: readonly OpId[], selectors: readonly Selector[], now: number): Promise<Envelope[]> {
  const { reader } = facts;
  const current = (await reader.claims(ids)).filter(({ status, until }) => status === "active" && isCurrent(until, now));
  const ops = (await reader.envelopes(current.map(({ id }) => id))).filter(({ payload }) => {
    return payload !== undefined && selectors.some((selector) => selectsWords(selector, payload as unknown as ClaimPayload));
  });
  const levels = await sensitivitiesOf(facts, await lineageOf(reader, ...ops.map(({ op_id }) => op_id)));
  return ops.filter(({ op_id, payload }) => {
    const level = levels.get(op_id) ?? "restricted";
    return selectors.some((selector) => selectsWords(selector, payload as unknown as ClaimPayload) && selectsSensitivity(selector, level));
  });
}

/** Marks of predicates, one of which every claim that is shown has; only that of claims when some pattern leaves them open. */
function markedBy(selectors: readonly Selector[]): SearchWord[][] {
  const patterns = selectors.flatMap(({ predicates }) => predicates);
  const beginnings = patterns.map((pattern) => /^([^*]+?)(?:\.\*)?$/.exec(pattern)?.[1]);
  if (beginnings.includes(undefined)) return [isClaim];
  return [beginnings.map((beginning) => ({ word: markOf("predicate", beginning ?? ""), field: "kind" }))];
}
