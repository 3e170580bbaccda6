/** A server that listens for HTTP, bounds what connections may cost, and ends them when it is closed. */
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerOptions } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import { PoolError } from "../core/errors.ts";
import { systemWords } from "../node/index.ts";
import { isLoopbackHost } from "../transport/authority.ts";
import { bracketed } from "./authorities.ts";
import type { HttpLimits } from "./http-limits.ts";

export interface ListenOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** PEM. Required off loopback. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Whether TLS is ended before it: then it may speak plain HTTP off loopback. */
  readonly proxied?: boolean;
  readonly limits: HttpLimits;
  readonly fetch: (request: Request, env: HttpBindings) => Response | Promise<Response>;
  /** Which requests for another protocol are given to the `upgrade` event; all others are answered as if they had asked for none. */
  readonly upgrades?: (incoming: IncomingMessage) => boolean;
  /** Milliseconds in which a whole request must have come; header and body of a message without. */
  readonly requestMs?: number;
}

export interface Listening {
  readonly server: Server;
  readonly url: string;
  readonly port: number;
  /** Resolves when nothing is open any more, within `limits.closeMs` and a moment. */
  close(): Promise<void>;
}

/** Rejects with `usage` when it can't listen there, or would have to listen to a network without TLS. */
export async function listenHttp(options: ListenOptions): Promise<Listening> {
  const { host, tls, limits, proxied = false } = options;
  if (tls === undefined && !proxied && !isLoopbackHost(host)) {
    throw new PoolError("usage", `${host} is reached over a network: memories may only be served there over TLS`);
  }
  const server = serverOf(options);
  const sockets = trackSockets(server);
  const port = await listen(server, host, options.port);
  return {
    server,
    url: `${tls === undefined ? "http" : "https"}://${reachable(host)}:${port}`,
    port,
    close: () => close(server, sockets, limits.closeMs),
  };
}

/** What the adapter calls; it would speak HTTP/2 too, so that its own type says less. */
type FetchCallback = Parameters<typeof createAdaptorServer>[0]["fetch"];

/** Throws `usage` for a certificate or key that is none, or when they don't belong together. */
function serverOf({ fetch, tls, limits, upgrades = () => false, requestMs }: ListenOptions): Server {
  const times: ServerOptions = {
    shouldUpgradeCallback: upgrades,
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersMs,
    requestTimeout: requestMs ?? limits.headersMs + limits.bodyDeadlineMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: Math.min(1_000, limits.headersMs),
  };
  const answer: FetchCallback = (request, env) => fetch(request, env as HttpBindings);
  const common = { fetch: answer, overrideGlobalObjects: false };
  const secured = { ...times, ...tls, handshakeTimeout: limits.headersMs, minVersion: "TLSv1.2" } as const;
  try {
    const server = (
      tls === undefined
        ? createAdaptorServer({ ...common, createServer: createHttpServer, serverOptions: times })
        : createAdaptorServer({ ...common, createServer: createHttpsServer, serverOptions: secured })
    ) as Server;
    server.maxConnections = limits.connections;
    return server;
  } catch (error) {
    throw new PoolError("usage", `the certificate or its key can't be used: ${systemWords(error)}`, {}, { cause: error });
  }
}

/** Connections from their first byte, so also those whose TLS handshake never ends. */
function trackSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  return sockets;
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject).listen(port, host.replace(/^\[(.*)\]$/, "$1"), resolve);
  try {
    await promise;
  } catch (error) {
    throw new PoolError("usage", `can't listen on ${host}:${port}: ${systemWords(error)}`, {}, { cause: error });
  }
  server.on("error", () => {}); // one connection that could not be taken in, for want of file handles: its client sees that it failed
  return (server.address() as AddressInfo).port;
}

/** A URL for this machine when the server listens on all addresses. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  return host === "::" || host === "[::]" ? "[::1]" : bracketed(host);
}

async function close(server: Server, sockets: ReadonlySet<Socket>, graceMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve()); // ends idle connections too
  const end = setTimeout(() => {
    for (const socket of sockets) socket.destroy();
  }, graceMs);
  await promise;
  clearTimeout(end);
}
