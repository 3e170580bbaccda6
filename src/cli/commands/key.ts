import type { Command } from "commander";
import { PoolError } from "../../core/errors.ts";
import { backupKeyOf, changeLock, type Node, readSettings, rootOfPhrase, rotateKey, type Secret, writeSettings } from "../../node/index.ts";
import { action } from "../context.ts";
import { askPhrase, type PhraseOptions, type RootOptions, rootOf, rootOptions } from "../phrase.ts";
import { askNewPassphrase, atTerminal, keyFileSecret, readSecretFile } from "../secrets.ts";
import { shortDid } from "../text.ts";

/** `key passphrase`, `key rotate`, `key confirm`. */
export function keyCommands(program: Command): void {
  const key = program
    .command("key")
    .summary("lock, rotate and check keys")
    .description("This device's key, and the recovery phrase that is yours.");
  passphraseCommand(key);
  rotateCommand(key);
  confirmCommand(key);
}

interface LockOptions {
  readonly newPassphraseFile?: string;
  readonly newKeyFile?: string;
  readonly remove?: boolean;
}

function passphraseCommand(key: Command): void {
  const command = key
    .command("passphrase")
    .summary("set, change or take away what locks this device's key")
    .description(
      "Locks this device's key (and a root key that is kept here) by a new passphrase, or by a file that you keep elsewhere. Asks at\n" +
        "the terminal for the present passphrase, then twice for the new one. A lock keeps others from writing in your name; what the\n" +
        "store holds can be read without it.",
    )
    .option("--new-passphrase-file <file>", "read the new passphrase from a file; `-`: standard input (else $FABLEPOOL_NEW_PASSPHRASE)")
    .option("--new-key-file <file>", "lock by this file instead: a stick that you take along, say")
    .option("--remove", "take the lock away");
  action<[LockOptions]>(command, async ({ home, ask, output }, options) => {
    const secret = await secretOf(options);
    const files = await changeLock(home, ask, secret);
    const locked =
      secret === null ? "not locked any more" : `locked by ${secret.by === "passphrase" ? "the new passphrase" : options.newKeyFile}`;
    output.result({ files, unlock: secret?.by ?? null }, files.map((file) => `${file} is ${locked}`).join("\n"));
    return undefined;
  });
}

async function secretOf({ newPassphraseFile, newKeyFile, remove }: LockOptions): Promise<Secret | null> {
  if ([newPassphraseFile, newKeyFile, remove].filter((each) => each !== undefined).length > 1)
    throw new PoolError("usage", "choose one of --new-passphrase-file, --new-key-file and --remove");
  if (remove) return null;
  if (newKeyFile !== undefined) return keyFileSecret(newKeyFile);
  const given =
    newPassphraseFile === undefined ? process.env["FABLEPOOL_NEW_PASSPHRASE"] : readSecretFile(newPassphraseFile, "passphrase file");
  if (given === undefined && !atTerminal())
    throw new PoolError("usage", "there is no terminal to ask at: give --new-passphrase-file, --new-key-file or --remove");
  const text = given ?? (await askNewPassphrase("The new passphrase"));
  if (text === "") throw new PoolError("passphrase", "an empty passphrase protects nothing: --remove takes the lock away");
  return { by: "passphrase", text };
}

function rotateCommand(key: Command): void {
  const command = key
    .command("rotate")
    .summary("give this device a new key")
    .description(
      "Adds a new key for this device and retires the old one; what it wrote still counts. Start again what runs here (`serve`).\n" +
        "If somebody else may have the old key, add --as-root: only root fully stops it.",
    );
  rootOptions(command);
  action<[RootOptions]>(command, async (context, options) => {
    const rotated = await context.withNode(async (node) => {
      const root = await rootOf(context, node, options);
      return rotateKey(node, context.ask, root).finally(() => root?.seed.fill(0));
    });
    const { from, to } = rotated;
    context.output.result(rotated, `this device's key is ${to} now\n  retired ${from}; your other devices learn of it when they sync`);
    return undefined;
  });
}

function confirmCommand(key: Command): void {
  const command = key
    .command("confirm")
    .summary("check that your recovery phrase is right")
    .description("Asks for the 24 words and says whether they are this pool's. From then on backups of this device can be sealed for them.")
    .option("--recovery-file <file>", "read them from this file; `-`: standard input");
  action<[PhraseOptions]>(command, async (context, options) => {
    const { recipient, root } = await context.withNode((node) => checkPhrase(node, options));
    const settings = readSettings(context.home);
    writeSettings(context.home, { ...settings, recovery: { recipient, confirmed: true } });
    context.output.result({ root, recipient }, `these words are right: they are ${shortDid(root)}, the root of this pool`);
    return undefined;
  });
}

async function checkPhrase(node: Node, options: PhraseOptions) {
  const { root } = await node.replica.store.read(async (reader) => (await node.replica.controlLog(reader)).view());
  if (root === null) throw new PoolError("no_pool", "there is no pool here yet whose words these could be");
  const entropy = await askPhrase(options);
  const { did, seed } = rootOfPhrase(entropy);
  seed.fill(0);
  const { recipient } = await backupKeyOf(entropy);
  entropy.fill(0);
  if (did !== root)
    throw new PoolError("usage", `these words are another pool's: their root is ${shortDid(did)}, this pool's is ${shortDid(root)}`);
  return { recipient, root };
}
