/** What a hub's parts are given: who tells news, who watches, who keeps quotas. Everything but the news may be absent. */
import type { OpId } from "../core/op/operation.ts";
import type { Clock, Json, Random } from "../core/ports.ts";
import type { RequestEvent } from "../server/index.ts";
import type { OpenPool } from "./hub.ts";
import type { PoolNews } from "./news/pool-news.ts";

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
  /** Asked before a push is taken in: why it is refused with the code `storage`, in a line for people; null when it is not. */
  readonly admit?: (open: OpenPool, ops: readonly Json[]) => Promise<string | null>;
  /** Told of a push before it is taken in, which waits for it and fails with it. */
  readonly expect?: (pool: OpId, ops: readonly Json[]) => Promise<void>;
  /** How much counts against a pool's quota. */
  readonly held?: (pool: OpId) => Promise<{ readonly operations: number; readonly bytes: number } | null>;
  /** An owner wants the pool deleted here: resolves when nothing of it is served any more. */
  readonly unhost?: (pool: OpId) => Promise<void>;
}
