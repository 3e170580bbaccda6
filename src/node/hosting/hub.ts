/** A hub as this device reaches it, and what it says no with in words for its owner. */
import type { Did } from "../../core/crypto/did-key.ts";
import { PoolError } from "../../core/errors.ts";
import { type HostingRefusal, hostingRefusalOf } from "../../core/sync/hosting.ts";
import type { Transport } from "../../transport/transport.ts";

export interface Hub {
  /** `https://hub.example` */
  readonly url: string;
  /** Which must answer there. */
  readonly node: Did;
}

/** How to reach the node `to`, as this device: at `/fpl-sync/1`, or at `/fpl-host/1`. */
export type ConnectHub = (to: Hub, at: "sync" | "host") => Transport;

const words: Readonly<Record<HostingRefusal, string>> = {
  invitation: "made no such invitation: it is for another hub, or was taken back",
  used: "says that this invitation was used before, for another pool or by another device: ask for a new one",
  expired: "says that this invitation is over: ask for a new one",
  joining: "is being brought this pool by another device: go on there, or ask its operator",
  suspended:
    "does not serve this pool now, by its operator's decision. Nothing is lost: what is written meanwhile is sent when it does again",
  leaving: "is deleting this pool: it is served there no more",
};

/** What a hub's own refusal means; null for everything else, the refusal of a removed device included. */
export function hubRefusal(error: unknown, url: string): PoolError | null {
  const why = error instanceof PoolError ? hostingRefusalOf(error.details) : null;
  if (why !== null) return new PoolError("unauthorized", `the hub at ${url} ${words[why]}`, { why }, { cause: error });
  if (!(error instanceof PoolError) || error.details["code"] !== "storage") return null;
  return new PoolError(
    "storage",
    `the hub at ${url} keeps no more now: ${error.message.slice(error.message.indexOf(":") + 2)}`,
    {},
    { cause: error },
  );
}
