/** What a hub answers as itself and for no pool: a stranger's `hello`, and whoever brings a pool. */
import type { Did } from "../core/crypto/did-key.ts";
import { nativeCrypto } from "../node/index.ts";
import { type ServiceOptions, type SyncService, syncService } from "../server/index.ts";
import { hostPath } from "../transport/index.ts";
import { hubLimits } from "./hub-limits.ts";
import { frontKey } from "./hub-secret.ts";
import { answerHost } from "./joining.ts";
import type { ServedPoolOptions } from "./served-pool.ts";
import { answerStranger } from "./stranger.ts";

export interface Front {
  readonly did: Did;
  /** `/fpl-sync/1`. */
  readonly sync: SyncService;
  /** `/fpl-host/1`. */
  readonly host: SyncService;
}

export function openFront(options: Omit<ServedPoolOptions, "onGone">): Front {
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
    ...(onRequest ? { onRequest: (event) => onRequest({ ...event, pool: null }) } : {}),
  };
  const limits = { ...service.limits, messageBytes: hubLimits.hostMessageBytes };
  return {
    did: self.did,
    sync: syncService({ ...common, limits, handler: async (message) => answerStranger(self.did, message) }),
    host: syncService({
      ...common,
      limits,
      path: hostPath,
      handler: (message, key) => answerHost({ ...options, front: self.did }, message, key),
    }),
  };
}
