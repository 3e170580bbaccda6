/** The command at a real terminal, with somebody who answers. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { program } from "./command.ts";

/** util-linux's `script` gives a program a terminal and ends as it ends. Why there is none, or false. */
export const noTerminal = spawnSync("script", ["--version"]).stdout?.toString().includes("util-linux")
  ? (false as const)
  : "needs util-linux's `script` for a terminal";

export interface Ended {
  readonly code: number;
  readonly screen: string;
}

/**
 * Runs `fablepool` at a terminal, and types what `answer` gives for the screen so far (null: nothing yet), again and again until it is
 * heard: at first the program may not listen yet.
 */
export async function atTerminal(home: string, args: readonly string[], answer: (screen: string) => string | null): Promise<Ended> {
  const words = [process.execPath, program, "--home", home, ...args].map((word) => `'${word}'`).join(" ");
  const child = spawn("script", ["-qec", `stty cols 100 rows 30; ${words}`, "/dev/null"], { stdio: ["pipe", "pipe", "inherit"] });
  let screen = "";
  child.stdin.on("error", () => {}); // it has ended
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    screen += chunk;
  });
  const typing = setInterval(() => {
    const keys = answer(screen);
    if (keys !== null) child.stdin.write(keys);
  }, 150);
  const [code] = (await once(child, "close")) as [number];
  clearInterval(typing);
  return { code, screen };
}
