/** What of the rules' conclusions is new, what is to be said anew, and what no longer follows. */
import { statementKey, topicKey } from "../core/claim/statement.ts";
import type { Draft } from "../core/op/create.ts";
import type { OpId } from "../core/op/operation.ts";
import type { JsonObject } from "../core/ports.ts";
import type { Conclusion, DerivedClaim, Deriver } from "../derive/index.ts";
import { isSameConclusion } from "../derive/same-conclusion.ts";
import type { Transactor } from "../store/index.ts";
import { type Known, type KnownClaim, keyOf } from "./derive-known.ts";
import type { Node } from "./open-node.ts";
import type { Replica } from "./replica.ts";
import { ViewFacts } from "./view/facts.ts";

export interface Planned {
  readonly why: "added" | "updated" | "retired";
  readonly statement: string;
  readonly payload: JsonObject & { readonly derived_from: readonly OpId[] };
}

export interface Plan {
  /** Retirements first: what is said after them ranks above them. */
  readonly claims: readonly Planned[];
  readonly unchanged: number;
  readonly refused: number;
}

/** Smaller differences of confidence are not worth an operation. */
const confidenceStep = 0.05;
const claimsPerBatch = 500;

interface Said extends Conclusion {
  readonly statement: string;
  readonly topic: string;
}

/** Compares what rules conclude with what they said before. */
export async function planOf(
  node: Node,
  conclusions: readonly Conclusion[],
  rules: readonly Deriver[],
  known: Known,
  asOf: number,
): Promise<Plan> {
  const { sha256Hex } = node.replica.crypto;
  const said: Said[] = conclusions.map((each) => {
    const { subject, predicate, object, confidence } = each.claim;
    const statement = statementKey(sha256Hex, { subject, predicate, object, confidence, derived_from: [] });
    return { ...each, statement, topic: topicKey(sha256Hex, subject, predicate) };
  });
  const single = await singleValued(node, new Set(said.map(({ claim }) => claim.predicate)));
  const current = new Set(said.map(({ statement }) => statement));
  const topics = new Set(said.filter(({ claim }) => single.has(claim.predicate)).map(({ topic }) => topic));
  const names = new Set(rules.map(({ name }) => name));
  const retired = retirements(known, names, current, topics, asOf);
  const stale = staleTops(known, names, current, topics);
  const fresh: Planned[] = [];
  let unchanged = 0;
  let refused = 0;
  for (const each of said) {
    const before = known.latest.get(keyOf(each.deriver.name, each.statement));
    if (isRejected(each, known)) refused++;
    else if (before === undefined) fresh.push(planned("added", each));
    else if (isOutdated(before, each, stale.get(each.topic))) fresh.push(planned("updated", each));
    else unchanged++;
  }
  return { claims: [...retired, ...fresh], unchanged, refused };
}

/** Predicates of which one statement counts. */
export async function singleValued(node: Node, predicates: ReadonlySet<string>): Promise<Set<string>> {
  return node.replica.store.read(async (reader) => {
    const facts = new ViewFacts(reader, await node.replica.controlLog(reader));
    const found = new Set<string>();
    for (const predicate of predicates) if ((await facts.cardinality(predicate)) === "one") found.add(predicate);
    return found;
  });
}

/** The owner refuted or corrected this statement, or one that says the same and was made of the same evidence. */
export function isRejected({ claim, statement }: Pick<Said, "claim" | "statement">, { rejected, rejectedStatements }: Known): boolean {
  if (rejectedStatements.has(statement)) return true;
  const alike = rejected.filter(
    ({ subject, predicate, object }) =>
      subject === claim.subject && predicate === claim.predicate && isSameConclusion(predicate, object, claim.object),
  );
  return alike.some(({ derivedFrom }) => {
    const judged = new Set(derivedFrom);
    return claim.derivedFrom.filter((id) => judged.has(id)).length * 2 >= claim.derivedFrom.length;
  });
}

function isOutdated(before: KnownClaim, { claim, deriver }: Said, staleTop: KnownClaim | undefined): boolean {
  if (before.status !== "active" && before.status !== "superseded") return before.status !== "pending";
  const differs =
    Math.abs(before.confidence - claim.confidence) > confidenceStep ||
    (before.validFrom ?? undefined) !== claim.validFrom ||
    (before.validUntil ?? undefined) !== claim.validUntil ||
    before.version !== deriver.version;
  // What no longer follows may rank above it: said anew, it ranks first again.
  return differs || (staleTop !== undefined && isAfter(staleTop, before));
}

function isAfter(left: KnownClaim, right: KnownClaim): boolean {
  return left.lamport > right.lamport || (left.lamport === right.lamport && left.id > right.id);
}

