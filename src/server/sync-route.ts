/** `POST /fpl-sync/1` (section 7), or another path by the same rules: one message, one reply. */
import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { PoolError } from "../core/errors.ts";
import type { Json, JsonObject } from "../core/ports.ts";
import { errorReply, errorReplyOf } from "../core/sync/messages.ts";
import type { Handler } from "../transport/transport.ts";
import type { AuthorityCheck } from "./authorities.ts";
import { type Caller, type Gate, isBareHello } from "./caller.ts";
import type { HttpLimits } from "./http-limits.ts";
import { Refused } from "./refused.ts";
import { checkBodyHeader, readMessage } from "./request-body.ts";
import type { Shares } from "./shares.ts";
import { type Outcome, replyTo, type Signer } from "./signed-reply.ts";
import { readRequest, type SyncRequest } from "./sync-request.ts";

/** One request, or one message of a kept connection, for a log. */
export interface RequestEvent {
  readonly address: string;
  /** Whose signature was verified. */
  readonly key: string | null;
  /** The message's type, when it got as far. */
  readonly type: string | null;
  readonly status: number;
  readonly code: string | null;
  readonly ms: number;
  /** Bytes of the message as its header names them, and of the reply; absent for messages of a kept connection. */
  readonly received?: number;
  readonly sent?: number;
}

export interface SyncRouteOptions extends Signer {
  readonly handler: Handler;
  readonly gate: Gate;
  readonly limits: HttpLimits;
  /** Where messages come: `/fpl-sync/1`, say. */
  readonly path: string;
  readonly shares: Shares;
  readonly secure: boolean;
  readonly proxied: boolean;
  readonly isOurs: AuthorityCheck;
  readonly onRequest: (event: RequestEvent) => void;
}

type Trace = { -readonly [Name in "key" | "type"]: RequestEvent[Name] };

/** Without a router: for one path it would take as long to be made ready as the first reply. */
export function syncRoute(options: SyncRouteOptions): (request: Request, bindings: HttpBindings) => Promise<Response> {
  return async (_request, { incoming, outgoing }) => {
    const request = readRequest(incoming, options.secure, options.proxied);
    if (request.path !== options.path && !request.path.startsWith(`${options.path}?`))
      return new Response("404 Not Found", { status: 404 });
    try {
      await reply(request, outgoing, options);
      return RESPONSE_ALREADY_SENT;
    } catch (error) {
      return Response.json(errorReplyOf(error), { status: 500 }); // not by what a request holds: the machine failed
    }
  };
}

async function reply(request: SyncRequest, outgoing: HttpBindings["outgoing"], options: SyncRouteOptions): Promise<void> {
  const began = performance.now();
  const trace: Trace = { key: null, type: null };
  const { status, message } = await outcomeOf(request, trace, options);
  const { address, incoming } = request;
  const code = typeof message["code"] === "string" ? message["code"] : null;
  const made = await replyTo(request, { status, message }, options);
  const received = Number(incoming.headers["content-length"] ?? 0) || 0;
  options.onRequest({ address, ...trace, status, code, ms: performance.now() - began, received, sent: made.content.length });
  // That it is kept goes without saying (RFC 9112, 9.3), and a client that asks no more for some seconds had better not count on it.
  if (made.fields["connection"] === undefined) outgoing.removeHeader("connection");
  // Straight to the connection: a web response of it takes as long to make as its signature.
  outgoing.writeHead(made.status, made.fields).end(made.content);
}

/** Never rejects: whatever is thrown becomes a reply. */
async function outcomeOf(request: SyncRequest, trace: Trace, options: SyncRouteOptions): Promise<Outcome> {
  try {
    checkTarget(request, "POST", options);
    checkBodyHeader(request, options.limits.messageBytes);
    const caller = await options.gate.identify(request);
    trace.key = caller.key;
    const loan = (caller.known ? options.shares.known : options.shares.strangers).loan();
    try {
      const message = await messageOf(request, caller, { limits: options.limits, sha256Hex: options.crypto.sha256Hex, loan });
      trace.type = typeOf(message);
      const reply = await options.handler(message, caller.key);
      return { status: isRefusal(reply) ? 403 : 200, message: reply };
    } finally {
      loan.end();
    }
  } catch (error) {
    if (!(error instanceof Refused)) return { status: 200, message: { ...errorReplyOf(error) } };
    return { status: error.status, message: { ...errorReply(error.code, error.message), ...error.more } };
  }
}

/** Throws `Refused`: 421, 404, 400 for a query, 405, 403 for what a browser sends from somebody else's page. */
export function checkTarget(
  request: SyncRequest,
  expected: "POST" | "GET",
  { isOurs, secure, path: ours }: Pick<SyncRouteOptions, "isOurs" | "secure" | "path">,
): void {
  const { authority, path, method, incoming } = request;
  if (authority === null || !isOurs(authority, incoming.socket)) throw new Refused(421, "bad_request", "this server has another name");
  if (path.startsWith(`${ours}?`)) throw new Refused(400, "bad_request", "there is no query here");
  if (path !== ours) throw new Refused(404, "bad_request", "there is nothing here");
  if (method !== expected) throw new Refused(405, "bad_request", "messages are sent by POST");
  const { origin } = incoming.headers;
  if (origin !== undefined && origin.toLowerCase() !== `${secure ? "https" : "http"}://${authority}`) {
    throw new Refused(403, "unauthorized", "other sites' pages are not answered");
  }
}

async function messageOf(request: SyncRequest, caller: Caller, options: Parameters<typeof readMessage>[1]): Promise<Json> {
  const unsigned = () =>
    new Refused(401, "bad_signature", "only a hello with a Content-Digest and a nonce of 16 bytes in hex may be unsigned");
  try {
    const message = await readMessage(request, options);
    if (caller.key === null && !isBareHello(message)) throw unsigned();
    return message;
  } catch (error) {
    const unreadable =
      error instanceof PoolError && (error.code === "parse" || error.code === "bad_request") && !(error instanceof Refused);
    throw unreadable && caller.key === null ? unsigned() : error;
  }
}

export function isRefusal(reply: JsonObject): boolean {
  return reply["type"] === "error" && reply["code"] === "unauthorized";
}

function typeOf(message: Json): string | null {
  const type = typeof message === "object" && message !== null && "type" in message ? message["type"] : null;
  return typeof type === "string" ? type.slice(0, 64) : null;
}
