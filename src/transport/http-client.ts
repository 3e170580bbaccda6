/**
 * The client's side of fpl-sync/1 over HTTP (section 7). It first sends a bare `hello`, which tells nobody anything and
 * whose signed reply proves which node is there; only then requests signed by our key and addressed to that node. A `hello` to
 * a node that is known already is signed at once: a node in sync finds that out in one round trip, and who else may listen
 * there learns two names, and nothing of the pool.
 */
import { toHex } from "../core/bytes.ts";
import { PoolError } from "../core/errors.ts";
import type { Clock, Crypto, Json, JsonObject, Random } from "../core/ports.ts";
import { type HttpTarget, httpTarget } from "./authority.ts";
import { type Coding, chooseCoding } from "./content-coding.ts";
import { syncPath } from "./covered-components.ts";
import { believe, isErrorReply, type SignedReply } from "./http-reply.ts";
import { bareRequest, type Content, contentOf, type SentRequest, signedRequest } from "./http-request.ts";
import { type HttpWire, openWire } from "./http-wire.ts";
import type { SigningKey } from "./message-signature.ts";
import type { Transport } from "./transport.ts";

export interface HttpTransportOptions {
  /** Scheme, host and port: `https://home.example:8443`; `http://` only to this machine. */
  readonly url: string;
  /** The node that must answer; null takes whoever proves to be there. */
  readonly node: string | null;
  /** Where signed messages go on the server; `/fpl-sync/1` without. A node is greeted there in any case. */
  readonly path?: string;
  /** Who asks; null asks unsigned, which nodes answer to a `hello` alone. */
  readonly key: SigningKey | null;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly random: Random;
  /** Milliseconds for one request and its reply. */
  readonly timeoutMs?: number;
  /** Whether contents are compressed where the other side can; on loopback that costs more than it saves, so there it is not the default. */
  readonly compress?: boolean;
  /** sha-256 in hex of the only certificate that the other side may show; null or absent for any. */
  readonly certificate?: string | null;
}

export interface HttpTransport extends Transport {
  /** The node that proved to be there; null before the first request. */
  node(): string | null;
  /** Bytes of contents that went over the wire, both ways, as they were sent. */
  traffic(): number;
  /** sha-256 in hex of the certificate that the other side showed; null without TLS, and before the first request. */
  certificate(): string | null;
  /** The server's time, as far as it is known. */
  now(): number;
}

/** Throws `usage` for an address that is none, or not safe. Nothing is sent before the first request. */
export function openHttpTransport(options: HttpTransportOptions): HttpTransport {
  return new HttpClient(options);
}

const timeoutMsDefault = 60_000;

class HttpClient implements HttpTransport {
  readonly overlaps = true;
  readonly #options: HttpTransportOptions;
  readonly #target: HttpTarget;
  readonly #wire: HttpWire;
  readonly #compress: boolean;
  #open = true;
  /** Resolves when the request that was made last has been answered. */
  #turn: Promise<void> = Promise.resolve();
  #node: string | null = null;
  /** What the server's clock shows beyond ours. */
  #offsetMs = 0;
  #traffic = 0;
  /** What the server said it takes. */
  #coding: Coding | null = null;

  constructor(options: HttpTransportOptions) {
    this.#options = options;
    this.#target = httpTarget(options.url);
    this.#compress = options.compress ?? !this.#target.loopback;
    this.#wire = openWire(this.#target, options.timeoutMs ?? timeoutMsDefault, options.certificate ?? null);
  }

  node(): string | null {
    return this.#node;
  }

  traffic(): number {
    return this.#traffic;
  }

  certificate(): string | null {
    return this.#wire.certificate();
  }

