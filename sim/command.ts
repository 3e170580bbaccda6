/** What was asked of the simulator, checked before anything runs: of a seed that is no number no history is run, and none fails. */
import { parseArgs } from "node:util";
import { faultOfNumber } from "../scripts/asked-numbers.ts";
import type { Script } from "./actions.ts";
import { readScript } from "./replay.ts";
import type { Many } from "./run-many.ts";

export const usage = `node sim/main.ts --histories 1000 --seed 1 [--nodes K] [--actions N] [--delegate] [--signatures real] [--store postgres]
node sim/main.ts --replay sim/regressions/NAME.json
node sim/main.ts --canaries [--seed 1]

The first runs histories from the seed on, until one breaks a rule; the second tells every step of a script; the third hunts every planted bug.
Exit code 0: every check held; 1: one did not; 2: this can't be run. FABLEPOOL_SEED stands for --seed.`;

export type Command =
  | { readonly do: "help" }
  | { readonly do: "replay"; readonly script: Script }
  | { readonly do: "canaries"; readonly seed: number }
  | { readonly do: "many"; readonly many: Many; readonly store: Store };

const stores = ["memory", "postgres"] as const;
type Store = (typeof stores)[number];

/** The arguments can't be run; the message says which, and what would do. */
export class Misuse extends Error {}

/** Throws `Misuse`. */
export function readCommand(args: readonly string[], seedAsked = "1"): Command {
  const { help, replay, canaries, delegate, ...said } = valuesOf(args);
  if (help) return { do: "help" };
  if (replay !== undefined) return { do: "replay", script: scriptIn(replay) };
  const seed = wholeNumber("--seed", said.seed ?? seedAsked, 0);
  if (canaries) return { do: "canaries", seed };
  const optional = (name: "nodes" | "actions") => {
    const text = said[name];
    return text === undefined ? undefined : wholeNumber(`--${name}`, text, 1);
  };
  const many: Many = {
    histories: wholeNumber("--histories", said.histories, 1),
    seed,
    nodes: optional("nodes"),
    actions: optional("actions"),
    delegate,
    real: oneOf("--signatures", said.signatures, ["simulated", "real"]) === "real",
  };
  return { do: "many", many, store: oneOf("--store", said.store, stores) };
}

function valuesOf(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: "boolean", default: false },
        histories: { type: "string", default: "1000" },
        seed: { type: "string" },
        nodes: { type: "string" },
        actions: { type: "string" },
        replay: { type: "string" },
        delegate: { type: "boolean", default: false },
        canaries: { type: "boolean", default: false },
        signatures: { type: "string", default: "simulated" },
        store: { type: "string", default: "memory" },
      },
    }).values;
  } catch (error) {
    throw new Misuse((error as Error).message.replace(/(?:\n|\. To specify ).*/s, "")); // what follows is advice for programmers
  }
}

function wholeNumber(name: string, text: string, lowest: number): number {
  const fault = faultOfNumber(name, text, lowest);
  if (fault !== null) throw new Misuse(fault);
  return Number(text);
}

function oneOf<Word extends string>(name: string, text: string, words: readonly Word[]): Word {
  const word = words.find((each) => each === text);
  if (word === undefined) throw new Misuse(`${name} must be ${words.join(" or ")}, not ${JSON.stringify(text)}`);
  return word;
}

function scriptIn(file: string): Script {
  try {
    return readScript(file);
  } catch (error) {
    throw new Misuse(`${file} can't be replayed: ${(error as Error).message}`);
  }
}
