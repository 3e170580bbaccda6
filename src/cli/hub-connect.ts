/** How the command line reaches hubs, and what it says while a pool goes there. */
import type { ConnectHub, HostOptions, HostStep, Node } from "../node/index.ts";
import { nativeCrypto } from "../node/index.ts";
import type { Context } from "./context.ts";
import { transportRoom } from "./rooms.ts";
import { SyncPace } from "./sync-progress.ts";

export async function connectingAs({ writer }: Node): Promise<ConnectHub & { readonly traffic: () => number }> {
  const { did, seed, clock, random } = writer;
  const { hostPath, openHttpTransport } = await transportRoom();
  let traffic = () => 0;
  const connect: ConnectHub = ({ url, node }, at) => {
    const transport = openHttpTransport({
      url,
      node,
      key: { did, seed },
      crypto: nativeCrypto,
      clock,
      random,
      ...(at === "host" ? { path: hostPath } : {}),
    });
    traffic = () => transport.traffic();
    return transport;
  };
  return Object.assign(connect, { traffic: () => traffic() });
}

/** Everything that `hostPool` and `leaveHub` want of the edge. */
export async function hostOptions(
  { output, signal }: Context,
  node: Node,
  deep: boolean,
  steps: Readonly<Record<HostStep, string>>,
): Promise<HostOptions> {
  const connect = await connectingAs(node);
  const pace = new SyncPace();
  return {
    connect,
    deep,
    signal,
    onStep: (step) => {
      output.endProgress();
      if (steps[step] !== "") output.note(steps[step]);
    },
    onSync: (progress) => {
      const { text, share } = pace.show(progress, connect.traffic(), performance.now());
      output.progress(text, share);
    },
    onCompare: ({ done, of }) =>
      output.progress(`verified ${done.toLocaleString("en")} of ${of.toLocaleString("en")}`, done / Math.max(1, of)),
  };
}
