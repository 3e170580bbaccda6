/** What is answered of a pool that is suspended, or being deleted (spec/11-hosting.md, HOS-7). */
import type { Json, JsonObject } from "../core/ports.ts";
import { hostingRefused } from "../core/sync/hosting.ts";
import { isObject } from "../core/sync/messages.ts";
import { nativeCrypto } from "../node/index.ts";
import { type SyncService, syncService } from "../server/index.ts";
import type { Hosted } from "./hub.ts";
import { poolKey } from "./hub-secret.ts";
import type { ServedPoolOptions } from "./served-pool.ts";
import { answerStranger } from "./stranger.ts";

const texts = { suspended: "this hub does not serve this pool now", leaving: "this pool is being deleted here" } as const;

export function notServed({ notice }: Hosted, why: keyof typeof texts): JsonObject {
  const text = notice === "" ? texts[why] : `${texts[why]}: ${notice}`;
  return { ...hostingRefused(why, text) };
}

/** What is gone can't tell who was a stranger: whoever signs knows the did, and is told. */
export function leavingReply(hosted: Hosted, message: Json, key: string | null): JsonObject {
  return key === null && isObject(message) && message["type"] === "hello"
    ? answerStranger(hosted.did, message)
    : notServed(hosted, "leaving");
}

/** Answers for a pool that is being deleted, from the registry's row alone. */
export function leavingService(hosted: Hosted, { service, secret, clock, random, onRequest }: ServedPoolOptions): SyncService {
  return syncService({
    ...service,
    self: poolKey(secret, hosted.pool),
    crypto: nativeCrypto,
    clock,
    random,
    handler: async (message, key) => leavingReply(hosted, message, key),
    // No nonce of it is kept: what is asked here can be asked twice.
    knows: async () => false,
    ...(onRequest ? { onRequest: (event) => onRequest({ ...event, pool: hosted.pool }) } : {}),
  });
}
