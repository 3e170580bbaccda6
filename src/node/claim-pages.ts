/** Claims a page at a time, by what people filter by. A page costs what is looked at for it, never the pool. */
import { topicKey } from "../core/claim/statement.ts";
import type { ClaimStatus } from "../core/claim/status.ts";
import { comparePlaces, type Envelope, type OpId, type Place } from "../core/op/operation.ts";
import type { ClaimRow, Reader } from "../store/index.ts";
import type { ClaimBook, ClaimFace } from "./claim-book.ts";
import type { Trust } from "./lineage.ts";
import type { Replica } from "./replica.ts";

export interface ClaimPageQuery {
  readonly statuses: readonly ClaimStatus[];
  /** Whole predicates, or their beginnings up to a dot: what fits all of them. */
  readonly predicates?: readonly string[];
  readonly subject?: string | undefined;
  readonly minConfidence?: number | undefined;
  readonly trusts?: readonly Trust[] | undefined;
  /** Rests on evidence of this adapter. */
  readonly adapter?: string | undefined;
  readonly oldestFirst?: boolean;
  readonly after?: Place | undefined;
  readonly limit: number;
}

export interface ListedClaim {
  readonly row: ClaimRow;
  readonly op: Envelope;
  readonly face: ClaimFace;
}

export interface ClaimPage {
  readonly claims: readonly ListedClaim[];
  /** Where the next page begins; null at the end. */
  readonly next: Place | null;
  /** How many there are; null when that is not known without reading all. */
  readonly total: number | null;
}

/** Rows that are looked at for one page, when a filter leaves out most of them: then the page is short, and the next goes on. */
const lookedAtMax = 3_000;
/** The same where each has to be asked what it rests on. */
const askedMax = 300;

export async function claimPage(replica: Replica, book: ClaimBook, query: ClaimPageQuery): Promise<ClaimPage> {
  return replica.store.read(async (reader) => {
    const predicates = query.predicates ? await predicatesWithin(reader, query.predicates) : undefined;
    const next = rowsOf(replica, reader, query, predicates);
    const { minConfidence, adapter, trusts } = query;
    const looksInside = minConfidence !== undefined || adapter !== undefined || trusts !== undefined;
    const claims: ListedClaim[] = [];
    let after = query.after;
    let budget = adapter !== undefined || trusts !== undefined ? askedMax : lookedAtMax;
    for (let more = true; more && claims.length < query.limit && budget > 0; ) {
      const { rows, looked, end } = await next(after, Math.min(budget, looksInside ? 2 * query.limit : query.limit));
      budget -= looked;
      for (const claim of await listed(reader, book, rows, query)) {
        if (claims.length === query.limit) return { claims, next: placeAt(claims.at(-1)?.row), total: null };
        claims.push(claim);
      }
      after = end ?? after;
      more = end !== null;
      if (!more) return { claims, next: null, total: await totalOf(reader, book, query, predicates) };
    }
    return { claims, next: after ?? null, total: await totalOf(reader, book, query, predicates) };
  });
}

function placeAt(row: ClaimRow | undefined): Place | null {
  return row ? { lamport: row.lamport, id: row.id } : null;
}

async function predicatesWithin(reader: Reader, prefixes: readonly string[]): Promise<string[]> {
  const [first = "", ...others] = prefixes;
  const within = (predicate: string, prefix: string) => predicate === prefix || predicate.startsWith(`${prefix}.`);
  const all = await reader.predicates(first);
  return all.filter((predicate) => [first, ...others].every((prefix) => within(predicate, prefix)));
}

interface Looked {
  readonly rows: readonly ClaimRow[];
  readonly looked: number;
  /** The last place that was looked at; null when there is nothing beyond. */
  readonly end: Place | null;
}

type NextRows = (after: Place | undefined, most: number) => Promise<Looked>;

