import type { OpId } from "../../core/op/operation.ts";
import { type DerivedClaim, derivedFromMax, type SeenClaim } from "../deriver.ts";
import { clamp } from "../tally/confidence.ts";

/** Claims that round 2 looks at, by predicate. */
export class Claims {
  readonly #found = new Map<string, SeenClaim[]>();
  readonly #wanted: ReadonlySet<string>;

  constructor(...predicates: readonly string[]) {
    this.#wanted = new Set(predicates);
  }

  add(claim: SeenClaim): void {
    if (!this.#wanted.has(claim.predicate)) return;
    this.#found.set(claim.predicate, [...(this.#found.get(claim.predicate) ?? []), claim]);
  }

  /** Surest first; equals by what they say, so that the order is the same on every device. */
  of(predicate: string): SeenClaim[] {
    const found = this.#found.get(predicate) ?? [];
    const words = new Map(found.map((claim) => [claim, JSON.stringify([claim.subject, claim.object, claim.method])]));
    return found.sort((left, right) => right.confidence - left.confidence || ((words.get(left) ?? "") < (words.get(right) ?? "") ? -1 : 1));
  }
}

/** What follows from claims: never surer than the surest of them, and surer the more of them there are. */
export function fromClaims(
  claims: readonly SeenClaim[],
  said: { readonly predicate: string; readonly object: string; readonly rationale: string; readonly link: number },
): DerivedClaim {
  const doubt = claims.reduce((product, { confidence }) => product * (1 - confidence * said.link), 1);
  const surest = Math.max(...claims.map(({ confidence }) => confidence));
  const ids: OpId[] = claims.map(({ id }) => id);
  const { link: _link, ...claim } = said;
  return { subject: "self", ...claim, confidence: clamp(Math.min(1 - doubt, surest)), derivedFrom: ids.slice(0, derivedFromMax) };
}

/** A member of a claim's object as text. */
export function memberOf({ object }: SeenClaim, name: string): string {
  const value =
    typeof object === "object" && object !== null && !Array.isArray(object) ? (object as { [name: string]: unknown })[name] : undefined;
  return typeof value === "string" ? value : "";
}

/** A claim in a few words, for a rationale. */
export function inWords({ predicate, object, confidence }: SeenClaim): string {
  const told = typeof object === "string" ? object : JSON.stringify(object);
  return `${predicate} ${told.slice(0, 80)} (${Math.round(confidence * 100)} %)`;
}
