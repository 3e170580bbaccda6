import type { Chain } from "../../core/admission/chains.ts";
import type { ControlLogChanges } from "../../core/admission/control-log.ts";
import type { ClaimStatus } from "../../core/claim/status.ts";
import type { Did } from "../../core/crypto/did-key.ts";
import { comparePlaces, type Envelope, type OpId, type Place, placeOf } from "../../core/op/operation.ts";
import { inRuns } from "../../core/op/run.ts";
import { envelopeSize } from "../envelope-size.ts";
import type {
  Arrival,
  ClaimCount,
  ClaimListQuery,
  ClaimRow,
  Counts,
  EvidenceRow,
  GranteeRow,
  OpInfo,
  OrderedJson,
  OrderedQuery,
  Reader,
  Ref,
  RefKind,
  SearchQuery,
  SearchRow,
  WordCounts,
} from "../store.ts";
import { countWords, searchTables, timesOfWord } from "./search.ts";
import type { StoredOp, Tables } from "./tables.ts";

/** Simple scans and sorts: this store serves tests, the simulator and small pools, and is the other stores' oracle. */
export class MemoryReader implements Reader {
  protected readonly tables: Tables;

  constructor(tables: Tables) {
    this.tables = tables;
  }

  async pool(): Promise<OpId | null> {
    return (this.tables.local.get("pool") as OpId | undefined) ?? null;
  }

  async local(name: string): Promise<string | null> {
    return this.tables.local.get(name) ?? null;
  }

  async counts(): Promise<Counts> {
    const { ops, claims, evidence, chains } = this.tables;
    const lamport = [...chains.values()].reduce((highest, chain) => Math.max(highest, chain.tipLamport), 0);
    return { operations: ops.size, lamport, claims: claims.size, evidence: evidence.size };
  }

  async generation(): Promise<number> {
    return Number(this.tables.local.get("generation") ?? 0);
  }

  async controlLog(): Promise<ControlLogChanges> {
    const { chains, pasts, controls } = this.tables;
    return { chains: [...chains.values()], pasts: [...pasts.values()], controls: [...controls.values()] };
  }

  async chains(): Promise<readonly Chain[]> {
    return [...this.tables.chains.values()];
  }

