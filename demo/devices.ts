/** Real processes of the real command, each with a home of its own, for the demo to tell its story with. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const program = join(import.meta.dirname, "..", "src", "cli", "main.ts");

export interface Device {
  readonly name: string;
  /** Runs `fablepool` on this device; resolves with what it printed to standard output. Rejects when it fails. */
  run(...args: string[]): Promise<string>;
  json<Result>(...args: string[]): Promise<Result>;
  /** Starts `fablepool serve`, or another command that serves, on a free port of the loopback. */
  serve(...command: string[]): Promise<{ readonly url: string; stop(): Promise<void> }>;
}

export function device(name: string, home: string): Device {
  const env = { ...process.env, FABLEPOOL_HOME: home };
  const run = async (...args: string[]) => {
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], { env, maxBuffer: 64 * 1024 * 1024 });
    return stdout.trimEnd();
  };
  return {
    name,
    run,
    json: async (...args) => JSON.parse(await run("--json", ...args)),
    async serve(...command) {
      const args = [program, "--json", ...(command.length > 0 ? command : ["serve"]), "--port", "0"];
      const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
      const { url } = JSON.parse(await firstLine(child)) as { url: string };
      return { url, stop: () => stop(child) };
    },
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout) createInterface({ input: child.stdout }).once("line", resolve);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`fablepool serve ended with ${code}`)));
  });
}

/** Asks it to end, and after 3 s makes it. */
function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => child.kill("SIGKILL"), 3_000);
    child.once("exit", () => {
      clearTimeout(force);
      resolve();
    });
    child.kill("SIGINT");
  });
}
