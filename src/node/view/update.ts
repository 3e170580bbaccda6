/** Keeps the claim view in step with the log, inside the transaction that changes the log (sections 4 and 6). */
import type { Admitted } from "../../core/admission/admit.ts";
import type { ControlLog } from "../../core/admission/control-log.ts";
import type { DeviceView } from "../../core/admission/device-view.ts";
import { type ClaimStatus, stands } from "../../core/claim/status.ts";
import type { OpId } from "../../core/op/operation.ts";
import type { Shaped } from "../../core/op/shape.ts";
import type { Crypto } from "../../core/ports.ts";
import type { ClaimRow, OpInfo, Ref, Transactor } from "../../store/index.ts";
import { passedOver, updateSearch } from "../search-index.ts";
import { Arrived } from "./arrived.ts";
import { compete } from "./compete.ts";
import { ViewFacts } from "./facts.ts";
import { type Judged, judgeClaims } from "./judge.ts";
import { rowsOf, wordless } from "./rows.ts";
import { decideStanding, type Standing } from "./standing.ts";
import { erase, moves, opsOfChangedAuthors, reach } from "./touched.ts";

export interface LogChange {
  readonly accepted: readonly Admitted[];
  /** Payloads that arrived for operations that were here without. */
  readonly attached: readonly Shaped[];
  /** References that were here before the accepted operations that they point at. */
  readonly awaited: readonly Ref[];
  /** The device view before the change; null when the change holds no control operation. */
  readonly before: DeviceView | null;
}

/** Topics in conflict of which this change moved a claim. */
export interface ViewChange {
  readonly conflicts: ReadonlySet<string>;
}

export async function updateView(tx: Transactor, crypto: Crypto, log: ControlLog, change: LogChange): Promise<ViewChange> {
  // Of an operation that came without its payload and with it in one batch, the second tells more.
  const arrived = [...change.attached, ...change.accepted.map(({ shaped }) => shaped)];
  const { refs, claims, evidence, grantees } = rowsOf(crypto, arrived);
  await tx.addRefs(refs);
  await tx.putEvidence(evidence);
  await tx.putGrantees(grantees);
  const ids = moving(change, refs);
  // As with nearly all that a bulk sync or an import brings: what follows would find nothing to do, in many steps.
  if (ids.length === 0 && change.before === null) return { conflicts: new Set() };
  const facts = new ViewFacts(tx, log, new Arrived(infosOf(change, new Set(ids)), [...change.awaited, ...refs]));
  // What arrived with its author's new standing was never seen under another.
  const here = new Set([...ids, ...change.accepted.map(({ id }) => id)]);
  const changedAuthors = (await opsOfChangedAuthors(tx, log, change.before)).filter((id) => !here.has(id));
  const targets = refs.filter(({ kind }) => moves(kind)).map(({ to }) => to);
  const items = (await tx.evidence([...targets, ...changedAuthors])).map(({ source }) => source);
  const lost = await erase(tx, facts, [...new Set([...ids, ...targets, ...changedAuthors])]);
  await tx.putClaims(await withoutErased(facts, claims));
  const attached = change.attached.map(({ envelope }) => envelope);
  await updateSearch(tx, crypto, facts, { arrived: await passedOver(tx, attached), sources: items });

  // The references of what was erased are gone: what an erased correction corrected is named here.
  const erased = lost.flatMap(({ id, corrects }) => (corrects === null ? [id] : [id, corrects]));
  const reached = await reach(facts, [...ids, ...changedAuthors, ...erased]);
  const dependants = (await facts.refsToAny(await mayEndWaits(facts, ids, reached), ["derives"])).map(({ from }) => from);
  const lostStatements = lost.map(({ statement }) => statement);
  const judged = await judgeClaims(facts, [...reached, ...dependants], lostStatements);
  const standing = await decideStanding(facts, { judged, lost, impacted: [...reached].filter((id) => !judged.has(id)) });
  return settle(tx, facts, { judged, standing, reached, lost });
}

/** Of operations that arrived those that may move something, or be moved. New evidence that nothing names yet, by far the most, only lies there. */
function moving({ accepted, attached, awaited }: LogChange, made: readonly Ref[]): OpId[] {
  const named = new Set([...awaited, ...made].flatMap(({ from, to }) => [from, to]));
  const moved = accepted.filter(({ id, type }) => type !== "evidence" || named.has(id)).map(({ id }) => id);
  return [...attached.map(({ envelope }) => envelope.op_id), ...moved];
}

/** An operation that came without its payload and with it in one batch has it now. */
function infosOf({ accepted, attached }: LogChange, ids: ReadonlySet<OpId>): OpInfo[] {
  const complete = new Set(attached.map(({ envelope }) => envelope.op_id));
  return accepted
    .filter(({ id }) => ids.has(id))
    .map(infoOf)
    .map((info) => (complete.has(info.id) ? { ...info, hasPayload: true } : info));
}

