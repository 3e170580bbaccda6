/**
 * The store contract. A store keeps one pool's replica: operations, and the rows that the view is read from. It decides
 * nothing: what is admitted, contested or erased is decided by the core and told to it.
 *
 * Every store keeps these promises; `src/testkit/store-contract.ts` has a test for each sentence.
 *
 * 1. **Reading** gives a consistent snapshot: what one `read` sees is one committed state.
 * 2. **Writing** is serialised: one `write` at a time, over all processes that have the store open; a second waits.
 * 3. **A write is atomic.** When its function rejects, or the process dies at any instant, or the disk is full, nothing
 *    of it is there. A full or failing disk rejects with `PoolError("storage")`.
 * 4. **A write is durable** once its promise has resolved: it survives a crash of process and machine.
 * 5. **Causal closure.** `append` is given operations whose `prev` are all in the store or earlier in the same call, so
 *    at every instant the store holds a causally closed set and needs no repair.
 * 6. **Append-only.** A header never changes and never goes. A payload arrives (`append` or `attach`) and goes
 *    (`erase`), whole; nothing else changes in an operation. A store refuses any other change, whoever asks. In a SQLite file that
 *    another program opened this holds but for `REPLACE` without `recursive_triggers` (`sqlite/migrations/005-quick-inserts.ts`).
 * 7. **Order.** `ordered` yields (lamport, op_id); `idsAfter` yields ids ascending. Cost follows what is returned, not
 *    what is stored. Nothing loads the whole log.
 * 8. **Bytes in, bytes out.** An envelope that is read back is equal, member for member, to the one that was appended,
 *    except for a payload that was erased.
 * 9. Reads and writes queue: work that starts another one of its own kind and waits for it waits for ever. Pass the reader on.
 * 10. After `close`, every call rejects with `PoolError("storage")`.
 * 11. **Finding.** A search row is there from `putSearchRows` until it is dropped, or its operation erased: then no word of it
 *    is left in any file (in PostgreSQL: in any row; its files are its operator's, see `docs/postgres.md`). A search tells what has at
 *    least one of the words asked for, what has more and rarer ones and those in weightier fields first; what is asked for is data,
 *    whatever characters it has.
 * 12. **Grantees.** A grantee row is there from `putGrantees` until `dropGrantees`, whatever becomes of the grant's payload.
 */
import type { Admitted } from "../core/admission/admit.ts";
import type { Chain } from "../core/admission/chains.ts";
import type { ControlLogChanges, Known } from "../core/admission/control-log.ts";
import type { ClaimStatus } from "../core/claim/status.ts";
import type { Did } from "../core/crypto/did-key.ts";
import type { Envelope, OpId, Place } from "../core/op/operation.ts";
import type { JsonObject } from "../core/ports.ts";

/** How an operation points at another in the view; the last three at a grant. */
export type RefKind = "derives" | "refutes" | "endorses" | "redacts" | "corrects" | "notes" | "revokes" | "accesses" | "receipts";

export interface Ref {
  readonly from: OpId;
  readonly kind: RefKind;
  readonly to: OpId;
}

/** A claim as the view needs it: no words of it, only what it takes to decide its status. */
export interface ClaimRow extends Place {
  readonly author: Did;
  /** Keys of statement and topic; empty when the claim has no payload that fits. */
  readonly statement: string;
  readonly topic: string;
  readonly predicate: string;
  /** True when `derived_from` is empty: the user stated it, if its author is `full`. */
  readonly underived: boolean;
  readonly from: number | null;
  readonly until: number | null;
  /** Of a correction: the claim it corrects, and the key of its object. */
  readonly corrects: OpId | null;
  readonly object: string;
  readonly status: ClaimStatus;
}

/** An item at its source: the operation that holds one version of it. */
export interface EvidenceRow extends Place {
  readonly source: string;
}

