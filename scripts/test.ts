/**
 * `npm test`: types and doors, lint and format, then every test. `npm test -- test/core` runs a part of the tests.
 *
 * Files in which a test fails, when they are few, are run once more by themselves, one after the other: what is broken fails again, and what only
 * failed beside others is named as unsteady, which is a defect of the test. `FABLEPOOL_STRICT=1` fails at once.
 *
 * What tests write is in memory where there is room (`place`), and waits for no disk. What has to be installed for some is
 * installed while the others run.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { place } from "../test/machine.ts";
import { programs } from "../test/programs.ts";
import { faultOfNumbers } from "./asked-numbers.ts";
import { runSteps } from "./run-steps.ts";

/** One more than there are processors at least: while the processes of one file start, others compute. */
const filesAtOnce = 3;

/** More than these are not chance. */
const unsteadyFilesMax = 3;

const wanted = process.argv.slice(2);
const files = globSync("test/**/*.test.ts")
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.startsWith(part)))
  .sort();

const fault = faultOfNumbers(process.env) ?? (files.length === 0 ? `no test file begins with ${wanted.join(" or ")}` : null);
if (fault !== null) {
  console.error(fault);
  process.exitCode = 2;
} else {
  await testAll();
}

async function testAll(): Promise<void> {
  const folder = mkdtempSync(join(place(), "fablepool-test-"));
  process.env["TMPDIR"] = folder;
  try {
    const missing = programs.filter((program) => files.some((file) => program.files.test(file)) && !program.isHere());
    const [waiting, ready] = [true, false].map((waits) =>
      files.filter((file) => missing.some((program) => program.files.test(file)) === waits),
    ) as [string[], string[]];
    const installed = waiting.length > 0 ? once(spawn(process.execPath, ["test/programs.ts"], { stdio: "inherit" }), "exit") : null;
    const isSound = await runSteps([
      { name: "types and doors (tsc -b)", command: ["tsc", "-b"] },
      { name: "lint and format (biome)", command: ["biome", "check", "--error-on-warnings"] },
    ]);
    if (!isSound) return;
    const first = await testFiles(ready, join(folder, "failed"));
    await installed;
    const results = [first, await testFiles(waiting, join(folder, "failed-later"))];
    if (process.env["FABLEPOOL_STRICT"] !== "1") await testAgain(results);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Result {
  readonly isRight: boolean;
  /** The files in which a test failed. */
  readonly failed: readonly string[];
}

async function testFiles(chosen: readonly string[], list: string): Promise<Result> {
  if (chosen.length === 0) return { isRight: true, failed: [] };
  const reporters = [["spec", "stdout"] as const, ["./scripts/failed-files.ts", list] as const];
  const isRight = await runSteps([{ name: `${chosen.length} test files`, command: testing(chosen, filesAtOnce, reporters) }]);
  return { isRight, failed: failedIn(list) };
}

async function testAgain(results: readonly Result[]): Promise<void> {
  const failed = results.flatMap((each) => each.failed);
  if (failed.length === 0 || failed.length > unsteadyFilesMax) return;
  if (results.some((each) => !each.isRight && each.failed.length === 0)) return; // not a test: the runner itself
  process.exitCode = 0;
  const isRight = await runSteps([{ name: `once more, by themselves: ${failed.join(", ")}`, command: testing(failed, 1, []) }]);
  if (isRight) console.log(`\nUnsteady: ${failed.join(", ")} failed beside other tests and passed alone. Mend the test.`);
}

function testing(chosen: readonly string[], atOnce: number, reporters: readonly (readonly [string, string])[]): [string, ...string[]] {
  const reporting = reporters.flatMap(([reporter, to]) => [`--test-reporter=${reporter}`, `--test-reporter-destination=${to}`]);
  const running = [
    "--expose-gc",
    "--import=./scripts/untraced-tests.ts",
    "--test",
    `--test-concurrency=${atOnce}`,
    "--test-timeout=240000",
  ];
  return [process.execPath, ...running, ...reporting, ...chosen];
}

/** None when no test has run. */
function failedIn(list: string): string[] {
  try {
    return readFileSync(list, "utf8").split("\n").filter(Boolean);
  } catch {
    return [];
  }
}
