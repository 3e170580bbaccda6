/** Child processes that are killed at a random instant, and what they had said by then. */
import { spawn } from "node:child_process";
import { watch } from "node:fs";

export interface Ended {
  /** Whole lines that the process wrote before it ended. */
  readonly lines: readonly string[];
  readonly killed: boolean;
  readonly stderr: string;
}

/** Runs `node <script> …` and kills it (-9) after `delayMs` unless it has ended. `null` lets it end by itself. */
export function runAndKill(script: string, args: readonly string[], delayMs: number | null): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data) => {
      stdout += data;
    });
    child.stderr.on("data", (data) => {
      stderr += data;
    });
    const timer = delayMs === null ? null : setTimeout(() => child.kill("SIGKILL"), delayMs);
    child.on("error", reject);
    child.on("close", (_code, signal) => {
      if (timer) clearTimeout(timer);
      resolve({ lines: stdout.split("\n").slice(0, -1), killed: signal === "SIGKILL", stderr });
    });
  });
}

/** When to kill: after so many changes in a folder, and then so many milliseconds. The instant is among its writes, however slow the machine is. */
export interface AmongWrites {
  readonly folder: string;
  readonly changes: number;
  readonly delayMs: number;
}

/** Runs `node <script> …` and kills it (-9) among what it writes, unless it has ended. */
export function runAndKillAmongWrites(script: string, args: readonly string[], at: AmongWrites): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const stop = atChange(at, () => child.kill("SIGKILL"));
    const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (data) => {
      stderr += data;
    });
    child.on("error", reject);
    child.on("close", (_code, signal) => {
      stop();
      resolve({ lines: [], killed: signal === "SIGKILL", stderr });
    });
  });
}

/** Calls `then` once, at that instant; returns how to stop waiting for it. */
export function atChange({ folder, changes, delayMs }: AmongWrites, then: () => void): () => void {
  let seen = 0;
  const watcher = watch(folder, { recursive: true }, () => {
    seen++;
    if (seen === changes) setTimeout(then, delayMs);
  });
  watcher.on("error", () => undefined); // a file that went while it was looked at
  return () => watcher.close();
}
