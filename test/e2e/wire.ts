/** A wire between two processes that counts its bytes, and can be cut: what a train going into a tunnel does to a sync. */

import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";

export interface Wire {
  /** The client's end. */
  readonly url: string;
  /** Where the other end is. */
  lead(url: string): void;
  /** Bytes that went through towards the client. */
  bytes(): number;
  /** Cuts every connection once so many more bytes have gone towards the client. */
  cutAfter(bytes: number): void;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function openWire(): Promise<Wire> {
  const sockets = new Set<Socket>();
  let target = 0;
  let bytes = 0;
  let cutAt = Number.POSITIVE_INFINITY;
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).once("close", () => sockets.delete(socket));
    return socket;
  };
  const server = createServer((client) => {
    const node = track(connect(target, "127.0.0.1"));
    track(client).pipe(node);
    node.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > cutAt) for (const socket of sockets) socket.destroy();
      else client.write(chunk);
    });
    client.once("close", () => node.destroy());
    node.once("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lead: (url) => {
      target = Number(new URL(url).port);
    },
    bytes: () => bytes,
    cutAfter: (more) => {
      cutAt = bytes + more;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
