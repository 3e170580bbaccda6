import { existsSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import type { Command } from "commander";
import { PoolError } from "../../core/errors.ts";
import {
  backupKeyOf,
  cantWrite,
  initNode,
  openNode,
  phraseBytes,
  phraseOf,
  readSettings,
  system,
  writeSettings,
} from "../../node/index.ts";
import { action, type Context } from "../context.ts";
import { type PhraseOptions, phraseTable, showAndConfirm } from "../phrase.ts";
import { atTerminal, newSecret } from "../secrets.ts";

interface InitOptions extends PhraseOptions {
  readonly name: string;
  readonly passphrase?: boolean;
  readonly keepRoot?: boolean;
}

/** `init`: how a pool begins. */
export function foundCommands(program: Command): void {
  const command = program
    .command("init")
    .summary("found a pool, with this device as its first")
    .description(
      "Founds a pool in the home folder: makes this device's key, and 24 words, your recovery phrase, which is the root key. It alone\n" +
        "fully stops a stolen device, and brings a lost memory back (fablepool recover). It is shown once and not kept here; at a\n" +
        "terminal you are asked for some of the words, else they are printed with the result.",
    )
    .option("--name <name>", "what to call this device", hostname())
    .option("--passphrase", "lock the key file with a passphrase (asked, or $FABLEPOOL_PASSPHRASE)")
    .option("--recovery-file <file>", "write the recovery phrase into this new file instead of showing it")
    .option("--keep-root", "keep the root key in the home folder, too (root.key): who takes the device then has both");
  action<[InitOptions]>(command, async (context, { name, passphrase, keepRoot = false, recoveryFile }) => {
    const { home, output, ask } = context;
    await refuseFounded(context);
    const secret = await newSecret(context, passphrase === true);
    const entropy = system.random(phraseBytes);
    const phrase = await phraseOf(entropy);
    const confirmed = recoveryFile === undefined && !output.json && atTerminal();
    if (confirmed) await showAndConfirm(phrase);
    if (recoveryFile !== undefined) writePhrase(recoveryFile, phrase);
    const { node, pool, root } = await initNode(home, { name, passphrase: secret, entropy, keepRoot, ask });
    await node.write([{ type: "note", payload: { target: node.writer.did, name: name.normalize("NFC") } }]);
    const { did } = node.writer;
    await node.close();
    const { recipient } = await backupKeyOf(entropy);
    entropy.fill(0);
    writeSettings(home, { ...readSettings(home), recovery: { recipient, confirmed } });
    const shown = recoveryFile === undefined && !confirmed;
    output.result(
      {
        ...{ pool, device: did, root, home: home.folder, root_key: keepRoot ? home.rootKey : null },
        ...(shown ? { recovery_phrase: phrase } : {}),
        ...(recoveryFile === undefined ? {} : { recovery_file: recoveryFile }),
      },
      `Founded pool ${pool}\n  in            ${home.folder}\n  this device   ${did} (full)\n  you           ${root} (root)` +
        `${keepRoot ? `\n  root key      ${home.rootKey}` : ""}` +
        `${shown ? `\n\nYour recovery phrase. It is shown this once, and is kept nowhere here:\n${phraseTable(phrase)}` : ""}`,
    );
    if (shown) output.note("\nWrite the words on paper; `fablepool key confirm` checks what you wrote.");
    if (recoveryFile !== undefined) output.note(`\nThe recovery phrase is in ${recoveryFile}: take it off this machine.`);
    output.note("Next: fablepool import <your files>");
    return undefined;
  });
}

/** Before any words are shown that would be worth nothing. A device without a pool may found one. */
async function refuseFounded({ home, ask }: Context): Promise<void> {
  if (!existsSync(home.deviceKey)) return;
  const node = await openNode(home, ask);
  const pool = await node.replica.store.read((reader) => reader.pool());
  await node.close();
  if (pool !== null) throw new PoolError("home", `${home.folder} holds a pool already`);
}

function writePhrase(path: string, phrase: string): void {
  try {
    writeFileSync(path, `${phrase}\n`, { mode: 0o600, flag: "wx", flush: true });
  } catch (error) {
    throw cantWrite(path, error);
  }
}
