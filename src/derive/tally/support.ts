import type { OpId } from "../../core/op/operation.ts";
import { type DerivedClaim, derivedFromMax, type SeenEvidence } from "../deriver.ts";
import { dayOf } from "../reading/wall.ts";

/** Days that one conclusion remembers: more than a life has of one sort. */
const daysMax = 20_000;

/** What speaks for one conclusion: how often it was seen, on which days, and the newest items themselves. */
export class Support {
  /** Items, each counted once. */
  items = 0;
  /** Sum of the items' weights. */
  weight = 0;
  first: number | null = null;
  last: number | null = null;
  readonly #days = new Set<number>();
  #newest: { readonly at: number; readonly weight: number; readonly id: OpId }[] = [];
  #latest: OpId | null = null;

  /** Adds an item; one that says the same twice counts once. Items come one after the other, so only the last can be the same. */
  add(item: SeenEvidence, weight = 1): void {
    if (this.#latest === item.id) return;
    this.#latest = item.id;
    this.items++;
    this.weight += weight;
    const day = dayOf(item);
    if (day !== null && this.#days.size < daysMax) this.#days.add(day);
    const at = item.observedAt ?? (day === null ? null : day * 86_400_000);
    if (at !== null) {
      this.first = Math.min(this.first ?? at, at);
      this.last = Math.max(this.last ?? at, at);
    }
    this.#newest.push({ at: at ?? Number.NEGATIVE_INFINITY, weight, id: item.id });
    if (this.#newest.length > 4 * derivedFromMax) this.#trim();
  }

  /** Distinct days, at least 1 when there is an item: items without a time count as one day. */
  get days(): number {
    return Math.max(this.#days.size, this.items > 0 ? 1 : 0);
  }

  /** The days themselves, ascending, as days since the epoch. */
  get dayList(): number[] {
    return [...this.#days].sort((left, right) => left - right);
  }

  /** Those that carry most: by weight, then the newest. */
  get ids(): OpId[] {
    this.#trim();
    return this.#newest.map(({ id }) => id);
  }

  #trim(): void {
    this.#newest.sort(
      (left, right) => right.weight - left.weight || compare(right.at, left.at) || (left.id < right.id ? -1 : left.id > right.id ? 1 : 0),
    );
    this.#newest = this.#newest.slice(0, derivedFromMax);
  }
}

function compare(left: number, right: number): number {
  return left === right ? 0 : left < right ? -1 : 1;
}

/** The ids of several supports, in turn, without repetition: each is heard. */
export function idsOf(...supports: readonly (Support | readonly OpId[] | undefined)[]): OpId[] {
  const lists = supports.filter((each) => each !== undefined).map((each) => (each instanceof Support ? each.ids : each));
  const ids = new Set<OpId>();
  for (let at = 0; at < derivedFromMax && ids.size < derivedFromMax; at++) {
    for (const list of lists) {
      const id = list[at];
      if (id !== undefined && ids.size < derivedFromMax) ids.add(id);
    }
  }
  return [...ids];
}

/** A claim about the person themselves, from what supports it. */
export function claimOf(
  support: Support | readonly Support[],
  claim: Omit<DerivedClaim, "subject" | "derivedFrom"> & { readonly subject?: string },
): DerivedClaim {
  return { subject: "self", ...claim, derivedFrom: idsOf(...(support instanceof Support ? [support] : support)) };
}
