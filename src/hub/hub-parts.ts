/** What a hub's parts are given: who tells news, and who watches. Everything but the news may be absent. */
import type { OpId } from "../core/op/operation.ts";
import type { Clock, Json, Random } from "../core/ports.ts";
import type { RequestEvent } from "../server/index.ts";
import type { PoolNews } from "./news/pool-news.ts";
import type { Observe } from "./observe/index.ts";

/** A request, or a message of a kept connection, as it was answered; null for what no pool was meant by. */
export interface HubEvent extends RequestEvent {
  readonly pool: OpId | null;
}

export interface HubParts {
  readonly news: PoolNews;
  readonly clock: Clock;
  readonly random: Random;
  /** Told of every answer. Must not throw. */
  readonly onRequest?: (event: HubEvent) => void;
  /** What sees its parts at work. */
  readonly watch?: Pick<Observe, "entry" | "handler" | "store">;
  /** Told of a push before it is taken in, which waits for it and fails with it. */
  readonly expect?: (pool: OpId, ops: readonly Json[]) => Promise<void>;
}
