import type { OpId } from "../core/op/operation.ts";
import type { Json, JsonObject } from "../core/ports.ts";

/** An item of evidence that holds, in its newest version. */
export interface SeenEvidence {
  readonly id: OpId;
  readonly kind: string;
  /** When what it tells of took place or was written, ms since the epoch; null when the source does not say. */
  readonly observedAt: number | null;
  readonly adapter: string;
  readonly externalId: string;
  readonly content: JsonObject;
}

/** A claim that is active or superseded. */
export interface SeenClaim {
  readonly id: OpId;
  readonly subject: string;
  readonly predicate: string;
  readonly object: Json;
  readonly confidence: number;
  readonly method: string;
  /** Stated or endorsed by the person. */
  readonly own: boolean;
  readonly validFrom: number | null;
  readonly validUntil: number | null;
}

/** What a deriver says; the node adds its method, and writes it when it is new. */
export interface DerivedClaim {
  readonly subject: string;
  readonly predicate: string;
  /** Never a number that changes with each item: equal evidence, and nearly equal evidence, make equal statements. */
  readonly object: Json;
  /** In (0, 1], calibrated: of claims said with 0.8, 80 % should be right. `docs/derivers.md` explains its factors. */
  readonly confidence: number;
  /** What it follows from, at most `derivedFromMax`; those that carry most first. Never empty. */
  readonly derivedFrom: readonly OpId[];
  /** Why, in words, with the numbers that were seen. */
  readonly rationale: string;
  readonly validFrom?: number;
  readonly validUntil?: number;
}

/** The person whose memory this is, as far as their evidence tells who they are. All in lower case. */
export interface Oneself {
  readonly names: ReadonlySet<string>;
  /** Mail addresses, and telephone numbers as digits. */
  readonly addresses: ReadonlySet<string>;
}

/** What a derivation knows before it is shown anything. */
export interface Context {
  /** The newest time, not after now, that any evidence tells of: the present, as far as the evidence goes. */
  readonly asOf: number;
  readonly self: Oneself;
}

/** A running derivation: what was seen so far, in compact form. */
export interface Derivation {
  evidence?(item: SeenEvidence): void;
  claim?(item: SeenClaim): void;
  /** What follows from all of it. Called once, at the end. */
  derive(): Iterable<DerivedClaim>;
}

/**
 * A rule from evidence (round 1) or from claims (round 2) to claims. Pure: the same items, in any order, give the same
 * claims; there is no clock but `asOf`. A deriver sees everything once, a page at a time, and keeps only what it needs.
 * Those of round 2 see the claims that round 1 left, with those that people stated, and none that round 2 made.
 */
export interface Deriver {
  readonly name: string;
  /** Counted up when the same evidence gives other claims: then its former claims are said anew. */
  readonly version: string;
  readonly round: 1 | 2;
  /** The predicates it uses. */
  readonly says: readonly string[];
  begin(context: Context): Derivation;
}

/** Ids one claim names: so many are read by people, and an operation's payload has room for them. */
export const derivedFromMax = 24;
