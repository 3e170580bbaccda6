import { overlap, stemsOf } from "../text/phrase.ts";
import type { Support } from "./support.ts";

/** Phrases that say nearly the same, under the one that most speaks for. */
export interface Alike<Value> {
  readonly key: string;
  readonly value: Value;
  readonly supports: readonly Support[];
  /** Distinct days over all of them. */
  readonly days: number;
  readonly items: number;
}

/** Gathers phrases that share `share` of the stems of the shorter; by days, most first. Expects them ranked. */
export function gatherAlike<Value>(
  ranked: readonly { readonly key: string; readonly support: Support; readonly value: Value }[],
  share: number,
): Alike<Value>[] {
  const groups: { key: string; value: Value; stems: string[]; supports: Support[] }[] = [];
  for (const { key, value, support } of ranked) {
    // Longer words by their beginnings: `electrician` and `electrical` are of one trade.
    const stems = stemsOf(key).map((stem) => stem.slice(0, 6));
    const group = groups.find((each) => overlap(each.stems, stems) >= share);
    if (group === undefined) groups.push({ key, value, stems, supports: [support] });
    else group.supports.push(support);
  }
  return groups
    .map(({ key, value, supports }) => ({
      key,
      value,
      supports,
      days: Math.max(1, new Set(supports.flatMap((support) => support.dayList)).size),
      items: supports.reduce((sum, support) => sum + support.items, 0),
    }))
    .sort((left, right) => right.days - left.days || (left.key < right.key ? -1 : 1));
}

/** `1 day`, `3 days`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
