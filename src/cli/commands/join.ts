import { existsSync } from "node:fs";
import { hostname } from "node:os";
import type { Command } from "commander";
import { PoolError } from "../../core/errors.ts";
import { limits } from "../../core/limits.ts";
import { findingDigits, shownCode } from "../../core/pair/code.ts";
import {
  isOut,
  joinByCode,
  keyToRejoin,
  type Node,
  nativeCrypto,
  newDevice,
  openNode,
  type PairingLink,
  parseInvitation,
  parsePairing,
  rememberInviter,
  takeNewKey,
  tellSynced,
} from "../../node/index.ts";
import type { HttpTransport } from "../../transport/index.ts";
import { action, type Context } from "../context.ts";
import { transportRoom } from "../rooms.ts";
import { newSecret } from "../secrets.ts";
import { syncWithPeer } from "./sync.ts";

interface JoinCommandOptions {
  readonly name: string;
  readonly url?: string;
  readonly newestFirst?: boolean;
  readonly passphrase?: boolean;
}

/** `join`: how a device comes into a pool. */
export function joinCommand(program: Command): void {
  const join = program
    .command("join")
    .summary("make this device one of an existing pool")
    .description(
      "With the ten digits that `fablepool pair` shows on a device of the pool, or with the link of its QR code (in quotes): finds that\n" +
        "device, shows three words to compare, and takes the pool over once the other device has said yes.\n" +
        "Without anything: makes this device's key and prints it, for `fablepool device add` on a device that has the pool; then once more\n" +
        "with the invitation which that prints.",
    )
    .argument("[code]", "the digits, the link, or the invitation")
    .option("--name <name>", "what to call this device", hostname())
    .option("--newest-first", "take the headers of everything first, then words, the newest first: for a slow line")
    .option("--url <url>", "where the other device is served, when it can't be found by itself")
    .option("--passphrase", "protect the key file with a passphrase (asked, or $FABLEPOOL_PASSPHRASE)");
  action<[string | undefined, JoinCommandOptions]>(join, async (context, text, options) => {
    const link = text === undefined ? null : parsePairing(text);
    if (text !== undefined && link === null) checkInvitation(text); // before there is a key
    const known = existsSync(context.home.deviceKey);
    const node = known
      ? await openNode(context.home, context.ask)
      : await newDevice(context.home, { name: options.name, passphrase: await newSecret(context, options.passphrase === true) });
    if (link !== null) return joinByPairing(context, node, link, options);
    try {
      return text === undefined ? showKey(context, node, options) : await joinByInvitation(context, node, text, options);
    } finally {
      await node.close();
    }
  });
}

/** Throws `PoolError("usage")`. */
function checkInvitation(text: string): void {
  const digits = text.replace(/[\s.-]/g, "");
  if (/^[0-9]+$/.test(digits)) throw new PoolError("usage", `a code has ten digits, as 48-2109-3755, and these are ${digits.length}`);
  parseInvitation(text);
}

function showKey(context: Context, { writer: { did } }: Node, { name }: JoinCommandOptions): undefined {
  context.output.result({ device: did, home: context.home.folder }, did);
  context.output.note(
    `\nThat is this device's key. On a device that has the pool:\n  fablepool device add ${did} --name ${name}\n` +
      "Then come back here with the invitation it prints:\n  fablepool join '<invitation>'",
  );
  return undefined;
}

async function joinByInvitation(context: Context, node: Node, text: string, options: JoinCommandOptions): Promise<number> {
  const { pool, node: peer, url } = parseInvitation(text);
  const address = options.url ?? url;
  if (address === "") throw new PoolError("usage", "the invitation does not say where the other device is: add --url http://…");
  await node.replica.store.write(async (tx) => {
    const present = await tx.pool();
    if (present !== null && present !== pool) throw new PoolError("usage", `this device belongs to another pool, ${present}`);
    await tx.setPool(pool);
  });
  rememberInviter(node, address, peer);
  return syncWithPeer(context, node, { url: address, node: peer }, options.newestFirst);
}

