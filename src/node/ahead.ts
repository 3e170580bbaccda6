/** Requests that are sent before their reply is needed, so that the other side works while this one takes in what came before. */
import type { Json, JsonObject } from "../core/ports.ts";
import type { Transport } from "../transport/transport.ts";

export interface RequestsAhead {
  /**
   * Sends a message if the transport takes it now; one that it doesn't is sent when it is asked for. Resolves when it is on
   * its way: what the caller does next may keep this thread busy for long, and a connection writes between two such pieces of work.
   */
  begin(message: JsonObject): Promise<void>;
  /** The reply to this message, which may have been sent already. */
  request(message: JsonObject): Promise<Json>;
}

/** Turns of the event loop in which an HTTP connection that was just read to the end takes its next request, and sends it. */
const turnsToSend = 2;

export function requestsAhead(transport: Transport, signal: AbortSignal | undefined): RequestsAhead {
  const begun = new Map<JsonObject, Promise<Json>>();
  return {
    async begin(message) {
      if (!transport.overlaps || begun.has(message)) return;
      const reply = transport.request(message, signal);
      reply.catch(() => undefined); // whoever asks for it is told; nobody may
      begun.set(message, reply);
      for (let turn = 0; turn < turnsToSend; turn++) await new Promise((resolve) => setImmediate(resolve));
    },
    request(message) {
      const reply = begun.get(message) ?? transport.request(message, signal);
      begun.delete(message);
      return reply;
    },
  };
}