  async known(ids: readonly OpId[]): Promise<ReadonlyMap<OpId, OpInfo>> {
    return new Map(this.#stored(ids).map(({ info }) => [info.id, info]));
  }

  async envelopes(ids: readonly OpId[]): Promise<Envelope[]> {
    return this.#stored(ids).map(({ envelope }) => envelope);
  }

  async ordered({ after, limit, bytes, parts }: OrderedQuery): Promise<Envelope[]> {
    const inParts = ({ info }: StoredOp) =>
      parts === undefined || parts.some((part) => part.chain === info.chain && info.seq > part.after && info.seq <= part.upTo);
    const found: Envelope[] = [];
    let size = 0;
    for (const { envelope, info } of this.#inOrder([...this.tables.ops.values()].filter(inParts))) {
      if (after && comparePlaces(info, after) <= 0) continue;
      const { prev, batch, payload } = envelope;
      size += envelopeSize(prev.length, batch?.path.length ?? 0, payload ? JSON.stringify(payload) : null);
      if (found.length >= limit || (bytes !== undefined && found.length > 0 && size > bytes)) break;
      found.push(envelope);
    }
    return found;
  }

  async orderedJson(query: OrderedQuery, { runs = false } = {}): Promise<OrderedJson> {
    const ops = await this.ordered(query);
    const last = ops.at(-1);
    return {
      json: (runs ? inRuns(ops) : ops).map((item) => JSON.stringify(item)),
      ids: ops.map(({ op_id }) => op_id),
      last: last ? placeOf(last) : null,
    };
  }

  async idsAt(chain: number, seqs: readonly number[]): Promise<OpId[]> {
    const onChain = new Map(
      [...this.tables.ops.values()].flatMap(({ info }) => (info.chain === chain ? [[info.seq, info.id] as const] : [])),
    );
    return seqs.flatMap((seq) => onChain.get(seq) ?? []);
  }

  async idsAfter(after: OpId | null, limit: number): Promise<OpId[]> {
    return page([...this.tables.ops.keys()], after, limit);
  }

  async heads(): Promise<readonly Place[]> {
    return this.#inOrder(this.#stored([...this.tables.heads.keys()])).map(({ info: { lamport, id } }) => ({ lamport, id }));
  }

  async reaches(from: readonly OpId[], target: OpId): Promise<boolean> {
    const seen = new Set<OpId>();
    for (const open = [...from]; open.length > 0; ) {
      const id = open.pop() as OpId;
      if (id === target) return true;
      if (!seen.has(id)) open.push(...(this.tables.ops.get(id)?.envelope.prev ?? []));
      seen.add(id);
    }
    return false;
  }

  async incomplete(after: OpId | null, limit: number): Promise<OpId[]> {
    const lacking = [...this.tables.ops.values()].filter(({ info, erased }) => !info.hasPayload && !erased);
    return page(
      lacking.map(({ info }) => info.id),
      after,
      limit,
    );
  }

  async refsTo(ids: readonly OpId[], kinds?: readonly RefKind[]): Promise<Ref[]> {
    const refs = ids.flatMap((id) => this.tables.refsTo.get(id) ?? []);
    return kinds ? refs.filter(({ kind }) => kinds.includes(kind)) : refs;
  }

  async refsFrom(ids: readonly OpId[]): Promise<Ref[]> {
    return ids.flatMap((id) => this.tables.refsFrom.get(id) ?? []);
  }

  async claims(ids: readonly OpId[]): Promise<ClaimRow[]> {
    return ids.flatMap((id) => this.tables.claims.get(id) ?? []);
  }

  async claimsOfStatements(statements: readonly string[]): Promise<ClaimRow[]> {
    const wanted = new Set(statements);
    return [...this.tables.claims.values()].filter(({ statement }) => wanted.has(statement));
  }

  async claimsOfTopics(topics: readonly string[]): Promise<ClaimRow[]> {
    const wanted = new Set(topics);
    return [...this.tables.claims.values()].filter(({ topic }) => wanted.has(topic));
  }

  async predicates(prefix: string): Promise<string[]> {
    const all = [...this.tables.claims.values()].map(({ predicate }) => predicate);
    return [...new Set(all)].filter((predicate) => predicate !== "" && predicate.startsWith(prefix)).sort();
  }

  async claimsOfPredicates(predicates: readonly string[], status: ClaimStatus, limit: number): Promise<ClaimRow[]> {
    const wanted = new Set(predicates);
    return [...this.tables.claims.values()].filter((row) => wanted.has(row.predicate) && row.status === status).slice(0, limit);
  }

  async grantees(ids: readonly OpId[]): Promise<GranteeRow[]> {
    return ids.flatMap((id) => this.tables.grantees.get(id) ?? []);
  }

  async grantsTo(grantee: Did): Promise<GranteeRow[]> {
    return [...this.tables.grantees.values()].filter((row) => row.grantee === grantee);
  }

  async claimPage({ after, limit }: { after?: OpId | undefined; limit: number }): Promise<ClaimRow[]> {
    return this.claims(page([...this.tables.claims.keys()], after ?? null, limit));
  }

  async claimCounts(): Promise<ClaimCount[]> {
    const groups = Map.groupBy(this.tables.claims.values(), ({ predicate, status }) => `${status} ${predicate}`);
    return [...groups.values()].flatMap(([first, ...rest]) =>
      first ? { predicate: first.predicate, status: first.status, count: 1 + rest.length } : [],
    );
  }

  async claimList({ statuses, predicates, after, oldestFirst = false, limit }: ClaimListQuery): Promise<ClaimRow[]> {
    const sign = oldestFirst ? 1 : -1;
    return [...this.tables.claims.values()]
      .filter((row) => statuses.includes(row.status) && (predicates?.includes(row.predicate) ?? true))
      .filter((row) => after === undefined || sign * comparePlaces(row, after) > 0)
      .sort((left, right) => sign * comparePlaces(left, right))
      .slice(0, limit);
  }

  async evidence(ids: readonly OpId[]): Promise<EvidenceRow[]> {
    return ids.flatMap((id) => this.tables.evidence.get(id) ?? []);
  }

  async evidenceOf(source: string): Promise<EvidenceRow[]> {
    return [...this.tables.evidence.values()].filter((row) => row.source === source).sort((left, right) => comparePlaces(right, left));
  }

  async search(query: SearchQuery): Promise<SearchRow[]> {
    return searchTables(this.tables, query);
  }

  async searchRows(ids: readonly OpId[]): Promise<SearchRow[]> {
    return ids.flatMap((id) => this.tables.search.get(id) ?? []);
  }

  async searchTimes(word: string, statuses?: readonly ClaimStatus[]): Promise<number[]> {
    return timesOfWord(this.tables, word, statuses);
  }

  async wordCounts(words: readonly string[]): Promise<WordCounts> {
    return countWords(this.tables, words);
  }

  async newest({ type, before, limit }: { type: string; before?: Place | undefined; limit: number }): Promise<Envelope[]> {
    const ops = [...this.tables.ops.values()].filter(({ info }) => info.type === type && (!before || comparePlaces(info, before) < 0));
    return this.#inOrder(ops)
      .reverse()
      .slice(0, limit)
      .map(({ envelope }) => envelope);
  }

  async arrivals({ after, limit }: { after: number; limit: number }): Promise<Arrival[]> {
    const page = [...this.tables.ops.values()].slice(after, after + limit);
    return page.map(({ envelope: op }, index) => ({ place: after + index + 1, op }));
  }

  async arrivedUntil(place: number, ids: readonly OpId[]): Promise<OpId[]> {
    const arrived = new Set([...this.tables.ops.keys()].slice(0, place));
    return ids.filter((id) => arrived.has(id));
  }

  async latest(limit: number): Promise<Envelope[]> {
    return this.#inOrder([...this.tables.ops.values()])
      .reverse()
      .slice(0, limit)
      .map(({ envelope }) => envelope);
  }

  async rejected(ids: readonly OpId[]): Promise<ReadonlyMap<OpId, string>> {
    return new Map(
      ids.flatMap((id) => {
        const reason = this.tables.rejected.get(id);
        return reason === undefined ? [] : [[id, reason] as const];
      }),
    );
  }

  #stored(ids: readonly OpId[]): StoredOp[] {
    return ids.flatMap((id) => this.tables.ops.get(id) ?? []);
  }

  #inOrder(ops: readonly StoredOp[]): StoredOp[] {
    return ops.toSorted((left, right) => comparePlaces(left.info, right.info));
  }
}

function page(ids: readonly OpId[], after: OpId | null, limit: number): OpId[] {
  return ids
    .filter((id) => after === null || id > after)
    .sort()
    .slice(0, limit);
}
