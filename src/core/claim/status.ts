/** A claim's status (section 6, "The claim view"), and the steps that concern one claim by itself. */
import type { Standing } from "../admission/device-view.ts";

/** In the order in which they are decided. */
export const claimStatuses = [
  "contested",
  "redacted",
  "pending",
  "void",
  "refuted",
  "corrected",
  "proposed",
  "invalidated",
  "superseded",
  "active",
] as const;
export type ClaimStatus = (typeof claimStatuses)[number];

/** Statuses of claims that stand: they make their statement hold, and support what was derived from it. */
export function stands(status: ClaimStatus): boolean {
  return status === "active" || status === "superseded";
}

/** Statuses of claims to which none of steps 1 to 4 applies. */
export function passes(status: ClaimStatus): boolean {
  return stands(status) || status === "invalidated";
}

export interface OpFacts {
  readonly standing: Standing;
  /** A redaction in force targets it. */
  readonly redacted: boolean;
  readonly hasPayload: boolean;
  /** Why payload or role does not fit; null when they do. */
  readonly fault: string | null;
}

/** Step 1 for any operation; null when it makes its statement, or has its effect. */
export function baseStatus(op: OpFacts): "contested" | "redacted" | "pending" | "void" | null {
  if (op.standing === "contested") return "contested";
  if (op.redacted) return "redacted";
  if (!op.hasPayload) return "pending";
  return op.standing === "void" || op.fault !== null ? "void" : null;
}

export interface JudgementFacts {
  /** The user stated it, or an endorsement in force targets it: it falls only by being targeted itself. */
  readonly own: boolean;
  /** A refutation in force targets this very claim; one that makes the same statement. */
  readonly refuted: boolean;
  readonly statementRefuted: boolean;
  /** Likewise for corrections. */
  readonly corrected: boolean;
  readonly statementCorrected: boolean;
  /** Written by a device of role `assistant`. */
  readonly byAssistant: boolean;
  readonly endorsed: boolean;
}

/** Steps 2 to 4; null when none of them applies. */
export function judgedStatus(facts: JudgementFacts): "refuted" | "corrected" | "proposed" | null {
  if (facts.refuted || (facts.statementRefuted && !facts.own)) return "refuted";
  if (facts.corrected || (facts.statementCorrected && !facts.own)) return "corrected";
  return facts.byAssistant && !facts.endorsed ? "proposed" : null;
}
