/** How much there is of what at which time: evidence by kind, and claims that stand. Kept until something changes. */
import type { ClaimStatus } from "../core/claim/status.ts";
import type { Replica } from "./replica.ts";
import { indexArrivals } from "./search-arrivals.ts";
import { markOf } from "./search-words.ts";

/** What is counted, each by itself: the kinds that importers make, `claim`, and `other` for evidence of other kinds. */
export type TimesBySource = ReadonlyMap<string, readonly number[]>;

export interface Timeline {
  /** When there is what, ms, ascending. */
  readonly times: TimesBySource;
  /** Items that tell no time. */
  readonly undated: number;
}

export const claimSource = "claim";
export const otherSource = "other";

/** Kinds that importers make; whatever else another program writes is `other`. */
export const evidenceKinds = (
  "bookmark call chat_message chat_document chat_project contact email event health_day journal link mail memory message note photo place " +
  "reel search song task track trip video visit watch workout"
).split(" ");

const standing: readonly ClaimStatus[] = ["active", "superseded"];

export class TimelineIndex {
  readonly #replica: Replica;
  #kept: Timeline | null = null;
  #changed = true;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(replica: Replica) {
    this.#replica = replica;
  }

  /** To be called whenever something was admitted. */
  forget(): void {
    this.#changed = true;
  }

  /** As it is now: whoever asks after a change is told of it. */
  read(): Promise<Timeline> {
    const turn = this.#turn.then(async () => {
      if (this.#kept !== null && !this.#changed) return this.#kept;
      this.#changed = false;
      this.#kept = null;
      await indexArrivals(this.#replica);
      this.#kept = await readTimeline(this.#replica);
      return this.#kept;
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

async function readTimeline(replica: Replica): Promise<Timeline> {
  return replica.store.read(async (reader) => {
    const times = new Map<string, number[]>();
    const all = await reader.searchTimes(markOf("type", "evidence"));
    let known = 0;
    for (const kind of evidenceKinds) {
      const ofKind = await reader.searchTimes(markOf("kind", kind));
      known += ofKind.length;
      if (ofKind.length > 0) times.set(kind, ofKind);
    }
    if (known < all.length) times.set(otherSource, without(all, [...times.values()]));
    const claims = await reader.searchTimes(markOf("type", claimSource), standing);
    if (claims.length > 0) times.set(claimSource, claims);
    const { having } = await reader.wordCounts([markOf("type", "evidence")]);
    return { times, undated: (having.get(markOf("type", "evidence")) ?? 0) - all.length };
  });
}

/** What is in the first list and, as often, in none of the others. */
function without(all: readonly number[], others: readonly (readonly number[])[]): number[] {
  const taken = new Map<number, number>();
  for (const list of others) for (const at of list) taken.set(at, (taken.get(at) ?? 0) + 1);
  return all.filter((at) => {
    const left = taken.get(at) ?? 0;
    if (left > 0) taken.set(at, left - 1);
    return left === 0;
  });
}

/** How many of these ascending times lie in [from, until). */
export function countWithin(times: readonly number[], from: number, until: number): number {
  return firstFrom(times, until) - firstFrom(times, from);
}

function firstFrom(times: readonly number[], at: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
