/** The `fablepool` command as a person runs it: a process, with a home of its own. */
import { spawn } from "node:child_process";
import { join } from "node:path";

export const program = join(import.meta.dirname, "..", "..", "src", "cli", "main.ts");

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Signal to send once standard error holds `after`. */
  readonly interrupt?: { readonly after: RegExp; readonly signal: NodeJS.Signals };
}

export function fablepool(home: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const { FABLEPOOL_PASSPHRASE: _passphrase, ...clean } = process.env;
    const child = spawn(process.execPath, [program, ...args], {
      env: { ...clean, FABLEPOOL_HOME: home, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data) => {
      stdout += data;
    });
    child.stderr.on("data", (data) => {
      stderr += data;
      if (options.interrupt?.after.test(stderr)) child.kill(options.interrupt.signal);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

export async function json<Result>(home: string, ...args: string[]): Promise<Result> {
  const { stdout, stderr } = await fablepool(home, ["--json", ...args]);
  try {
    return JSON.parse(stdout) as Result;
  } catch {
    throw new SyntaxError(`no JSON from ${args.join(" ")}: ${stdout}${stderr}`);
  }
}
