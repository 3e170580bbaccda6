/**
 * kill -9 by the thousand, over every command that writes: `node test/kill/main.ts --kills 10000 --results kills.json`.
 *
 * Each strike starts one command of the real program and kills it at a moment drawn uniformly over the time for which that command was seen
 * to work, from its first change on the disk to its end. Then this process looks at the homes (`whole.ts`). A home goes on from strike to
 * strike. A run that was interrupted goes on from its results file. Ends with 1 when anything was found.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { seededRandom } from "../../src/testkit/seeded-random.ts";
import type { WritingCommand } from "./command.ts";
import { commandsOn, endServers } from "./commands.ts";
import { programIn } from "./program.ts";
import { makeTemplate } from "./template.ts";

interface Counted {
  /** Killed before it ended by itself. */
  kills: number;
  /** Of these, how many left a part of its work behind. */
  midway: number;
  /** Ran to its end: because it was let, or because the moment drawn came after it. */
  ended: number;
  /** The latest times of its work, ms. */
  worked: number[];
}

interface Results {
  readonly seed: number;
  runs: number;
  kills: number;
  /** Of this process and all that it started, s. */
  processorSeconds: number;
  readonly commands: Record<string, Counted>;
  readonly violations: { readonly run: number; readonly command: string; readonly what: string; readonly folder: string }[];
}

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
    results: { type: "string" },
    only: { type: "string", multiple: true, default: [] },
  },
});
const wanted = Number(values.kills);
const results = readResults();

const root = mkdtempSync(join(tmpdir(), "fablepool-kills-"));
const program = { file: await programIn(root), cache: join(root, "cache") };
const template = await makeTemplate(join(root, "template"), 250);
const commands = commandsOn(template).filter(({ name }) => values.only.length === 0 || values.only.includes(name));
const before = results.processorSeconds;

for (let folders = 0; results.kills < wanted && results.violations.length < 20; results.runs++) {
  const random = seededRandom(results.seed * 1_000_003 + results.runs);
  const command = random.once(2) ? leastKilled() : drawn(random.below(commands.reduce((sum, { weight }) => sum + weight, 0)));
  const counted = results.commands[command.name] ?? { kills: 0, midway: 0, ended: 0, worked: [] };
  results.commands[command.name] = counted;
  const afterMs = counted.worked.length < 2 || random.once(12) ? null : (random.below(1_000_000) / 1_000_000) * median(counted.worked);
  const folder = () => {
    const path = join(root, `f${folders++}`);
    mkdirSync(path);
    return path;
  };
  try {
    const outcome = await command.strike({ program, folder, random, afterMs });
    if (outcome === null) continue;
    const { struck, midway } = outcome;
    if (struck.killed) {
      counted.kills++;
      results.kills++;
      if (midway) counted.midway++;
    } else {
      counted.ended++;
      if (struck.code === 0) counted.worked = [...counted.worked, struck.workedMs].slice(-9);
    }
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    results.violations.push({ run: results.runs, command: command.name, what, folder: root });
    console.log(`run ${results.runs}, ${command.name}: ${what}`);
  }
  if (results.runs % 20 === 0) keep();
  if (results.runs % 200 === 199) console.log(progress());
}

await endServers();
keep();
console.log(progress());
console.table(
  Object.fromEntries(
    Object.entries(results.commands).map(([name, { worked, ...counts }]) => [name, { ...counts, "works, ms": Math.round(median(worked)) }]),
  ),
);
if (results.violations.length > 0) process.exitCode = 1;
else rmSync(root, { recursive: true, force: true });

/** Half of the strikes: so that in thousands of kills no command is left with a few, however seldom it is drawn. */
function leastKilled(): WritingCommand {
  const killsOf = ({ name }: WritingCommand) => results.commands[name]?.kills ?? 0;
  return commands.reduce((least, command) => (killsOf(command) < killsOf(least) ? command : least));
}

function drawn(at: number): WritingCommand {
  let left = at;
  for (const command of commands) {
    if (left < command.weight) return command;
    left -= command.weight;
  }
  throw new RangeError(`no command is drawn at ${at}`);
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

function progress(): string {
  const each = (results.processorSeconds / Math.max(1, results.runs)).toFixed(2);
  return `${new Date().toISOString()} ${results.kills} of ${wanted} kills in ${results.runs} runs, ${each} s of processor time a run, ${results.violations.length} violations`;
}

function readResults(): Results {
  const empty = { seed: Number(values.seed), runs: 0, kills: 0, processorSeconds: 0, commands: {}, violations: [] };
  if (values.results === undefined || !existsSync(values.results)) return empty;
  return JSON.parse(readFileSync(values.results, "utf8")) as Results;
}

function keep(): void {
  results.processorSeconds = before + processorSeconds();
  if (values.results === undefined) return;
  mkdirSync(dirname(resolve(values.results)), { recursive: true });
  writeFileSync(`${resolve(values.results)}.new`, `${JSON.stringify(results, null, 2)}\n`);
  renameSync(`${resolve(values.results)}.new`, resolve(values.results));
}

/** Linux alone says what ended children used; elsewhere it is this process alone. */
function processorSeconds(): number {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  if (!existsSync("/proc/self/stat")) return (userCPUTime + systemCPUTime) / 1e6;
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1]?.split(" ") ?? [];
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}
