/** The form of part `admission`: a log, a batch, and what becomes of each operation. */
import type { Envelope, Log } from "./log-builder.ts";
import { invalid, type Vector, valid } from "./vector.ts";

export type Step = "shape" | "identity" | "pool" | "chain" | "author" | "control";

export interface Ingest {
  /** Which pool the node was told to join; null for none. Without it, the log's own. */
  readonly pool?: string | null;
  /** What is in the store: taken in first, and all of it accepted. */
  readonly given?: readonly Envelope[];
  /** Batches that came before, whatever became of them. */
  readonly before?: readonly (readonly unknown[])[];
  readonly batch: readonly unknown[];
}

export interface Verdicts {
  /** Labels, in any order. */
  readonly accepted?: readonly string[];
  /** Labels, or ids as given, with the step that refuses them. */
  readonly rejected?: readonly (readonly [op: string, step: Step])[];
  readonly deferred?: readonly string[];
  /** Labels of operations that the store then holds without payload, and does not hold at all. */
  readonly bare?: readonly string[];
  readonly absent?: readonly string[];
  /** Labels of operations that are asked for again until their payload comes. */
  readonly incomplete?: readonly string[];
  /** Labels of rejected operations that are remembered. */
  readonly remembered?: readonly string[];
}

export function ingest(name: string, rule: string, comment: string, log: Log, input: Ingest, verdicts: Verdicts): Vector {
  const { pool, given, before, batch } = input;
  const { accepted = [], rejected = [], deferred = [], ...state } = verdicts;
  const about = { path: `admission/${name}`, rule, comment, kind: "ingest" };
  const idOf = (label: string) => (log.ops.has(label) ? log.id(label) : label);
  const lists = Object.entries(state).map(([list, labels]) => [list, labels.map(idOf).sort()]);
  const flawless = rejected.length + deferred.length === 0;
  return (flawless ? valid : invalid)(
    about,
    { ...log.legend(), pool: pool === undefined ? log.id("genesis") : pool, given: given ?? [], ...(before ? { before } : {}), batch },
    {
      accepted: accepted.map(idOf).sort(),
      rejected: rejected.map(([op, step]) => ({ op: idOf(op), step })),
      deferred: deferred.map(idOf).sort(),
      ...Object.fromEntries(lists),
    },
  );
}
