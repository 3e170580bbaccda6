/** Fits the weights of certainty to questions of which it is known whether they were answered: a logistic regression. */
import { type CertaintyWeights, certaintyOf } from "../../src/node/recall/certainty.ts";
import type { Signs } from "../../src/node/recall/signs.ts";

export interface Sample {
  readonly signs: Signs;
  readonly answered: boolean;
  /** How much it counts. */
  readonly weight: number;
}

const names = ["best", "around", "told", "unknown", "unknownName"] as const satisfies readonly (keyof Signs)[];
/** Signs that speak against an answer never speak for one, nor the others against it: the data is of one person. */
const against: ReadonlySet<keyof Signs> = new Set(["unknown", "unknownName"]);
const [rounds, rate, decay] = [8_000, 1.5, 0.002];

export function fitCertainty(samples: readonly Sample[]): CertaintyWeights {
  const all = samples.reduce((sum, { weight }) => sum + weight, 0);
  let weights: CertaintyWeights = { start: 0, best: 0, around: 0, told: 0, unknown: 0, unknownName: 0 };
  for (let round = 0; round < rounds; round++) {
    const slopes: Record<keyof CertaintyWeights, number> = { start: 0, best: 0, around: 0, told: 0, unknown: 0, unknownName: 0 };
    for (const { signs, answered, weight } of samples) {
      const miss = ((certaintyOf(signs, weights) - (answered ? 1 : 0)) * weight) / all;
      slopes.start += miss;
      for (const name of names) slopes[name] += miss * signs[name];
    }
    const next = { ...weights, start: weights.start - rate * slopes.start } as Record<keyof CertaintyWeights, number>;
    for (const name of names) {
      const moved = weights[name] - rate * (slopes[name] + decay * weights[name]);
      next[name] = against.has(name) ? Math.min(0, moved) : Math.max(0, moved);
    }
    weights = next;
  }
  return Object.fromEntries(
    Object.entries(weights).map(([name, weight]) => [name, Math.round(100 * weight) / 100]),
  ) as unknown as CertaintyWeights;
}
