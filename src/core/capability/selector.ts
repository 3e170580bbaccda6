/** Which claims a grant selects (section 8; spec DEL-2). */
import { type Sensitivity, sensitivities } from "../claim/sensitivity.ts";
import type { Json } from "../ports.ts";
import { isNames, memberFault } from "./members.ts";

/** The selector of a `cap_grant`; nothing else may stand in it. */
export interface Selector {
  /** Patterns of predicates. In a pattern `*` is any run of characters, an empty one too; nothing else is special. */
  readonly predicates: readonly string[];
  /** Exact subjects; any subject without. */
  readonly subjects?: readonly string[];
  /** Least confidence, inclusive; any without. */
  readonly min_confidence?: number;
  /** Highest effective sensitivity, inclusive; `personal` without. */
  readonly max_sensitivity?: Sensitivity;
}

/** What of a claim a selector looks at. `confidence`, `subject` and `predicate` stand in its attestation; the rest does not. */
export interface Selectable {
  readonly subject: string;
  readonly predicate: string;
  readonly confidence: number;
}

/** True when `pattern` matches all of `text`. Takes at most |pattern| · |text| steps. */
export function patternMatches(pattern: string, text: string): boolean {
  let at = 0;
  let from = 0;
  let star = -1;
  let starFrom = 0;
  while (from < text.length) {
    if (pattern[at] === "*") {
      star = at++;
      starFrom = from;
    } else if (at < pattern.length && pattern[at] === text[from]) {
      at++;
      from++;
    } else if (star >= 0) {
      at = star + 1;
      from = ++starFrom;
    } else return false;
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}

/** True when some pattern of the selector matches the whole predicate. */
export function selectsPredicate(selector: Selector, predicate: string): boolean {
  return selector.predicates.some((pattern) => patternMatches(pattern, predicate));
}

/** What a delegate can check: predicate, subject and confidence. */
export function selectsWords(selector: Selector, { subject, predicate, confidence }: Selectable): boolean {
  const { subjects, min_confidence = 0 } = selector;
  return (subjects?.includes(subject) ?? true) && confidence >= min_confidence && selectsPredicate(selector, predicate);
}

/** True when a claim's effective sensitivity (section 6, "Trust") is within the selector's. */
export function selectsSensitivity({ max_sensitivity = "personal" }: Selector, effective: Sensitivity): boolean {
  return sensitivities.indexOf(effective) <= sensitivities.indexOf(max_sensitivity);
}

/** True when a claim valid until then (ms; null: always) is still so: intervals are half open. */
export function isCurrent(validUntil: number | null, now: number): boolean {
  return validUntil === null || now < validUntil;
}

const members = { predicates: isNames, "subjects?": isNames, "min_confidence?": isShare, "max_sensitivity?": isSensitivity };

/** Why a value is no selector, in words; null when it is one. An unknown member is a fault. */
export function selectorFault(value: Json): string | null {
  return memberFault(value, members);
}

function isShare(value: Json): boolean {
  return typeof value === "number" && value >= 0 && value <= 1;
}

function isSensitivity(value: Json): boolean {
  return (sensitivities as readonly Json[]).includes(value);
}