/** Closes the node: a device that comes in again goes on as another one. */
async function joinByPairing(context: Context, first: Node, link: PairingLink, options: JoinCommandOptions): Promise<number> {
  let node = first;
  try {
    const isAgain = await isOut(node);
    if (isAgain) context.output.note("This device was removed: it comes in again with a new key, and keeps all that it has.");
    const { transport, url, joined } = await pair(context, node, link, options, isAgain);
    try {
      if (isAgain) node = await asItsNewKey(context, node);
      context.output.note("Taken in. The first sync:");
      rememberInviter(node, url, joined.inviter);
      const code = await syncWithPeer(context, node, { url, node: joined.inviter }, options.newestFirst, joined.certificate);
      await tellSynced(transport);
      if (isAgain) context.output.note("What it wrote since it was removed counts nowhere; `fablepool device carry-over` says it again.");
      return code;
    } finally {
      await transport.close();
    }
  } finally {
    await node.close();
  }
}

async function asItsNewKey(context: Context, node: Node): Promise<Node> {
  await takeNewKey(node);
  await node.close();
  return openNode(context.home, context.ask);
}

async function pair(context: Context, node: Node, link: PairingLink, options: JoinCommandOptions, isAgain: boolean): Promise<Paired> {
  const { output, signal } = context;
  const { openHttpTransport } = await transportRoom();
  const writer = isAgain ? { ...node.writer, ...(await keyToRejoin(node, context.ask)) } : node.writer;
  const { did, seed, clock, random } = writer;
  const onWords = (words: readonly string[]) =>
    output.note(
      `Both devices must show the same words:\n\n    ${words.join("   ")}\n\n` +
        "If they do, say yes on the other device. If they do not, press Ctrl-C here and say no there.",
    );
  return firstThatHolds(context, link, options, async (url) => {
    const transport = openHttpTransport({ url, node: link.node, key: { did, seed }, crypto: nativeCrypto, clock, random });
    try {
      const asked = { code: link.code, name: options.name, again: isAgain, signal, onWords };
      return { transport, url, joined: await joinByCode({ writer, replica: node.replica }, transport, asked) };
    } catch (error) {
      await transport.close();
      throw error;
    }
  });
}

interface Paired {
  readonly transport: HttpTransport;
  readonly url: string;
  readonly joined: Awaited<ReturnType<typeof joinByCode>>;
}

/** Pairs at the address that is known, or at the first found on the local network that holds the code. */
async function firstThatHolds(
  { output, signal }: Context,
  { code, url }: PairingLink,
  options: JoinCommandOptions,
  pair: (url: string) => Promise<Paired>,
): Promise<Paired> {
  const known = options.url ?? url;
  if (known !== null) return pair(known);
  const { findPairing } = await transportRoom();
  const digits = findingDigits(code);
  output.note(`Looking on the local network for the device that shows ${shownCode(code)} …`);
  const over = AbortSignal.any([signal, AbortSignal.timeout(limits.pairDiscoveryMs)]);
  let failed: unknown = null;
  for await (const address of findPairing(digits, over)) {
    try {
      output.note(`Found one at ${address}`);
      return await pair(address);
    } catch (error) {
      if (!(error instanceof PoolError) || !["unauthorized", "network", "peer"].includes(error.code) || isFinal(error)) throw error;
      failed = error;
    }
  }
  if (signal.aborted) throw new PoolError("interrupted", "interrupted: this device was not taken in");
  if (failed !== null) throw failed;
  throw new PoolError(
    "network",
    `no device on this network shows ${digits}-…: is it on the same network, and \`fablepool pair\` running there? Else name its address: --url https://…`,
  );
}

/** What the device that holds the code said; another one would say nothing better. */
function isFinal({ details }: PoolError): boolean {
  return details["why"] === "refused" || details["why"] === "expired";
}
