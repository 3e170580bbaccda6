/** Commands that run until they are told to end, and what they print meanwhile. */
import { type ChildProcess, spawn } from "node:child_process";
import { program } from "./command.ts";

export interface Running {
  readonly child: ChildProcess;
  readonly stdout: string[];
  readonly stderr: string[];
  /** The first line on either stream that matches; waits for it, fails after 120 s. */
  says(pattern: RegExp): Promise<string>;
  /** Resolves with its exit code once it has ended by itself. */
  readonly ended: Promise<number | null>;
  /** Ends it as Ctrl-C does; resolves with its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export function running(home: string, ...args: string[]): Running {
  return runningBehind([], home, ...args);
}

/** The same behind other words: `ip netns exec …`, say. */
export function runningBehind(words: readonly string[], home: string, ...args: string[]): Running {
  const { FABLEPOOL_PASSPHRASE: _passphrase, ...env } = process.env;
  const [first = process.execPath, ...rest] = [...words, process.execPath, program, "--home", home, ...args];
  const child = spawn(first, rest, { env, stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const watchers = new Set<() => void>();
  for (const [stream, lines] of [
    [child.stdout, stdout],
    [child.stderr, stderr],
  ] as const) {
    let rest = "";
    stream.on("data", (data) => {
      const parts = (rest + data).split("\n");
      rest = parts.pop() ?? "";
      lines.push(...parts);
      for (const watch of watchers) watch();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return {
    child,
    stdout,
    stderr,
    ended,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const fail = () => reject(new RangeError(`never said ${pattern}: ${[...stdout, ...stderr].join("\n")}`));
        const timer = setTimeout(fail, 120_000);
        const look = () => {
          const line = [...stdout, ...stderr].find((each) => pattern.test(each));
          if (line === undefined) return;
          clearTimeout(timer);
          watchers.delete(look);
          resolve(line);
        };
        watchers.add(look);
        look();
        void ended.then(() => look()).then(() => watchers.has(look) && fail());
      }),
    async stop(signal = "SIGINT") {
      child.kill(signal);
      return ended;
    },
  };
}