/** A grant and its grantee: kept when the grant's payload is erased, until it is dropped. */
export interface GranteeRow {
  readonly id: OpId;
  readonly grantee: Did;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

/**
 * The parts of what an operation can be found by. `dates` are times in words; `kind` says what it is, with marks to filter by.
 * What is found in a title or a name weighs more than what is found in a text.
 */
export type SearchField = "title" | "people" | "place" | "text" | "dates" | "kind";

/**
 * What an operation is found by: its words as the caller compares them, in their order. A word is lower-case letters (or any
 * character beyond ASCII), digits, `_` and `~`, 1 to 11 bytes in UTF-8: no piece of an index is then a longer piece of somebody's text.
 */
export interface SearchRow {
  readonly id: OpId;
  /** When what it tells of took place, ms since the epoch. */
  readonly at: number | null;
  readonly words: Readonly<Record<SearchField, readonly string[]>>;
}

export interface SearchWord {
  readonly word: string;
  /** Found as the beginning of a word, too. */
  readonly begins?: boolean;
  /** Only in this field. */
  readonly field?: SearchField;
}

export interface SearchQuery {
  /** Rows with at least one of these, the best first, equally good ones in any order; without any, the latest first. */
  readonly any: readonly SearchWord[];
  /** Of each of these groups a row has a word. */
  readonly all?: readonly (readonly SearchWord[])[];
  /** Only what took place in [from, until). */
  readonly from?: number | undefined;
  readonly until?: number | undefined;
  /** Of claims, only those of these statuses. */
  readonly statuses?: readonly ClaimStatus[];
  readonly skip?: number;
  readonly limit: number;
}

/** How many claims of a predicate have a status. Claims without words that fit have the predicate "". */
export interface ClaimCount {
  readonly predicate: string;
  readonly status: ClaimStatus;
  readonly count: number;
}

export interface ClaimListQuery {
  readonly statuses: readonly ClaimStatus[];
  /** Only of these; of any without. */
  readonly predicates?: readonly string[] | undefined;
  /** Only what follows this place in the order asked for. */
  readonly after?: Place | undefined;
  readonly oldestFirst?: boolean;
  readonly limit: number;
}

/** How many rows there are, and how many of them have a word. */
export interface WordCounts {
  readonly rows: number;
  readonly having: ReadonlyMap<string, number>;
}

/** An operation without its payload's words. */
export interface OpInfo extends Known {
  readonly ts: number;
  readonly hasPayload: boolean;
}

export interface Counts {
  readonly operations: number;
  /** Highest lamport; 0 when empty. */
  readonly lamport: number;
  readonly claims: number;
  readonly evidence: number;
}

/** A part of a chain: its operations with `seq` in (after, upTo]. */
export interface ChainPart {
  readonly chain: number;
  readonly after: number;
  readonly upTo: number;
}

/** An operation, and its place among all that this store was given. Places ascend; other stores have others. */
export interface Arrival {
  readonly place: number;
  readonly op: Envelope;
}

export interface OrderedQuery {
  /** Only operations after this place. */
  readonly after?: Place | undefined;
  readonly limit: number;
  /** Stop before the envelopes are over so many bytes as JSON in UTF-8, estimated upwards; the first is always given. */
  readonly bytes?: number;
  /** Only these parts of chains, which do not overlap; all operations without. */
  readonly parts?: readonly ChainPart[];
}

/** Operations, or runs of them, as JSON text, each by itself, to be passed on unread. */
export interface OrderedJson {
  readonly json: readonly string[];
  /** Of all operations in them, in order. */
  readonly ids: readonly OpId[];
  /** Where the last of them stands; null when there are none. */
  readonly last: Place | null;
}

export interface Rejected {
  readonly op: OpId;
  readonly reason: string;
}

export interface Reader {
  /** The pool this store belongs to, or null before it is told. */
  pool(): Promise<OpId | null>;
  counts(): Promise<Counts>;
  /** Grows with every write that changes the control log. Equal numbers: a `ControlLog` made before is still true. */
  generation(): Promise<number>;
  controlLog(): Promise<ControlLogChanges>;
  chains(): Promise<readonly Chain[]>;

  known(ids: readonly OpId[]): Promise<ReadonlyMap<OpId, OpInfo>>;
  /** Those that are there, in the order asked for. */
  envelopes(ids: readonly OpId[]): Promise<Envelope[]>;
  ordered(query: OrderedQuery): Promise<Envelope[]>;
  /** The same operations as `ordered` gives; with `runs`, in runs (SYN-19) of some hundred where they are such. */
  orderedJson(query: OrderedQuery, form?: { readonly runs?: boolean }): Promise<OrderedJson>;
  /** The ids at these places of a chain, of those that are there. A chain has no place before it left another. */
  idsAt(chain: number, seqs: readonly number[]): Promise<OpId[]>;
  idsAfter(after: OpId | null, limit: number): Promise<OpId[]>;
  /** Operations that no other names in `prev`. */
  heads(): Promise<readonly Place[]>;
  /** True when `target` is one of `from` or among their ancestors. All of them are in the store. */
  reaches(from: readonly OpId[], target: OpId): Promise<boolean>;
  /** Ids of operations without payload that are not erased, ascending. */
  incomplete(after: OpId | null, limit: number): Promise<OpId[]>;

