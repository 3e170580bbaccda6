/** The recovery phrase at the terminal: shown once, asked for when root is needed. It is never an argument, and in no log. */
import type { Command } from "commander";
import { PoolError } from "../core/errors.ts";
import { type Node, readKeyFile, readPhrase, rootOfPhrase, system, type Writer } from "../node/index.ts";
import type { Context } from "./context.ts";
import { atTerminal, readSecretFile } from "./secrets.ts";
import { shortDid } from "./text.ts";

/** The words, numbered, in columns that fit 80 characters. */
export function phraseTable(phrase: string): string {
  const words = phrase.split(" ").map((word, index) => `${String(index + 1).padStart(2)} ${word.padEnd(10)}`);
  const rows = Math.ceil(words.length / columns);
  const lines = Array.from({ length: rows }, (_, row) => words.filter((_word, index) => index % rows === row));
  return lines.map((line) => `  ${line.join("  ").trimEnd()}`).join("\n");
}

const columns = 4;
const asked = 3;

/** Shows the words and has the person type some of them back. Throws `PoolError("interrupted")` on Ctrl-C. */
export async function showAndConfirm(phrase: string): Promise<void> {
  const { isCancel, text } = await import("@clack/prompts"); // loaded only when asking
  process.stderr.write(
    `\nThese 24 words are you. Who has them can add and remove your devices; without them a stolen device\n` +
      `can't be fully stopped, and nobody can give them to you again. Write them on paper, not into a file.\n\n${phraseTable(phrase)}\n\n`,
  );
  const words = phrase.split(" ");
  for (const number of positions(words.length)) {
    for (;;) {
      const answer = await text({ message: `To see that they are on paper: word ${number}?`, output: process.stderr });
      if (isCancel(answer)) throw new PoolError("interrupted", "interrupted: nothing was done");
      if ((answer ?? "").trim().toLowerCase() === words[number - 1]) break;
      process.stderr.write(`that is not word ${number}: look again\n`);
    }
  }
}

/** Some numbers from 1 to `count`, ascending. */
function positions(count: number): number[] {
  const chosen = new Set<number>();
  while (chosen.size < asked) chosen.add(1 + ((system.random(1)[0] ?? 0) % count));
  return [...chosen].sort((left, right) => left - right);
}

export interface PhraseOptions {
  readonly recoveryFile?: string;
}

/** From `--recovery-file`, else by asking until it is one. The entropy is the caller's to wipe. */
export async function askPhrase({ recoveryFile }: PhraseOptions): Promise<Uint8Array> {
  if (recoveryFile !== undefined) return readPhrase(readSecretFile(recoveryFile, "recovery file"));
  if (!atTerminal()) {
    throw new PoolError(
      "usage",
      "the recovery phrase is needed: --recovery-file FILE reads it from a file, `--recovery-file -` from standard input",
    );
  }
  const { isCancel, text } = await import("@clack/prompts");
  for (;;) {
    const answer = await text({ message: "Your recovery phrase, 24 words", output: process.stderr });
    if (isCancel(answer)) throw new PoolError("interrupted", "interrupted: nothing was done");
    try {
      return await readPhrase(answer ?? "");
    } catch (error) {
      if (!(error instanceof PoolError)) throw error;
      process.stderr.write(`${error.message}\n`);
    }
  }
}

export interface RootOptions extends PhraseOptions {
  readonly asRoot?: boolean;
  readonly rootKey?: string;
}

/** For commands that can act as root. */
export function rootOptions(command: Command): Command {
  return command
    .option("--as-root", "act as root: your recovery phrase is asked for")
    .option("--recovery-file <file>", "act as root: the phrase is in this file; `-` reads it from standard input")
    .option("--root-key <file>", "act as root: by a root key that `init --keep-root` kept");
}

/** Root as a writer when it is asked for, else null. Its seed is the caller's to wipe. Throws `PoolError("usage")` for another pool's. */
export async function rootOf({ ask }: Context, node: Node, options: RootOptions): Promise<Writer | null> {
  if (!options.asRoot && options.rootKey === undefined && options.recoveryFile === undefined) return null;
  const key = options.rootKey === undefined ? await rootByPhrase(options) : await readKeyFile(options.rootKey, ask);
  const { root } = await node.replica.store.read(async (reader) => (await node.replica.controlLog(reader)).view());
  if (key.did === root) return { ...system, ...key };
  key.seed.fill(0);
  throw new PoolError("usage", `that is not this pool's root: it is ${shortDid(key.did)}, the pool's is ${shortDid(root ?? "")}`);
}

async function rootByPhrase(options: PhraseOptions) {
  const entropy = await askPhrase(options);
  const key = rootOfPhrase(entropy);
  entropy.fill(0);
  return key;
}
