/** One process of a hub as its operator sees it: its log, its metrics and spans, and whether it may be asked. */
import { randomBytes } from "node:crypto";
import { nativeCrypto } from "../node/index.ts";
import type { Listening } from "../server/index.ts";
import { hubLimits } from "./hub-limits.ts";
import type { HubParts } from "./hub-parts.ts";
import type { PoolNews } from "./news/pool-news.ts";
import { listenForOperator, type Observe, openObserve, type Readiness, readiness } from "./observe/index.ts";
import type { RegistryDatabase } from "./registry/database.ts";
import type { HubSettings } from "./settings.ts";

/** What is asked of a process's parts, once it runs. */
export interface WatchedParts {
  readonly openPools: () => number;
  readonly news: Pick<PoolNews, "isConnected">;
  readonly registry: Pick<RegistryDatabase, "isCurrent">;
}

export class ProcessWatch {
  readonly observe: Observe;
  /** Connections that are kept, or asked for. */
  liveConnections = 0;
  readonly #settings: HubSettings;
  #parts: WatchedParts | null = null;
  #draining = false;
  #ops: Listening | null = null;

  /** `write` takes the lines of its log. */
  constructor(settings: HubSettings, write: ((line: string) => void) | undefined) {
    const { log, process, trustTraceparent } = settings;
    this.#settings = settings;
    this.observe = openObserve({
      log: { level: write === undefined ? "silent" : log, process, write: write ?? (() => undefined) },
      metrics: {
        openPools: () => this.#parts?.openPools() ?? 0,
        liveConnections: () => this.liveConnections,
        isNewsConnected: () => this.#isNewsConnected(),
      },
      crypto: nativeCrypto,
      random: (length) => new Uint8Array(randomBytes(length)),
      trustTraceparent,
    });
  }

  /** The parts of a hub, so that what they do is seen. */
  over(parts: HubParts): HubParts {
    const { observe } = this;
    const onRequest: HubParts["onRequest"] = (event) => {
      observe.request(event, event.pool);
      parts.onRequest?.(event);
    };
    return { ...parts, news: observe.news(parts.news), watch: observe, onRequest };
  }

  /** Rejects with `usage` when it can't listen for its operator. */
  async start(parts: WatchedParts, address: string): Promise<void> {
    this.#parts = parts;
    const { ops } = this.#settings;
    if (ops !== null) this.#ops = await listenForOperator(ops, { observe: this.observe, readiness: () => this.readiness() });
    this.observe.log.write("info", "started", { address });
  }

  /** Where its operator may ask, if anywhere. */
  get url(): string | null {
    return this.#ops?.url ?? null;
  }

  readiness(): Promise<Readiness> {
    const checkDatabase = async () => this.#parts?.registry.isCurrent() ?? false;
    const isNewsConnected = () => this.#isNewsConnected();
    return readiness({ patienceMs: hubLimits.healthMs, checkDatabase, isNewsConnected, isDraining: () => this.#draining });
  }

  #isNewsConnected(): boolean {
    return this.#parts?.news.isConnected() ?? false;
  }

  /** From now on it is not ready; resolves when whoever sends requests has had the time to notice. */
  async drain(): Promise<void> {
    this.#draining = true;
    this.observe.log.write("info", "draining");
    if (this.#settings.lingerMs > 0) await new Promise((resolve) => setTimeout(resolve, this.#settings.lingerMs));
  }

  async close(): Promise<void> {
    await this.#ops?.close();
    this.observe.log.write("info", "stopped");
    this.observe.close();
  }
}
