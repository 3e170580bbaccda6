import { canonical } from "../core/codec/canonical.ts";
import type { OpId } from "../core/op/operation.ts";
import type { Json, JsonObject } from "../core/ports.ts";
import {
  type Context,
  type Derivation,
  type DerivedClaim,
  type Deriver,
  derivedFromMax,
  type SeenClaim,
  type SeenEvidence,
} from "./deriver.ts";
import { clamp } from "./tally/confidence.ts";

/** A claim and the rule that said it. */
export interface Conclusion {
  readonly deriver: Deriver;
  readonly claim: DerivedClaim;
}

const past: ReadonlySet<string> = new Set(["travel.trip", "health.injury", "event.milestone"]);

/** Rules of one round at work. One that throws is left out from then on, and named: the others go on. */
export class Running {
  readonly failed = new Map<string, string>();
  readonly #asOf: number;
  readonly #running: { readonly deriver: Deriver; readonly derivation: Derivation }[] = [];

  constructor(derivers: readonly Deriver[], round: 1 | 2, context: Context) {
    this.#asOf = context.asOf;
    for (const deriver of derivers.filter((each) => each.round === round)) {
      this.#guard(deriver, () => this.#running.push({ deriver, derivation: deriver.begin(context) }));
    }
  }

  evidence(item: SeenEvidence): void {
    for (const { deriver, derivation } of this.#running) this.#guard(deriver, () => derivation.evidence?.(item));
  }

  /** What has ended is told of no more, but for what is over by its nature. */
  claim(item: SeenClaim): void {
    if (item.validUntil !== null && item.validUntil <= this.#asOf && !past.has(item.predicate)) return;
    for (const { deriver, derivation } of this.#running) this.#guard(deriver, () => derivation.claim?.(item));
  }

  /** What follows from all of it: each statement once for each rule, in a fixed order. */
  conclusions(): Conclusion[] {
    const found: Conclusion[] = [];
    for (const { deriver, derivation } of this.#running) {
      this.#guard(deriver, () => {
        const claims = [...derivation.derive()].flatMap((claim) => settled(claim) ?? []);
        for (const claim of merged(claims)) found.push({ deriver, claim });
      });
    }
    return found;
  }

  #guard(deriver: Deriver, work: () => void): void {
    if (this.failed.has(deriver.name)) return;
    try {
      work();
    } catch (error) {
      this.failed.set(deriver.name, error instanceof Error ? error.message : String(error));
    }
  }
}

/** The claim as an operation can say it; null when it says nothing. */
function settled(claim: DerivedClaim): DerivedClaim | null {
  const subject = wellFormed(claim.subject);
  const object = settledJson(claim.object);
  const ids = [...new Set(claim.derivedFrom)].slice(0, derivedFromMax);
  if (ids.length === 0 || object === "" || subject === "person:" || !Number.isFinite(claim.confidence)) return null;
  return {
    subject,
    predicate: claim.predicate,
    object,
    confidence: clamp(claim.confidence),
    derivedFrom: ids,
    rationale: wellFormed(claim.rationale).slice(0, 2_000).toWellFormed(),
    ...time("validFrom", claim.validFrom),
    ...time("validUntil", claim.validUntil),
  };
}

function time(member: "validFrom" | "validUntil", at: number | undefined): object {
  return at !== undefined && Number.isSafeInteger(Math.round(at)) ? { [member]: Math.round(at) } : {};
}

/** Texts come from files, and are cut: no half characters, no control characters, one normal form. */
function wellFormed(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ")
    .normalize("NFC")
    .trim();
}

function settledJson(value: Json): Json {
  if (typeof value === "string") return wellFormed(value);
  if (Array.isArray(value)) return value.map((each: Json) => settledJson(each));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value as JsonObject).map(([name, each]) => [name, settledJson(each)]));
}

/** One rule says a statement once: with what all its sayings follow from, as sure as the surest. */
function merged(claims: readonly DerivedClaim[]): DerivedClaim[] {
  const byStatement = Map.groupBy(claims, ({ subject, predicate, object }) => canonical([subject, predicate, object]));
  return [...byStatement]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, [first, ...rest]]) => rest.reduce((all, each) => together(all, each), first as DerivedClaim));
}

function together(left: DerivedClaim, right: DerivedClaim): DerivedClaim {
  const [best, other] = left.confidence >= right.confidence ? [left, right] : [right, left];
  const ids = new Set<OpId>([...best.derivedFrom, ...other.derivedFrom]);
  const until = [best.validUntil, other.validUntil];
  const { validFrom: _from, validUntil: _until, ...claim } = best;
  const from = [best.validFrom, other.validFrom].filter((at) => at !== undefined);
  return {
    ...claim,
    derivedFrom: [...ids].slice(0, derivedFromMax),
    ...(from.length === 2 ? { validFrom: Math.min(...from) } : {}),
    ...(until[0] !== undefined && until[1] !== undefined ? { validUntil: Math.max(until[0], until[1]) } : {}),
  };
}
