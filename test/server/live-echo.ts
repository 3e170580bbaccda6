/** An echo server that keeps connections, and a client by hand: a WebSocket whose upgrade is signed as the specification says. */
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { WebSocket } from "ws";
import type { JsonObject } from "../../src/core/ports.ts";
import type { StartOptions } from "../../src/server/index.ts";
import { type Fields, type Key, signedFields } from "../transport/by-hand.ts";
import { device, type EchoServer, echoServer, self } from "./echo-server.ts";

export interface LiveEcho extends EchoServer {
  /** Says that something was admitted. */
  admit(): void;
  /** From now on this key is told no heads. */
  remove(key: Key): void;
}

/** Its heads are a counter that grows with `admit`. A message of type `slow` is answered after `ms`; one of type `large` with `bytes`. */
export async function liveEcho(options: Partial<StartOptions> = {}, keys: readonly Key[] = [device]): Promise<LiveEcho> {
  const listeners = new Set<() => void>();
  const devices = new Set(keys.map(({ did }) => did));
  let admitted = 0;
  const refusal = { type: "error", error: "this key may not do that", code: "unauthorized" };
  const server = await echoServer({
    knows: async (key) => keys.some(({ did }) => did === key),
    news: {
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    async handler(message, key) {
      const { type, ms, bytes } = message as JsonObject;
      if (key === null || !devices.has(key)) return type === "hello" && key === null ? { type: "hello", node: self.did } : refusal;
      if (type === "hello") return { type: "hello", protocol: "fpl-sync/1", node: self.did, heads: { authors: {}, lamport: admitted } };
      if (type === "slow") await new Promise((resolve) => setTimeout(resolve, ms as number));
      if (type === "large") return { type: "large", text: "x".repeat(bytes as number) };
      return { type: "echo", key, message };
    },
    ...options,
  });
  return {
    ...server,
    admit() {
      admitted++;
      for (const listener of listeners) listener();
    },
    remove(key) {
      devices.delete(key.did);
    },
  };
}

export interface ByHand {
  readonly socket: WebSocket;
  /** The 101. */
  readonly reply: IncomingMessage;
  /** The fields of the request. */
  readonly sent: Fields;
  send(frame: string | Uint8Array | object): void;
  /** The next frame, parsed. */
  next(): Promise<JsonObject>;
  /** Everything that came and was not asked for with `next`. */
  readonly frames: JsonObject[];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

export function upgradeFields(authority: string, key: Key = device): Fields {
  const { "content-type": _type, ...fields } = signedFields({ key, to: self.did, authority, content: "", method: "GET" });
  return fields;
}

/** Rejects with the response when the server answers no 101. */
export async function openByHand(server: EchoServer, key: Key = device, fields = upgradeFields(server.authority, key)): Promise<ByHand> {
  const { host: _host, ...headers } = fields;
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/fpl-sync/1`, { headers, rejectUnauthorized: false });
  const frames: JsonObject[] = [];
  const waiting: ((frame: JsonObject) => void)[] = [];
  socket.on("message", (data) => {
    const frame = JSON.parse(data.toString()) as JsonObject;
    const first = waiting.shift();
    if (first) first(frame);
    else frames.push(frame);
  });
  socket.on("error", () => {});
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once("close", (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    let upgraded: IncomingMessage;
    socket.once("upgrade", (response) => {
      upgraded = response;
    });
    socket.once("open", () => resolve(upgraded));
    socket.once("unexpected-response", (_request, response) => reject(response));
    socket.once("close", () => reject(new Error("closed before it was open")));
  });
  return {
    socket,
    reply,
    sent: fields,
    frames,
    closed,
    send: (frame) => socket.send(typeof frame === "string" || frame instanceof Uint8Array ? frame : JSON.stringify(frame)),
    next: async () => frames.shift() ?? new Promise((resolve) => waiting.push(resolve)),
  };
}

/** Status and message with which a server refuses to keep a connection. */
export async function refusalOf(opening: Promise<ByHand>): Promise<{ status: number; message: JsonObject; response: IncomingMessage }> {
  const response = await opening.then(
    ({ socket }) => {
      socket.terminate();
      throw new RangeError("a connection was kept");
    },
    (refused: IncomingMessage) => refused,
  );
  let content = "";
  response.on("data", (chunk) => {
    content += chunk;
  });
  await once(response, "end");
  return { status: response.statusCode ?? 0, message: JSON.parse(content) as JsonObject, response };
}
