/**
 * A simulated network: requests and replies as texts that are under way until somebody delivers them, in any order, and
 * not always whole. It stands where loopback stands: the same transport contract, the same handlers.
 */
import { parseJson } from "../src/core/codec/parse.ts";
import { PoolError } from "../src/core/errors.ts";
import { limits } from "../src/core/limits.ts";
import type { Json, JsonObject } from "../src/core/ports.ts";
import { mutated } from "../src/testkit/message-fuzz.ts";
import type { SeededRandom } from "../src/testkit/seeded-random.ts";
import type { Handler, Transport } from "../src/transport/index.ts";
import type { Fate } from "./actions.ts";
import type { Trace } from "./trace.ts";

/** A request that waits for its reply. */
interface Call {
  readonly from: number;
  readonly to: number;
  readonly key: string | null;
  readonly resolve: (reply: Json) => void;
  readonly reject: (error: PoolError) => void;
  open: boolean;
}

/** Something under way. Without text: nothing will come, and the client stops waiting. */
interface Packet {
  readonly kind: "request" | "reply" | "silence";
  readonly call: Call;
  readonly text: string;
}

export interface Wires {
  /** The server's side of a node; null when nobody listens there. */
  handlerOf(node: number): Handler | null;
  /** What is known of a node when a message arrives there. */
  arrived(node: number): string;
  /** Told of every reply that a node gives, before anything happens to it on the way. */
  replied(node: number, exchange: { key: string | null; message: Json; reply: JsonObject; before: string }): void;
  /** A handler threw: none ever may. */
  threw(node: number, error: unknown): void;
}

/** Copies that a duplicating network keeps under way at most, so that a history ends. */
const packetsMax = 64;

export class Network {
  readonly #trace: Trace;
  readonly #wires: Wires;
  readonly #packets: Packet[] = [];
  readonly #calls = new Set<Call>();
  #sides = 0;

  constructor(trace: Trace, wires: Wires) {
    this.#trace = trace;
    this.#wires = wires;
  }

  get underWay(): number {
    return this.#packets.length;
  }

  split(sides: number): void {
    this.#sides = sides;
  }

  /** A connection from one node to another, as `key`. */
  connect(from: number, to: number, key: string | null): Transport {
    return {
      overlaps: (from + to) % 2 === 1,
      request: (message) =>
        new Promise((resolve, reject) => {
          const call: Call = { from, to, key, resolve, reject, open: true };
          this.#calls.add(call);
          this.#send({ kind: "request", call, text: JSON.stringify(message) });
        }),
      close: async () => undefined,
    };
  }

  /** A node's process died: whoever waits for it waits in vain, and it waits for nobody. */
  died(node: number): void {
    for (const call of this.#calls) {
      if (call.from === node) this.#close(call);
      else if (call.to === node) this.#packets.push({ kind: "silence", call, text: "" });
    }
  }

  /** One packet, the first or any of the first few, meets its fate. */
  deliver(random: SeededRandom, fate: Fate): void {
    const at = random.once(2) ? 0 : random.below(Math.min(this.#packets.length, 6));
    const [packet] = this.#packets.splice(at, 1);
    if (packet === undefined) return;
    const { kind, call, text } = packet;
    this.#trace.step(`${fate} ${kind} ${call.from}>${call.to}`, text);
    const cut = ((this.#sides >> call.from) ^ (this.#sides >> call.to)) & 1;
    if (kind !== "silence" && (cut === 1 || fate === "lose")) this.#packets.push({ ...packet, kind: "silence", text: "" });
    else if (kind === "silence") this.#fail(call, "no answer came");
    else {
      if (fate === "duplicate" && this.#packets.length < packetsMax) this.#packets.push(packet);
      this.#arrive(packet, spoiled(random, text, fate));
    }
  }

  #send(packet: Packet): void {
    this.#packets.push(packet);
  }

  #arrive({ kind, call }: Packet, text: string): void {
    if (kind === "reply") {
      if (!call.open) return;
      this.#close(call);
      try {
        call.resolve(parseJson(text, { maxDepth: limits.messageDepth }));
      } catch {
        call.reject(new PoolError("peer", "the reply can't be read"));
      }
      return;
    }
    const handler = this.#wires.handlerOf(call.to);
    if (handler === null) this.#fail(call, "nobody listens");
    else void this.#answer(handler, call, text);
  }

  async #answer(handler: Handler, call: Call, text: string): Promise<void> {
    let message: Json;
    try {
      message = parseJson(text, { maxDepth: limits.messageDepth });
    } catch {
      const refusal = { type: "error", error: "the message can't be read", code: "bad_request" };
      this.#send({ kind: "reply", call, text: JSON.stringify(refusal) });
      return;
    }
    try {
      const before = this.#wires.arrived(call.to);
      const reply = await handler(message, call.key);
      this.#wires.replied(call.to, { key: call.key, message, reply, before });
      this.#send({ kind: "reply", call, text: JSON.stringify(reply) });
    } catch (error) {
      this.#wires.threw(call.to, error);
    }
  }

  #fail(call: Call, why: string): void {
    if (!call.open) return;
    this.#close(call);
    call.reject(new PoolError("network", why));
  }

  #close(call: Call): void {
    call.open = false;
    this.#calls.delete(call);
  }
}

function spoiled(random: SeededRandom, text: string, fate: Fate): string {
  if (fate === "truncate") return text.slice(0, random.below(text.length));
  if (fate === "mangle") return JSON.stringify(mutated(random, JSON.parse(text) as Json));
  if (fate !== "corrupt") return text;
  const at = random.below(text.length);
  return text.slice(0, at) + random.pick([...'0f9az"{}[],:']) + text.slice(at + 1);
}
