/** Bytes there and back over one kept connection. What they mean, and whether to believe them, is decided above. */
import type { TLSSocket } from "node:tls";
import { Agent, buildConnector, errors } from "undici";
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import type { HttpTarget } from "./authority.ts";

export interface WireReply {
  readonly status: number;
  /** A field's value, several lines of it joined as RFC 9421 section 2.1 joins them; null when it is absent. */
  readonly field: (name: string) => string | null;
  /** As sent: what `Content-Digest` is over. */
  readonly content: Uint8Array;
}

export interface HttpWire {
  post(path: string, fields: Readonly<Record<string, string>>, content: Uint8Array, signal?: AbortSignal): Promise<WireReply>;
  /** sha-256 in lower-case hex of the certificate that was shown on the connection that was opened last; null without TLS. */
  certificate(): string | null;
  close(): Promise<void>;
}

/** `timeoutMs`: in which the whole reply must have come. `certificate`: the only one that will do; without, any. */
export function openWire(target: HttpTarget, timeoutMs: number, certificate: string | null = null): HttpWire {
  let shown: string | null = null;
  const connect = buildConnector({ rejectUnauthorized: false, timeout: Math.min(timeoutMs, connectMsMax) });
  const agent = new Agent({
    connections: 1,
    allowH2: false,
    // Certificates are not checked, and self-signed ones will do (section 7). What proves the server is its node's signature
    // over every reply, which names the request it answers. Someone in between who relays faithfully can't change or
    // invent a word; that he can't read along either is only sure with a certificate that the system trusts, or that is known
    // (pairing tells it, page 09).
    connect: (options, done) =>
      connect(options, (...made) => {
        const [error, socket] = made;
        if (error || socket === null) return done(...made); // with an error undici gives no socket at all, not even null
        shown = options.protocol === "https:" ? fingerprintOf(socket as TLSSocket) : null;
        if (certificate === null || shown === certificate) return done(...made);
        socket.destroy();
        return done(new PoolError("peer", `${target.authority} shows another certificate than before: somebody may be in between`), null);
      }),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: limits.messageBytes,
  });
  return {
    async post(path, fields, content, signal) {
      const deadline = AbortSignal.timeout(timeoutMs);
      try {
        const reply = await agent.request({
          origin: target.origin,
          path,
          method: "POST",
          headers: fields,
          body: content,
          signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
        });
        const field = (name: string) => joined(reply.headers[name]);
        return { status: reply.statusCode, field, content: await reply.body.bytes() };
      } catch (error) {
        if (signal?.aborted) throw new PoolError("interrupted", "interrupted", {}, { cause: error });
        throw failureOf(error, target, deadline.aborted ? timeoutMs : null);
      }
    },
    certificate: () => shown,
    close: () => agent.destroy(),
  };
}

function fingerprintOf(socket: TLSSocket): string {
  return socket.getPeerX509Certificate()?.fingerprint256.replaceAll(":", "").toLowerCase() ?? "";
}

const connectMsMax = 10_000;

function joined(value: string | readonly string[] | undefined): string | null {
  if (value === undefined) return null;
  return typeof value === "string" ? value.trim() : value.map((line) => line.trim()).join(", ");
}

/** `peer` when something came that can't be taken, `network` when nothing whole did. */
function failureOf(error: unknown, { authority, origin }: HttpTarget, expiredMs: number | null): PoolError {
  if (error instanceof PoolError) return error;
  if (error instanceof errors.ResponseExceededMaxSizeError) {
    return new PoolError("peer", `${authority} answered with more than ${limits.messageBytes} bytes`, {}, { cause: error });
  }
  if (error instanceof errors.HTTPParserError || error instanceof errors.HeadersOverflowError) {
    return new PoolError("peer", `${authority} doesn't answer in HTTP: ${error.message}`, {}, { cause: error });
  }
  const why = expiredMs === null ? reasonOf(error, origin) : `it took longer than ${expiredMs} ms`;
  return new PoolError("network", `no answer from ${authority}: ${why}`, {}, { cause: error });
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens there",
  ENOTFOUND: "there is no machine of that name",
  EAI_AGAIN: "names can't be looked up now",
  EHOSTUNREACH: "there is no way to that machine",
  ENETUNREACH: "there is no way to that network",
  ECONNRESET: "it hung up",
  UND_ERR_SOCKET: "it hung up",
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS: it may be an http:// address",
};

function reasonOf(error: unknown, origin: string): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0], origin); // one per address tried
  if (!(error instanceof Error)) return String(error);
  const { code = "", reason } = error as { readonly code?: string; readonly reason?: string };
  const words = reasons[code] ?? reason ?? error.message; // `reason` is OpenSSL's, whose message is lines of its own source code
  return words === "it hung up" && origin.startsWith("http:") ? `${words}: it may be an https:// address` : words;
}
