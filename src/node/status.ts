/** What a person wants to know of a home at a glance. */
import { roleOf } from "../core/admission/device-view.ts";
import type { Did } from "../core/crypto/did-key.ts";
import type { OpId } from "../core/op/operation.ts";
import type { Reader } from "../store/index.ts";
import { type Peer, readSettings } from "./home.ts";
import type { Hub } from "./hosting/hub.ts";
import { listHubs } from "./hosting/hubs.ts";
import type { Node } from "./open-node.ts";
import { type ToldRemoved, toldRemoved } from "./removal/told.ts";
import { viewDigest } from "./view/digest.ts";

export interface Status {
  readonly home: string;
  readonly device: Did;
  readonly name: string;
  readonly role: string | null;
  readonly pool: OpId | null;
  readonly operations: number;
  readonly claims: number;
  readonly evidence: number;
  readonly lamport: number;
  readonly heads: readonly OpId[];
  readonly view: string;
  /** Operations here without the payload they should have. */
  readonly incomplete: number;
  /** Keys that wrote two operations with one seq: a cloned key or a restored backup. */
  readonly forked: readonly Did[];
  /** True while the store can't be proved to be the newest copy: it does not write before a sync. */
  readonly unproven: boolean;
  /** Who said that this device was removed, and when; null unless somebody did. */
  readonly removed: ToldRemoved | null;
  readonly peers: readonly Peer[];
  /** Hubs that hold this pool, by their address notes. */
  readonly hubs: readonly Hub[];
}

export async function statusOf(node: Node): Promise<Status> {
  const { name, peers } = readSettings(node.home);
  const hubs = await listHubs(node.replica, node.writer.did);
  return node.replica.store.read(async (reader) => {
    const { lastChange: _lastChange, ...seen } = await glanceAt(node, reader);
    const heads = await reader.heads();
    return {
      home: node.home.folder,
      device: node.writer.did,
      name,
      ...seen,
      heads: heads.map(({ id }) => id),
      view: await viewDigest(reader),
      peers,
      hubs,
    };
  });
}

/** What of it costs the same whatever the pool holds, and when its newest operation was written. */
export type Glance = Pick<
  Status,
  "role" | "pool" | "operations" | "claims" | "evidence" | "lamport" | "incomplete" | "forked" | "unproven" | "removed"
> & { readonly lastChange: number | null };

export async function glance(node: Node): Promise<Glance> {
  return node.replica.store.read((reader) => glanceAt(node, reader));
}

async function glanceAt(node: Node, reader: Reader): Promise<Glance> {
  const log = await node.replica.controlLog(reader);
  const authors = [...log.chains.values()].map(({ author }) => author);
  return {
    role: roleOf(log.view(), node.writer.did),
    pool: await reader.pool(),
    ...(await reader.counts()),
    incomplete: (await reader.incomplete(null, 1_001)).length,
    forked: [...new Set(authors.filter((author, index) => authors.indexOf(author) !== index))],
    unproven: (await reader.local("unproven")) !== null,
    removed: await toldRemoved(reader),
    lastChange: (await reader.latest(1))[0]?.ts ?? null,
  };
}
