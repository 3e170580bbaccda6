/** A pool that is being deleted: nothing of it is opened any more, and whoever comes is told. */
import { hostingRefused } from "../core/sync/hosting.ts";
import type { Hosted } from "./hub.ts";
import { stateText } from "./joining.ts";
import { type PoolServices, type PoolServicesOptions, poolServices } from "./pool-services.ts";
import { answerStranger } from "./stranger.ts";

export function leavingPool(hosted: Hosted, options: PoolServicesOptions): PoolServices {
  const told = hostingRefused("leaving", stateText(hosted));
  return poolServices(hosted, options, {
    // Who its devices are is forgotten already; only they, and those they told, know to ask for this did.
    knows: async () => false,
    sync: async (message, key) => (key === null ? answerStranger(hosted.did, message) : { ...told }),
    hosting: async (message, key) => (key === null ? answerStranger(hosted.did, message) : { type: "unhosted" }),
  });
}
