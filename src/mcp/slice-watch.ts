/** What changes in an assistant's slice, for as long as somebody wants to be told: which resources, and when its access ends. */
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import type { Admissions } from "../node/index.ts";
import { aboutAddress, claimAddress, topicAddress } from "./resource-address.ts";
import type { Service } from "./service.ts";

export interface SliceListener {
  /** Addresses of resources that read otherwise now; `listed` when some came or went. */
  changed(addresses: ReadonlySet<string>, listed: boolean): void;
  /** Its access ended: nothing is told any more. */
  ended(): void;
}

/** A claim never changes; its trust may, and whether it is there. */
type Slice = ReadonlyMap<string, { readonly topic: string; readonly trust: string }>;

/** `ready` resolves once it is known what the slice was: what changes afterwards is told. */
export interface Watching {
  readonly ready: Promise<void>;
  stop(): void;
}

export class SliceWatch {
  readonly #service: Service;
  readonly #news: Pick<Admissions, "subscribe">;
  readonly #listeners = new Set<SliceListener>();
  #unsubscribe = () => {};
  #before: Promise<Slice | null> | null = null;
  #isDue = false;
  #looking = false;

  constructor(service: Service, news: Pick<Admissions, "subscribe">) {
    this.#service = service;
    this.#news = news;
  }

  listen(listener: SliceListener): Watching {
    if (this.#listeners.size === 0) {
      this.#unsubscribe = this.#news.subscribe(() => this.#lookSoon());
      this.#before = this.#sliceNow();
    }
    this.#listeners.add(listener);
    const ready = (this.#before ?? Promise.resolve(null)).then((slice) => {
      if (slice === null && this.#listeners.has(listener)) listener.ended();
    });
    return { ready, stop: () => this.#drop(listener) };
  }

  #drop(listener: SliceListener): void {
    if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return;
    this.#unsubscribe();
    this.#before = null;
  }

  #lookSoon(): void {
    this.#isDue = true;
    if (!this.#looking) void this.#look();
  }

  /** One look at a time, and a pause after each. */
  async #look(): Promise<void> {
    this.#looking = true;
    while (this.#isDue && this.#listeners.size > 0) {
      this.#isDue = false;
      const before = await this.#before;
      const now = this.#sliceNow();
      this.#before = now;
      this.#tell(before, await now);
      await new Promise((resolve) => setTimeout(resolve, limits.mcpChangesMs).unref());
    }
    this.#looking = false;
  }

  #tell(before: Slice | null, now: Slice | null): void {
    if (now === null) {
      for (const listener of [...this.#listeners]) listener.ended();
      return;
    }
    const { addresses, listed } = differences(before ?? new Map(), now);
    if (addresses.size > 0) for (const listener of [...this.#listeners]) listener.changed(addresses, listed);
  }

  /** Null when its access ended. What fails otherwise is told by the next call. */
  async #sliceNow(): Promise<Slice | null> {
    try {
      const claims = await this.#service.wholeSlice();
      const trusts = await this.#service.trusts(claims.map(({ op }) => op.op_id));
      return new Map(
        claims.map(({ op: { op_id, payload } }) => {
          const topic = topicAddress(String(payload["subject"]), String(payload["predicate"]));
          return [claimAddress(op_id), { topic, trust: trusts.get(op_id) ?? "" }];
        }),
      );
    } catch (error) {
      if (error instanceof PoolError && error.code === "unauthorized") return null;
      return new Map();
    }
  }
}

function differences(before: Slice, now: Slice): { readonly addresses: ReadonlySet<string>; readonly listed: boolean } {
  const addresses = new Set<string>();
  let listed = false;
  for (const [address, { topic }] of [...before, ...now]) {
    const [was, is] = [before.get(address), now.get(address)];
    if (was !== undefined && was.trust === is?.trust) continue;
    listed ||= was === undefined || is === undefined;
    for (const each of [address, topic, aboutAddress]) addresses.add(each);
  }
  return { addresses, listed };
}
