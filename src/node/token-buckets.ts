/** How often each name may do something: `burst` times at once, `perSecond` in the long run. */
export class TokenBuckets {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #namesMax: number;
  /** Least lately used first. */
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(options: { readonly perSecond: number; readonly burst: number; readonly namesMax: number }) {
    this.#perSecond = options.perSecond;
    this.#burst = options.burst;
    this.#namesMax = options.namesMax;
  }

  /** False when `name` has to wait. `now` in milliseconds; a clock that is set back gives nothing and takes nothing. */
  take(name: string, now: number): boolean {
    const bucket = this.#buckets.get(name) ?? { tokens: this.#burst, at: now };
    const earned = (Math.max(0, now - bucket.at) / 1_000) * this.#perSecond;
    bucket.tokens = Math.min(this.#burst, bucket.tokens + earned);
    bucket.at = now;
    this.#buckets.delete(name);
    this.#buckets.set(name, bucket);
    // Whoever has more addresses than fit here gets fresh buckets for them: it had as many bursts anyway.
    if (this.#buckets.size > this.#namesMax) this.#buckets.delete(this.#buckets.keys().next().value as string);
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  }
}