export function infoOf({ shaped, id, author, seq, lamport, type, chain, past }: Admitted): OpInfo {
  return { id, author, seq, lamport, type, chain, past, ts: shaped.envelope.ts, hasPayload: shaped.payloadText !== null };
}

/** Operations by which a claim that was derived from them may cease to be pending: they arrived, or are waited for no more. */
async function mayEndWaits(facts: ViewFacts, arrived: readonly OpId[], reached: ReadonlySet<OpId>): Promise<OpId[]> {
  const found = new Set(arrived);
  await facts.load([...reached]);
  for (const id of reached) if ((await facts.info(id))?.hasPayload === false) found.add(id);
  return [...found];
}

/** An erased claim keeps its row, without what it said. */
async function withoutErased(facts: ViewFacts, claims: readonly ClaimRow[]): Promise<ClaimRow[]> {
  const rows: ClaimRow[] = [];
  for (const row of claims) {
    const info = await facts.info(row.id);
    rows.push(info && (await facts.redacted(info)) ? { ...row, ...wordless } : row);
  }
  return rows;
}

interface Decided {
  readonly judged: ReadonlyMap<OpId, Judged>;
  readonly standing: Standing;
  readonly reached: ReadonlySet<OpId>;
  readonly lost: readonly ClaimRow[];
}

/** Writes what changed: first steps 1 to 5, then step 6 for the topics and corrections in which a claim moved. */
async function settle(tx: Transactor, facts: ViewFacts, { judged, standing, reached, lost }: Decided): Promise<ViewChange> {
  const touched = new Map<OpId, ClaimRow>(standing.changed().map((row) => [row.id, row]));
  for (const { row } of judged.values()) touched.set(row.id, row);
  const changed: ClaimRow[] = [];
  const moved: ClaimRow[] = [...lost];
  for (const row of touched.values()) {
    const status = statusOf(row, judged.get(row.id), standing);
    // A claim that was reached itself may rank anew, by an endorsement say, without another status.
    if (status !== row.status || reached.has(row.id)) moved.push(row);
    if (status !== row.status) changed.push({ ...row, status });
  }
  await tx.setStatuses(changed);
  const everything = await touchesPredicates(facts, reached);
  return { conflicts: await settleConflicts(tx, facts, everything ? await allClaims(tx) : moved, { standing, everything }) };
}

function statusOf(row: ClaimRow, judged: Judged | undefined, standing: Standing): ClaimStatus {
  if (judged && judged.status !== null) return judged.status;
  if (!standing.stands(row)) return "invalidated";
  return row.status === "superseded" ? "superseded" : "active";
}

/** `everything`: what competes may have changed for all claims, and these are all of them. */
async function settleConflicts(
  tx: Transactor,
  facts: ViewFacts,
  rows: readonly ClaimRow[],
  { standing, everything }: { readonly standing: Standing; readonly everything: boolean },
): Promise<Set<string>> {
  const topics = new Set<string>();
  const statements = new Set<string>();
  const targets = new Set<OpId>();
  for (const row of rows) {
    if (row.topic === "") continue;
    // A change of cardinality moves topics to `many` too: what they superseded is then active again.
    if (everything || (await facts.cardinality(row.predicate)) === "one") topics.add(row.topic);
    else if (standing.mayCompete(row.statement)) statements.add(row.statement);
    if (row.corrects !== null) targets.add(row.corrects);
  }
  const outcome = await compete(facts, { topics, targets, statements }, (row) => stands(row.status));
  const changed: ClaimRow[] = [];
  const conflicts = new Set<string>();
  for (const row of outcome.rows) {
    const status: ClaimStatus = outcome.superseded.has(row.id) ? "superseded" : "active";
    if (status === "superseded") conflicts.add(row.topic);
    if (status !== row.status) changed.push({ ...row, status });
  }
  await tx.setStatuses(changed);
  return conflicts;
}

/** A `predicate` operation among them may change what competes. */
async function touchesPredicates(facts: ViewFacts, ids: Iterable<OpId>): Promise<boolean> {
  for (const id of ids) if ((await facts.info(id))?.type === "predicate") return true;
  return false;
}

const claimPage = 1_000;

async function allClaims(tx: Transactor): Promise<ClaimRow[]> {
  const rows: ClaimRow[] = [];
  for (let page = await tx.claimPage({ limit: claimPage }); page.length > 0; ) {
    for (const row of page) rows.push(row);
    page = await tx.claimPage({ after: page.at(-1)?.id, limit: claimPage });
  }
  return rows;
}
