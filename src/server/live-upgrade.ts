/**
 * A kept connection begins (section 7): a WebSocket at `/fpl-sync/1`, asked for by a signed GET. The 101 is signed like any
 * reply, so that the client knows before its first word that the node it means took this very request.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { PoolError } from "../core/errors.ts";
import type { Json } from "../core/ports.ts";
import { errorReply, errorReplyOf, refusal } from "../core/sync/messages.ts";
import { contentDigest, matchesContentDigest } from "../transport/content-digest.ts";
import { syncPath } from "../transport/covered-components.ts";
import type { HttpLimits } from "./http-limits.ts";
import { LiveConnection } from "./live-connection.ts";
import { LiveConnections, type News } from "./live-connections.ts";
import { Refused } from "./refused.ts";
import { type Outcome, type Reply, replyTo, signatureOf } from "./signed-reply.ts";
import { readRequest, type SyncRequest } from "./sync-request.ts";
import { checkTarget, type RequestEvent, type SyncRouteOptions } from "./sync-route.ts";

/** What asks for a WebSocket here; everything else, other upgrades too, is answered as a request without one. */
export function isLiveRequest({ headers, url = "" }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket" && url.replace(/^https?:\/\/[^/?#]*/i, "").split("?", 1)[0] === syncPath;
}

export interface LiveUpgrades {
  /** Answers one request for a WebSocket. Never rejects. */
  take(incoming: IncomingMessage, stream: Duplex, head: Buffer): Promise<void>;
  close(): void;
}

export function liveUpgrades(options: SyncRouteOptions & { readonly news: News }): LiveUpgrades {
  const live = new LiveConnections(options);
  const fields = new WeakMap<IncomingMessage, readonly string[]>();
  const sockets = new WebSocketServer(socketOptions(options.limits));
  sockets.on("headers", (headers, incoming) => headers.push(...(fields.get(incoming) ?? [])));
  const take = async (incoming: IncomingMessage, stream: Duplex, head: Buffer) => {
    const began = performance.now();
    stream.on("error", () => {}); // whoever asked is gone: there is nobody to tell
    const request = readRequest(incoming, options.secure, options.proxied);
    const note = (key: string | null, status: number, code: string | null) =>
      options.onRequest({ address: request.address, key, type: "live", status, code, ms: performance.now() - began });
    try {
      const key = await callerOf(request, options, live);
      fields.set(incoming, acceptance(request, options));
      sockets.handleUpgrade(incoming, stream, head, (socket) => {
        const onAnswer = noteAnswer(options.onRequest, request.address, key);
        const { handler, limits, gate, shares } = options;
        const loan = shares.known.loan();
        live.add(new LiveConnection(socket, stream, { key, handler, limits, count: () => gate.count(key), loan, onAnswer }));
        note(key, 101, null);
      });
    } catch (error) {
      const outcome = refusalOf(error);
      note(null, outcome.status, String(outcome.message["code"]));
      sendReply(stream, await replyTo(request, outcome, options), options.limits.closeMs);
    }
  };
  return { take, close: () => live.close() };
}

/** Frames are not compressed: what a small frame can become in memory would be the sender's choice. */
function socketOptions({ messageBytes, closeMs }: HttpLimits) {
  return {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    autoPong: false,
    maxPayload: messageBytes,
    closeTimeout: closeMs, // milliseconds after which a connection that is to close is destroyed
  };
}

/** Throws `Refused`: what a POST is refused for, 403 for a key that is told no heads, 429 when there are too many connections. */
async function callerOf(request: SyncRequest, options: SyncRouteOptions, live: LiveConnections): Promise<string> {
  checkTarget(request, "GET", options);
  const { key, known } = await signerOf(request, options);
  if (!known) throw new PoolError("unauthorized", refusal.error);
  await live.headsFor(key);
  if (!live.makeRoom(key)) throw new Refused(429, "rate", "too many connections are open");
  return key;
}

/** Whose request it is. Throws `Refused`: what `Gate.identify` throws, and 401 for one that nobody signed, or that has content. */
export async function signerOf(
  request: SyncRequest,
  { gate, crypto }: Pick<SyncRouteOptions, "gate" | "crypto">,
): Promise<{ readonly key: string; readonly known: boolean }> {
  const { key, known } = await gate.identify(request);
  if (key === null) throw new Refused(401, "bad_signature", "a connection is kept for whoever signs for it");
  if (!matchesContentDigest(crypto.sha256Hex, request.contentDigest ?? "", nothing)) {
    throw new Refused(401, "bad_signature", "Content-Digest is not that of no content");
  }
  return { key, known };
}

function acceptance(request: SyncRequest, options: SyncRouteOptions): string[] {
  const digest = contentDigest(options.crypto.sha256Hex, nothing);
  const signed = signatureOf(request, { status: 101, contentDigest: digest }, options);
  return Object.entries({ "content-digest": digest, ...signed }).map(([name, value]) => `${name}: ${value}`);
}

function refusalOf(error: unknown): Outcome {
  if (error instanceof PoolError && error.code === "unauthorized")
    return { status: 403, message: { ...errorReply(error.code, error.message), ...whyOf(error) } };
  if (!(error instanceof Refused)) return { status: 500, message: { ...errorReplyOf(error) } };
  return { status: error.status, message: { ...errorReply(error.code, error.message), ...error.more } };
}

/** Answers as a POST is answered, and ends the connection. */
export function sendReply(stream: Duplex, reply: Reply, closeMs: number): void {
  const fields = Object.entries({ ...reply.fields, connection: "close" }).map(([name, value]) => `${name}: ${value}\r\n`);
  stream.end(Buffer.concat([Buffer.from(`HTTP/1.1 ${reply.status} \r\n${fields.join("")}\r\n`), reply.content]));
  setTimeout(() => stream.destroy(), closeMs).unref();
}

/** Messages on a kept connection, for the same log as requests. */
function noteAnswer(onRequest: (event: RequestEvent) => void, address: string, key: string) {
  return (type: string | null, reply: { readonly [name: string]: Json }, ms: number) => {
    const code = typeof reply["code"] === "string" ? reply["code"] : null;
    onRequest({ address, key, type, status: 200, code, ms });
  };
}

const nothing = new Uint8Array();

/** What a hub says of itself with a refusal (HOS-7). */
function whyOf({ details: { why } }: PoolError): { readonly why?: string } {
  return typeof why === "string" ? { why } : {};
}
