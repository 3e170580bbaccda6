/** One command of the program as a process, and a kill -9 at a chosen moment of its work. */
import { type ChildProcess, spawn } from "node:child_process";
import { type FSWatcher, watch } from "node:fs";
import type { Readable } from "node:stream";

/** How the program is started, and where its compiled code is kept. */
export interface Program {
  readonly file: string;
  readonly cache: string;
}

export interface Struck {
  /** Killed before it ended by itself. */
  readonly killed: boolean;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds from the first change in the folders that were watched to its end; 0 when nothing changed. */
  readonly workedMs: number;
}

export interface Strike {
  /** Folders whose first change is the beginning of its work. */
  readonly watched: readonly string[];
  /** Milliseconds after that; null: it is left to end by itself. */
  readonly afterMs: number | null;
}

/** A command that takes longer hangs. */
const hangsMs = 120_000;

export class Hung extends Error {}

export interface Started {
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** The first match on standard output; rejects when it ends without. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<number | null>;
}

/** `input`: whether it is given any. */
export function start(program: Program, args: readonly string[], input: "pipe" | "ignore" = "ignore"): Started {
  const { FABLEPOOL_PASSPHRASE: _passphrase, FABLEPOOL_KEY_FILE: _file, ...clean } = process.env;
  const child = spawn(process.execPath, [program.file, ...args], {
    env: { ...clean, NODE_COMPILE_CACHE: program.cache, NODE_NO_WARNINGS: "1" },
    stdio: [input, "pipe", "pipe"],
  }) as ChildProcess & { readonly stdout: Readable; readonly stderr: Readable };
  let [stdout, stderr] = ["", ""];
  const heard = new Set<() => void>();
  child.stdout.on("data", (data) => {
    stdout += data;
    for (const each of heard) each();
  });
  child.stderr.on("data", (data) => {
    stderr += data;
    for (const each of heard) each();
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code));
  });
  return {
    child,
    ended,
    stdout: () => stdout,
    stderr: () => stderr,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(stdout) ?? pattern.exec(stderr);
          if (match === null) return;
          heard.delete(look);
          resolve(match);
        };
        heard.add(look);
        look();
        void ended.then(() => reject(new RangeError(`ended without saying ${pattern}: ${stderr}`)));
      }),
  };
}

/** Starts a command and kills it at the moment that `strike` says, unless it has ended. */
export async function runStruck(program: Program, args: readonly string[], strike: Strike): Promise<Struck> {
  const clock = clockFrom(strike.watched);
  const started = start(program, args);
  return underStrike(started, clock, strike.afterMs);
}

/** When the first change was seen, and what is to be done so many milliseconds after it. */
export interface WorkClock {
  /** Calls `then` so many milliseconds after the first change. */
  after(ms: number, then: () => void): void;
  /** Milliseconds since the first change; 0 before it. Ends the watching. */
  stop(): number;
}

export function clockFrom(folders: readonly string[]): WorkClock {
  let begun = 0;
  let wanted: (() => void) | null = null;
  const watchers: FSWatcher[] = [];
  for (const folder of folders) {
    const watcher = watch(folder, () => {
      if (begun !== 0) return;
      begun = performance.now();
      wanted?.();
    });
    watcher.on("error", () => undefined); // the folder went while it was looked at
    watchers.push(watcher);
  }
  return {
    after(ms, then) {
      const set = () => setTimeout(then, ms);
      if (begun !== 0) set();
      else wanted = set;
    },
    stop() {
      wanted = null;
      for (const watcher of watchers) watcher.close();
      return begun === 0 ? 0 : performance.now() - begun;
    },
  };
}

export async function underStrike(started: Started, clock: WorkClock, afterMs: number | null): Promise<Struck> {
  if (afterMs !== null) clock.after(afterMs, () => started.child.kill("SIGKILL"));
  let hung = false;
  const guard = setTimeout(() => {
    hung = true;
    started.child.kill("SIGKILL");
  }, hangsMs);
  const code = await started.ended;
  clearTimeout(guard);
  const workedMs = clock.stop();
  if (hung) throw new Hung(`it had not ended after ${hangsMs / 1000} s: ${started.stderr()}`);
  return { killed: started.child.signalCode === "SIGKILL", code, stdout: started.stdout(), stderr: started.stderr(), workedMs };
}
