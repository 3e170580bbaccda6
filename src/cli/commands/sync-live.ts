/** `sync --live`: one line for every exchange that did something, a note when a connection comes or goes. */
import { PoolError } from "../../core/errors.ts";
import type { SyncReport } from "../../core/sync/report.ts";
import { type Admissions, forgetRefusal, type LiveState, type Node, noteContact, type Peer, syncLive } from "../../node/index.ts";
import type { Context } from "../context.ts";
import { explained, remember, show } from "./sync-report.ts";

/** Stays in sync with all of `peers` until Ctrl-C. Rejects when the only one can't be reached for a reason that stays. */
export async function keepInSync(context: Context, node: Node, admissions: Admissions, peers: readonly Peer[]): Promise<void> {
  const { output, signal } = context;
  await Promise.all(
    peers.map(async (peer) => {
      try {
        await syncLive(node, admissions, {
          ...peer,
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
      } catch (error) {
        const known = await explained(error, peer, node);
        if (peers.length === 1 || !(known instanceof PoolError)) throw known;
        output.problem(`${peer.url}: ${known.message}`);
      }
    }),
  );
}

function words(state: LiveState): string {
  if (state.is === "live") return "in sync, and following";
  if (state.is === "periodic") return `in sync now and then: ${state.why}`;
  return `${state.why.message}; trying again in ${(state.ms / 1_000).toFixed(1)} s`;
}
