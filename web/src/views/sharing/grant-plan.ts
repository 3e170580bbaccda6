/** What a person fills in to share something, and the grant that it makes. */
import type { NewGrant, Selector, Sensitivity } from "../../api/contract.ts";

export interface GrantPlan {
  readonly name: string;
  readonly grantee: string;
  readonly purpose: string;
  readonly days: number;
  readonly topics: readonly string[];
  readonly isOnlyMe: boolean;
  /** At least this sure, in percent. */
  readonly sure: number;
  readonly sensitivity: Sensitivity;
}

export const emptyPlan: GrantPlan = {
  name: "",
  grantee: "",
  purpose: "",
  days: 90,
  topics: [],
  isOnlyMe: true,
  sure: 0,
  sensitivity: "personal",
};

export const daysToChoose = [7, 30, 90, 365] as const;
const dayMs = 86_400_000;

/** Null while no topic is chosen: that would show nothing. */
export function selectorOf({ topics, isOnlyMe, sure, sensitivity }: GrantPlan): Selector | null {
  if (topics.length === 0) return null;
  return {
    predicates: topics.map((topic) => `${topic}.*`),
    ...(isOnlyMe ? { subjects: ["self"] } : {}),
    ...(sure > 0 ? { min_confidence: sure / 100 } : {}),
    max_sensitivity: sensitivity,
  };
}

export type PlanFault = "grantee" | "topics" | "purpose";

/** The first thing that is missing. */
export function faultOf({ grantee, topics, purpose }: GrantPlan): PlanFault | null {
  if (topics.length === 0) return "topics";
  if (!/^did:key:z6Mk[1-9A-HJ-NP-Za-km-z]{44}$/.test(grantee.trim())) return "grantee";
  return purpose.trim() === "" ? "purpose" : null;
}

export function requestOf(plan: GrantPlan, now: number): NewGrant {
  return {
    grantee: plan.grantee.trim(),
    selector: selectorOf(plan) ?? { predicates: [] },
    purpose: plan.purpose.trim(),
    expires_at: now + plan.days * dayMs,
    ...(plan.name.trim() === "" ? {} : { name: plan.name.trim() }),
  };
}
