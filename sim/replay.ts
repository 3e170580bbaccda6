/** Reads a script from a file, and tells every step of one. */
import { readFileSync } from "node:fs";
import type { Script } from "./actions.ts";
import { runHistory } from "./history.ts";

export function readScript(file: string): Script {
  const { seed, nodes, actions, delegate = false } = JSON.parse(readFileSync(file, "utf8")) as Script;
  if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(nodes) || !Array.isArray(actions))
    throw new Error("a script has a seed, a number of nodes, and a list of actions");
  return { seed, nodes, actions, delegate };
}

/** True when every check held. */
export async function replay(script: Script): Promise<boolean> {
  const { findings, lines, digest, steps } = await runHistory(script, { keepTrace: true });
  for (const line of lines) console.log(line);
  for (const { check, what } of findings) console.log(`\n${check}: ${what}`);
  console.log(`\n${steps} steps, trace ${digest}: ${findings.length > 0 ? "a rule is broken" : "every check held"}`);
  return findings.length === 0;
}
