/** A server whose handler says back what it was asked, and by whom; a stranger's `hello` it answers as section 7 says. */
import { randomBytes } from "node:crypto";
import type { Json, JsonObject } from "../../src/core/ports.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { type RequestEvent, type StartOptions, startServer } from "../../src/server/index.ts";
import { keyOf } from "../transport/by-hand.ts";

export const self = keyOf(1);
export const device = keyOf(2);
export const stranger = keyOf(3);

export interface EchoServer {
  readonly port: number;
  readonly url: string;
  readonly authority: string;
  /** Every message that reached the handler. */
  readonly heard: Json[];
  readonly events: RequestEvent[];
  [Symbol.asyncDispose](): Promise<void>;
}

export async function echoServer(options: Partial<StartOptions> = {}): Promise<EchoServer> {
  const heard: Json[] = [];
  const events: RequestEvent[] = [];
  const server = await startServer({
    self,
    crypto: nativeCrypto,
    clock: Date.now,
    random: (length) => randomBytes(length),
    host: "127.0.0.1",
    port: 0,
    knows: async (key) => key === device.did,
    handler: async (message, key) => {
      heard.push(message);
      return echo(message as JsonObject, key);
    },
    onRequest: (event) => events.push(event),
    ...options,
  });
  return {
    port: server.port,
    url: server.url,
    authority: new URL(server.url).host,
    heard,
    events,
    [Symbol.asyncDispose]: () => server.close(),
  };
}

function echo(message: JsonObject, key: string | null): JsonObject {
  if (key !== device.did && message["type"] !== "hello") return { type: "error", error: "this key may not do that", code: "unauthorized" };
  if (message["type"] === "hello")
    return { type: "hello", protocol: "fpl-sync/1", node: self.did, ...(key === device.did ? { pool: "op:secret" } : {}) };
  return { type: "echo", key, message };
}
