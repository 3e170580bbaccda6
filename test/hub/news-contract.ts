/** What `PoolNews` promises, asked of each kind of it. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { afterEach, test } from "node:test";
import type { OpId } from "../../src/core/op/operation.ts";
import type { PoolNews } from "../../src/hub/index.ts";

export function poolId(text: string): OpId {
  return `op:${Buffer.from(text.padEnd(32, ".")).toString("hex").slice(0, 64)}` as OpId;
}

/** Resolves when it holds, which takes milliseconds; rejects when it does not for much longer. */
export async function until(holds: () => boolean, what = "what was waited for did not come about"): Promise<void> {
  for (const began = performance.now(); !holds(); ) {
    assert.ok(performance.now() - began < 45_000, what);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Counts calls, and knows when everything that was told before has been heard. */
export class Heard {
  readonly #news: PoolNews;
  readonly #mark: OpId;
  readonly calls = new Map<OpId, number>();
  #marks = 0;
  readonly #ends: (() => void)[];

  constructor(news: PoolNews, name: string) {
    this.#news = news;
    this.#mark = poolId(`mark of ${name}`);
    this.#ends = [news.subscribe(this.#mark, () => void this.#marks++)];
  }

  on(pool: OpId): () => void {
    const end = this.#news.subscribe(pool, () => void this.calls.set(pool, this.of(pool) + 1));
    this.#ends.push(end);
    return end;
  }

  of(pool: OpId): number {
    return this.calls.get(pool) ?? 0;
  }

  /** What `teller` told before is heard before this resolves: what one tells arrives in order. */
  async all(teller: PoolNews): Promise<void> {
    for (let rounds = 0; rounds < 2; rounds++) {
      const before = this.#marks;
      teller.tell(this.#mark);
      await until(() => this.#marks > before);
    }
  }

  end(): void {
    for (const each of this.#ends) each();
  }
}

/** Whoever has just subscribed may be called once, as soon as news are sure to come: waits until that is over. */
async function settled(heard: readonly Heard[], one: PoolNews, other: PoolNews): Promise<void> {
  await new Heard(one, "back").all(other);
  for (const each of heard) await each.all(one);
  for (const each of heard) each.calls.clear();
}

/**
 * `open` opens another of the same carrier each time, as another process would; of news within one process alone it gives
 * the same one again. All are closed after each test.
 */
export function newsContract(kind: string, open: () => Promise<PoolNews>): void {
  const opened: PoolNews[] = [];
  const fresh = async () => {
    const news = await open();
    opened.push(news);
    return news;
  };
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((news) => news.close()));
  });
  const options = { timeout: 60_000 };

  test(`${kind}: what one tells, all hear: it itself, and the others`, options, async () => {
    const [one, other] = [await fresh(), await fresh()];
    const pool = poolId("told");
    const heard = [new Heard(one, "one"), new Heard(other, "other")];
    for (const each of heard) each.on(pool);
    await settled(heard, one, other);
    one.tell(pool);
    for (const each of heard) await until(() => each.of(pool) > 0);
    assert.ok(one.isConnected() && other.isConnected());
  });

  test(`${kind}: a burst is heard once, and not by whoever listens to another pool`, options, async () => {
    const [one, other] = [await fresh(), await fresh()];
    const [pool, quiet] = [poolId("burst"), poolId("quiet")];
    const heard = [new Heard(one, "one"), new Heard(other, "other")];
    for (const each of heard) for (const which of [pool, quiet]) each.on(which);
    await settled(heard, one, other);
    for (let times = 0; times < 1_000; times++) one.tell(pool);
    for (const each of heard) await each.all(one);
    for (const each of heard) assert.deepEqual([each.of(pool), each.of(quiet)], [1, 0]);
  });

  test(`${kind}: two listeners of a pool are both called; who unsubscribed is not, though it does so twice`, options, async () => {
    const [one, other] = [await fresh(), await fresh()];
    const pool = poolId("two");
    const [stays, leaves] = [new Heard(other, "stays"), new Heard(other, "leaves")];
    stays.on(pool);
    const end = leaves.on(pool);
    await settled([stays, leaves], one, other);
    one.tell(pool);
    for (const each of [stays, leaves]) await until(() => each.of(pool) > 0);
    end();
    end();
    for (const each of [stays, leaves]) each.calls.clear();
    one.tell(pool);
    await stays.all(one);
    assert.deepEqual([stays.of(pool), leaves.of(pool)], [1, 0]);
  });

  test(`${kind}: a listener may tell, subscribe and unsubscribe while it is called`, options, async () => {
    const news = await fresh();
    const [pool, next] = [poolId("within"), poolId("next")];
    let heard = 0;
    const end = news.subscribe(pool, () => {
      end();
      news.subscribe(next, () => void heard++);
      news.tell(next);
    });
    news.tell(pool);
    await until(() => heard > 0);
  });

  test(`${kind}: many pools, each heard of by its own listener`, options, async () => {
    const [one, other] = [await fresh(), await fresh()];
    const pools = Array.from({ length: 3_000 }, (_, at) => poolId(`pool ${at}`));
    const heard = new Heard(other, "many");
    for (const pool of pools) heard.on(pool);
    await settled([heard], one, other);
    for (const pool of pools) one.tell(pool);
    await heard.all(one);
    assert.deepEqual([heard.calls.size, ...new Set(heard.calls.values())], [pools.length, 1]);
  });

  test(`${kind}: once closed it calls nobody, and what is asked of it then does nothing`, options, async () => {
    const news = await fresh();
    const pool = poolId("closed");
    let heard = 0;
    const end = news.subscribe(pool, () => void heard++);
    news.tell(pool);
    await news.close();
    heard = 0;
    news.tell(pool);
    end();
    news.subscribe(pool, () => void heard++)();
    await news.close();
    await once(AbortSignal.timeout(50), "abort");
    assert.deepEqual([heard, news.isConnected()], [0, false]);
  });
}
