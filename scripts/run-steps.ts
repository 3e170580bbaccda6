/** Runs commands one after the other, each with its name and time, and stops at the first that fails, whose exit code becomes this process's. */
import { spawn } from "node:child_process";

export interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
}

/** Resolves with whether all went well. */
export async function runSteps(steps: readonly Step[]): Promise<boolean> {
  for (const { name, command, env } of steps) {
    const started = performance.now();
    console.log(`\n— ${name}`);
    const code = await run(command, env);
    console.log(`— ${name}: ${code === 0 ? "done" : `failed (${code})`} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    if (code !== 0) {
      process.exitCode = code;
      return false;
    }
  }
  return true;
}

function run([program, ...rest]: Step["command"], env: Step["env"]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, { stdio: "inherit", env: { ...process.env, ...env } });
    child.on("error", reject);
    child.on("exit", (status, signal) => resolve(status ?? (signal === "SIGINT" ? 130 : 1)));
  });
}
