/** Where what opens a key comes from: a file, another program, the environment, or a person at the terminal. Never from arguments: others can read these. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { PoolError } from "../core/errors.ts";
import { type AskPassphrase, type Secret, systemWords } from "../node/index.ts";
import type { Context, GlobalOptions } from "./context.ts";
import { passphraseFrom } from "./passphrase-command.ts";

/** For a key that is there: by the options, the environment, else by asking. */
export function secretFrom(options: GlobalOptions): AskPassphrase {
  const given = givenSecret(options);
  return async (path, by) => {
    const secret = await given(path, by);
    if (secret !== null || by === "key-file") return secret;
    return atTerminal() ? askHidden(`Passphrase for ${path}`) : null;
  };
}

/** The same by the options and the environment alone. */
export function givenSecret(options: GlobalOptions): AskPassphrase {
  return async (_path, by) => {
    if (by === "passphrase") return givenPassphrase(options);
    const file = keyFileOf(options);
    return file === undefined ? null : secretOfKeyFile(file);
  };
}

/** Whether a person can be asked. */
export function atTerminal(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

function givenPassphrase({ passphraseFile, passphraseCommand }: GlobalOptions): string | null {
  if (passphraseFile !== undefined && passphraseCommand !== undefined)
    throw new PoolError("usage", "choose one of --passphrase-file and --passphrase-command");
  if (passphraseFile !== undefined) return readSecretFile(passphraseFile, "passphrase file");
  if (passphraseCommand !== undefined) return passphraseFrom(passphraseCommand);
  const { FABLEPOOL_PASSPHRASE: passphrase, FABLEPOOL_PASSPHRASE_COMMAND: command } = process.env;
  return passphrase ?? (command === undefined ? null : passphraseFrom(command));
}

function keyFileOf({ keyFile }: GlobalOptions): string | undefined {
  return keyFile ?? process.env["FABLEPOOL_KEY_FILE"];
}

/** The text of a file, without the end of its line. */
export function readSecretFile(path: string, what: string): string {
  try {
    return readFileSync(path === "-" ? 0 : path, "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    throw new PoolError("passphrase", `can't read the ${what} ${path}: ${systemWords(error)}`, {}, { cause: error });
  }
}

/** Any file will do that nobody else has: what counts is its hash. */
function secretOfKeyFile(path: string): string {
  try {
    const bytes = readFileSync(path);
    if (bytes.length === 0) throw new PoolError("passphrase", `the key file ${path} is empty: it would lock nothing`);
    const secret = createHash("sha256").update(bytes).digest("hex");
    bytes.fill(0);
    return secret;
  } catch (error) {
    if (error instanceof PoolError) throw error;
    throw new PoolError("passphrase", `can't read the key file ${path}: ${systemWords(error)}`, {}, { cause: error });
  }
}

/** Throws `PoolError("interrupted")` on Ctrl-C. */
export async function askHidden(message: string): Promise<string> {
  const { isCancel, password } = await import("@clack/prompts"); // loaded only when asking
  const answer = await password({ message, output: process.stderr });
  if (isCancel(answer)) throw new PoolError("interrupted", "interrupted: nothing was done");
  return answer ?? "";
}

/** A new passphrase, typed twice. */
export async function askNewPassphrase(message: string): Promise<string> {
  for (;;) {
    const first = await askHidden(message);
    if (first === "") process.stderr.write("an empty passphrase protects nothing: give one, or leave with Ctrl-C\n");
    else if (first === (await askHidden("The same again"))) return first;
    else process.stderr.write("these were two different ones\n");
  }
}

/** What a new key is locked by: null for nothing. `wanted` comes from `--passphrase`. */
export async function newSecret({ options }: Context, wanted: boolean): Promise<Secret | null> {
  const file = keyFileOf(options);
  const given = givenPassphrase(options);
  if (file !== undefined && !wanted && given === null) return { by: "key-file", text: secretOfKeyFile(file) };
  if (!wanted && given === null) return null;
  if (given === null && !atTerminal())
    throw new PoolError("passphrase", "a passphrase is wanted, and there is no terminal to ask at: set FABLEPOOL_PASSPHRASE");
  const text = given ?? (await askNewPassphrase("A passphrase for this device's key"));
  if (text === "") throw new PoolError("passphrase", "an empty passphrase protects nothing: leave it out, or give one");
  return { by: "passphrase", text };
}

/** What `file` locks, for `key passphrase --new-key-file`. */
export function keyFileSecret(file: string): Secret {
  if (!existsSync(file))
    throw new PoolError(
      "passphrase",
      `there is no file ${file}: any will do that nobody else has and that never changes, 32 random bytes say`,
    );
  return { by: "key-file", text: secretOfKeyFile(file) };
}
