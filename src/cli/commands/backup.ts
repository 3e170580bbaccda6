import { resolve } from "node:path";
import type { Command } from "commander";
import { PoolError } from "../../core/errors.ts";
import {
  backupKeyOf,
  checkBackup,
  durationText,
  type Home,
  makeBackup,
  type Opener,
  type PlanEvents,
  readSettings,
  requireHome,
  restoreBackup,
  type Seal,
  sealOf,
  writeSettings,
} from "../../node/index.ts";
import { action, type Context } from "../context.ts";
import { exitCodes, type Output } from "../output.ts";
import { askPhrase, type PhraseOptions } from "../phrase.ts";
import { askHidden, askNewPassphrase, atTerminal, readSecretFile } from "../secrets.ts";
import { counted, shortId, timeText } from "../text.ts";
import { toDuration } from "../values.ts";

/** `backup` and `restore`. */
export function backupCommands(program: Command): void {
  backupCommand(program);
  restoreCommand(program);
}

interface BackupOptions {
  readonly recipient?: string;
  readonly passphrase?: boolean;
  readonly backupPassphraseFile?: string;
  readonly every?: number | "off";
  readonly replace?: boolean;
}

function toPeriod(text: string): number | "off" {
  return text === "off" ? "off" : toDuration(text);
}

function backupCommand(program: Command): void {
  const command = program
    .command("backup")
    .summary("back this device up into one encrypted file")
    .description(
      "Writes the log, this device's key and its settings into <file>, sealed for your recovery phrase, reads it back and compares.\n" +
        "The next time only what is new goes into a small file beside it (<file>.1, <file>.2 …); keep them together. After you had\n" +
        "something forgotten all of it is written anew, so that no backup keeps the words.\n" +
        "Without <file>: the one that --every named.",
    )
    .argument("[file]", "where to")
    .option("--passphrase", "seal it by a passphrase instead (asked, $FABLEPOOL_BACKUP_PASSPHRASE or --backup-passphrase-file)")
    .option("--backup-passphrase-file <file>", "read that passphrase from a file; `-`: standard input")
    .option("--recipient <age1…>", "seal it for this age key instead")
    .option("--replace", "take the place of a file that is there and that this device did not write")
    .option(
      "--every <duration>",
      "from now on make one this often (1d, 12h), while `serve`, `open` or `sync --live` runs; `off` ends that",
      toPeriod,
    );
  action<[string | undefined, BackupOptions]>(command, async (context, given, options) => {
    const { home, output, signal } = context;
    requireHome(home);
    const settings = readSettings(home);
    if (options.every === "off") {
      const { backup: _plan, ...rest } = settings;
      writeSettings(home, rest);
      output.result({ every_ms: null }, "no backups are made by themselves any more");
      return undefined;
    }
    const file = given ?? settings.backup?.file;
    if (file === undefined) throw new PoolError("usage", "name the file to back up into: fablepool backup <file>");
    const seal = await sealFor(home, options);
    const everyMs = options.every ?? null;
    if (everyMs !== null && !("recipient" in seal))
      throw new PoolError("usage", "who is not there can't be asked: --every needs no passphrase");
    const made = await context.withNode((node) =>
      makeBackup(node, file, {
        seal,
        replace: options.replace === true,
        signal,
        onProgress: (done, of) => output.progress(`${done} of ${of}`, done / Math.max(1, of)),
      }),
    );
    if (everyMs !== null && "recipient" in seal) {
      writeSettings(home, { ...readSettings(home), backup: { file: resolve(file), everyMs, recipient: seal.recipient } });
    }
    output.result({ ...made, every_ms: everyMs }, madeText(made));
    if (everyMs !== null)
      output.note(`from now on every ${durationText(everyMs)}, while \`fablepool serve\`, \`open\` or \`sync --live\` runs`);
    return undefined;
  });
}

/** Says what backups made by themselves did. */
export function backupEvents(output: Output): PlanEvents {
  return {
    made: (made) => made.operations > 0 && output.note(madeText(made)),
    failed: (error) => output.problem(`no backup: ${error.message}`),
  };
}

function madeText({ file, operations, whole, part }: Awaited<ReturnType<typeof makeBackup>>): string {
  if (operations === 0) return `${file} is up to date: nothing is new`;
  const why = whole === null ? "" : `; all of it, since ${whole}`;
  return `${counted(operations, "operation")} in ${file}, read back and compared${part > 0 ? " (what is new)" : why}`;
}

