import { hostname } from "node:os";
import type { Command } from "commander";
import type { Did } from "../../core/crypto/did-key.ts";
import { PoolError } from "../../core/errors.ts";
import { isOpId } from "../../core/op/operation.ts";
import {
  acceptGrant,
  type Delegate,
  type GrantInvitation,
  heldSlice,
  initDelegate,
  listGrants,
  listReceipts,
  nativeCrypto,
  type Pulled,
  parseGrantInvitation,
  pullGrant,
  purgeGrant,
  resolveGrant,
  sendReceipts,
  system,
} from "../../node/index.ts";
import { action } from "../context.ts";
import { connecting, withDelegate } from "../delegate-context.ts";
import { grantList, pulledText, purgedText, receiptList, sentText, sliceText } from "../delegate-text.ts";
import { exitCodes } from "../output.ts";
import { transportRoom } from "../rooms.ts";
import { newSecret } from "../secrets.ts";
import { shortId } from "../text.ts";
import { delegateServeCommand } from "./delegate-serve.ts";

/** `delegate` with its subcommands: reading what somebody else granted, and giving it up again. */
export function delegateCommands(program: Command): void {
  const group = program
    .command("delegate")
    .summary("read what somebody else granted you, and delete it when it ends")
    .description(
      "A delegate needs no pool of its own. It has a key, holds the slices that others granted to that key, each in a file of its own,\n" +
        "and deletes one when its grant ends: revoked, expired, or not pulled again in time. It signs that it did, and answers when the\n" +
        "owner asks what it holds.\n" +
        "  fablepool delegate init --name coach       prints the key to grant to\n" +
        "  fablepool delegate accept <grant> --url …  takes a grant up, and pulls\n" +
        "  fablepool delegate show <grant>            what may be used now\n" +
        "  fablepool delegate serve                   keeps it in order, answers owners",
    );
  initCommand(group);
  acceptCommand(group);
  pullCommand(group);
  listCommand(group);
  showCommand(group);
  delegateServeCommand(group);
  purgeCommand(group);
  receiptsCommand(group);
}

function initCommand(group: Command): void {
  const command = group
    .command("init")
    .summary("make this delegate's key")
    .description(
      "Makes the key in the home folder, unless one is there already (a device's then serves as the delegate's, too), and prints it:\n" +
        "the owner grants to it with `fablepool grant <key>`.",
    )
    .option("--name <name>", "what to call this delegate", hostname())
    .option("--passphrase", "protect the key file with a passphrase (asked, or $FABLEPOOL_PASSPHRASE)");
  action<[{ name: string; passphrase?: boolean }]>(command, async (context, { name, passphrase }) => {
    await initDelegate(context.home, { name, passphrase: await newSecret(context, passphrase === true) });
    const did = await withDelegate(context, async ({ key }) => key.did);
    context.output.result({ delegate: did, home: context.home.folder }, did);
    context.output.note("\nThat is this delegate's key: give it to the owner, who grants to it. Then: fablepool delegate accept");
    return undefined;
  });
}

function acceptCommand(group: Command): void {
  const command = group
    .command("accept")
    .summary("take a grant up, and pull its first slice")
    .description(
      "Notes which grant it is and who serves it, and pulls. A second --url adds another device of the owner's that serves the same\n" +
        "grant. Without --node, the device that answers at the url is the one that is kept to from then on.",
    )
    .argument("<grant>", "the grant's id (all of it), or the invitation that names grant and device")
    .option("--url <url>", "where a device of the owner's serves")
    .option("--node <did>", "the device that must answer there");
  action<[string, { url?: string; node?: string }]>(command, async (context, text, { url, node }) => {
    const named: GrantInvitation | { grant: string; node: string; url: string } = text.startsWith("fablepool-grant:")
      ? parseGrantInvitation(text)
      : { grant: text, node: node ?? "", url: "" };
    const { grant } = named;
    if (!isOpId(grant)) throw new PoolError("usage", `${JSON.stringify(text)} is no grant: give op: and all of its 64 hex digits`);
    const address = url ?? named.url;
    if (address === "") throw new PoolError("usage", "say where a device of the owner's serves: --url http://…");
    return withDelegate(context, async (delegate) => {
      const serving = { url: address, node: (named.node || (await nodeAt(delegate, address))) as Did };
      await acceptGrant(delegate, grant, serving);
      const pulled = await pullGrant(delegate, grant, await connecting(delegate), context.signal);
      context.output.result({ ...pulled, server: serving }, pulledText(pulled));
      context.output.note(
        "Keep it in order with `fablepool delegate serve`, or pull again in time: `fablepool delegate list` says until when.",
      );
      return undefined;
    });
  });
}

