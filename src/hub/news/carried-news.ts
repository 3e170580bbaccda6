/**
 * News over a carrier that may be away, restart, or lose some: whatever this process may have missed it is told to look at, and
 * whatever others may have missed of this process is sent again.
 */
import { PoolError } from "../../core/errors.ts";
import type { OpId } from "../../core/op/operation.ts";
import type { Carrier, Line, NewsState } from "./line.ts";
import { Listeners } from "./listeners.ts";
import { newsLimits } from "./news-limits.ts";
import type { PoolNews } from "./pool-news.ts";
import { everyPool, type Topic, topicOf } from "./topic.ts";

export interface NewsOptions {
  /** Told when the connection is there, and when it is not; must not throw. */
  readonly onState?: (state: NewsState) => void;
  /** In [0, 1): keeps processes that lost the same carrier from coming back at the same instant. */
  readonly share?: () => number;
  /** Milliseconds, each as in `newsLimits`. */
  readonly patienceMs?: number;
  readonly beatMs?: number;
  readonly lookAllMs?: number;
}

/** Since this process began. */
export interface NewsCounts {
  told: number;
  sent: number;
  heard: number;
  /** Messages that were no news. */
  malformed: number;
  connected: number;
  listeners: number;
  /** Topics that wait to be sent. */
  waiting: number;
}

export class CarriedNews implements PoolNews {
  readonly #carrier: Carrier;
  readonly #options: Required<Omit<NewsOptions, "onState">> & Pick<NewsOptions, "onState">;
  readonly #listeners: Listeners;
  readonly #counts = { told: 0, sent: 0, heard: 0, malformed: 0, connected: 0 };
  /** What others are to be told. */
  #waiting = new Set<Topic>();
  /** What listeners are to be told once the carrier has answered: until then news of it may have been missed. */
  #unsure = new Set<Topic>();
  #line: Line | null = null;
  #turn: NodeJS.Timeout | null = null;
  #sending: Promise<void> | null = null;
  #running: Promise<void> = Promise.resolve();
  readonly #closing = new AbortController();
  #beat: NodeJS.Timeout;

  private constructor(carrier: Carrier, options: NewsOptions) {
    const { patienceMs, beatMs, lookAllMs } = newsLimits;
    this.#carrier = carrier;
    this.#options = { patienceMs, beatMs, lookAllMs, share: Math.random, ...options };
    this.#listeners = new Listeners(this.#options.lookAllMs);
    this.#beat = setInterval(() => this.#send(), this.#options.beatMs);
  }

  /** Resolves after the first attempt to connect, also when the carrier is away; rejects when it does not take this process. */
  static async open(carrier: Carrier, options: NewsOptions = {}): Promise<CarriedNews> {
    const news = new CarriedNews(carrier, options);
    const refused = await new Promise<PoolError | null>((first) => {
      news.#running = news.#keepConnected(first);
    });
    if (refused === null) return news;
    await news.close();
    throw refused;
  }

  tell(pool: OpId): void {
    if (this.#closing.signal.aborted) return;
    this.#counts.told++;
    const topic = topicOf(pool);
    this.#listeners.heard(topic);
    this.#owe(topic);
    this.#soon();
  }

  subscribe(pool: OpId, listener: () => void): () => void {
    if (this.#closing.signal.aborted) return () => undefined;
    const topic = topicOf(pool);
    const entry = { call: listener };
    const isFirst = this.#listeners.add(topic, entry);
    if (isFirst && this.#line?.follow) {
      this.#line.follow(topic);
      this.#unsure.add(topic);
      this.#soon();
    }
    return () => {
      if (this.#listeners.remove(topic, entry)) this.#line?.unfollow(topic);
    };
  }

  isConnected(): boolean {
    return this.#line !== null;
  }

  counts(): NewsCounts {
    return { ...this.#counts, listeners: this.#listeners.count, waiting: this.#waiting.size };
  }

  /** Sends what waits, if the carrier takes it soon, and ends the connection. No listener is called any more. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return this.#running;
    this.#closing.abort();
    this.#listeners.close();
    clearInterval(this.#beat);
    clearTimeout(this.#turn ?? undefined);
    await this.#sending;
    if (this.#waiting.size > 0) await this.#send();
    this.#line?.end();
    await this.#running;
  }

  #owe(topic: Topic): void {
    if (this.#waiting.size >= newsLimits.waiting) this.#waiting = new Set([everyPool]);
    if (!this.#waiting.has(everyPool)) this.#waiting.add(topic);
  }

  #soon(): void {
    if (this.#line && !this.#sending) this.#turn ??= setTimeout(() => this.#send(), newsLimits.gatherMs);
  }

  /** One at a time: what is told meanwhile goes with the next. */
  #send(): Promise<void> | null {
    clearTimeout(this.#turn ?? undefined);
    this.#turn = null;
    if (this.#line === null) return null;
    this.#sending ??= this.#sendOn(this.#line).finally(() => {
      this.#sending = null;
      if (!this.#closing.signal.aborted && this.#waiting.size + this.#unsure.size > 0) this.#soon();
    });
    return this.#sending;
  }

  async #sendOn(line: Line): Promise<void> {
    const [topics, unsure] = [this.#waiting, this.#unsure];
    [this.#waiting, this.#unsure] = [new Set(), new Set()];
    try {
      await inTime(line.send([...topics]), this.#options.patienceMs);
      this.#counts.sent += topics.size;
      for (const topic of unsure) this.#listeners.heard(topic);
    } catch {
      // Whoever is connected elsewhere may have missed them; what was unsure here is told of with the next connection.
      for (const topic of topics) this.#owe(topic);
      line.end();
    }
  }

  async #keepConnected(first: (refused: PoolError | null) => void): Promise<void> {
    const { signal } = this.#closing;
    const { patienceMs, onState } = this.#options;
    for (let failures = 0; !signal.aborted; failures++) {
      let why = new PoolError("network", "the connection for news between processes was lost");
      const began = performance.now();
      try {
        const line = await this.#opened();
        first(null);
        onState?.({ is: "connected" });
        await line.ended;
        if (performance.now() - began > patienceMs) failures = 0;
      } catch (error) {
        if (!(error instanceof PoolError)) throw error;
        why = error;
        first(error.code === "network" ? null : error);
      }
      this.#line = null;
      if (signal.aborted) return;
      onState?.({ is: "waiting", why });
      const ceiling = Math.min(newsLimits.retryMaxMs, newsLimits.retryFirstMs * 2 ** Math.min(failures, 20));
      await pause(ceiling * (0.5 + this.#options.share() / 2), signal);
    }
  }

  /** A line on which everything is followed that somebody listens to; they are told once that is sure. */
  async #opened(): Promise<Line> {
    const line = await this.#carrier({
      heard: (topic) => {
        this.#counts.heard++;
        this.#listeners.heard(topic);
      },
      malformed: () => void this.#counts.malformed++,
    });
    if (this.#closing.signal.aborted) line.end();
    for (const topic of this.#listeners.topics) line.follow?.(topic);
    this.#counts.connected++;
    this.#line = line;
    this.#unsure = new Set([everyPool]);
    void this.#send();
    return line;
  }
}

async function inTime(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new PoolError("network", `no answer for ${ms} ms`)), ms);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Resolves after `ms`, or when `signal` fires. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}
