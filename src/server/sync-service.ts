/** `/fpl-sync/1` as a service that a server is given: its route, its gate, and the connections that it keeps. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { HttpBindings } from "@hono/node-server";
import type { Clock, Crypto, Random } from "../core/ports.ts";
import { syncPath } from "../transport/covered-components.ts";
import type { SigningKey } from "../transport/message-signature.ts";
import type { Handler } from "../transport/transport.ts";
import { type AuthorityCheck, authorityCheck } from "./authorities.ts";
import { Gate } from "./caller.ts";
import { type HttpLimits, httpLimits } from "./http-limits.ts";
import type { News } from "./live-connections.ts";
import { liveUpgrades } from "./live-upgrade.ts";
import { memoryNonces, type Nonces } from "./nonces.ts";
import { type Shares, sharesOf } from "./shares.ts";
import { type RequestEvent, syncRoute } from "./sync-route.ts";

export interface ServiceOptions {
  /** Answers a message of `key` (null: unsigned, a bare `hello`). A key it doesn't know it answers as a stranger's. */
  readonly handler: Handler;
  /** Whether a key is a device's or root's of this pool, or else has business here: its nonces are kept, its rate is its own. */
  readonly knows: (key: string) => Promise<boolean>;
  readonly self: SigningKey;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly random: Random;
  /** Where the server listens: one of the names by which it may be asked. */
  readonly host: string;
  /** Names beside host and port by which clients may ask, each with or without port. */
  readonly authorities?: readonly string[];
  /** By which names it may be asked, instead of `host` and `authorities`. */
  readonly isOurs?: AuthorityCheck;
  /** Whether whatever is before it, and ends TLS there, is believed to say who asks (`X-Forwarded-For`). */
  readonly proxied?: boolean;
  /** Where its messages come; `/fpl-sync/1` without. */
  readonly path?: string;
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Kept in memory when absent. */
  readonly nonces?: Nonces;
  /** Told of every request to `/fpl-sync/1` as it is answered. Must not throw. */
  readonly onRequest?: (event: RequestEvent) => void;
  /** Where it hears of what is admitted: with it, connections are kept (live/1). */
  readonly news?: News;
  readonly limits?: Partial<HttpLimits>;
  /** What it takes from together with other services of this process; its own when absent. */
  readonly shares?: Shares;
}

export interface SyncService {
  fetch(request: Request, env: HttpBindings): Response | Promise<Response>;
  /** Keeps the connection that is asked for, or refuses it. Without news to tell nobody may ask. */
  upgrade(incoming: IncomingMessage, stream: Duplex, head: Buffer): Promise<void>;
  /** Ends the connections that are kept, and hears no news any more. */
  close(): void;
}

export function syncService(options: ServiceOptions): SyncService {
  const limits = { ...httpLimits, ...options.limits };
  const secure = options.tls !== undefined;
  const shares = options.shares ?? sharesOf(limits);
  const gate = new Gate({ ...options, limits, nonces: options.nonces ?? memoryNonces(limits.noncesPerKey), addresses: shares.addresses });
  const isOurs = options.isOurs ?? authorityCheck(options.host, options.authorities ?? [], secure);
  const path = options.path ?? syncPath;
  const route = {
    ...options,
    proxied: options.proxied ?? false,
    gate,
    limits,
    secure,
    isOurs,
    path,
    shares,
    onRequest: options.onRequest ?? (() => {}),
  };
  const live = liveUpgrades({ ...route, news: options.news ?? { subscribe: () => () => {} } });
  return {
    fetch: syncRoute(route),
    upgrade: (incoming, stream, head) => live.take(incoming, stream, head),
    close: () => live.close(),
  };
}
