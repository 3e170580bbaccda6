/**
 * One kept connection (live/1): frames in, replies out, one after the other, and `notify` in between. What the other side
 * does costs no more than one message each way: while one is answered nothing is read, and the next is not begun before the
 * reply has left.
 */
import type { Duplex } from "node:stream";
import type { RawData, WebSocket } from "ws";
import { PoolError } from "../core/errors.ts";
import type { JsonObject } from "../core/ports.ts";
import { type FrameId, frameText, readRequestFrame } from "../core/sync/frames.ts";
import { errorReply, errorReplyOf } from "../core/sync/messages.ts";
import type { Handler } from "../transport/transport.ts";
import type { ByteLoan } from "./byte-budget.ts";
import type { HttpLimits } from "./http-limits.ts";
import { LiveMeter } from "./live-meter.ts";

/** Close codes of RFC 6455 that this server uses. */
export const closing = { leaving: 1001, unsupported: 1003, policy: 1008, tooMuch: 1013 } as const;

export interface LiveOptions {
  readonly key: string;
  readonly handler: Handler;
  readonly limits: HttpLimits;
  /** Throws when the key's messages come too often. */
  readonly count: () => void;
  readonly loan: ByteLoan;
  /** Told of every message as it is answered: its type and the reply. Must not throw. */
  readonly onAnswer: (type: string | null, reply: JsonObject, ms: number) => void;
}

export class LiveConnection {
  readonly key: string;
  readonly #socket: WebSocket;
  readonly #options: LiveOptions;
  readonly #meter: LiveMeter;
  readonly #queue: string[] = [];
  readonly #pings: NodeJS.Timeout;
  #working = false;
  #open = true;
  /** Whether a `hello` on this connection named live/1. */
  #follows = false;
  #heard = true;
  #news: JsonObject | null = null;
  #telling = false;

  constructor(socket: WebSocket, stream: Duplex, options: LiveOptions) {
    this.key = options.key;
    this.#socket = socket;
    this.#options = options;
    this.#meter = new LiveMeter(options.loan, options.limits.bodyDeadlineMs);
    stream.prependListener("data", (chunk: Buffer) => {
      if (!this.#meter.came(chunk.length, performance.now())) this.end(closing.tooMuch, "too much is being sent at once: wait a second");
    });
    socket.on("message", (data, isBinary) => this.#receive(data, isBinary));
    socket.on("ping", (data) => this.#pong(data));
    socket.on("pong", (data) => this.#heardFrom(data));
    socket.on("error", () => {}); // what broke off, or was no frame: `close` follows
    socket.once("close", () => this.#ended());
    this.#pings = setInterval(() => this.#ping(), options.limits.livePingMs);
  }

  /** Calls `listener` once the connection is gone. */
  onClose(listener: () => void): void {
    this.#socket.once("close", listener);
  }

  /** Tells the newest heads; what an earlier call said and was not sent yet is left out. */
  notify(heads: JsonObject): void {
    if (!this.#follows || !this.#open) return;
    this.#news = heads;
    if (!this.#telling) void this.#tell();
  }

  end(code: number, why: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#queue.length = 0;
    this.#socket.close(code, why); // and destroyed a moment later when the other side does not take part
    this.#socket.resume();
  }

  async #tell(): Promise<void> {
    this.#telling = true;
    for (let heads = this.#news; heads !== null && this.#open; heads = this.#news) {
      this.#news = null;
      await this.#send(frameText(null, { type: "notify", heads }));
    }
    this.#telling = false;
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (!this.#open) return;
    this.#heard = true;
    if (isBinary) this.end(closing.unsupported, "messages are text frames");
    else if (this.#queue.length >= this.#options.limits.liveQueue) this.end(closing.policy, "too many messages at once");
    else {
      this.#queue.push(data.toString());
      if (!this.#working) void this.#work();
    }
  }

  async #work(): Promise<void> {
    this.#working = true;
    this.#socket.pause();
    for (let text = this.#queue.shift(); text !== undefined && this.#open; text = this.#queue.shift()) {
      await this.#send(await this.#answer(text));
    }
    this.#meter.answered();
    this.#working = false;
    this.#heard = true;
    if (this.#open) this.#socket.resume();
  }

  /** The reply's frame. Never rejects. */
  async #answer(text: string): Promise<string> {
    const began = performance.now();
    let id: FrameId | null = null;
    let type: string | null = null;
    let reply: JsonObject;
    try {
      this.#options.count();
      const frame = readRequestFrame(text);
      id = frame.id;
      type = typeof frame.message["type"] === "string" ? frame.message["type"].slice(0, 64) : null;
      reply = await this.#options.handler(frame.message, this.key);
      this.#follows ||= reply["type"] === "hello" && namesLive(frame.message);
    } catch (error) {
      reply = { ...errorReplyOf(error) };
      if (error instanceof PoolError && error.code === "rate") id ??= idOf(text);
    }
    this.#options.onAnswer(type, reply, performance.now() - began);
    const whole = frameText(id, reply);
    const fits = Buffer.byteLength(whole) <= this.#options.limits.messageBytes;
    return fits ? whole : frameText(id, { ...errorReply("too_large", "the answer does not fit in one message") });
  }

  /** Resolves when the frame has left, or never will. Who does not read in time is dropped. */
  #send(text: string): Promise<void> {
    return new Promise((resolve) => {
      const deadline = setTimeout(() => this.#socket.terminate(), this.#options.limits.bodyDeadlineMs);
      this.#socket.send(text, () => {
        clearTimeout(deadline);
        resolve();
      });
    });
  }

  #ping(): void {
    if (this.#working) return; // the other side's words wait until its message is answered
    if (!this.#heard || this.#meter.isLate(performance.now())) this.#socket.terminate();
    else if (this.#open) this.#socket.ping();
    this.#heard = false;
  }

  /** Pings count as messages; who sends them and does not read the answers gets none. */
  #pong(data: Buffer): void {
    this.#heardFrom(data);
    try {
      this.#options.count();
      if (this.#open && this.#socket.bufferedAmount === 0) this.#socket.pong(data);
    } catch {
      this.end(closing.policy, "too many pings");
    }
  }

  #heardFrom(control: Buffer): void {
    this.#heard = true;
    this.#meter.settle(frameHeaderBytes + control.length);
  }

  #ended(): void {
    this.#open = false;
    clearInterval(this.#pings);
    this.#meter.end();
  }
}

/** Of a client's control frame: two bytes and the mask. */
const frameHeaderBytes = 6;

function namesLive({ extensions }: JsonObject): boolean {
  return Array.isArray(extensions) && extensions.includes("live/1");
}

/** The `id` of a frame that is refused before its time, so that whoever sent it knows which. */
function idOf(text: string): FrameId | null {
  try {
    return readRequestFrame(text).id;
  } catch {
    return null;
  }
}
