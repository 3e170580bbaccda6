/** Evidence by when it took place, the latest first, a page at a time. A page costs what is looked at for it. */
import type { Envelope, OpId } from "../core/op/operation.ts";
import type { Reader, SearchQuery, SearchRow } from "../store/index.ts";
import { type EvidenceStatus, evidenceStatus } from "./queries.ts";
import type { Replica } from "./replica.ts";
import { indexArrivals } from "./search-arrivals.ts";
import { markOf } from "./search-words.ts";
import { evidenceKinds, otherSource } from "./timeline.ts";
import { ViewFacts } from "./view/facts.ts";

/** Where a page ended: at this time, after so many items of it. */
export interface TimePlace {
  readonly at: number;
  readonly skip: number;
}

export interface EvidencePageQuery {
  /** Only what took place in [from, until), ms. What tells no time is in no such list. */
  readonly from?: number | undefined;
  readonly until?: number | undefined;
  /** Only of this kind; `other` for kinds that no importer makes. */
  readonly kind?: string | undefined;
  readonly after?: TimePlace | undefined;
  readonly limit: number;
}

export interface DatedEvidence {
  readonly op: Envelope;
  readonly status: EvidenceStatus;
}

export interface EvidencePage {
  readonly items: readonly DatedEvidence[];
  readonly next: TimePlace | null;
}

/** Earlier than anything that has a time. */
const earliest = -8.64e15;
/** Rows that are looked through for those of a kind, before they are looked up by it: by then it is rare. */
const walkedMax = 1_000;

export async function evidencePage(replica: Replica, query: EvidencePageQuery): Promise<EvidencePage> {
  await indexArrivals(replica);
  return replica.store.read(async (reader) => {
    const { kind, limit } = query;
    const fits = (op: Envelope) => {
      const own = String(op.payload?.["kind"]);
      return kind === undefined || (kind === otherSource ? !evidenceKinds.includes(own) : own === kind);
    };
    const walked = await walk(reader, query, fits, walkedMax);
    const isRare = walked.found.length < limit && walked.next !== null && kind !== undefined && kind !== otherSource;
    const { found, next } = isRare ? await marked(reader, query, kind) : walked;
    const facts = new ViewFacts(reader, await replica.controlLog(reader));
    await facts.load(found.map(({ op_id }) => op_id));
    const items: DatedEvidence[] = [];
    for (const op of found) items.push({ op, status: await evidenceStatus(facts, op) });
    return { items, next };
  });
}

interface Found {
  readonly found: readonly Envelope[];
  readonly next: TimePlace | null;
}

/** Goes through all evidence in order, and keeps what fits. */
async function walk(reader: Reader, query: EvidencePageQuery, fits: (op: Envelope) => boolean, most: number): Promise<Found> {
  const found: Envelope[] = [];
  let place = query.after ?? null;
  for (let walked = 0; walked < most; ) {
    const rows = await reader.search({ ...within(query, place), limit: query.limit });
    const ops = await envelopesOf(reader, rows);
    for (const row of rows) {
      const op = ops.get(row.id);
      if (found.length === query.limit) return { found, next: place };
      place = placeAfter(place, row);
      if (op && fits(op)) found.push(op);
    }
    walked += rows.length;
    if (rows.length < query.limit) return { found, next: null };
    if (found.length === query.limit) return { found, next: place };
  }
  return { found, next: place };
}

/** By the mark of its kind: the store sorts all that bear it. */
async function marked(reader: Reader, query: EvidencePageQuery, kind: string): Promise<Found> {
  const all: SearchQuery["all"] = [[{ word: markOf("kind", kind), field: "kind" }]];
  const rows = await reader.search({ ...within(query, query.after ?? null), all, limit: query.limit + 1 });
  const page = rows.slice(0, query.limit);
  const ops = await envelopesOf(reader, page);
  const end = page.reduce<TimePlace | null>(placeAfter, query.after ?? null);
  return { found: page.flatMap(({ id }) => ops.get(id) ?? []), next: rows.length > query.limit ? end : null };
}

/** No status is asked for: claims are left out. */
function within({ from = earliest, until }: EvidencePageQuery, place: TimePlace | null): Omit<SearchQuery, "limit"> {
  const end = place === null ? until : Math.min(place.at + 1, until ?? Number.POSITIVE_INFINITY);
  return { any: [], statuses: [], from, until: end, skip: place?.skip ?? 0 };
}

function placeAfter(place: TimePlace | null, { at }: SearchRow): TimePlace {
  const time = at ?? earliest;
  return place?.at === time ? { at: time, skip: place.skip + 1 } : { at: time, skip: 1 };
}

async function envelopesOf(reader: Reader, rows: readonly SearchRow[]): Promise<ReadonlyMap<OpId, Envelope>> {
  return new Map((await reader.envelopes(rows.map(({ id }) => id))).map((op) => [op.op_id, op]));
}
