/** Two nodes in one process: messages pass as JSON text, so nothing is shared but what a wire would carry. */
import { parseJson } from "../core/codec/parse.ts";
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import type { Json, JsonObject } from "../core/ports.ts";
import type { Handler, Transport } from "./transport.ts";

/** A transport whose requests `handler` answers as coming from `key`. */
export function loopback(handler: Handler, key: string | null): Transport {
  let open = true;
  const pass = (value: JsonObject): Json => {
    const text = JSON.stringify(value);
    if (Buffer.byteLength(text) > limits.messageBytes) throw new PoolError("too_large", `a message is over ${limits.messageBytes} bytes`);
    return parseJson(text, { maxDepth: limits.messageDepth });
  };
  return {
    async request(message, signal) {
      if (!open) throw new PoolError("network", "the connection is closed");
      if (signal?.aborted) throw new PoolError("interrupted", "interrupted");
      return pass(await handler(pass(message), key));
    },
    async close() {
      open = false;
    },
  };
}