/** Which node proves to be there. Who it is matters little: it must be one that the grant's pool lets serve. */
async function nodeAt({ key }: Delegate, url: string): Promise<string> {
  const { openHttpTransport } = await transportRoom();
  const transport = openHttpTransport({ url, node: null, key, crypto: nativeCrypto, ...system });
  try {
    await transport.request({ type: "hello" });
    return transport.node() as string;
  } finally {
    await transport.close();
  }
}

function pullCommand(group: Command): void {
  const command = group
    .command("pull")
    .summary("pull slices again, and deliver receipts that are owed")
    .description(
      "Pulls one grant, or all that are not over, and deletes what the owner withdrew. Receipts that are not acknowledged yet are sent.\n" +
        "Exit code 1 when some of it failed; what is held stays as it was then, until it is stale.",
    )
    .argument("[grant]", "its id");
  action<[string | undefined]>(command, async (context, text) =>
    withDelegate(context, async (delegate) => {
      const { output, signal } = context;
      const connect = await connecting(delegate);
      const only = text === undefined ? null : await resolveGrant(delegate, text);
      const grants = (await listGrants(delegate)).filter(({ record }) =>
        only === null ? record.state === "accepted" || record.state === "held" || record.cause === "stale" : record.id === only,
      );
      const pulls: Pulled[] = [];
      const failed: { grant: string; code: string; message: string }[] = [];
      for (const { record } of grants) {
        try {
          pulls.push(await pullGrant(delegate, record.id, connect, signal));
        } catch (error) {
          if (!(error instanceof PoolError) || only !== null || error.code === "interrupted") throw error;
          failed.push({ grant: record.id, code: error.code, message: error.message });
          output.problem(`${shortId(record.id)}  ${error.message}`);
        }
      }
      const receipts = await sendReceipts(delegate, connect, only ?? undefined, signal);
      const lines = [...pulls.map(pulledText), ...receipts.map(sentText)];
      output.result({ pulls, failed, receipts }, lines.length === 0 ? "nothing to pull" : lines.join("\n"));
      return failed.length > 0 || receipts.some(({ acknowledged }) => !acknowledged) ? exitCodes.partly : exitCodes.done;
    }),
  );
}

function listCommand(group: Command): void {
  const command = group
    .command("list")
    .summary("list the grants that were accepted here")
    .description("Lists every grant, what is held of it, until when and what for, and receipts that the owner has not acknowledged yet.");
  action<[]>(command, async (context) => {
    const grants = await withDelegate(context, listGrants);
    context.output.result(grants, grantList(grants));
    return undefined;
  });
}

function showCommand(group: Command): void {
  const command = group
    .command("show")
    .summary("show the claims that a grant lets you use now")
    .description(
      "Shows the slice as it was pulled last, without what has passed its time. What has ended meanwhile is deleted first.\n" +
        "Exit code 4 when nothing is held any more, or not yet.",
    )
    .argument("<grant>", "its id");
  action<[string]>(command, async (context, text) => {
    const held = await withDelegate(context, async (delegate) => heldSlice(delegate, await resolveGrant(delegate, text)));
    context.output.result(held, sliceText(held));
    return held.record.state === "held" ? exitCodes.done : exitCodes.notFound;
  });
}

function purgeCommand(group: Command): void {
  const command = group
    .command("purge")
    .summary("delete a slice before its grant ends")
    .description(
      "Deletes what is held of a grant, storage included, and signs a receipt, which is sent by `delegate pull`, `delegate receipts\n" +
        "--send` or `delegate serve`. The grant is not pulled again by itself; `delegate pull <grant>` does.",
    )
    .argument("<grant>", "its id");
  action<[string]>(command, async (context, text) => {
    const purged = await withDelegate(context, async (delegate) => purgeGrant(delegate, await resolveGrant(delegate, text)));
    context.output.result(purged, purged.length === 0 ? "nothing was held" : purged.map(purgedText).join("\n"));
    return undefined;
  });
}

function receiptsCommand(group: Command): void {
  const command = group
    .command("receipts")
    .summary("list what was purged, and who acknowledged it")
    .description(
      "Lists every receipt, signed by this delegate's key: proof for the owner that it said so. One that is not acknowledged is kept and\n" +
        "sent again, however long the owner's devices are away. With --send now; exit code 1 when one is still not acknowledged then.",
    )
    .option("--send", "send those that are not acknowledged");
  action<[{ send?: boolean }]>(command, async (context, { send }) =>
    withDelegate(context, async (delegate) => {
      if (send) {
        for (const sent of await sendReceipts(delegate, await connecting(delegate), undefined, context.signal))
          context.output.note(sentText(sent));
      }
      const receipts = await listReceipts(delegate);
      context.output.result(receipts, receiptList(receipts));
      return send && receipts.some(({ acknowledgedAt }) => acknowledgedAt === null) ? exitCodes.partly : exitCodes.done;
    }),
  );
}
