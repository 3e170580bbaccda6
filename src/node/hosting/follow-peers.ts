/** Staying in sync with everyone whom the log and this home know, while hubs and devices come and go. */
import type { Admissions } from "../admissions.ts";
import { Doorbell } from "../doorbell.ts";
import type { Peer } from "../home.ts";
import type { Node } from "../open-node.ts";
import { type KnownPeer, knownPeers } from "./known-peers.ts";

export interface Following {
  /** Devices that were synced with before. */
  readonly peers: readonly Peer[];
  readonly signal: AbortSignal;
  /** Follows one peer until its signal fires. What it rejects with is its own to tell: that peer is not followed again. */
  readonly follow: (peer: KnownPeer, signal: AbortSignal) => Promise<void>;
}

/** Resolves when `signal` fires, or when it had somebody to follow and has nobody any more; then nothing of it runs. */
export async function followPeers(node: Pick<Node, "replica" | "writer">, admissions: Admissions, following: Following): Promise<void> {
  const { peers, signal, follow } = following;
  const running = new Map<string, { readonly stop: AbortController; readonly ended: Promise<void> }>();
  const over = new Set<string>();
  const bell = new Doorbell();
  const ring = () => bell.ring();
  const begin = (peer: KnownPeer) => {
    const stop = new AbortController();
    const ended = follow(peer, stop.signal).finally(() => {
      running.delete(peer.url);
      if (!stop.signal.aborted) over.add(peer.url);
      ring();
    });
    ended.catch(() => undefined); // whoever follows has told it
    running.set(peer.url, { stop, ended });
  };
  const unsubscribe = admissions.subscribe(ring);
  signal.addEventListener("abort", ring, { once: true });
  try {
    for (let known = ""; !signal.aborted; await bell.wait()) {
      const now = await standOf(node);
      if (now !== known) {
        const wanted = await knownPeers(node, peers);
        for (const [url, { stop }] of running) if (!wanted.some((peer) => peer.url === url)) stop.abort();
        for (const peer of wanted) if (!running.has(peer.url) && !over.has(peer.url)) begin(peer);
        known = now;
      }
      if (running.size === 0 && over.size > 0) return;
    }
  } finally {
    unsubscribe();
    signal.removeEventListener("abort", ring);
    for (const { stop } of running.values()) stop.abort();
    await Promise.allSettled([...running.values()].map(({ ended }) => ended));
  }
}

/** What the known peers follow from, in a few bytes: what is admitted otherwise changes nothing about them. */
async function standOf({ replica }: Pick<Node, "replica">): Promise<string> {
  return replica.store.read(async (reader) => {
    const { controls } = await replica.controlLog(reader);
    const [note] = await reader.newest({ type: "note", limit: 1 });
    return `${controls.size} ${note?.op_id ?? ""}`;
  });
}
