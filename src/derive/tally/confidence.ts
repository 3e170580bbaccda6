/**
 * How sure a rule is. Every confidence is made of these factors, which `docs/derivers.md` explains:
 * where it comes from gives `base` for one good witness; each further independent day closes a fifth of the gap to `most`;
 * what contradicts it takes away.
 */
export function confidenceOf(factors: {
  /** For one witness of this sort. */
  readonly base: number;
  /** Further witnesses: days beside the first. */
  readonly more?: number;
  /** Never surer than this. */
  readonly most?: number;
  /** Share of the witnesses that say this and nothing else, in (0, 1]. */
  readonly agreement?: number;
}): number {
  const { base, more = 0, most = 0.95, agreement = 1 } = factors;
  const grown = most - Math.max(0, most - base) * 0.8 ** Math.max(0, more);
  return clamp(grown * (0.4 + 0.6 * agreement));
}

/** Two decimals: more would say more than the rule knows. */
export function clamp(confidence: number): number {
  return Math.round(Math.min(0.99, Math.max(0.05, confidence)) * 100) / 100;
}