/** Statements of these rules that no longer follow: their validity ends. Another of the same topic takes their place by itself. */
function retirements(
  known: Known,
  names: ReadonlySet<string>,
  current: ReadonlySet<string>,
  topics: ReadonlySet<string>,
  asOf: number,
): Planned[] {
  const found: Planned[] = [];
  for (const claim of known.latest.values()) {
    const stands = claim.status === "active" || claim.status === "superseded";
    const ended = claim.validUntil !== null && claim.validUntil <= asOf;
    if (!names.has(claim.method) || !stands || ended || current.has(claim.statement) || topics.has(claim.topic)) continue;
    found.push({ why: "retired", statement: claim.statement, payload: retirement(claim, asOf) });
  }
  return found.sort((left, right) => (left.statement < right.statement ? -1 : 1));
}

/** Of topics with one value, the newest claim that no longer follows. */
function staleTops(
  known: Known,
  names: ReadonlySet<string>,
  current: ReadonlySet<string>,
  topics: ReadonlySet<string>,
): Map<string, KnownClaim> {
  const found = new Map<string, KnownClaim>();
  for (const claim of known.latest.values()) {
    if (!names.has(claim.method) || !topics.has(claim.topic) || current.has(claim.statement) || claim.status !== "active") continue;
    const top = found.get(claim.topic);
    if (top === undefined || isAfter(claim, top)) found.set(claim.topic, claim);
  }
  return found;
}

function retirement(claim: KnownClaim, asOf: number): Planned["payload"] {
  const { subject, predicate, object, confidence, derivedFrom, rationale, validFrom, method, version } = claim;
  const day = new Date(asOf).toISOString().slice(0, 10);
  return {
    subject,
    predicate,
    object,
    confidence,
    derived_from: derivedFrom,
    method: { name: method, version },
    rationale: `no longer follows from what is known by ${day}; before that: ${rationale}`.slice(0, 2_000).toWellFormed(),
    ...(validFrom === null ? {} : { valid_from: validFrom }),
    valid_until: Math.max(asOf, validFrom ?? asOf),
  };
}

function planned(why: Planned["why"], { claim, deriver, statement }: Said): Planned {
  return { why, statement, payload: payloadOf(claim, { name: deriver.name, version: deriver.version }) };
}

export function payloadOf(claim: DerivedClaim, method: { readonly name: string; readonly version: string }): Planned["payload"] {
  const { subject, predicate, object, confidence, derivedFrom, rationale, validFrom, validUntil } = claim;
  return {
    subject,
    predicate,
    object,
    confidence,
    derived_from: derivedFrom,
    method,
    rationale,
    ...(validFrom === undefined ? {} : { valid_from: validFrom }),
    ...(validUntil === undefined ? {} : { valid_until: validUntil }),
  };
}

/** Writes in batches. What was judged or erased since it was read is left out. */
export async function writePlan(
  node: Node,
  { claims }: Plan,
  signal: AbortSignal | undefined,
  written: (batch: readonly Planned[]) => void,
): Promise<void> {
  for (let start = 0; start < claims.length && !signal?.aborted; start += claimsPerBatch) {
    let batch: Planned[] = [];
    await node.write(async (tx) => {
      batch = await stillSo(node.replica, tx, claims.slice(start, start + claimsPerBatch));
      return batch.map(({ payload }): Draft => ({ type: "claim", payload }));
    });
    written(batch);
  }
}

/** Those that nobody judged, and whose evidence nobody refuted or erased. */
export async function stillSo(replica: Replica, tx: Transactor, batch: readonly Planned[]): Promise<Planned[]> {
  const rows = await tx.claimsOfStatements([...new Set(batch.map(({ statement }) => statement))]);
  const rejected = new Set(rows.filter(({ status }) => status === "refuted" || status === "corrected").map(({ statement }) => statement));
  const held = await stillHeld(replica, tx, [...new Set(batch.flatMap(({ payload }) => payload.derived_from))]);
  return batch.filter(({ statement, payload }) => !rejected.has(statement) && payload.derived_from.every((id) => held.has(id)));
}

/** Those of these that nobody refuted or erased. */
export async function stillHeld(replica: Replica, tx: Transactor, ids: readonly OpId[]): Promise<Set<OpId>> {
  const facts = new ViewFacts(tx, await replica.controlLog(tx));
  await facts.load(ids);
  const held = new Set<OpId>();
  for (const id of ids) if (!(await facts.targeted(id, "redacts")) && !(await facts.targeted(id, "refutes"))) held.add(id);
  return held;
}
