/** A passphrase from another program: a keychain, a password manager. It is started as it is named; no shell reads the line. */
import { spawnSync } from "node:child_process";
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";

/** What a shell would do something with: it would not mean what it seems to. */
const shellMarks = /["'`$\\|&;<>*?~(){}[\]#!\r\n]/;

/**
 * A program and its arguments: a JSON array of texts, or words with spaces between them. Throws `PoolError("usage")` for what is neither, and for
 * words that only a shell would understand.
 */
export function readCommand(text: string): readonly [string, ...string[]] {
  const words = text.trimStart().startsWith("[") ? arrayOf(text) : text.split(" ").filter((word) => word !== "");
  const [program, ...args] = words ?? [];
  if (program === undefined || program === "") throw refused(`${JSON.stringify(text.slice(0, 80))} names no program`);
  if (words !== null && !text.trimStart().startsWith("[") && shellMarks.test(text)) throw refused("no shell reads the passphrase command");
  return [program, ...args];
}

function arrayOf(text: string): string[] | null {
  try {
    const value = JSON.parse(text) as unknown;
    return Array.isArray(value) && value.every((each) => typeof each === "string" && !each.includes("\0")) ? value : null;
  } catch {
    return null;
  }
}

const refused = (why: string) =>
  new PoolError("usage", `${why}: give words with spaces between them, or a JSON array like ["pass", "show", "my pool"]`);

/** Runs it and returns the one line that it prints. Throws `PoolError("passphrase")` when there is none, without a word of what it printed. */
export function passphraseFrom(command: string): string {
  const [program, ...args] = readCommand(command);
  const { error, status, signal, stdout } = spawnSync(program, args, {
    shell: false,
    stdio: ["inherit", "pipe", "inherit"], // it may ask a person, and say why not
    timeout: limits.passphraseCommandMs,
    killSignal: "SIGKILL",
    maxBuffer: limits.passphraseBytes,
    windowsHide: true,
  });
  try {
    if (error !== undefined) throw failed(program, whyOf(error as NodeJS.ErrnoException));
    if (status !== 0) throw failed(program, `it ended with ${signal ?? status}`);
    const line = stdout.toString("utf8").replace(/\r?\n$/, "");
    if (line === "") throw failed(program, "it printed nothing");
    if (/[\r\n]/.test(line)) throw failed(program, "it printed more than one line");
    return line;
  } finally {
    stdout?.fill(0);
  }
}

function whyOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === "ENOENT") return "there is no such program";
  if (code === "ETIMEDOUT") return `it had not ended after ${limits.passphraseCommandMs / 1_000} s`;
  if (code === "ENOBUFS") return `it printed more than ${limits.passphraseBytes} bytes`;
  return message;
}

function failed(program: string, why: string): PoolError {
  return new PoolError("passphrase", `no passphrase from ${program}: ${why}`);
}
