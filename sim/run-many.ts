/** Many histories, one seed after the other, until one of them breaks a rule. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { nativeCrypto } from "../src/node/native-crypto.ts";
import { rememberingCrypto } from "../src/testkit/remembering-crypto.ts";
import { shrunk } from "../src/testkit/shrunk.ts";
import type { Script } from "./actions.ts";
import { type HistoryOptions, type Outcome, runHistory } from "./history.ts";
import { makeScript, type ScriptOptions } from "./make-script.ts";

export interface Many {
  readonly histories: number;
  readonly seed: number;
  readonly nodes: number | undefined;
  readonly actions: number | undefined;
  readonly delegate: boolean;
  /** Ed25519 itself instead of simulated signatures. */
  readonly real: boolean;
  /** How a history is run: on PostgreSQL too, when `store` says so. */
  readonly run?: Run;
  readonly store?: string;
}

export type Run = (script: Script, options?: HistoryOptions) => Promise<Outcome>;

/** True when every check held in every history. */
export async function runMany(many: Many): Promise<boolean> {
  const { histories, seed: first, nodes, actions, delegate, real, run = runHistory } = many;
  const started = performance.now();
  const options: ScriptOptions = { ...(nodes ? { nodes } : {}), ...(actions ? { actions } : {}), delegate };
  let steps = 0;
  let operations = 0;
  let shown = started;
  const traces = createHash("sha256");
  for (let seed = first; seed < first + histories; seed++) {
    const crypto = real ? rememberingCrypto(nativeCrypto) : null;
    const script = makeScript(seed, options);
    const outcome = await run(script, crypto ? { crypto } : {});
    traces.update(outcome.digest);
    steps += outcome.steps;
    operations += outcome.operations;
    if (outcome.findings.length > 0) {
      await report(script, outcome.findings[0]?.check ?? "", crypto ? { crypto } : {}, run);
      console.log(`The whole history:\n   ${commandFor(seed, many)}`);
      return false;
    }
    const done = seed - first + 1;
    if (performance.now() - shown > 2_000 || done === histories) {
      shown = performance.now();
      const rate = done / ((shown - started) / 1_000);
      console.log(
        `${done} of ${histories} histories, ${steps} steps, ${operations} operations, ${rate.toFixed(0)} histories/s, no violation`,
      );
    }
  }
  console.log(`traces ${traces.digest("hex")}: the same seeds give the same`);
  return true;
}

async function report(script: Script, check: string, options: HistoryOptions, run: Run): Promise<void> {
  console.log(`\nseed ${script.seed} breaks "${check}"; shrinking ${script.actions.length} actions`);
  const least = await shrunkScript(script, check, options, run);
  const outcome = await run(least, options);
  for (const { check: name, what } of outcome.findings) console.log(`\n${name}: ${what.slice(0, 4_000)}`);
  const file = `sim/regressions/seed-${script.seed}.json`;
  mkdirSync("sim/regressions", { recursive: true });
  writeFileSync(file, `${JSON.stringify({ breaks: check, ...least }, null, 1)}\n`);
  console.log(`\n${least.actions.length} actions are left, in ${file}. They replay with\n   node sim/main.ts --replay ${file}`);
}

/** What to type to have one history again. */
function commandFor(seed: number, { nodes, actions, delegate, real, store }: Many): string {
  const numbers = [nodes && `--nodes ${nodes}`, actions && `--actions ${actions}`];
  const options = [...numbers, delegate && "--delegate", real && "--signatures real", store && `--store ${store}`];
  return [`node sim/main.ts --histories 1 --seed ${seed}`, ...options.filter(Boolean)].join(" ");
}

/** The shortest part of a script that was found to break the same check. */
export async function shrunkScript(script: Script, check: string, options: HistoryOptions = {}, run: Run = runHistory): Promise<Script> {
  const breaks = async (actions: Script["actions"]) => {
    const { findings } = await run({ ...script, actions }, options);
    return findings.some((finding) => finding.check === check);
  };
  return { ...script, actions: await shrunk(script.actions, breaks) };
}