async function sealFor(home: Home, options: BackupOptions): Promise<Seal> {
  if (options.passphrase || options.backupPassphraseFile !== undefined) {
    if (options.recipient !== undefined) throw new PoolError("usage", "choose one of --passphrase and --recipient");
    const passphrase = givenPassphrase(options) ?? (atTerminal() ? await askNewPassphrase("A passphrase for the backup") : null);
    if (passphrase === null) throw noPassphrase();
    if (passphrase === "") throw new PoolError("passphrase", "an empty passphrase protects nothing");
    return { passphrase };
  }
  const recipient = options.recipient ?? readSettings(home).recovery?.recipient ?? readSettings(home).backup?.recipient;
  if (recipient !== undefined) return { recipient };
  throw new PoolError(
    "usage",
    "this device does not know your recovery phrase's public half: `fablepool key confirm` makes it known; or give --passphrase or --recipient",
  );
}

function givenPassphrase({ backupPassphraseFile }: { readonly backupPassphraseFile?: string }): string | null {
  if (backupPassphraseFile !== undefined) return readSecretFile(backupPassphraseFile, "passphrase file");
  return process.env["FABLEPOOL_BACKUP_PASSPHRASE"] ?? null;
}

function noPassphrase(): PoolError {
  return new PoolError("passphrase", "the backup's passphrase is needed: FABLEPOOL_BACKUP_PASSPHRASE, or --backup-passphrase-file");
}

export interface OpenOptions extends PhraseOptions {
  readonly backupPassphraseFile?: string;
  readonly identity?: string;
}

/** For commands that read a backup. */
export function openOptions(command: Command): Command {
  return command
    .option("--recovery-file <file>", "read your recovery phrase from this file; `-`: standard input (else you are asked)")
    .option(
      "--backup-passphrase-file <file>",
      "read the backup's passphrase from this file (else $FABLEPOOL_BACKUP_PASSPHRASE, or you are asked)",
    )
    .option("--identity <file>", "open it by the age identity in this file");
}

/** What opens the backup at `file`; `entropy` is that of a phrase that was asked for already. */
export async function openerOf(file: string, options: OpenOptions, entropy: Uint8Array | null = null): Promise<Opener> {
  if (sealOf(file) === "passphrase") {
    const passphrase = givenPassphrase(options) ?? (atTerminal() ? await askHidden(`Passphrase of ${file}`) : null);
    if (passphrase === null) throw noPassphrase();
    return { passphrase };
  }
  if (options.identity !== undefined) {
    const identity = /AGE-SECRET-KEY-(?:PQ-)?1[A-Z0-9]+/.exec(readSecretFile(options.identity, "identity file"))?.[0];
    if (identity === undefined) throw new PoolError("usage", `${options.identity} holds no age identity: it begins with AGE-SECRET-KEY-1`);
    return { identity };
  }
  const words = entropy ?? (await askPhrase(options));
  const { identity } = await backupKeyOf(words);
  if (entropy === null) words.fill(0);
  return { identity };
}

function restoreCommand(program: Command): void {
  const command = program
    .command("restore")
    .summary("bring a device back from a backup")
    .description(
      "On a bare machine: makes the home that the backup is of, the same device with the same key. It reads at once, and writes after\n" +
        "it has synced with another device of yours, since it may have written more than the backup knows; when there is no other:\n" +
        "`fablepool sync --none-newer`. In a home that is there: takes what it lacks. What was forgotten stays forgotten.\n" +
        "If the device was lost or stolen, don't restore it: `fablepool recover --backup <file>` makes a new one and removes it.",
    )
    .argument("<file>", "what `fablepool backup` wrote; its parts lie beside it");
  openOptions(command);
  action<[string, OpenOptions]>(command, async (context, file, options) => {
    const { home, output, signal } = context;
    const opener = await openerOf(file, options);
    const backup = await checkBackup(file, opener, signal);
    for (const { file: part, why } of backup.leftOut) output.problem(`${part} was left out: ${why}`);
    const { into, taken } = await restoreBackup(home, backup, opener, signal);
    for (const { op, reason } of taken.rejected.slice(0, 20)) output.problem(`${shortId(op)}: ${reason}`);
    const { head, madeAt } = backup;
    output.result(
      { home: home.folder, into, pool: head.pool, device: head.device, made_at: madeAt, ...taken, left_out: backup.leftOut },
      `restored ${counted(taken.accepted, "operation")} of ${timeText(madeAt)} into ${home.folder}` +
        `${into === "bare" ? `\n  this device   ${head.device}` : `; ${taken.known} were known, this device keeps its key`}`,
    );
    if (into === "bare") sayNext(context);
    return taken.rejected.length + taken.deferred + backup.leftOut.length > 0 ? exitCodes.partly : exitCodes.done;
  });
}

function sayNext({ output, home }: Context): void {
  const peers = readSettings(home).peers.length > 0 ? "fablepool sync" : "fablepool sync <url>";
  output.note(`\nIt writes after a sync with another device of yours: ${peers}\nIf there is none: fablepool sync --none-newer`);
}
