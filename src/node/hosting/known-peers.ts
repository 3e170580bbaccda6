/** With whom this device syncs when nobody says with whom: devices that it synced with before, and the hubs that the log names. */
import { isRemoved } from "../../core/admission/device-view.ts";
import type { Did } from "../../core/crypto/did-key.ts";
import type { Peer } from "../home.ts";
import type { Node } from "../open-node.ts";
import { listHubs } from "./hubs.ts";

export interface KnownPeer extends Peer {
  /** It is known by the log: it may not have heard of this device yet, and is asked again. */
  readonly isHub: boolean;
}

/** `peers`: those of before. One whose device was removed is left out, and a hub that moved is asked where the log says that it is. */
export async function knownPeers({ replica, writer }: Pick<Node, "replica" | "writer">, peers: readonly Peer[]): Promise<KnownPeer[]> {
  const hubs = await listHubs(replica, writer.did);
  const view = await replica.store.read(async (reader) => (await replica.controlLog(reader)).view());
  const isAsked = ({ url, node }: Peer) =>
    (node === null || !isRemoved(view, node as Did)) && !hubs.some((hub) => hub.node === node || hub.url === url);
  return [...peers.filter(isAsked).map((peer) => ({ ...peer, isHub: false })), ...hubs.map((hub) => ({ ...hub, isHub: true }))];
}
