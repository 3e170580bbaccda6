/** Which devices have not found a hub yet: a home that moves serves on until they have. */
import type { Did } from "../../core/crypto/did-key.ts";
import { readHosting } from "../../core/sync/hosting.ts";
import { expectReply, extensions } from "../../core/sync/messages.ts";
import { listDevices, type SeenDevice } from "../devices.ts";
import type { Node } from "../open-node.ts";
import type { ConnectHub, Hub } from "./hub.ts";

/** `full` and `mirror` devices in force, but for this one and the hub, that were not answered there; null when the hub does not tell. */
export async function devicesNotSeen(
  { replica, writer }: Node,
  hub: Hub,
  { connect, signal }: { readonly connect: ConnectHub; readonly signal?: AbortSignal | undefined },
): Promise<SeenDevice[] | null> {
  const transport = connect(hub, "sync");
  try {
    const hello = expectReply(await transport.request({ type: "hello", extensions: [...extensions] }, signal), "hello");
    const seen = readHosting(hello)?.seen ?? null;
    if (seen === null) return null;
    const isAwaited = ({ key, role, rank, removed }: SeenDevice) =>
      rank > 0 && !removed && (role === "full" || role === "mirror") && !([writer.did, hub.node] as Did[]).includes(key);
    return (await listDevices(replica)).filter((device) => isAwaited(device) && !seen.has(device.key));
  } finally {
    await transport.close();
  }
}
