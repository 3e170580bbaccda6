/** Deriving claims from evidence by rules: reads all evidence that holds, and writes what is new (docs/derivers.md). */
import type { Conclusion, Deriver, Running } from "../derive/index.ts";
import { eachEvidence, whoAndWhen } from "./derive-evidence.ts";
import { eachClaim, knownClaims } from "./derive-known.ts";
import { type Plan, planOf, writePlan } from "./derive-plan.ts";
import { requireFilled } from "./filling.ts";
import type { Node } from "./open-node.ts";

export interface DeriveReport {
  /** Items of evidence that were read. */
  readonly evidence: number;
  /** Statements that the rules made. */
  readonly conclusions: number;
  /** Statements that no claim of the rule had made before. */
  readonly added: number;
  /** Made before, and said anew: surer, less sure, or of another time. */
  readonly updated: number;
  /** Made before, and no longer: their validity was ended. */
  readonly retired: number;
  readonly unchanged: number;
  /** Not said, because the owner refuted or corrected them. */
  readonly refused: number;
  /** Rules that failed, and why. What they said before is left as it is. */
  readonly failed: readonly { readonly deriver: string; readonly reason: string }[];
  readonly interrupted: boolean;
}

export interface DeriveOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly step: "reading" | "deriving" | "writing"; readonly done: number }) => void;
  /** The rules; all that there are when left out. */
  readonly derivers?: readonly Deriver[];
}

/**
 * Runs the rules: those of round 1 over all evidence, then those of round 2 over the claims. Resolves when what is new is
 * durable; a fired `signal` ends it after the page or batch in hand. Rejects with what writing rejects with.
 */
export async function deriveClaims(node: Node, options: DeriveOptions = {}): Promise<DeriveReport> {
  await requireFilled(node.replica);
  const { derivers, Running } = await import("../derive/index.ts"); // loaded only where the rules are run
  const rules = options.derivers ?? derivers;
  const counts = { evidence: 0, conclusions: 0, added: 0, updated: 0, retired: 0, unchanged: 0, refused: 0 };
  const failed = new Map<string, string>();
  const context = await whoAndWhen(node.replica, node.writer.clock(), options.signal);
  for (const round of [1, 2] as const) {
    const running = new Running(rules, round, context);
    const known = await read(node, running, round, { ...options, derivers: rules }, counts);
    if (options.signal?.aborted) break;
    options.onProgress?.({ step: "deriving", done: counts.evidence });
    const conclusions = running.conclusions();
    for (const [name, reason] of running.failed) failed.set(name, reason);
    const made = rules.filter((deriver) => deriver.round === round && !failed.has(deriver.name));
    const plan = await planOf(node, conclusions, made, known, context.asOf);
    await write(node, plan, options, counts, conclusions);
  }
  const reasons = [...failed].map(([deriver, reason]) => ({ deriver, reason }));
  return { ...counts, failed: reasons, interrupted: options.signal?.aborted ?? false };
}

async function read(
  node: Node,
  running: Running,
  round: 1 | 2,
  { signal, onProgress, derivers: rules }: DeriveOptions & Pick<Required<DeriveOptions>, "derivers">,
  counts: { evidence: number },
): ReturnType<typeof knownClaims> {
  if (round === 1) {
    await eachEvidence(node.replica, signal, (item) => {
      running.evidence(item);
      if (++counts.evidence % 500 === 0) onProgress?.({ step: "reading", done: counts.evidence });
    });
    return knownClaims(node.replica, signal);
  }
  const known = await knownClaims(node.replica, signal);
  const ofRoundTwo = new Set(rules.filter((deriver) => deriver.round === 2).map(({ name }) => name));
  eachClaim(known, (claim) => {
    if (!ofRoundTwo.has(claim.method)) running.claim(claim);
  });
  return known;
}

async function write(
  node: Node,
  plan: Plan,
  options: DeriveOptions,
  counts: { conclusions: number; added: number; updated: number; retired: number; unchanged: number; refused: number },
  conclusions: readonly Conclusion[],
): Promise<void> {
  counts.conclusions += conclusions.length;
  counts.unchanged += plan.unchanged;
  counts.refused += plan.refused;
  await writePlan(node, plan, options.signal, (written) => {
    for (const { why } of written) counts[why]++;
    options.onProgress?.({ step: "writing", done: counts.added + counts.updated + counts.retired });
  });
}
