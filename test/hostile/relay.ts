/** A program between two nodes: takes each request from a real socket, passes it on, and may change what goes either way. */
import { createServer, request as httpRequest, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Letter {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Reply extends Letter {
  readonly status: number;
}

export interface Relaying {
  /** How many requests came before. */
  readonly index: number;
  readonly asked: Letter;
  /** Every reply so far, in order. */
  readonly replies: readonly Reply[];
  /** Sends a letter to the node behind it. */
  pass(letter: Letter): Promise<Reply>;
  /** The client's end, for what is no reply. */
  readonly outgoing: ServerResponse;
}

/** Returns the reply that the client gets; null when `outgoing` was used or is left hanging. */
export type Scheme = (at: Relaying) => Promise<Reply | null>;

export interface Relay {
  readonly url: string;
  readonly authority: string;
  /** Where it passes things on to, and what it does with them. */
  aim(port: number, scheme: Scheme): void;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startRelay(): Promise<Relay> {
  let [port, scheme]: [number, Scheme] = [0, async ({ asked, pass }) => pass(asked)];
  let index = 0;
  const replies: Reply[] = [];
  const pass = (letter: Letter) => passOn(port, letter);
  const server = createServer(async (incoming, outgoing) => {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const asked = { headers: incoming.headers, body: Buffer.concat(chunks) };
      const remembering = async (letter: Letter) => {
        const reply = await pass(letter);
        replies.push(reply);
        return reply;
      };
      const reply = await scheme({ index: index++, asked, replies, pass: remembering, outgoing });
      if (reply === null) return;
      const { "transfer-encoding": _chunked, connection: _kept, "content-length": _length, ...headers } = reply.headers;
      outgoing.writeHead(reply.status, headers).end(reply.body);
    } catch {
      outgoing.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const own = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${own}`,
    authority: `127.0.0.1:${own}`,
    aim(to, how) {
      [port, scheme, index] = [to, how, 0];
      replies.length = 0;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function passOn(port: number, { headers, body }: Letter): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = { ...headers, "content-length": String(body.length) };
    const outgoing = httpRequest({ host: "127.0.0.1", port, method: "POST", path: "/fpl-sync/1", headers: sent }, async (incoming) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks) });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
