/** `host`: brings the pool to a hub, which holds it for all of its devices. */
import type { Command } from "commander";
import { readHubInvitation } from "../../core/sync/hub-invitation.ts";
import { type HostedPool, hostPool, indexArrivals, nativeCrypto } from "../../node/index.ts";
import { action } from "../context.ts";
import { hostOptions } from "../hub-connect.ts";
import { counted } from "../text.ts";

export const hostSteps = {
  register: "Asking the hub …",
  add: "",
  sync: "It is a device of your pool now; bringing it the log …",
  compare: "Looking for every operation there …",
} as const;

export function hostCommand(program: Command): void {
  const command = program
    .command("host")
    .summary("let a hub hold your pool, so that your devices always find it")
    .description(
      "Brings your pool to a hub: adds it as a device, notes its address in the log, brings everything, and looks for every operation\n" +
        "there. Your other devices find the hub by the log, and sync with it by themselves. What a hub is let be (mirror: holds and\n" +
        "serves everything, writes nothing of yours) says the invitation, which its operator gives you. Interrupted, the same again\n" +
        "goes on. To have it back: `fablepool move --back`.",
    )
    .argument("<invitation>", "the line that the hub's operator gave you, in quotes");
  action<[string]>(command, async (context, text) => {
    const invitation = readHubInvitation(nativeCrypto.sha256Hex, text);
    return context.withNode(async (node) => {
      const hosted = await hostPool(node, invitation, await hostOptions(context, node, false, hostSteps));
      await indexArrivals(node.replica, context.signal);
      context.output.result(hostedData(hosted), hostedWords(hosted));
      context.output.note(
        "Your other devices find it at their next sync; `fablepool device list` shows it. `fablepool sync` goes there, too.",
      );
      return undefined;
    });
  });
}

export function hostedData({ url, node, role, quota, pool, written, report, comparison }: HostedPool) {
  const { operations, fetched } = comparison;
  const { pulled, pushed } = report;
  return { hub: url, node, role, quota, pool, added: written.length > 0, pulled, pushed, operations, verified: fetched };
}

export function hostedWords({ url, role, quota, comparison }: HostedPool): string {
  const { operations, fetched, hosting } = comparison;
  const kept = role === "mirror" ? "as a mirror: it holds and serves everything, and writes nothing of yours" : "as a full device";
  const parts = [
    ...(quota.operations === null ? [] : [`${counted(quota.operations, "operation")}`]),
    ...(quota.bytes === null ? [] : [`${Math.floor(quota.bytes / 1_000_000).toLocaleString("en")} MB`]),
  ];
  const room =
    parts.length === 0 ? "" : `\n  room for ${parts.join(" and ")}; ${counted(hosting?.used.operations ?? operations, "operation")} used`;
  const seen = fetched > 0 ? "each fetched back and verified" : "each looked for there";
  return `your pool is at ${url}, ${kept}\n  ${counted(operations, "operation")}, ${seen}${room}`;
}