/** The next rows of the statuses, predicates and subject that are asked for. */
function rowsOf(replica: Replica, reader: Reader, query: ClaimPageQuery, predicates: readonly string[] | undefined): NextRows {
  const { statuses, oldestFirst = false, subject } = query;
  const walk: NextRows = async (after, most) => {
    const rows = await reader.claimList({ statuses, predicates, after, oldestFirst, limit: most });
    return { rows, looked: rows.length, end: rows.length === most ? placeAt(rows.at(-1)) : null };
  };
  if (subject === undefined) return walk;
  const topics = new SubjectTopics(replica, subject);
  let ofSubject: readonly ClaimRow[] | null = null;
  return async (after, most) => {
    if (ofSubject === null) {
      const { rows, looked, end } = await walk(after, Math.max(most, subjectWalk));
      const fitting = rows.filter((row) => topics.has(row));
      const [page, beyond] = [fitting.slice(0, most), fitting.length > most];
      if (end === null || beyond || fitting.length * 8 >= looked) return { rows: page, looked, end: beyond ? placeAt(page.at(-1)) : end };
      // Rare among all: found by its own topics then.
      ofSubject = await topics.rows(reader, predicates, statuses, oldestFirst);
    }
    const rest = ofSubject.filter((row) => after === undefined || (oldestFirst ? 1 : -1) * comparePlaces(row, after) > 0);
    const rows = rest.slice(0, most);
    return { rows, looked: rows.length, end: rest.length > most ? placeAt(rows.at(-1)) : null };
  };
}

/** Rows of a subject that is asked for are looked for among so many before its topics are. */
const subjectWalk = 400;

/** A claim's topic is its subject and predicate: rows tell by it whose they are. */
class SubjectTopics {
  readonly #replica: Replica;
  readonly #subject: string;
  readonly #keys = new Map<string, string>();

  constructor(replica: Replica, subject: string) {
    this.#replica = replica;
    this.#subject = subject;
  }

  has({ predicate, topic }: ClaimRow): boolean {
    return topic === this.#key(predicate);
  }

  async rows(
    reader: Reader,
    predicates: readonly string[] | undefined,
    statuses: readonly ClaimStatus[],
    oldestFirst: boolean,
  ): Promise<ClaimRow[]> {
    const keys = (predicates ?? (await reader.predicates(""))).map((predicate) => this.#key(predicate));
    const rows = (await reader.claimsOfTopics(keys)).filter(({ status }) => statuses.includes(status));
    return rows.sort((left, right) => (oldestFirst ? 1 : -1) * comparePlaces(left, right));
  }

  #key(predicate: string): string {
    const known = this.#keys.get(predicate);
    if (known !== undefined) return known;
    const key = topicKey(this.#replica.crypto.sha256Hex, this.#subject, predicate);
    this.#keys.set(predicate, key);
    return key;
  }
}

/** Of these rows the claims that fit the filters which look inside, in their order. */
async function listed(reader: Reader, book: ClaimBook, rows: readonly ClaimRow[], query: ClaimPageQuery): Promise<ListedClaim[]> {
  const { minConfidence = 0, adapter, trusts } = query;
  const ops = new Map((await reader.envelopes(rows.map(({ id }) => id))).map((op) => [op.op_id, op]));
  const sure = rows.filter(({ id }) => minConfidence <= 0 || Number(ops.get(id)?.payload?.["confidence"] ?? 0) >= minConfidence);
  const faces = await book.faces(reader, sure);
  return sure.flatMap((row) => {
    const [op, face] = [ops.get(row.id), faces.get(row.id)];
    if (op === undefined || face === undefined) return [];
    if (trusts !== undefined && (face.trust === null || !trusts.includes(face.trust))) return [];
    if (adapter !== undefined && !face.sources.some((source) => source.adapter === adapter)) return [];
    return { row, op, face };
  });
}

async function totalOf(
  reader: Reader,
  book: ClaimBook,
  { statuses, subject, minConfidence, adapter, trusts }: ClaimPageQuery,
  predicates: readonly string[] | undefined,
): Promise<number | null> {
  if (subject !== undefined || minConfidence !== undefined || adapter !== undefined || trusts !== undefined) return null;
  const wanted = predicates && new Set(predicates);
  const counts = await book.counts(reader);
  return counts
    .filter(({ predicate, status }) => statuses.includes(status) && (wanted?.has(predicate) ?? true))
    .reduce((sum, { count }) => sum + count, 0);
}

/** These claims as lists show them, in their order; what is no claim is left out. */
export async function listedClaims(reader: Reader, book: ClaimBook, ids: readonly OpId[]): Promise<ListedClaim[]> {
  const rows = new Map((await reader.claims(ids)).map((row) => [row.id, row]));
  return listed(
    reader,
    book,
    ids.flatMap((id) => rows.get(id) ?? []),
    { statuses: [], limit: ids.length },
  );
}
