/** One connection to whatever carries news between processes. When it ends another is opened; it never comes back itself. */
import type { PoolError } from "../../core/errors.ts";
import type { Topic } from "./topic.ts";

export interface Line {
  /** Sends news to all other processes; of no topics it only asks whether the carrier is there. Rejects when they may not have arrived. */
  send(topics: readonly Topic[]): Promise<void>;
  /** Asks for news of a topic, which come once a later `send` has resolved. Null where all news come here anyway. */
  readonly follow: ((topic: Topic) => void) | null;
  unfollow(topic: Topic): void;
  /** Resolves when the connection is gone, for whatever reason. */
  readonly ended: Promise<void>;
  /** Ends it, at once. */
  end(): void;
}

/** What a line gives to this process. */
export interface Ear {
  /** News that another process sent. */
  heard(topic: Topic): void;
  /** Something that is no news. */
  malformed(): void;
}

/**
 * Opens a line. Rejects with `PoolError("network")` when the carrier can't be reached, which may pass, and with another code when
 * it does not take this process as it is configured.
 */
export type Carrier = (ear: Ear) => Promise<Line>;

/** Where the connection of this process stands. */
export type NewsState = { readonly is: "connected" } | { readonly is: "waiting"; readonly why: PoolError };
