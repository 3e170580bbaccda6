/**
 * The transport contract: one JSON message there, one JSON reply back. What goes through is fpl-sync/1 (section 7); a
 * transport knows nothing of it but that both are objects.
 *
 * 1. `request` resolves with exactly what the other side answered, parsed under the limits of section 2 and 7, and only
 *    when the transport knows that the expected node said it.
 * 2. It rejects with `PoolError`: `network` when there was no answer in time, `peer` when the answer can't be believed
 *    or read, `interrupted` when `signal` fired, `too_large` for a message that no server takes, `usage` for one that this
 *    transport could never send. A reply of type `error` is a reply, and resolves, whatever status it came with.
 * 3. Requests may be made one after the other; nothing is kept between them but the connection.
 * 4. After `close`, `request` rejects with `network`.
 * 5. Where `overlaps` is true requests may be made before the ones before them are answered: they are sent in the order in
 *    which they were made, each once the one before it was answered.
 */
import type { Json, JsonObject } from "../core/ports.ts";

export interface Transport {
  readonly overlaps?: boolean;
  request(message: JsonObject, signal?: AbortSignal): Promise<Json>;
  close(): Promise<void>;
}

/** The serving side: who asks is known before it is asked. `key` is null for a request without a signature. */
export type Handler = (message: Json, key: string | null) => Promise<JsonObject>;
