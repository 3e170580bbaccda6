/** Grants in words, for people: who may see what, and what stands between owner and grantee. */
import type { Selector } from "../../core/capability/selector.ts";
import { counted, oneLine, shortDid, timeText } from "../sentences.ts";
import type { LedgerEntry } from "./ledger.ts";

/** A selector in words. */
export function selectorText({ predicates, subjects, min_confidence, max_sensitivity = "personal" }: Selector): string {
  const about = subjects === undefined ? "" : ` about ${subjects.map((each) => oneLine(each, 60)).join(", ") || "nobody"}`;
  const sure = min_confidence === undefined ? "" : `, at least ${min_confidence} sure`;
  return `${predicates.map((each) => oneLine(each, 80)).join(", ")}${about}${sure}, up to ${max_sensitivity}`;
}

export function whoText({ name, grantee }: { readonly name: string; readonly grantee: string }): string {
  return name === "" ? shortDid(grantee) : `${oneLine(name, 40)} (${shortDid(grantee)})`;
}

/** A duration in its largest whole unit. */
export function durationText(ms: number): string {
  for (const [unit, name] of units) if (ms >= unit && ms % unit === 0) return counted(ms / unit, name);
  return `${ms} ms`;
}

const units: readonly (readonly [number, string])[] = [
  [86_400_000, "day"],
  [3_600_000, "hour"],
  [60_000, "minute"],
  [1_000, "second"],
];

/** What stands between owner and delegate, in a few words; what needs an eye is in capitals. */
export function standingText({ status, purge, challenge, withdrawn }: LedgerEntry): string {
  const words: string[] = [status];
  if (purge.disputed) words.push("DISPUTED: its own proof says that it holds something else");
  else if (challenge?.state === "unmatched") words.push("its last proof did not match: it should pull again");
  if (challenge?.state === "unanswered") words.push("gave no proof when it was last asked");
  if (purge.state === "owed") words.push(`purge owed, due ${timeText(purge.due)}`);
  if (purge.state === "overdue") words.push(`purge OVERDUE since ${timeText(purge.due)}`);
  if (purge.state === "acknowledged") words.push("purge acknowledged");
  if (withdrawn.length > 0) words.push(`may still hold ${counted(withdrawn.length, "claim")} that you withdrew`);
  return words.join("; ");
}

/** True when somebody owes the owner something, or contradicts themselves. */
export function needsAnEye({ purge, challenge: last, withdrawn }: LedgerEntry): boolean {
  return purge.disputed || purge.state === "owed" || purge.state === "overdue" || withdrawn.length > 0 || last?.state === "unmatched";
}
