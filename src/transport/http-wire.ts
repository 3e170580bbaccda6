/** Bytes there and back over one kept connection. What they mean, and whether to believe them, is decided above. */
import { Agent, type ClientRequest, type IncomingMessage, request } from "node:http";
import type { Socket } from "node:net";
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import type { HttpTarget } from "./authority.ts";
import { certificateOf, connected, isSecure, openSocket } from "./socket.ts";

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
  const connection = new Connection(target, certificate);
  return {
    async post(path, fields, content, signal) {
      const interrupted = () => new PoolError("interrupted", "interrupted");
      if (signal?.aborted) throw interrupted();
      const asked = request({
        agent: connection,
        path,
        method: "POST",
        setHost: false,
        headers: { ...fields, host: target.authority, "content-length": content.length },
      });
      let stopped: PoolError | null = null;
      const stop = (why: PoolError) => {
        stopped = why;
        asked.destroy(why);
        connection.giveUp(why);
      };
      const interrupt = () => stop(interrupted());
      const deadline = setTimeout(() => stop(noAnswer(target, `it took longer than ${timeoutMs} ms`)), timeoutMs);
      signal?.addEventListener("abort", interrupt);
      try {
        return await replyTo(asked, content, target);
      } catch (error) {
        throw stopped ?? failureOf(error, target);
      } finally {
        clearTimeout(deadline);
        signal?.removeEventListener("abort", interrupt);
      }
    },
    certificate: () => connection.shown,
    async close() {
      connection.giveUp(new PoolError("network", "the connection is closed"));
      connection.destroy();
    },
  };
}

/** After which an idle connection is not counted on any more: servers close theirs after five seconds or more. */
const idleMs = 4_000;
const connectMsMax = 10_000;

/** One at a time, opened when it is needed. */
class Connection extends Agent {
  shown: string | null = null;
  readonly #target: HttpTarget;
  readonly #certificate: string | null;
  #opening: Socket | null = null;

  constructor(target: HttpTarget, certificate: string | null) {
    super({ keepAlive: true, maxSockets: 1, timeout: idleMs });
    this.#target = target;
    this.#certificate = certificate;
  }

  /**
   * Certificates are not checked (section 7). What proves the server is its node's signature over every reply, which names the request
   * it answers. Someone in between who relays faithfully can't change or invent a word; that he can't read along either is only sure with a
   * certificate that the system trusts, or that is known (pairing tells it, page 09).
   */
  override createConnection(_options: object, done: (error: Error | null, socket: Socket) => void = () => undefined): undefined {
    const socket = openSocket(this.#target);
    this.#opening = socket;
    const late = setTimeout(() => socket.destroy(Object.assign(new Error("timed out"), { code: "ETIMEDOUT" })), connectMsMax);
    const end = (error: Error | null) => {
      clearTimeout(late);
      socket.removeListener("error", end);
      this.#opening = null;
      done(error, socket);
    };
    socket.once("error", end);
    socket.once(connected(this.#target), () => {
      this.shown = certificateOf(socket);
      if (this.#certificate === null || this.shown === this.#certificate) return end(null);
      socket.destroy();
      end(new PoolError("peer", `${this.#target.authority} shows another certificate than before: somebody may be in between`));
    });
  }

  /** Whoever waits for a connection that is being opened is told why it never will be. */
  giveUp(why: PoolError): void {
    this.#opening?.destroy(why);
  }
}

/** Sends the content. Rejects when anything fails on the way there or back. */
function replyTo(asked: ClientRequest, content: Uint8Array, target: HttpTarget): Promise<WireReply> {
  return new Promise((resolve, reject) => {
    asked.on("error", reject);
    asked.once("response", (reply) => {
      const parts: Buffer[] = [];
      let size = 0;
      reply.on("error", reject);
      reply.on("data", (part: Buffer) => {
        size += part.length;
        if (size <= limits.messageBytes) return void parts.push(part);
        reply.destroy();
        reject(new PoolError("peer", `${target.authority} answered with more than ${limits.messageBytes} bytes`));
      });
      reply.once("end", () => resolve({ status: reply.statusCode ?? 0, field: fieldsOf(reply), content: Buffer.concat(parts, size) }));
    });
    asked.end(content);
  });
}

function fieldsOf({ headersDistinct }: IncomingMessage): WireReply["field"] {
  return (name) => headersDistinct[name]?.map((line) => line.trim()).join(", ") ?? null;
}

/** `peer` when something came that can't be taken, `network` when nothing whole did. */
function failureOf(error: unknown, target: HttpTarget): PoolError {
  if (error instanceof PoolError) return error;
  const { code = "" } = error as { readonly code?: string };
  if (code.startsWith("HPE_")) {
    return new PoolError("peer", `${target.authority} doesn't answer in HTTP: ${(error as Error).message}`, {}, { cause: error });
  }
  return noAnswer(target, reasonOf(error, target), error);
}

function noAnswer({ authority }: HttpTarget, why: string, cause?: unknown): PoolError {
  return new PoolError("network", `no answer from ${authority}: ${why}`, {}, { cause });
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens there",
  ENOTFOUND: "there is no machine of that name",
  EAI_AGAIN: "names can't be looked up now",
  EHOSTUNREACH: "there is no way to that machine",
  ENETUNREACH: "there is no way to that network",
  ECONNRESET: "it hung up",
  ETIMEDOUT: "nobody answers there",
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS: it may be an http:// address",
};

function reasonOf(error: unknown, target: HttpTarget): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0], target); // one per address tried
  if (!(error instanceof Error)) return String(error);
  const { code = "", reason } = error as { readonly code?: string; readonly reason?: string };
  const words = reasons[code] ?? reason ?? error.message; // `reason` is OpenSSL's, whose message is lines of its own source code
  return words === "it hung up" && !isSecure(target) ? `${words}: it may be an https:// address` : words;
}
