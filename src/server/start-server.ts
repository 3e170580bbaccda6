/** A node's HTTP server for its own devices and grantees: `/fpl-sync/1`, and the connections that are kept. */
import type { IncomingMessage } from "node:http";
import { authorityCheck } from "./authorities.ts";
import { type Beside, withBeside } from "./beside.ts";
import { httpLimits } from "./http-limits.ts";
import { listenHttp } from "./http-listener.ts";
import { isLiveRequest } from "./live-upgrade.ts";
import { type ServiceOptions, syncService } from "./sync-service.ts";

export interface StartOptions extends ServiceOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** PEM. Required off loopback. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** What else it answers, to programs on the same machine. */
  readonly beside?: readonly Beside[];
}

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  /** Resolves when nothing is open any more, within 2 s. */
  close(): Promise<void>;
}

/** Rejects with `usage` when it can't listen there, or would have to listen to a network without TLS. */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const limits = { ...httpLimits, ...options.limits };
  const service = syncService(options);
  const upgrades = (incoming: IncomingMessage) => options.news !== undefined && isLiveRequest(incoming);
  const secure = options.tls !== undefined;
  const isOurs = authorityCheck(options.host, options.authorities ?? [], secure);
  const fetch = withBeside(service.fetch, options.beside ?? [], { isOurs, secure });
  const listening = await listenHttp({ ...options, limits, fetch, upgrades });
  listening.server.on("upgrade", (incoming, stream, head) => void service.upgrade(incoming, stream, head));
  return {
    url: listening.url,
    port: listening.port,
    close: () => {
      service.close();
      return listening.close();
    },
  };
}
