/** What is said of a sync: its report, or why there was none. */
import { PoolError } from "../../core/errors.ts";
import { type SyncReport, summary } from "../../core/sync/report.ts";
import { hubRefusal, isUnknownThere, type Node, noteRefusal, type Peer, readSettings, writeSettings } from "../../node/index.ts";
import type { Context } from "../context.ts";
import { claimSentence, counted, oneLine, shortId } from "../text.ts";

/** What to do when the other device does not let this one in: it notes that it was removed, where that is what it means. */
export async function explained(error: unknown, { url, node: peer }: Peer, node: Node): Promise<unknown> {
  const ofHub = hubRefusal(error, url);
  if (ofHub !== null) return ofHub;
  if (!(error instanceof PoolError) || error.details["code"] !== "unauthorized") return error;
  const wasRemoved = peer !== null && !isUnknownThere(error) && (await noteRefusal(node, peer));
  const words = wasRemoved
    ? `the device at ${url} does not let this one in any more: it was removed from the pool. What you write here would count nowhere, so this ` +
      "device stops writing. `fablepool pair` there and `fablepool join` here take it in again; nothing here is lost"
    : `the device at ${url} does not let this one in. There: fablepool device add ${node.writer.did}`;
  return new PoolError("unauthorized", words, {}, { cause: error });
}

/** Keeps where the other device is, once it has answered. */
export function remember({ home }: Context, peer: Peer): void {
  const settings = readSettings(home);
  if (settings.peers.some(({ url, node }) => url === peer.url && node === peer.node)) return;
  writeSettings(home, { ...settings, peers: [...settings.peers.filter(({ url }) => url !== peer.url), peer] });
}

/** Prints what a sync did. */
export async function show({ output }: Context, node: Node, report: SyncReport): Promise<void> {
  for (const { op, reason } of report.rejected.slice(0, 10)) output.problem(`rejected ${shortId(op)}: ${oneLine(reason, 200)}`);
  if (report.deferred.length > 0) {
    const { waiting, of } = await waitingBehindRejected(node, report);
    output.problem(
      `${counted(report.deferred.length, "operation")} wait for others${waiting ? `, ${waiting} of ${of} behind a rejected one` : ""}`,
    );
  }
  const lines = [summary(report)];
  for (const { winner, losers } of report.conflicts.slice(0, 10)) {
    const [won, lost] = await node.replica.store.read(async (reader) => [await reader.envelopes([winner]), await reader.envelopes(losers)]);
    lines.push(
      `  conflict: "${claimSentence(won[0]?.payload)}" stands over ${lost.map(({ payload }) => `"${claimSentence(payload)}"`).join(", ")}`,
    );
  }
  output.result(report, lines.join("\n"));
}

/** How many of the deferred are by authors of whom an operation was rejected: they can't be admitted without it. */
async function waitingBehindRejected(node: Node, { deferred, rejected }: SyncReport): Promise<{ waiting: number; of: string }> {
  const known = await node.replica.store.read((reader) => reader.rejected(rejected.map(({ op }) => op as never)));
  return { waiting: known.size > 0 ? deferred.length : 0, of: counted(known.size, "rejected operation") };
}
