/** How a device brings its pool to a hub's process. */
import type { JsonObject } from "../../src/core/ports.ts";
import { addDevice, type Node, nativeCrypto } from "../../src/node/index.ts";
import { hostPath, openHttpTransport } from "../../src/transport/index.ts";

/** Where a hub's process answers, its front's key, and an invitation. */
export interface Place {
  readonly url: string;
  readonly front: string;
  readonly invitation: string;
}

/** A device with a pool that this hub's process has taken; resolves with the hub's key in it. */
export async function hosted(node: Node, { url, front, invitation }: Place): Promise<string> {
  const { did, seed, clock, random } = node.writer;
  const transport = { url, node: front, key: { did, seed }, crypto: nativeCrypto, clock, random, path: hostPath };
  const wire = openHttpTransport(transport);
  const pool = await node.replica.store.read((reader) => reader.pool());
  const reply = (await wire.request({ type: "host", invitation, pool })) as JsonObject;
  await wire.close();
  const hubKey = String(reply["node"]);
  await addDevice(node, { key: hubKey as never, role: "mirror", name: "hub" });
  return hubKey;
}
