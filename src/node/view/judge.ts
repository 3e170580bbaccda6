/** Steps 1 to 4 of the claim view (section 6): what concerns a claim by itself and the claims of its statement. */
import { type ClaimStatus, judgedStatus } from "../../core/claim/status.ts";
import type { OpId } from "../../core/op/operation.ts";
import type { ClaimRow } from "../../store/index.ts";
import type { ViewFacts } from "./facts.ts";

/** A claim to which these steps were applied. */
export interface Judged {
  readonly row: ClaimRow;
  /** Null when none of the steps applies: then it stands, or is invalidated. */
  readonly status: Exclude<ClaimStatus, "invalidated" | "superseded" | "active"> | null;
  /** True when it makes its statement. */
  readonly makes: boolean;
}

/** Judges claims, and with them all others of their statements; and those derived from what became pending or ceased to be. */
export async function judgeClaims(facts: ViewFacts, ids: Iterable<OpId>, lostStatements: readonly string[]): Promise<Map<OpId, Judged>> {
  const judged = new Map<OpId, Judged>();
  let rows = await facts.reader.claims(facts.claimsAmong(new Set(ids)));
  let statements = lostStatements;
  while (rows.length + statements.length > 0) {
    const keys = new Set([...statements, ...rows.map(({ statement }) => statement)]);
    keys.delete("");
    const group = await facts.reader.claimsOfStatements([...keys]);
    const all = new Map([...rows, ...group].map((row) => [row.id, row]));
    const moved: OpId[] = [];
    for (const each of await judgeGroup(facts, [...all.values()], judged)) {
      const before = judged.get(each.row.id)?.status ?? (judged.has(each.row.id) ? null : each.row.status);
      judged.set(each.row.id, each);
      if ((before === "pending") !== (each.status === "pending")) moved.push(each.row.id);
    }
    const dependants = (await facts.refsToAny(moved, ["derives"])).map(({ from }) => from);
    rows = await facts.reader.claims([...new Set(dependants)]);
    statements = [];
  }
  return judged;
}

/** Judges claims that come with all others of their statements. */
async function judgeGroup(facts: ViewFacts, rows: readonly ClaimRow[], judged: ReadonlyMap<OpId, Judged>): Promise<Judged[]> {
  const sources = await sourcesOf(facts, rows);
  await facts.load([...rows.map(({ id }) => id), ...[...sources.values()].flat()]);
  const bases = new Map<OpId, Judged["status"]>();
  const refuted = new Set<string>();
  const corrected = new Set<string>();
  for (const row of rows) {
    const base = await facts.baseOfClaim(row);
    bases.set(row.id, base);
    if (base !== null) continue;
    if (await facts.targeted(row.id, "refutes")) refuted.add(row.statement);
    if (await facts.corrected(row.id)) corrected.add(row.statement);
  }
  const results: Judged[] = [];
  for (const row of rows) {
    const base = bases.get(row.id) ?? null;
    // A claim that waits for its sources makes its statement all the same.
    const waits = base === null && (await lacksSource(facts, sources.get(row.id) ?? [], judged));
    const byAssistant = facts.role(row.author) === "assistant";
    const status =
      base ??
      (waits ? "pending" : null) ??
      judgedStatus({
        own: await facts.own(row),
        refuted: await facts.targeted(row.id, "refutes"),
        statementRefuted: refuted.has(row.statement),
        corrected: await facts.corrected(row.id),
        statementCorrected: corrected.has(row.statement),
        byAssistant,
        endorsed: byAssistant && (await facts.targeted(row.id, "endorses")),
      });
    results.push({ row, status, makes: base === null });
  }
  return results;
}

async function sourcesOf(facts: ViewFacts, rows: readonly ClaimRow[]): Promise<Map<OpId, OpId[]>> {
  const derived = rows.filter(({ underived, statement }) => !underived && statement !== "").map(({ id }) => id);
  const sources = new Map<OpId, OpId[]>();
  for (const { from, kind, to } of await facts.refsFromAny(derived)) {
    if (kind === "derives") sources.set(from, [...(sources.get(from) ?? []), to]);
  }
  return sources;
}

/** True when something the claim was derived from is not in the log, or pending itself. */
async function lacksSource(facts: ViewFacts, sources: readonly OpId[], judged: ReadonlyMap<OpId, Judged>): Promise<boolean> {
  for (const id of sources) {
    const info = await facts.info(id);
    if (info === null) return true;
    if (info.type === "claim") {
      const status = judged.has(id) ? judged.get(id)?.status : (await facts.reader.claims([id]))[0]?.status;
      if (status === "pending") return true;
    } else if (!info.hasPayload && (await facts.base(info, null)) === "pending") return true;
  }
  return false;
}
