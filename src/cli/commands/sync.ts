import type { Command } from "commander";
import { PoolError } from "../../core/errors.ts";
import {
  forgetRefusal,
  indexArrivals,
  keepBackups,
  knownPeers,
  type Node,
  nativeCrypto,
  noteContact,
  openAdmissions,
  type Peer,
  readSettings,
  syncWith,
} from "../../node/index.ts";
import { action, type Context } from "../context.ts";
import { exitCodes } from "../output.ts";
import { transportRoom } from "../rooms.ts";
import { SyncPace } from "../sync-progress.ts";
import { backupEvents } from "./backup.ts";
import { keepInSync } from "./sync-live.ts";
import { explained, remember, show } from "./sync-report.ts";

export function syncCommand(program: Command): void {
  const command = program
    .command("sync")
    .summary("exchange what is new with your other devices")
    .description(
      "Syncs with the device at <url>, or with every one that was synced with before, and the hubs that your pool is at. One sync is\n" +
        "enough for both to hold the same.",
    )
    .argument("[url]", "where the other device is served")
    .option("--node <did>", "the node that must answer there")
    .option("--live", "stay in sync until Ctrl-C: what is written on either side is on the other at once")
    .option("--newest-first", "take the headers of everything first, then words, the newest first: for a slow line")
    .option("--none-newer", "this store was restored, and no device holds a newer one: write on from here");
  action<[string | undefined, { node?: string; live?: boolean; newestFirst?: boolean; noneNewer?: boolean }]>(
    command,
    async (context, url, options) =>
      context.withNode(async (node) => {
        if (options.noneNewer) {
          await node.replica.store.write((tx) => tx.setLocal("unproven", null));
          context.output.note("this store is taken for the newest from now on");
        }
        const known = readSettings(context.home).peers;
        const remembered = known.find((peer) => peer.url === url);
        const named = url === undefined ? null : { url, node: options.node ?? remembered?.node ?? null };
        const peers: readonly Peer[] = named ? [named] : await knownPeers(node, known);
        if (peers.length === 0) {
          if (options.noneNewer) return exitCodes.done;
          throw new PoolError("usage", "no device to sync with yet: fablepool sync <url>");
        }
        if (options.live) {
          const admissions = await openAdmissions(node.replica);
          const stopBackups = keepBackups(node, backupEvents(context.output));
          await keepInSync(context, node, admissions, named ? [named] : known).finally(() =>
            Promise.all([admissions.close(), stopBackups()]),
          );
          return exitCodes.done;
        }
        let worst: number = exitCodes.done;
        for (const peer of peers) {
          try {
            worst = Math.max(worst, await syncWithPeer(context, node, peer, options.newestFirst));
          } catch (error) {
            if (peers.length === 1 || !(error instanceof PoolError) || error.code === "interrupted") throw error;
            context.output.problem(`${peer.url}: ${error.message}`);
            worst = exitCodes.network;
          }
        }
        return worst;
      }),
  );
}

/** One sync over HTTP, reported; the peer is remembered once it has answered. `certificate`: the only one it may show. */
export async function syncWithPeer(
  context: Context,
  node: Node,
  peer: Peer,
  newestFirst = false,
  certificate: string | null = null,
): Promise<number> {
  const { did, seed, clock, random } = node.writer;
  const { output, signal } = context;
  const { openHttpTransport } = await transportRoom();
  const key = { did, seed };
  const transport = openHttpTransport({ url: peer.url, node: peer.node, key, crypto: nativeCrypto, clock, random, certificate });
  const pace = new SyncPace();
  try {
    const report = await syncWith(node.replica, transport, {
      node: peer.node,
      newestFirst,
      signal,
      onProgress: (progress) => {
        const { text, share } = pace.show(progress, transport.traffic(), performance.now());
        output.progress(text, share);
      },
    });
    remember(context, { url: peer.url, node: report.peer });
    await noteContact(node, report.peer);
    await forgetRefusal(node);
    await indexArrivals(node.replica, signal);
    await show(context, node, report);
    return report.rejected.length + report.deferred.length > 0 ? exitCodes.partly : exitCodes.done;
  } catch (error) {
    throw await explained(error, { ...peer, node: transport.node() ?? peer.node }, node);
  } finally {
    await transport.close();
  }
}
