/** What a hub answers as itself and for no pool: a stranger's `hello`, and whoever brings a pool. */
import type { Did } from "../core/crypto/did-key.ts";
import type { Json, JsonObject } from "../core/ports.ts";
import { hostedReply, readHostingRequest } from "../core/sync/hosting.ts";
import { errorReplyOf, refusal } from "../core/sync/messages.ts";
import { nativeCrypto } from "../node/index.ts";
import { type ServiceOptions, type SyncService, syncService } from "../server/index.ts";
import { hostPath } from "../transport/index.ts";
import type { Hosted } from "./hub.ts";
import { hubLimits } from "./hub-limits.ts";
import { frontKey } from "./hub-secret.ts";
import { bringPool, type JoiningOptions } from "./joining.ts";
import type { ServedPoolOptions } from "./served-pool.ts";
import { answerStranger, isGreeting } from "./stranger.ts";

export interface Front {
  readonly did: Did;
  /** `/fpl-sync/1`. */
  readonly sync: SyncService;
  /** `/fpl-host/1`. */
  readonly hosting: SyncService;
}

export function openFront(options: Omit<ServedPoolOptions, "onGone"> & JoiningOptions): Front {
  const { clock, random, onRequest, service } = options;
  const self = frontKey(options.secret);
  const common: Omit<ServiceOptions, "handler"> = {
    ...service,
    self,
    crypto: nativeCrypto,
    clock,
    random,
    // Nobody's nonces are kept: what is asked here can be asked twice.
    knows: async () => false,
    limits: { ...service.limits, messageBytes: hubLimits.hostMessageBytes },
    ...(onRequest ? { onRequest: (event) => onRequest({ ...event, pool: null }) } : {}),
  };
  return {
    did: self.did,
    sync: syncService({ ...common, handler: async (message) => answerStranger(self.did, message) }),
    hosting: syncService({
      ...common,
      path: hostPath,
      handler: (message, key) => answerHost(options, self.did, message, key as Did | null),
    }),
  };
}

/** Never rejects. */
async function answerHost(options: JoiningOptions, self: Did, message: Json, key: Did | null): Promise<JsonObject> {
  try {
    if (key === null || isGreeting(message)) return answerStranger(self, message);
    const request = readHostingRequest(message);
    if (request.type !== "host") return { ...refusal };
    const brought = await bringPool(options, request, key);
    return isHosted(brought) ? hostedReply({ ...brought, node: brought.did }) : brought;
  } catch (error) {
    return { ...errorReplyOf(error) };
  }
}

function isHosted(brought: Hosted | JsonObject): brought is Hosted {
  return !("type" in brought);
}
