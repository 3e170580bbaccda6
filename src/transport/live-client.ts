/**
 * The client's side of live/1 (section 7): the same messages as over HTTP, on a connection that is kept, and what the server
 * says by itself. The request that begins it is signed, and so is the 101 that accepts it.
 */
import type { WebSocket } from "ws";
import { toHex } from "../core/bytes.ts";
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import type { Clock, Crypto, Json, JsonObject, Random } from "../core/ports.ts";
import { type FrameId, frameText, readServerFrame } from "../core/sync/frames.ts";
import { type HttpTarget, httpTarget } from "./authority.ts";
import { contentDigest } from "./content-digest.ts";
import { isFresh, replyComponents, requestComponents, syncPath } from "./covered-components.ts";
import { type LiveWire, openLiveWire } from "./live-wire.ts";
import { readSignature, type SigningKey, signComponents, verifySignature } from "./message-signature.ts";
import type { Transport } from "./transport.ts";

export interface LiveTransportOptions {
  /** As for HTTP. */
  readonly url: string;
  readonly node: string;
  readonly key: SigningKey;
  /** What the node said of its certificate in a signed `hello`; null when it said nothing. */
  readonly certificate: string | null;
  readonly crypto: Crypto;
  /** By the server's clock. */
  readonly clock: Clock;
  readonly random: Random;
  /** Is given the heads of every `notify`. Must not throw. */
  readonly onNotify: (heads: JsonObject) => void;
  /** Milliseconds for one request and its reply. */
  readonly timeoutMs?: number;
  /** Milliseconds without a word of the server after which the connection counts as lost. */
  readonly silenceMs?: number;
}

export interface LiveTransport extends Transport {
  /** Resolves with the reason once the connection is gone. */
  readonly lost: Promise<PoolError>;
}

const timeoutMsDefault = 60_000;

/** Rejects as a request does; and with `peer` for a server that keeps no connection, or one that could be somebody else's. */
export async function openLiveTransport(options: LiveTransportOptions): Promise<LiveTransport> {
  const { crypto, key, node, random, clock, timeoutMs = timeoutMsDefault } = options;
  const target = httpTarget(options.url);
  const digest = contentDigest(crypto.sha256Hex, new Uint8Array());
  const components = requestComponents({ method: "GET", authority: target.authority, path: syncPath, contentDigest: digest, fplTo: node });
  const signed = signComponents(crypto, key, components, { created: Math.floor(clock() / 1_000), nonce: toHex(random(16)) });
  const fields = { "content-digest": digest, "fpl-to": node, ...signed };
  const wire = await openLiveWire(target, fields, { certificate: options.certificate, timeoutMs });
  try {
    believeUpgrade(options, wire, { authority: target.authority, contentDigest: digest, signature: signed.signature });
  } catch (error) {
    wire.socket.terminate();
    throw error;
  }
  return new LiveClient(wire.socket, target, options);
}

/** Throws `peer` unless the node signed this 101, now, for this request. */
export function believeUpgrade(
  { crypto, node, clock }: Pick<LiveTransportOptions, "crypto" | "node" | "clock">,
  { reply }: Pick<LiveWire, "reply">,
  sent: { readonly authority: string; readonly contentDigest: string; readonly signature: string },
): void {
  const digest = reply.field("content-digest") ?? "";
  try {
    const received = readSignature({ signatureInput: reply.field("signature-input"), signature: reply.field("signature") });
    if (received.keyid !== node) throw new PoolError("peer", `another node answered: ${received.keyid.slice(0, 80)}, not ${node}`);
    verifySignature(crypto, received, replyComponents({ status: reply.status, contentDigest: digest }, sent));
    if (!isFresh(received, clock())) throw new PoolError("peer", "it was signed at another time");
  } catch (error) {
    if (!(error instanceof PoolError)) throw error;
    throw new PoolError("peer", `${sent.authority} can't be believed to keep a connection: ${error.message}`, {}, { cause: error });
  }
}

