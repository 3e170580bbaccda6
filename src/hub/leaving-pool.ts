/** A pool that is being deleted: nothing of it is opened any more, and whoever comes is told, from the registry's row alone. */
import type { Hosted } from "./hub.ts";
import { leavingReply } from "./not-served.ts";
import { type PoolServices, poolServices } from "./pool-services.ts";
import type { ServedPoolOptions } from "./served-pool.ts";
import { answerStranger } from "./stranger.ts";

/** Forgotten after the first answer: how long its devices are told is the registry's to say. */
export function leavingPool(hosted: Hosted, options: ServedPoolOptions) {
  options.onGone(hosted.pool);
  const services: PoolServices = poolServices(hosted, options, {
    knows: async () => false,
    sync: async (message, key) => leavingReply(hosted, message, key),
    // Asked a second time it is the same (HOS-6).
    hosting: async (message, key) => (key === null ? answerStranger(hosted.did, message) : { type: "unhosted" }),
  });
  return { services, close: async () => undefined, isOwner: async () => false };
}
