/** `sync --live`: one line for every exchange that did something, a note when a connection comes or goes. */
import { PoolError } from "../../core/errors.ts";
import type { SyncReport } from "../../core/sync/report.ts";
import {
  type Admissions,
  followPeers,
  forgetRefusal,
  type KnownPeer,
  type LiveState,
  type Node,
  noteContact,
  type Peer,
  syncLive,
} from "../../node/index.ts";
import type { Context } from "../context.ts";
import { explained, remember, show } from "./sync-report.ts";

/** Stays in sync with all of `peers`, and with the hubs that the log names, until Ctrl-C. Rejects when the only one can't be reached for a reason that stays. */
export async function keepInSync(context: Context, node: Node, admissions: Admissions, peers: readonly Peer[]): Promise<void> {
  const { output, signal } = context;
  const followed = new Set<string>();
  let failed: unknown = null;
  await followPeers(node, admissions, {
    peers,
    signal,
    async follow(peer, stop) {
      followed.add(peer.url);
      try {
        await followPeer(context, node, admissions, peer, stop);
      } catch (error) {
        const known = await explained(error, peer, node);
        failed = known;
        if (followed.size > 1) output.problem(`${peer.url}: ${known instanceof Error ? known.message : known}`);
      }
    },
  });
  if (failed !== null && (followed.size === 1 || !(failed instanceof PoolError))) throw failed;
}

function followPeer(
  context: Context,
  node: Node,
  admissions: Admissions,
  { isHub, ...peer }: KnownPeer,
  signal: AbortSignal,
): Promise<void> {
  const { output } = context;
  return syncLive(node, admissions, {
    ...peer,
    waits: isHub,
    signal,
    onState: (state) => output.note(`${peer.url}: ${words(state)}`),
    onReport: async (report: SyncReport) => {
      remember(context, { url: peer.url, node: report.peer });
      await noteContact(node, report.peer);
      await forgetRefusal(node);
      await show(context, node, report);
    },
    onProgress: ({ pulled, pushed }) => output.progress(`${peer.url}: pulled ${pulled}, pushed ${pushed}`, null),
  });
}

function words(state: LiveState): string {
  if (state.is === "live") return "in sync, and following";
  if (state.is === "periodic") return `in sync now and then: ${state.why}`;
  return `${state.why.message}; trying again in ${(state.ms / 1_000).toFixed(1)} s`;
}
