import type { SeenEvidence } from "../deriver.ts";
import { Support } from "./support.ts";

/** Conclusions that are weighed at a time: a vocabulary, not a log. */
const keysMax = 20_000;

/**
 * Possible conclusions, each with what speaks for it. Of more than `most` keys it keeps those with the least hash: a key
 * that is kept in the end was kept all along, so its numbers are whole, and the same in every order of the items.
 */
export class Tally<Value = undefined> {
  readonly #entries = new Map<string, { readonly support: Support; value: Value; readonly hash: number }>();
  readonly #most: number;
  #cut = Number.POSITIVE_INFINITY;

  constructor(most = keysMax) {
    this.#most = most;
  }

  add(key: string, item: SeenEvidence, value: Value, weight = 1): void {
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      const hash = hashOf(key);
      if (hash > this.#cut) return;
      entry = { support: new Support(), value, hash };
      this.#entries.set(key, entry);
      if (this.#entries.size > 2 * this.#most) this.#prune();
    }
    entry.support.add(item, weight);
    // Of several forms of one key the least is kept, whichever came first.
    if (isLess(value, entry.value)) entry.value = value;
  }

  get(key: string): Support | undefined {
    return this.#entries.get(key)?.support;
  }

  /** By key, so that what follows does not hang on the order in which items came. */
  entries(): { key: string; support: Support; value: Value }[] {
    if (this.#entries.size > this.#most) this.#prune();
    return [...this.#entries].map(([key, { support, value }]) => ({ key, support, value })).sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** By how much speaks for each, most first. */
  ranked(): { key: string; support: Support; value: Value }[] {
    return this.entries().sort((left, right) => right.support.weight - left.support.weight || right.support.days - left.support.days);
  }

  #prune(): void {
    const kept = [...this.#entries].sort(([a, left], [b, right]) => left.hash - right.hash || (a < b ? -1 : 1)).slice(0, this.#most);
    this.#entries.clear();
    for (const [key, entry] of kept) this.#entries.set(key, entry);
    this.#cut = kept.at(-1)?.[1].hash ?? this.#cut;
  }
}

function isLess(left: unknown, right: unknown): boolean {
  return left !== undefined && left !== right && JSON.stringify(left) < JSON.stringify(right);
}

/** FNV-1a, 32 bits: spreads keys evenly, and hangs on nothing but the key. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
}