interface Pending {
  resolve(reply: Json): void;
  reject(error: PoolError): void;
}

class LiveClient implements LiveTransport {
  readonly lost: Promise<PoolError>;
  readonly #socket: WebSocket;
  readonly #target: HttpTarget;
  readonly #onNotify: LiveTransportOptions["onNotify"];
  readonly #timeoutMs: number;
  readonly #pending = new Map<number, Pending>();
  readonly #silence: NodeJS.Timeout;
  #nextId = 1;
  /** Why it is gone; null while it is not. */
  #why: PoolError | null = null;

  constructor(socket: WebSocket, target: HttpTarget, options: LiveTransportOptions) {
    this.#socket = socket;
    this.#target = target;
    this.#onNotify = options.onNotify;
    this.#timeoutMs = options.timeoutMs ?? timeoutMsDefault;
    const silenceMs = options.silenceMs ?? limits.liveSilenceMs;
    this.#silence = setTimeout(() => this.#lose(new PoolError("network", `nothing was heard for ${silenceMs} ms`)), silenceMs);
    socket.on("message", (data, isBinary) => this.#receive(isBinary ? null : data.toString()));
    socket.on("ping", () => {
      this.#silence.refresh();
      if (socket.bufferedAmount > pongBytesMax) this.#lose(new PoolError("peer", "the peer sends pings and does not read the answers"));
    });
    const { promise, resolve } = Promise.withResolvers<PoolError>();
    this.lost = promise;
    socket.once("close", (code, reason) => {
      const words = reason.toString().slice(0, 200) || `code ${code}`;
      this.#lose(new PoolError("network", `the connection to ${target.authority} ended: ${words}`));
      resolve(this.#why as PoolError);
    });
    socket.resume();
  }

  request(message: JsonObject, signal?: AbortSignal): Promise<Json> {
    if (this.#why !== null) return Promise.reject(this.#why);
    const id = this.#nextId++;
    const text = frameText(id, message);
    if (Buffer.byteLength(text) > limits.messageBytes) {
      return Promise.reject(new PoolError("too_large", `a message is over ${limits.messageBytes} bytes`));
    }
    const { promise, resolve, reject } = Promise.withResolvers<Json>();
    const late = new PoolError("network", `no answer from ${this.#target.authority}: it took longer than ${this.#timeoutMs} ms`);
    const deadline = setTimeout(() => this.#lose(late), this.#timeoutMs);
    const stop = () => this.#lose(new PoolError("interrupted", "interrupted"));
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
    this.#pending.set(id, { resolve, reject });
    if (this.#why === null) this.#socket.send(text, () => {});
    else reject(this.#why);
    return promise.finally(() => {
      clearTimeout(deadline);
      signal?.removeEventListener("abort", stop);
      this.#pending.delete(id);
    });
  }

  async close(): Promise<void> {
    this.#why ??= new PoolError("network", "the connection is closed");
    this.#socket.close(1000);
    await this.lost;
  }

  #receive(text: string | null): void {
    this.#silence.refresh();
    try {
      if (text === null) throw new PoolError("peer", "the peer sent a binary frame");
      const frame = readServerFrame(text);
      if ("heads" in frame) this.#onNotify(frame.heads);
      else this.#take(frame.id, frame.reply);
    } catch (error) {
      this.#lose(error instanceof PoolError ? error : new PoolError("internal", String(error), {}, { cause: error }));
    }
  }

  #take(id: FrameId, reply: Json): void {
    const asked = this.#pending.get(id as number);
    if (asked === undefined) throw new PoolError("peer", "the peer answered what was not asked");
    asked.resolve(reply);
  }

  /** What is open fails for this reason, and nothing is believed any more. */
  #lose(why: PoolError): void {
    this.#why ??= why;
    clearTimeout(this.#silence);
    for (const { reject } of this.#pending.values()) reject(this.#why);
    this.#socket.terminate();
  }
}

/** Bytes of answers to pings that may wait to be sent. */
const pongBytesMax = 65_536;
