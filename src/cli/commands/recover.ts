import { existsSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { hostname } from "node:os";
import type { Command } from "commander";
import { PoolError } from "../../core/errors.ts";
import {
  backupKeyOf,
  beginRecovery,
  checkBackup,
  finishRecovery,
  type KeyPair,
  linesOf,
  linesOfBackup,
  nativeCrypto,
  noteContact,
  type RecoverySource,
  rootOfPhrase,
  type SeenDevice,
  storeAt,
  syncWith,
  system,
  systemWords,
} from "../../node/index.ts";
import { action, type Context } from "../context.ts";
import { askPhrase } from "../phrase.ts";
import { transportRoom } from "../rooms.ts";
import { atTerminal, newSecret } from "../secrets.ts";
import { counted, oneLine, shortDid, shortId, table } from "../text.ts";
import { type OpenOptions, openerOf, openOptions } from "./backup.ts";
import { remember } from "./sync-report.ts";

interface RecoverOptions extends OpenOptions {
  readonly name: string;
  readonly peer?: string;
  readonly backup?: string;
  readonly log?: string;
  readonly store?: string;
  readonly replaceKey?: boolean;
  readonly remove: readonly string[];
  readonly passphrase?: boolean;
}

export function recoverCommand(program: Command): void {
  const command = program
    .command("recover")
    .summary("come back with your recovery phrase")
    .description(
      "After every device, or this one's key, is lost: your 24 words and any copy of your memory make this machine a device again,\n" +
        "with a new key. Name the copy: another device that is served, a backup, an exported log, or an old home or its pool.db. In\n" +
        "a home whose key no longer opens, the store that is there will do (--replace-key).\n" +
        "Then the other devices are listed, and you choose which are lost: they are removed.",
    )
    .option("--peer <url>", "take it from the device that is served there")
    .option("--backup <file>", "take it from what `fablepool backup` wrote")
    .option("--log <file>", "take it from what `fablepool export` wrote")
    .option("--store <path>", "take it from an old home folder, or its pool.db")
    .option("--replace-key", "give this home, whose key is lost, a new one")
    .option("--remove <device...>", "remove these devices (names or keys), or `all`; without, you are asked", [])
    .option("--name <name>", "what to call this device", hostname())
    .option("--passphrase", "lock the new key with a passphrase (asked, or $FABLEPOOL_PASSPHRASE)");
  openOptions(command);
  action<[RecoverOptions]>(command, recover);
}

async function recover(context: Context, options: RecoverOptions): Promise<undefined> {
  const { home, output, signal } = context;
  requireOneSource(context, options);
  const entropy = await askPhrase(options);
  const root = rootOfPhrase(entropy);
  const { recipient } = await backupKeyOf(entropy);
  const transport = options.peer === undefined ? null : await transportAs(root, options.peer);
  try {
    const source = transport === null ? await sourceOf(context, options, entropy) : ({ from: "peer", transport } as const);
    const onProgress = ({ pulled }: { readonly pulled: number }) => output.progress(`pulled ${pulled}`, null);
    const recovering = await beginRecovery(home, source, { root, signal, onProgress });
    for (const { op, reason } of recovering.taken?.rejected.slice(0, 20) ?? []) output.problem(`${shortId(op)}: ${reason}`);
    const remove = await lostOnes(recovering.devices, options).catch(async (error) => {
      await recovering.close();
      throw error;
    });
    const passphrase = await newSecret(context, options.passphrase === true);
    const key = { name: options.name, passphrase, ask: context.ask, remove, recipient };
    const node = await finishRecovery(home, recovering, key, { root });
    try {
      if (transport !== null) {
        const { peer } = await syncWith(node.replica, transport, { signal });
        await noteContact(node, peer);
        remember(context, { url: options.peer as string, node: peer });
      }
      const kept = recovering.devices.filter((device) => !remove.includes(device));
      const { operations } = await node.replica.store.read((reader) => reader.counts());
      output.result(
        { device: node.writer.did, root: root.did, operations, removed: remove.map(({ key }) => key), kept: kept.map(({ key }) => key) },
        `recovered ${counted(operations, "operation")} into ${home.folder}\n  this device   ${node.writer.did} (full)` +
          `${remove.length > 0 ? `\n  removed       ${remove.map(deviceText).join(", ")}` : ""}`,
      );
      if (kept.length > 0)
        output.note(`\nStill devices of yours, to be removed with \`fablepool device remove <name> --as-root\` if lost:\n${list(kept)}`);
      if (transport === null) output.note("\nIf another device of yours is about, sync with it before you go on: fablepool sync <url>");
    } finally {
      await node.close();
    }
    return undefined;
  } finally {
    entropy.fill(0);
    root.seed.fill(0);
    await transport?.close();
  }
}

function requireOneSource({ home }: Context, { peer, backup, log, store, replaceKey }: RecoverOptions): void {
  const named = [peer, backup, log, store].filter((each) => each !== undefined).length;
  if (named > 1) throw new PoolError("usage", "name one copy: --peer, --backup, --log or --store");
  if (existsSync(home.deviceKey) && !replaceKey) {
    throw new PoolError("home", `there is a device at ${home.folder}: --replace-key gives it a new key, another --home is another device`);
  }
  if (named === 0 && !existsSync(home.store))
    throw new PoolError("usage", "name a copy of your memory: --peer <url>, --backup <file>, --log <file> or --store <path>");
}

async function sourceOf({ signal }: Context, options: RecoverOptions, entropy: Uint8Array): Promise<RecoverySource> {
  const { backup, log, store } = options;
  if (backup !== undefined) {
    const opener = await openerOf(backup, options, entropy);
    const checked = await checkBackup(backup, opener, signal);
    return { from: "lines", pool: checked.head.pool, lines: linesOfBackup(checked, opener) };
  }
  if (log !== undefined) return { from: "lines", pool: null, lines: linesOfFile(log) };
  if (store === undefined) return { from: "here" };
  const path = storeAt(store);
  if (!statSync(path, { throwIfNoEntry: false })?.isFile())
    throw new PoolError("not_found", `there is no store at ${store}: name an old home folder, or its pool.db`);
  return { from: "store", path };
}

async function* linesOfFile(path: string): AsyncGenerator<string> {
  const file = await open(path).catch((error: unknown) => {
    throw new PoolError("not_found", `can't open ${path}: ${systemWords(error)}`, {}, { cause: error });
  });
  try {
    yield* linesOf(file);
  } finally {
    await file.close();
  }
}

async function transportAs(key: KeyPair, url: string) {
  const { openHttpTransport } = await transportRoom();
  return openHttpTransport({ url, node: null, key, crypto: nativeCrypto, ...system });
}

/** Which devices are lost: as the options say, or as a person chooses; nobody to ask, none. */
async function lostOnes(devices: readonly SeenDevice[], { remove }: RecoverOptions): Promise<readonly SeenDevice[]> {
  if (remove.includes("all")) return devices;
  if (remove.length > 0 || devices.length === 0 || !atTerminal()) return remove.flatMap((text) => namedDevice(devices, text));
  const { isCancel, multiselect } = await import("@clack/prompts"); // loaded only when asking
  const answer = await multiselect({
    message: "Which of these are lost, or not yours any more? They are removed (space chooses, Enter goes on)",
    options: devices.map((device) => ({ value: device.key, label: deviceText(device) })),
    required: false,
    output: process.stderr,
  });
  if (isCancel(answer)) throw new PoolError("interrupted", "interrupted: nothing was signed; what was taken in is kept");
  return devices.filter(({ key }) => answer.includes(key));
}

function namedDevice(devices: readonly SeenDevice[], text: string): SeenDevice {
  const matches = devices.filter(({ key, name }) => key === text || (name !== "" && name === text));
  if (matches.length > 1) throw new PoolError("usage", `several devices are called ${text}: give the key`);
  if (matches[0] === undefined)
    throw new PoolError("not_found", `${text} is no device of this pool: ${devices.map(deviceText).join(", ")}`);
  return matches[0];
}

function deviceText({ name, key, role }: SeenDevice): string {
  return `${name === "" ? shortDid(key) : `${oneLine(name, 40)} (…${key.slice(-4)})`}, ${role}`;
}

function list(devices: readonly SeenDevice[]): string {
  return table(devices.map(({ key, name, role, operations }) => [`  ${oneLine(name, 40)}`, key, role, counted(operations, "operation")]));
}
