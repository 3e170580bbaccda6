/** Who in this process wants to know of which pool, and calls them: each once for a burst, and not too many at once. */
import { PoolError } from "../../core/errors.ts";
import { newsLimits } from "./news-limits.ts";
import { everyPool, type Topic } from "./topic.ts";

export class Listeners {
  readonly #byTopic = new Map<Topic, Set<{ call(): void }>>();
  /** Topics whose listeners are to be called, in the order in which they were heard of. Only of such as have listeners. */
  readonly #due = new Set<Topic>();
  #count = 0;
  #turn: NodeJS.Timeout | null = null;
  #closed = false;
  readonly #look: NodeJS.Timeout | undefined;
  #next: MapIterator<Topic> = this.#byTopic.keys();

  /** `lookAllMs`: milliseconds in which each listener is called, news or not; null where none can be lost. */
  constructor(lookAllMs: number | null) {
    const looks = 100;
    if (lookAllMs === null) return;
    this.#look = setInterval(() => this.#lookOn(Math.ceil(this.#byTopic.size / looks)), lookAllMs / looks);
  }

  get count(): number {
    return this.#count;
  }

  get topics(): Iterable<Topic> {
    return this.#byTopic.keys();
  }

  /** True when the topic had none before. Throws `PoolError("rate")` beyond what a process takes. */
  add(topic: Topic, listener: { call(): void }): boolean {
    if (this.#count >= newsLimits.listeners) {
      throw new PoolError("rate", `this process has ${newsLimits.listeners} listeners for news already`);
    }
    this.#count++;
    const there = this.#byTopic.get(topic);
    if (there) there.add(listener);
    else this.#byTopic.set(topic, new Set([listener]));
    return there === undefined;
  }

  /** True when the topic has none any more. */
  remove(topic: Topic, listener: { call(): void }): boolean {
    const there = this.#byTopic.get(topic);
    if (!there?.delete(listener)) return false;
    this.#count--;
    if (there.size > 0) return false;
    this.#due.delete(topic);
    return this.#byTopic.delete(topic);
  }

  heard(topic: Topic): void {
    if (this.#closed) return;
    if (topic === everyPool) for (const each of this.#byTopic.keys()) this.#due.add(each);
    else if (this.#byTopic.has(topic)) this.#due.add(topic);
    if (this.#due.size > 0) this.#turn ??= setTimeout(() => this.#tellSome(), newsLimits.gatherMs);
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#look);
    clearTimeout(this.#turn ?? undefined);
    this.#byTopic.clear();
    this.#due.clear();
    this.#count = 0;
  }

  #tellSome(): void {
    this.#turn = null;
    let left: number = newsLimits.toldAtOnce;
    for (const topic of this.#due) {
      if (left <= 0) break;
      this.#due.delete(topic);
      const listeners = [...(this.#byTopic.get(topic) ?? [])];
      left -= listeners.length;
      for (const listener of listeners) if (this.#byTopic.get(topic)?.has(listener)) listener.call();
    }
    if (this.#due.size > 0) this.#turn ??= setTimeout(() => this.#tellSome(), newsLimits.gatherMs);
  }

  /** The next few topics, round and round. */
  #lookOn(count: number): void {
    for (let left = count; left > 0; left--) {
      const { value, done } = this.#next.next();
      if (done) {
        this.#next = this.#byTopic.keys();
        return;
      }
      this.heard(value);
    }
  }
}
