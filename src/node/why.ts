/** "Why?": a claim as a tree down to what the sources literally said, with everything that was judged on the way. */
import { type ClaimStatus, stands } from "../core/claim/status.ts";
import { PoolError } from "../core/errors.ts";
import type { Envelope, OpId } from "../core/op/operation.ts";
import type { ClaimRow, Reader } from "../store/index.ts";
import { lineageOf, type Sensitivity, sensitivitiesOf, type Trust, trustsOf } from "./lineage.ts";
import { type EvidenceStatus, evidenceStatus } from "./queries.ts";
import type { Replica } from "./replica.ts";
import { ViewFacts } from "./view/facts.ts";

export interface Judgement {
  readonly id: OpId;
  readonly kind: "refuted" | "corrected" | "endorsed";
  readonly author: string;
  readonly ts: number;
  /** The note that gives its reason. */
  readonly reason: string;
}

export interface Why {
  readonly id: OpId;
  readonly type: string;
  /** `holds nothing up`: of another type than claim and evidence. */
  readonly status: ClaimStatus | EvidenceStatus | "holds nothing up" | "missing";
  readonly op: Envelope | null;
  /** Of claims that stand; null for others. */
  readonly trust: Trust | null;
  readonly sensitivity: Sensitivity | null;
  /** Judgements in force that reach it. */
  readonly judgements: readonly Judgement[];
  /** What it was derived from. */
  readonly because: readonly Why[];
  /** Other claims that stand and say the same. */
  readonly alsoSaidBy: readonly OpId[];
  /** True when this branch was told already, higher up. */
  readonly told: boolean;
}

/** At most so many operations are told in one tree; the rest are named only. */
const tellMax = 500;

/** `steps`: how far it is followed; to the sources without. */
export async function whyClaim(replica: Replica, id: OpId, { steps = Number.POSITIVE_INFINITY } = {}): Promise<Why> {
  return replica.store.read(async (reader) => {
    const facts = new ViewFacts(reader, await replica.controlLog(reader));
    if ((await reader.known([id])).size === 0) throw new PoolError("not_found", `${id} is not in this log`);
    return tell({ reader, facts, told: new Set(), worths: new Map() }, id, steps);
  });
}

interface Worth {
  readonly trust: Trust | null;
  readonly sensitivity: Sensitivity | null;
}

interface Telling {
  readonly reader: Reader;
  readonly facts: ViewFacts;
  readonly told: Set<OpId>;
  /** Of standing claims that were met, with their lineages. */
  readonly worths: Map<OpId, Worth>;
}

async function tell(telling: Telling, id: OpId, steps: number): Promise<Why> {
  const { reader, facts, told } = telling;
  const [op] = await reader.envelopes([id]);
  const [row] = await reader.claims([id]);
  const again = told.has(id) || told.size >= tellMax;
  told.add(id);
  const plain = { id, type: op?.type ?? "", op: op ?? null, trust: null, sensitivity: null, because: [], alsoSaidBy: [], told: again };
  if (op === undefined) return { ...plain, status: "missing", judgements: [] };
  const judgements = again ? [] : await judgementsOf(reader, facts, row, id);
  if (row === undefined)
    return { ...plain, status: op.type === "evidence" ? await evidenceStatus(facts, op) : "holds nothing up", judgements };
  const worth = stands(row.status) ? await worthOf(telling, id) : {};
  const refs = again || steps <= 0 ? [] : (await reader.refsFrom([id])).filter(({ kind }) => kind === "derives");
  const because: Why[] = [];
  for (const { to } of refs) because.push(await tell(telling, to, steps - 1));
  const mates = row.statement === "" ? [] : await reader.claimsOfStatements([row.statement]);
  return {
    ...plain,
    ...worth,
    status: row.status,
    judgements,
    because,
    alsoSaidBy: mates.filter((mate) => mate.id !== id && stands(mate.status)).map((mate) => mate.id),
  };
}

/** A claim's lineage is part of the lineage of what was derived from it: most are read once, with the first. */
async function worthOf({ reader, facts, worths }: Telling, id: OpId): Promise<Worth> {
  if (!worths.has(id)) {
    const lineage = await lineageOf(reader, id);
    const [trusts, sensitivities] = [await trustsOf(facts, lineage), await sensitivitiesOf(facts, lineage)];
    for (const [each, trust] of trusts) worths.set(each, { trust, sensitivity: sensitivities.get(each) ?? null });
  }
  return worths.get(id) ?? { trust: null, sensitivity: null };
}

/** Judgements in force that reach it: its own and, but for the user's own claims, those of others that say the same. */
async function judgementsOf(reader: Reader, facts: ViewFacts, row: ClaimRow | undefined, id: OpId): Promise<Judgement[]> {
  const reached = row === undefined ? [id] : await facts.judgedWith(row);
  const inForce: { id: OpId; kind: Judgement["kind"] }[] = [];
  for (const { from } of await reader.refsTo(reached, ["refutes"]))
    if (await facts.inForce(from)) inForce.push({ id: from, kind: "refuted" });
  for (const each of row === undefined ? [] : await correctionsOf(facts, reached)) inForce.push({ id: each, kind: "corrected" });
  for (const { from } of row === undefined ? [] : await reader.refsTo([id], ["endorses"]))
    if (await facts.inForce(from)) inForce.push({ id: from, kind: "endorsed" });
  const kinds = new Map(inForce.map((each) => [each.id, each.kind]));
  const ops = new Map((await reader.envelopes([...kinds.keys()])).map((op) => [op.op_id, op]));
  const found: Judgement[] = [];
  for (const [judgement, kind] of kinds) {
    const op = ops.get(judgement);
    if (op) found.push({ id: judgement, kind, author: op.author, ts: op.ts, reason: await reasonOf(reader, facts, op) });
  }
  return found;
}

/** Corrections in force of these, and of what corrects them: one counts for everything below it. */
async function correctionsOf(facts: ViewFacts, ids: readonly OpId[]): Promise<OpId[]> {
  const above = new Set<OpId>();
  const found: OpId[] = [];
  for (let open = ids; open.length > 0; ) {
    const next: OpId[] = [];
    for (const id of open) for (const { from } of await facts.refsTo(id, "corrects")) if (!above.has(from)) next.push(from);
    open = [];
    for (const id of new Set(next)) {
      above.add(id);
      const correction = await facts.claim(id);
      if (correction === null || (await facts.baseOfClaim(correction)) !== null) continue;
      if (await facts.inForce(id)) found.push(id);
      open = [...open, id];
    }
  }
  return found;
}

/** What a correction says itself, else the last note about it that counts. */
async function reasonOf(reader: Reader, facts: ViewFacts, op: Envelope): Promise<string> {
  if (typeof op.payload?.["rationale"] === "string") return op.payload["rationale"];
  const notes = await reader.envelopes((await reader.refsTo([op.op_id], ["notes"])).map(({ from }) => from));
  for (const { op_id, payload } of notes.sort((left, right) => right.lamport - left.lamport)) {
    const info = await facts.info(op_id);
    const counts = info !== null && (await facts.base(info, null)) === null;
    if (counts && typeof payload?.["text"] === "string") return payload["text"];
  }
  return "";
}
