/** A load balancer: each connection goes to any process that serves, and ends with it. It understands nothing of what it carries. */

import type { AddressInfo } from "node:net";
import { connect, createServer, type Server, type Socket } from "node:net";

export interface Balancer {
  readonly port: number;
  close(): Promise<void>;
}

export async function balance(ports: () => readonly number[], pick: () => number): Promise<Balancer> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy()).once("close", () => sockets.delete(socket));
    return socket;
  };
  const server: Server = createServer((client) => {
    keep(client);
    const [port] = ports()
      .map((each) => ({ each, at: pick() }))
      .sort((left, right) => left.at - right.at)
      .map(({ each }) => each);
    if (port === undefined) return client.destroy();
    const behind = keep(connect(port, "127.0.0.1"));
    client.once("close", () => behind.destroy());
    behind.once("close", () => client.destroy());
    client.pipe(behind).pipe(client);
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
