/** A load balancer in front of a hub's processes: each connection goes to the next of them, while they are let. */

import type { AddressInfo } from "node:net";
import { createServer, connect as dial, type Socket } from "node:net";

export interface Balancer {
  readonly port: number;
  /** Ports that connections go to from now on, in turn. */
  behind: readonly number[];
  /** Nothing more goes through, on old connections and new ones, until `release`. */
  hold(): void;
  release(): void;
  close(): Promise<void>;
}

export async function startBalancer(): Promise<Balancer> {
  const open = new Set<Socket>();
  let held = false;
  let turn = 0;
  const server = createServer((client) => {
    const port = balancer.behind[turn++ % balancer.behind.length];
    if (port === undefined) return client.destroy();
    const hub = dial(port, "127.0.0.1");
    for (const [from, to] of [
      [client, hub],
      [hub, client],
    ] as const) {
      open.add(from);
      from
        .on("error", () => to.destroy())
        .on("close", () => {
          open.delete(from);
          to.destroy();
        });
      from.pipe(to);
      if (held) from.pause();
    }
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const balancer: Balancer = {
    port: (server.address() as AddressInfo).port,
    behind: [],
    hold() {
      held = true;
      for (const socket of open) socket.pause();
    },
    release() {
      held = false;
      for (const socket of open) socket.resume();
    },
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return balancer;
}
