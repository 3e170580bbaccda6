/** Where a claim comes from, and what follows for its trust and sensitivity (section 6, "Trust"). */
import { origins } from "../core/claim/payload-form.ts";
import { sensitivities } from "../core/claim/sensitivity.ts";
import { stands } from "../core/claim/status.ts";
import type { Envelope, OpId } from "../core/op/operation.ts";
import type { ClaimRow, Reader } from "../store/index.ts";
import type { ViewFacts } from "./view/facts.ts";

export type Trust = (typeof origins)[number];
export type Sensitivity = (typeof sensitivities)[number];

/** A claim or an item of evidence in a lineage. */
export interface LineageNode {
  readonly op: Envelope;
  /** Null for evidence. */
  readonly claim: ClaimRow | null;
  readonly sources: readonly OpId[];
}

export type Lineage = ReadonlyMap<OpId, LineageNode>;

/**
 * The lineage of one claim or more: all they were derived from, with every standing claim that says the same as one of these. A claim on the way
 * that does not stand is named, as what it says is made by another; where it came from itself is no part of this.
 */
export async function lineageOf(reader: Reader, ...claims: readonly OpId[]): Promise<Lineage> {
  const nodes = new Map<OpId, LineageNode>();
  const asked = new Set(claims);
  for (let open = [...asked]; open.length > 0; ) {
    const ops = await reader.envelopes(open);
    const rows = new Map((await reader.claims(open)).map((row) => [row.id, row]));
    const followed = open.filter((id) => asked.has(id) || stands(rows.get(id)?.status ?? "void"));
    const refs = (await reader.refsFrom(followed)).filter(({ kind }) => kind === "derives");
    const sources = Map.groupBy(refs, ({ from }) => from);
    for (const op of ops) {
      const { op_id: id } = op;
      nodes.set(id, { op, claim: rows.get(id) ?? null, sources: (sources.get(id) ?? []).map(({ to }) => to) });
    }
    const sourceRows = await reader.claims([...new Set(refs.map(({ to }) => to))]);
    const mates = await reader.claimsOfStatements([...new Set(sourceRows.map(({ statement }) => statement).filter((key) => key !== ""))]);
    const next = [...refs.map(({ to }) => to), ...mates.filter(({ status }) => stands(status)).map(({ id }) => id)];
    open = [...new Set(next)].filter((id) => !nodes.has(id));
  }
  return nodes;
}

/**
 * Of every claim of the lineage that stands, the highest level at which it would still stand with all evidence and claims below
 * it removed. An endorsed claim that stands counts as the user's word, and stands by itself.
 */
export async function trustsOf(facts: ViewFacts, lineage: Lineage): Promise<ReadonlyMap<OpId, Trust>> {
  const ids = [...lineage.keys()];
  await facts.load(ids);
  const fitting = new Set((await facts.reader.evidence(ids)).map(({ id }) => id));
  const levels = new Map<OpId, number>();
  const byThemselves = new Set<OpId>();
  for (const [id, node] of lineage) {
    const isEndorsed = node.claim !== null && (await facts.targeted(id, "endorses"));
    if (isEndorsed || (fitting.has(id) && (await holdsAsEvidence(facts, id)))) byThemselves.add(id);
    levels.set(id, isEndorsed ? 0 : levelOf(facts, node));
  }
  const trusts = new Map<OpId, Trust>();
  for (const [level, trust] of origins.entries()) {
    for (const id of standingAt(lineage, (each) => (levels.get(each) ?? origins.length) <= level, byThemselves)) {
      if (!trusts.has(id)) trusts.set(id, trust);
    }
  }
  return trusts;
}

/** 0 is `user`. What a role writes is never above what the role is. */
function levelOf(facts: ViewFacts, { op, claim }: LineageNode): number {
  const caps: Readonly<Record<string, Trust>> = { full: "user", ingest: "import", assistant: "assistant" };
  const cap = origins.indexOf(caps[facts.role(op.author)] ?? "third_party");
  return claim ? cap : Math.max(cap, origins.indexOf((op.payload?.["origin"] ?? "third_party") as Trust));
}

async function holdsAsEvidence(facts: ViewFacts, id: OpId): Promise<boolean> {
  const info = await facts.info(id);
  return info !== null && (await facts.base(info, null)) === null && !(await facts.targeted(id, "refutes"));
}

/** The least fixed point of step 5 within the lineage, with only what is kept. */
function standingAt(lineage: Lineage, kept: (id: OpId) => boolean, byThemselves: ReadonlySet<OpId>): ReadonlySet<OpId> {
  const standing = new Set<OpId>();
  const statements = new Set<string>();
  const holds = (id: OpId) => {
    const node = lineage.get(id);
    return node?.claim ? statements.has(node.claim.statement) : kept(id) && byThemselves.has(id);
  };
  untilNothingMoves(standingClaims(lineage), ({ row, sources }) => {
    if (standing.has(row.id) || !kept(row.id) || !(byThemselves.has(row.id) || sources.every(holds))) return false;
    standing.add(row.id);
    statements.add(row.statement);
    return true;
  });
  return standing;
}

/**
 * Of every claim of the lineage that stands, the highest of its own, its predicate's and its standing lineage's; of a
 * correction its own sets it.
 */
export async function sensitivitiesOf(facts: ViewFacts, lineage: Lineage): Promise<ReadonlyMap<OpId, Sensitivity>> {
  const levels = new Map<OpId, number>();
  for (const [id, node] of lineage) levels.set(id, Math.max(...(await saidOf(facts, node)).map((each) => sensitivities.indexOf(each))));
  const claims = standingClaims(lineage);
  const statements = new Map<string, number>();
  const below = (id: OpId) => {
    const node = lineage.get(id);
    return (node?.claim ? statements.get(node.claim.statement) : levels.get(id)) ?? 0;
  };
  untilNothingMoves(claims, ({ row, sources }) => {
    const level = Math.max(levels.get(row.id) ?? 0, ...sources.map(below));
    const moves = level > (statements.get(row.statement) ?? -1);
    levels.set(row.id, level);
    if (moves) statements.set(row.statement, level);
    return moves;
  });
  return new Map(claims.map(({ row }) => [row.id, sensitivities[levels.get(row.id) ?? 0] as Sensitivity]));
}

/** What an item or a claim says of its own sensitivity, by itself and by its predicate. */
async function saidOf(facts: ViewFacts, { op, claim }: LineageNode): Promise<Sensitivity[]> {
  const own = op.payload?.["sensitivity"] as Sensitivity | undefined;
  if (claim === null) return [own ?? "personal"];
  if (own !== undefined && claim.corrects !== null) return [own];
  const { sensitivity } = await facts.predicate(claim.predicate);
  return [own ?? sensitivity, sensitivity];
}

interface StandingClaim {
  readonly row: ClaimRow;
  readonly sources: readonly OpId[];
}

/** Oldest first: most of what a claim was derived from stands before it. */
function standingClaims(lineage: Lineage): StandingClaim[] {
  const claims = [...lineage.values()].flatMap(({ claim: row, sources }) => (row && stands(row.status) ? { row, sources } : []));
  return claims.sort((left, right) => left.row.lamport - right.row.lamport);
}

function untilNothingMoves(claims: readonly StandingClaim[], step: (claim: StandingClaim) => boolean): void {
  for (let moved = true; moved; ) {
    moved = false;
    for (const claim of claims) if (step(claim)) moved = true;
  }
}
