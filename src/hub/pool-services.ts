/** The two services of a hosted pool's node: `/fpl-sync/1`, and `/fpl-host/1`. */
import type { Did } from "../core/crypto/did-key.ts";
import { nativeCrypto } from "../node/index.ts";
import { type News, type ServiceOptions, type SyncService, syncService } from "../server/index.ts";
import { hostPath } from "../transport/index.ts";
import type { Handler } from "../transport/transport.ts";
import type { Hosted } from "./hub.ts";
import { hubLimits } from "./hub-limits.ts";
import type { HubParts } from "./hub-parts.ts";
import { type HubSecret, poolKey } from "./hub-secret.ts";
import type { Sql } from "./registry/database.ts";
import { sharedNonces } from "./registry/shared-nonces.ts";

/** What all services of a process have in common: its names, limits and shares. */
export type CommonService = Pick<ServiceOptions, "host" | "isOurs" | "tls" | "proxied" | "limits" | "shares">;

export interface PoolServices {
  readonly sync: SyncService;
  readonly hosting: SyncService;
}

export interface PoolServicesOptions extends HubParts {
  readonly secret: HubSecret;
  readonly registry: Sql;
  readonly service: CommonService;
}

export interface Answers {
  readonly sync: Handler;
  readonly hosting: Handler;
  readonly knows: (key: Did) => Promise<boolean>;
  /** Where connections that are kept hear of changes; none are kept without. */
  readonly changes?: News;
}

export function poolServices(hosted: Hosted, options: PoolServicesOptions, answers: Answers): PoolServices {
  const { pool } = hosted;
  const { secret, registry, service, clock, random, onRequest, watch } = options;
  const common: Omit<ServiceOptions, "handler"> = {
    ...service,
    self: poolKey(secret, hosted),
    crypto: nativeCrypto,
    clock,
    random,
    knows: (key) => answers.knows(key as Did),
    nonces: sharedNonces(registry, pool, clock),
    ...(onRequest ? { onRequest: (event) => onRequest({ ...event, pool }) } : {}),
  };
  const limits = { ...service.limits, messageBytes: hubLimits.hostMessageBytes };
  return {
    sync: syncService({
      ...common,
      handler: watch?.handler(answers.sync, pool) ?? answers.sync,
      ...(answers.changes ? { news: answers.changes } : {}),
    }),
    hosting: syncService({ ...common, limits, path: hostPath, handler: answers.hosting }),
  };
}
