/**
 * How sure the signs make that a question is answered: a logistic sum. `npm run bench -- recall` fits the weights to one half of its
 * questions, half of which can be answered, and prints how they do on the other (docs/recall.md).
 */
import type { Signs } from "./signs.ts";

export interface CertaintyWeights extends Readonly<Record<keyof Signs, number>> {
  readonly start: number;
}

export const certaintyWeights: CertaintyWeights = {
  start: -1.73,
  best: 4.49,
  around: 0.93,
  told: 0.64,
  unknown: -1.73,
  unknownName: -1.52,
};

/** Below it recall says that it does not know: where most that cannot be answered is refused and little of the rest. */
export const certaintyLine = 0.35;

export function certaintyOf(signs: Signs, { start, ...weights }: CertaintyWeights = certaintyWeights): number {
  let sum = start;
  for (const [name, weight] of Object.entries(weights)) sum += weight * signs[name as keyof Signs];
  return 1 / (1 + Math.exp(-sum));
}
