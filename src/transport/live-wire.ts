/** A WebSocket to a node: the connection below it, and the one request that begins it. Whether to believe the 101 is decided above. */
import type { TLSSocket } from "node:tls";
import { type ClientOptions, WebSocket } from "ws";
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import type { HttpTarget } from "./authority.ts";
import { syncPath } from "./covered-components.ts";
import type { WireReply } from "./http-wire.ts";
import { certificateOf, isSecure, openSocket } from "./socket.ts";

export interface LiveWire {
  readonly socket: WebSocket;
  /** The 101. */
  readonly reply: Omit<WireReply, "content">;
}

/**
 * Frames are not signed one by one, so over a network the connection itself must lead to the node: the certificate is the
 * one that the node named in a signed reply (`certificate`, sha-256 in hex), or one that this system trusts for the name.
 * Rejects with `peer` when it is neither, or the answer is no 101; with `network` when there is no answer in time.
 */
export async function openLiveWire(
  target: HttpTarget,
  fields: Readonly<Record<string, string>>,
  options: { readonly certificate: string | null; readonly timeoutMs: number },
): Promise<LiveWire> {
  const below = isSecure(target) ? await openTls(target, options) : null;
  const settings: ClientOptions & { readonly closeTimeout: number } = {
    headers: fields,
    perMessageDeflate: false,
    maxPayload: limits.messageBytes,
    handshakeTimeout: options.timeoutMs,
    closeTimeout: 1_000,
    followRedirects: false,
    ...(below === null ? {} : { createConnection: (() => below) as unknown as NonNullable<ClientOptions["createConnection"]> }),
  };
  const socket = new WebSocket(`${target.origin.replace(/^http/, "ws")}${syncPath}`, settings);
  return new Promise((resolve, reject) => {
    let reply: LiveWire["reply"] | null = null;
    socket.once("upgrade", ({ statusCode = 0, headersDistinct }) => {
      reply = { status: statusCode, field: (name) => headersDistinct[name]?.map((line) => line.trim()).join(", ") ?? null };
    });
    socket.once("unexpected-response", (_request, response) => {
      response.destroy();
      reject(
        new PoolError("peer", `${target.authority} keeps no connection: it answered ${response.statusCode}`, {
          status: response.statusCode,
        }),
      );
    });
    socket.once("error", (error) => {
      below?.destroy();
      reject(new PoolError("network", `no connection to ${target.authority}: ${error.message}`, {}, { cause: error }));
    });
    socket.once("open", () => {
      // Before its first frame: a listener that is added after `await` could miss one that came with the 101.
      socket.pause();
      if (reply !== null) resolve({ socket, reply });
    });
  });
}

function openTls(target: HttpTarget, options: { readonly certificate: string | null; readonly timeoutMs: number }): Promise<TLSSocket> {
  const { authority } = target;
  return new Promise((resolve, reject) => {
    const socket = openSocket(target) as TLSSocket;
    const fail = (error: PoolError) => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(options.timeoutMs, () => fail(new PoolError("network", `no connection to ${authority} in ${options.timeoutMs} ms`)));
    socket.once("error", (error) =>
      fail(new PoolError("network", `no connection to ${authority}: ${error.message}`, {}, { cause: error })),
    );
    socket.once("secureConnect", () => {
      socket.setTimeout(0);
      if (socket.authorized || (options.certificate !== null && certificateOf(socket) === options.certificate)) return resolve(socket);
      fail(new PoolError("peer", `the certificate of ${authority} is neither the one its node names nor one that is trusted here`));
    });
  });
}
