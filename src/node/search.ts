/** Finding claims and evidence by a question in a person's own words. */
import { type ClaimStatus, claimStatuses } from "../core/claim/status.ts";
import type { Envelope, OpId } from "../core/op/operation.ts";
import type { Reader, SearchRow, SearchWord } from "../store/index.ts";
import type { EvidenceStatus } from "./queries.ts";
import type { Replica } from "./replica.ts";
import { indexArrivals } from "./search-arrivals.ts";
import { candidateRows, discountOf, zoneOfOwner } from "./search-candidates.ts";
import { type Question, readQuestion } from "./search-question.ts";
import { type Ranked, rank } from "./search-rank.ts";
import { snippetOf } from "./search-snippet.ts";
import { claimSentence, claimTexts, evidenceTexts, titleOf } from "./search-text.ts";
import { markOf, tokensOf } from "./search-words.ts";
import { ViewFacts } from "./view/facts.ts";

export type FoundType = "claim" | "evidence";
export type FoundStatus = ClaimStatus | EvidenceStatus;

/** Every filter leaves out what does not fit; an absent one leaves out nothing. */
export interface Search {
  /** A question, or just words: data, whatever characters it has. Empty: what fits the filters, the latest first. */
  readonly text: string;
  readonly types?: readonly FoundType[];
  /** Evidence of these kinds, as `event` or `photo`: no claims then. */
  readonly kinds?: readonly string[];
  /** Claims of this predicate, or of those below it: `health` is `health.condition` too. No evidence then. */
  readonly predicate?: string;
  /** Only what names this person. */
  readonly person?: string;
  /** Only what names this place. */
  readonly place?: string;
  /** Only what took place in [from, until), ms since the epoch. */
  readonly from?: number;
  readonly until?: number;
  /** Default: claims that are active or superseded, evidence that holds. */
  readonly statuses?: readonly FoundStatus[];
  /** What `yesterday` counts from, ms since the epoch. */
  readonly now?: number;
  readonly limit: number;
}

export interface Found {
  readonly id: OpId;
  readonly type: FoundType;
  /** A claim's predicate, or what evidence is. */
  readonly kind: string;
  /** Comparable within one search only; 0 when nothing was asked. */
  readonly score: number;
  /** What it is about, in a few words. */
  readonly title: string;
  /** The part of what it says that best fits the question. */
  readonly snippet: string;
  /** When it took place, ms since the epoch. */
  readonly when: number | null;
  readonly status: FoundStatus;
}

/** Rows that are ranked: many more than anyone looks at, few enough to look at each. */
const candidates = 300;
/** Further rows that are looked through when most of the best ones are of no status that is asked for. */
const rowsMax = 3_000;

const served: readonly FoundStatus[] = ["active", "superseded", "holds"];

/** The best `limit` for the question, in an order that follows from the log and the question alone. */
export async function search(replica: Replica, asked: Search): Promise<Found[]> {
  await indexArrivals(replica);
  return replica.store.read(async (reader) => {
    const question = await readQuestion(reader, asked.text, asked.now ?? null);
    const isEmpty = question.words.length + question.times.length === 0;
    if (isEmpty && asked.text.trim() !== "") return [];
    const all = filtersOf(asked);
    if (all === null || asked.limit <= 0) return [];
    const facts = new ViewFacts(reader, await replica.controlLog(reader));
    const found: Found[] = [];
    const known = new Set<OpId>();
    for (let skip = 0; skip < rowsMax && found.length < asked.limit; skip += candidates) {
      const { rows, more } = await candidateRows(reader, question, queryOf(asked, all, skip));
      const fresh = rows.filter(({ id }) => !known.has(id));
      for (const { id } of fresh) known.add(id);
      const ranked = isEmpty
        ? fresh.map((row) => ({ row, score: 0 }))
        : rank(question, fresh, { discount: discountOf, zone: await zoneOfOwner(reader, fresh) });
      found.push(...(await seen(reader, facts, question, asked, ranked, asked.limit - found.length)));
      if (!more) break;
    }
    return found.sort((left, right) => right.score - left.score);
  });
}

function queryOf({ from, until, statuses = served }: Search, all: readonly (readonly SearchWord[])[], skip: number) {
  return { all, from, until, statuses: claimStatuses.filter((status) => statuses.includes(status)), skip, limit: candidates };
}

/** Null when a filter asks for what no row can have. */
function filtersOf({ types, kinds, predicate, person, place }: Search): SearchWord[][] | null {
  const groups: SearchWord[][] = [];
  const marks = (what: string, values: readonly string[]) =>
    groups.push(values.map((value) => ({ word: markOf(what, value), field: "kind" })));
  if (types) marks("type", types);
  if (kinds) marks("kind", kinds);
  if (predicate !== undefined) marks("predicate", [predicate]);
  for (const name of [person, place]) {
    if (name === undefined) continue;
    const words = tokensOf(name).map(({ word }) => [{ word }]);
    if (words.length === 0) return null;
    groups.push(...words);
  }
  return groups.some((group) => group.length === 0) ? null : groups;
}

/** The first `limit` of a status that is asked for, as people see them. */
async function seen(
  reader: Reader,
  facts: ViewFacts,
  question: Question,
  { statuses = served }: Search,
  ranked: readonly Ranked[],
  limit: number,
): Promise<Found[]> {
  const found: Found[] = [];
  for (let from = 0; from < ranked.length && found.length < limit; from += limit) {
    const page = ranked.slice(from, from + limit);
    const ids = page.map(({ row }) => row.id);
    const ops = new Map((await reader.envelopes(ids)).map((op) => [op.op_id, op]));
    const claims = new Map((await reader.claims(ids)).map((row) => [row.id, row.status]));
    await facts.load(ids);
    for (const { row, score } of page) {
      const op = ops.get(row.id);
      const status = op && (claims.get(row.id) ?? (await evidenceStatus(facts, row.id)));
      if (op && status && statuses.includes(status) && found.length < limit) found.push(foundOf(op, row, score, status, question));
    }
  }
  return found;
}

/** Rows are only of evidence whose payload is there and fits. */
async function evidenceStatus(facts: ViewFacts, id: OpId): Promise<EvidenceStatus> {
  const info = await facts.info(id);
  const base = info === null ? "pending" : await facts.base(info, null);
  return base ?? ((await facts.targeted(id, "refutes")) ? "refuted" : "holds");
}

function foundOf(
  { op_id: id, type, payload = {} }: Envelope,
  { at }: SearchRow,
  score: number,
  status: FoundStatus,
  { words }: Question,
): Found {
  const isClaim = type === "claim";
  const { title, people, place, text } = isClaim ? claimTexts(payload) : evidenceTexts(payload);
  const said = [text, title, place, people].map((part) => part.trim()).find((part) => part !== "") ?? String(payload["external_id"] ?? "");
  return {
    id,
    type: isClaim ? "claim" : "evidence",
    kind: String(payload[isClaim ? "predicate" : "kind"]),
    score: Math.round(score * 1_000) / 1_000,
    title: isClaim ? claimSentence(payload) : titleOf(title, said),
    snippet: snippetOf(said, words),
    when: at,
    status,
  };
}
