/** Seeing what is in a replica: claims, evidence, single operations, the log. Reads a page at a time. */
import { payloadFault } from "../core/claim/payload-form.ts";
import { sourceKey } from "../core/claim/statement.ts";
import type { ClaimStatus } from "../core/claim/status.ts";
import { PoolError } from "../core/errors.ts";
import { type Envelope, isOpId, type OpId, type Place, placeOf } from "../core/op/operation.ts";
import type { Reader, Ref } from "../store/index.ts";
import type { Replica } from "./replica.ts";
import { ViewFacts } from "./view/facts.ts";

export interface SeenClaim {
  readonly status: ClaimStatus;
  readonly op: Envelope;
}

export interface ClaimFilter {
  readonly statuses?: readonly ClaimStatus[];
  readonly subject?: string;
  /** A whole predicate, or its beginning up to a dot. */
  readonly predicate?: string;
  readonly limit: number;
}

/** A page at first for who wants to see the newest alone, and at last for who looks through everything. */
const [firstPage, lastPage] = [20, 500];

/** Claims, newest first. */
export async function listClaims(replica: Replica, { statuses, subject, predicate, limit }: ClaimFilter): Promise<SeenClaim[]> {
  const fits = ({ payload }: Envelope) =>
    (subject === undefined || payload?.["subject"] === subject) &&
    (predicate === undefined || payload?.["predicate"] === predicate || String(payload?.["predicate"]).startsWith(`${predicate}.`));
  const found: SeenClaim[] = [];
  await eachNewest(replica, "claim", async (ops, reader) => {
    const rows = new Map((await reader.claims(ops.map(({ op_id }) => op_id))).map((row) => [row.id, row]));
    for (const op of ops) {
      const is = rows.get(op.op_id)?.status;
      if (is && found.length < limit && (statuses === undefined || statuses.includes(is)) && fits(op)) found.push({ status: is, op });
    }
    return found.length < limit;
  });
  return found;
}

export type EvidenceStatus = "holds" | "contested" | "redacted" | "pending" | "void" | "refuted";

export interface SeenEvidence {
  readonly status: EvidenceStatus;
  /** False when a later version of the same item is in the log. */
  readonly newest: boolean;
  readonly op: Envelope;
}

/** Evidence, newest first; of one kind when it is given, and without versions that were replaced unless `all`. */
export async function listEvidence(replica: Replica, filter: { kind?: string; all?: boolean; limit: number }): Promise<SeenEvidence[]> {
  const found: SeenEvidence[] = [];
  const replaced = new Set<unknown>();
  await eachNewest(replica, "evidence", async (ops, _reader, facts) => {
    for (const op of ops) {
      const newest = !replaced.has(op.op_id);
      if (op.payload?.["replaces"] !== undefined) replaced.add(op.payload["replaces"]);
      if (found.length >= filter.limit || (filter.kind !== undefined && op.payload?.["kind"] !== filter.kind)) continue;
      if (newest || filter.all) found.push({ status: await evidenceStatus(facts, op), newest, op });
    }
    return found.length < filter.limit;
  });
  return found;
}

export async function evidenceStatus(facts: ViewFacts, { op_id, payload }: Envelope): Promise<EvidenceStatus> {
  const info = await facts.info(op_id);
  const base = info === null ? "pending" : await facts.base(info, payload ? payloadFault("evidence", payload) : null);
  return base ?? ((await facts.targeted(op_id, "refutes")) ? "refuted" : "holds");
}

/** An item's status, and whether no later version of it is in the log. */
export async function evidenceStanding(
  replica: Replica,
  reader: Reader,
  op: Envelope,
): Promise<{ readonly status: EvidenceStatus; readonly newest: boolean }> {
  const facts = new ViewFacts(reader, await replica.controlLog(reader));
  const versions = op.payload === undefined ? [] : await reader.evidenceOf(sourceKey(replica.crypto.sha256Hex, op.payload));
  return { status: await evidenceStatus(facts, op), newest: versions.length === 0 || versions[0]?.id === op.op_id };
}

type Visit = (
  ops: readonly Envelope[],
  reader: Parameters<Parameters<Replica["store"]["read"]>[0]>[0],
  facts: ViewFacts,
) => Promise<boolean>;

async function eachNewest(replica: Replica, type: string, visit: Visit): Promise<void> {
  let page = firstPage;
  for (let before: Place | undefined, more = true; more; page = Math.min(4 * page, lastPage)) {
    more = await replica.store.read(async (reader) => {
      const ops = await reader.newest({ type, before, limit: page });
      const last = ops.at(-1);
      if (last) before = placeOf(last);
      const facts = new ViewFacts(reader, await replica.controlLog(reader));
      return (await visit(ops, reader, facts)) && ops.length === page;
    });
  }
}

/** Operations of every type, newest first. */
export async function listOperations(replica: Replica, limit: number): Promise<Envelope[]> {
  return replica.store.read((reader) => reader.latest(limit));
}

export interface SeenOperation {
  readonly op: Envelope;
  /** Of claims and evidence; null for other types. */
  readonly status: ClaimStatus | EvidenceStatus | null;
  /** What points at it, and what it points at. */
  readonly pointedAtBy: readonly Ref[];
  readonly pointsAt: readonly Ref[];
}

export async function showOperation(replica: Replica, id: OpId): Promise<SeenOperation> {
  return replica.store.read(async (reader) => {
    const [op] = await reader.envelopes([id]);
    if (op === undefined) throw new PoolError("not_found", `${id} is not in this log`);
    const facts = new ViewFacts(reader, await replica.controlLog(reader));
    const claim = (await reader.claims([id]))[0]?.status ?? null;
    const status = op.type === "evidence" ? await evidenceStatus(facts, op) : claim;
    return { op, status, pointedAtBy: await reader.refsTo([id]), pointsAt: await reader.refsFrom([id]) };
  });
}

/** The one id that `text` is, or begins: `op:` may be left out. Rejects with `PoolError("not_found" | "usage")`. */
export async function resolveId(replica: Replica, text: string): Promise<OpId> {
  const digits = text.startsWith("op:") ? text.slice(3) : text;
  if (!/^[0-9a-f]{4,64}$/.test(digits)) {
    throw new PoolError("usage", `${JSON.stringify(text)} is no id: give op: and 64 hex digits, or the first 4 or more of them`);
  }
  const least = `op:${digits.padEnd(64, "0")}`;
  const found = await replica.store.read(async (reader) => {
    const exact = isOpId(least) ? [...(await reader.known([least])).keys()] : [];
    return [...exact, ...(await reader.idsAfter(least as OpId, 2))].filter((id) => id.startsWith(`op:${digits}`));
  });
  const [id, second] = found;
  if (id === undefined) throw new PoolError("not_found", `no operation begins with ${text}`);
  if (second !== undefined) throw new PoolError("usage", `several operations begin with ${text}: give more digits`);
  return id;
}
