/** What is asked of a memory, and what it answers. */
import type { Selector } from "../../core/capability/selector.ts";
import type { OpId } from "../../core/op/operation.ts";
import type { Json } from "../../core/ports.ts";
import type { Sensitivity, Trust } from "../lineage.ts";
import type { Signs } from "./signs.ts";
import type { Near } from "./vectors.ts";

export interface Recall {
  /** In a person's own words: data, whatever characters it has. */
  readonly question: string;
  /** Claims at most, and as many items of evidence. */
  readonly limit: number;
  /** Tokens of a language model that the sentences may take, estimated upwards; the first sentence is always given. */
  readonly tokenBudget?: number | undefined;
  /** All of it, for its owner; else claims that one of these selects, and nothing of anything else. */
  readonly mayRead: "all" | readonly Selector[];
  /** What `yesterday` counts from, ms since the epoch. */
  readonly now: number;
  /** What a model finds near in meaning, the nearest first (`Meaning`): for the owner's questions alone. */
  readonly near?: readonly Near[] | undefined;
  /** Where the one who asks has their clock, as `Europe/Berlin`; UTC without. */
  readonly zone?: string | undefined;
}

/** `ended` was so until `until`; `upcoming` will be so from `from`. A grant shows nothing that has ended. */
export type Currency = "current" | "ended" | "upcoming";

export interface Freshness {
  /** When it was written down, ms since the epoch. */
  readonly assertedAt: number;
  /** When it began and ceased to be so, ms since the epoch; null when that is not known. */
  readonly from: number | null;
  readonly until: number | null;
  readonly is: Currency;
}

/** An active claim that may answer. */
export interface Answer {
  readonly claim: OpId;
  readonly sentence: string;
  readonly subject: string;
  readonly predicate: string;
  readonly object: Json;
  readonly confidence: number;
  readonly trust: Trust;
  readonly sensitivity: Sensitivity;
  readonly freshness: Freshness;
  /** Comparable within one answer only. */
  readonly score: number;
  /** Why it is ranked here, for a person to read: the weightiest first. */
  readonly reasons: readonly string[];
}

/** An item of evidence that holds, in its newest version: for the owner alone. */
export interface RecalledEvidence {
  readonly id: OpId;
  readonly kind: string;
  readonly title: string;
  readonly snippet: string;
  /** When it took place, ms since the epoch. */
  readonly when: number | null;
  readonly score: number;
  readonly reasons: readonly string[];
}

export interface Recalled {
  readonly answers: readonly Answer[];
  /** None under a grant. */
  readonly evidence: readonly RecalledEvidence[];
  /** Of questions that look as well answered as this one, the share that was, 0 to 1 (docs/recall.md). */
  readonly certainty: number;
  /** False below the line where recall had better say that it does not know: what it gives all the same is only near. */
  readonly confident: boolean;
  /** What `certainty` follows from. */
  readonly signs: Signs;
  /** Words of the question that nothing has which the asker may read. */
  readonly unknownWords: readonly string[];
  /** Claims that were left out for the budget. */
  readonly omitted: number;
}