  refsTo(ids: readonly OpId[], kinds?: readonly RefKind[]): Promise<Ref[]>;
  refsFrom(ids: readonly OpId[]): Promise<Ref[]>;
  claims(ids: readonly OpId[]): Promise<ClaimRow[]>;
  claimsOfStatements(statements: readonly string[]): Promise<ClaimRow[]>;
  claimsOfTopics(topics: readonly string[]): Promise<ClaimRow[]>;
  /** Predicates that claims have, of those that begin with `prefix`, each once. */
  predicates(prefix: string): Promise<string[]>;
  /** At most `limit` claims of these predicates that have a status. */
  claimsOfPredicates(predicates: readonly string[], status: ClaimStatus, limit: number): Promise<ClaimRow[]>;
  /** Claims by id, ascending. */
  claimPage(query: { after?: OpId | undefined; limit: number }): Promise<ClaimRow[]>;
  claimCounts(): Promise<ClaimCount[]>;
  /** Claims by (lamport, op_id), the newest first unless asked otherwise. */
  claimList(query: ClaimListQuery): Promise<ClaimRow[]>;
  /** Those of these that are evidence whose payload fits. */
  evidence(ids: readonly OpId[]): Promise<EvidenceRow[]>;
  /** Those of these that are grants with a row. */
  grantees(ids: readonly OpId[]): Promise<GranteeRow[]>;
  grantsTo(grantee: Did): Promise<GranteeRow[]>;
  /** Every version of an item, the newest in (lamport, op_id) first. */
  evidenceOf(source: string): Promise<EvidenceRow[]>;
  /** Operations in the order in which they came to this store, after the place given: 0 is before the first. */
  arrivals(query: { after: number; limit: number }): Promise<Arrival[]>;
  /** Those of these that came at this place or before it, in any order. */
  arrivedUntil(place: number, ids: readonly OpId[]): Promise<OpId[]>;
  /** The newest operations of every type, newest first. */
  latest(limit: number): Promise<Envelope[]>;
  /** Operations of a type, newest first. */
  newest(query: { type: string; before?: Place | undefined; limit: number }): Promise<Envelope[]>;

  search(query: SearchQuery): Promise<SearchRow[]>;
  /** Those of these that have a row, in any order. */
  searchRows(ids: readonly OpId[]): Promise<SearchRow[]>;
  wordCounts(words: readonly string[]): Promise<WordCounts>;
  /** When what has this word took place, ascending, as far as it is known; of claims only those of these statuses. */
  searchTimes(word: string, statuses?: readonly ClaimStatus[]): Promise<number[]>;

  /** Rejected for ever by chain, author or control: not asked for again. */
  rejected(ids: readonly OpId[]): Promise<ReadonlyMap<OpId, string>>;
  /** A value this node keeps for itself; never synced. */
  local(name: string): Promise<string | null>;
}

export interface Transactor extends Reader {
  setPool(pool: OpId): Promise<void>;
  /** Adds operations in dependency order. Those in `withoutPayload` are kept without theirs, as erased. */
  append(ops: readonly Admitted[], withoutPayload: ReadonlySet<OpId>): Promise<void>;
  /** Keeps what admission added to the control log. */
  keepControlLog(changes: ControlLogChanges): Promise<void>;
  /** Gives an operation the payload it came without. Ids that have one, or are erased, are left as they are. */
  attach(op: { readonly id: OpId; readonly salt: string; readonly payload: JsonObject; readonly payloadText: string }): Promise<boolean>;
  /** Takes payload and salt away, with every row that holds words of theirs. None is accepted again before `unerase`. */
  erase(ids: readonly OpId[]): Promise<void>;
  /** Ends erasures, for redactions that lost their force: what was erased is incomplete now, and may be attached again. */
  unerase(ids: readonly OpId[]): Promise<void>;
  addRefs(refs: readonly Ref[]): Promise<void>;
  putClaims(rows: readonly ClaimRow[]): Promise<void>;
  /** Of claims that have a row: nothing of it but the status. */
  setStatuses(changes: readonly { readonly id: OpId; readonly status: ClaimStatus }[]): Promise<void>;
  putEvidence(rows: readonly EvidenceRow[]): Promise<void>;
  putGrantees(rows: readonly GranteeRow[]): Promise<void>;
  dropGrantees(ids: readonly OpId[]): Promise<void>;
  /** Makes operations that are in the store findable by these words; a row that is there is replaced. A claim has its row already. */
  putSearchRows(rows: readonly SearchRow[]): Promise<void>;
  dropSearchRows(ids: readonly OpId[]): Promise<void>;
  /** Remembers the newest `limits.rejections`. */
  reject(rejected: readonly Rejected[]): Promise<void>;
  setLocal(name: string, value: string | null): Promise<void>;
}

/** A function that reads or writes never waits for another `read` or `write` of the same store: it may be its turn first. */
export interface Store {
  /** True where it can't be written to: every `write` rejects with `storage`. */
  readonly readOnly?: boolean;
  read<Result>(work: (reader: Reader) => Promise<Result>): Promise<Result>;
  write<Result>(work: (transactor: Transactor) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}
