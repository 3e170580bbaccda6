/**
 * How long until one process of a hub hears what another one told, and how many pools' news pass in a second?
 * `npm run bench -- news`: over NATS and over LISTEN and NOTIFY, two processes on this machine.
 */
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type NewsSettings, openNews } from "../src/hub/index.ts";
import { NatsServer } from "../test/hub/nats-server.ts";
import { PostgresServer } from "../test/store/postgres-server.ts";
import { benchedPool } from "./kit/benched-pool.ts";
import { machine, median, quantile, stamp } from "./kit/machine.ts";

const pools = 10_000;
const single = 1_000;
const targetMs = 100;

/** What the listener hears: by pool the instant, ns. */
class Arrivals {
  readonly #at = new Map<number, bigint>();
  #wanted: { pools: number; resolve(): void } | null = null;

  constructor(child: ChildProcess) {
    child.on("message", (message) => {
      const [pool, at] = message as [number, string];
      this.#at.set(pool, BigInt(at));
      if (this.#wanted && this.#at.size >= this.#wanted.pools) this.#wanted.resolve();
    });
  }

  /** Resolves when that many pools have been heard of since the last `clear`. */
  all(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wanted = { pools: count, resolve };
      if (this.#at.size >= count) resolve();
    });
  }

  get(pool: number): bigint {
    return this.#at.get(pool) ?? 0n;
  }

  latest(): bigint {
    return [...this.#at.values()].reduce((left, right) => (left > right ? left : right), 0n);
  }

  clear(): void {
    this.#at.clear();
  }
}

async function measure(name: string, settings: NewsSettings): Promise<void> {
  const child = fork(join(import.meta.dirname, "kit", "news-listener.ts"), [JSON.stringify(settings), String(pools)]);
  const news = await openNews(settings);
  const arrivals = new Arrivals(child);
  try {
    for (let heard = false; !heard; ) {
      for (let at = 0; at < pools; at++) news.tell(benchedPool(at)); // until the listener is there
      heard = await Promise.race([arrivals.all(pools).then(() => true), sleep(2_000, false)]);
    }
    const times: number[] = [];
    for (let at = 0; at < single; at++) {
      await sleep(at % 7);
      arrivals.clear();
      const told = process.hrtime.bigint();
      news.tell(benchedPool(at));
      await arrivals.all(1);
      times.push(Number(arrivals.get(at) - told) / 1e6);
    }
    const at = (share: number) => quantile(times, share).toFixed(1);
    const rates: number[] = [];
    for (let round = 0; round < 5; round++) {
      arrivals.clear();
      const told = process.hrtime.bigint();
      for (let pool = 0; pool < pools; pool++) news.tell(benchedPool(pool));
      await arrivals.all(pools);
      rates.push(pools / (Number(arrivals.latest() - told) / 1e9));
    }
    console.log(`${name}: median ${at(0.5)} ms, 99 % within ${at(0.99)} ms (target: median under ${targetMs} ms)`);
    console.log(`  ${pools} pools at once, 5 times: ${Math.round(median(rates))} pools a second`);
  } finally {
    await news.close();
    child.disconnect();
  }
}

console.log(stamp(machine()));
const [nats, postgres] = [await NatsServer.start(), await PostgresServer.start()];
try {
  const { url } = await postgres.database("news");
  await measure("NATS", { database: url, nats: nats.url });
  await measure("LISTEN and NOTIFY", { database: url });
} finally {
  await nats.stop();
  await postgres.stop();
}