  async request(message: JsonObject, signal?: AbortSignal): Promise<Json> {
    if (!this.#open) throw new PoolError("network", "the connection is closed");
    const before = this.#turn;
    const turn = Promise.withResolvers<void>();
    this.#turn = turn.promise;
    // Made ready while another is answered, once it is known what the server takes.
    const content = this.#node === null ? null : this.#contentOf(message);
    content?.catch(() => undefined); // told below, when it is this request's turn
    try {
      await before;
      return await this.#ask(message, content, signal);
    } finally {
      turn.resolve();
    }
  }

  async #ask(message: JsonObject, content: Promise<Content> | null, signal: AbortSignal | undefined): Promise<Json> {
    const { key } = this.#options;
    if (key === null) return this.#askBare(message, signal);
    let to = this.#node ?? (message["type"] === "hello" ? this.#options.node : null);
    if (to === null) to = (await this.#greet({ type: "hello" }, signal)).node;
    const reply = await this.#askSigned(key, await (content ?? this.#contentOf(message)), to, signal);
    this.#node = to; // which the reply has proved
    return reply;
  }

  async close(): Promise<void> {
    this.#open = false;
    await this.#wire.close();
  }

  async #askBare(message: JsonObject, signal?: AbortSignal): Promise<Json> {
    if (message["type"] !== "hello") throw new PoolError("usage", "without a key a node can only be greeted");
    const reply = await this.#greet(message, signal);
    if (!reply.fresh) throw tooOld(this.#target);
    return reply.message;
  }

  /**
   * A bare `hello`. Its reply is proved to be new by the nonce alone, so that one from beyond the window still tells who is
   * there: a client whose clock is wrong learns the offset from its first signed request.
   */
  async #greet(message: JsonObject, signal?: AbortSignal): Promise<SignedReply> {
    const hello = { ...message, nonce: toHex(this.#options.random(16)) };
    const reply = await this.#exchange(bareRequest(this.#parts(await this.#contentOf(hello)), this.#options.node), signal);
    if (isErrorReply(reply.message)) {
      const { error, code } = reply.message;
      throw new PoolError("peer", `${this.#target.authority} doesn't greet: ${String(error).slice(0, 500)}`, { code: code ?? null });
    }
    const named = typeof reply.message === "object" && reply.message !== null && "node" in reply.message ? reply.message["node"] : null;
    if (named !== reply.node) throw new PoolError("peer", `${this.#target.authority} names another node than the one that signs for it`);
    this.#node = reply.node;
    return reply;
  }

  async #askSigned(key: SigningKey, content: Content, to: string, signal?: AbortSignal): Promise<Json> {
    const parts = { ...this.#parts(content), path: this.#options.path ?? syncPath };
    const ask = () => this.#exchange(signedRequest(parts, key, to, this.now()), signal);
    let reply = await ask();
    const serverNow = clockOf(reply);
    if (serverNow !== null) {
      this.#offsetMs = serverNow - this.#options.clock();
      reply = await ask();
    }
    if (!reply.fresh && clockOf(reply) === null) throw tooOld(this.#target);
    return reply.message;
  }

  async #exchange(sent: SentRequest, signal?: AbortSignal): Promise<SignedReply> {
    const received = await this.#wire.post(sent.path, sent.fields, sent.content, signal);
    this.#traffic += sent.content.length + received.content.length;
    const reply = await believe(this.#options.crypto, received, sent, { node: this.#node ?? this.#options.node, now: this.now() });
    this.#coding = chooseCoding(received.field("accept-encoding"));
    return reply;
  }

  async #contentOf(message: JsonObject): Promise<Content> {
    return contentOf(message, this.#compress ? this.#coding : null);
  }

  #parts(content: Content) {
    const { crypto, random } = this.#options;
    return { crypto, random, content, path: syncPath, authority: this.#target.authority, compress: this.#compress };
  }

  now(): number {
    return this.#options.clock() + this.#offsetMs;
  }
}

/** The server's time when the reply is a 401 with code `clock`. */
function clockOf({ status, message }: SignedReply): number | null {
  if (status !== 401 || !isErrorReply(message) || message["code"] !== "clock") return null;
  return Number.isSafeInteger(message["now"]) ? (message["now"] as number) : null;
}

function tooOld({ authority }: HttpTarget): PoolError {
  return new PoolError("peer", `the answer of ${authority} was signed at another time: it is old, or a clock is wrong`);
}
