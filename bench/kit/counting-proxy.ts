/** A proxy in front of a server of this machine that counts the bytes which pass, both ways. */

import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";

export interface CountingProxy {
  readonly url: string;
  /** Ends it; what passed in all. */
  close(): Promise<number>;
}

export async function countingProxy(port: number): Promise<CountingProxy> {
  let bytes = 0;
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.setNoDelay(true);
      from.on("data", (chunk) => {
        bytes += chunk.length;
        to.write(chunk);
      });
      from.on("end", () => to.end()).on("error", () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      return bytes;
    },
  };
}
