/**
 * `npm test`: types and doors, lint and format, then every test. `npm test -- test/core` runs a part of the tests.
 *
 * Files in which a test fails, when they are few, are run once more by themselves, one after the other: what is broken fails again, and what only
 * failed beside others is named as unsteady, which is a defect of the test. `FABLEPOOL_STRICT=1` fails at once.
 *
 * What tests write is in memory where there is room (`place`): half of their time was waiting for a disk.
 */
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { place } from "../test/machine.ts";
import { runSteps } from "./run-steps.ts";

/** More than these are not chance. */
const unsteadyFilesMax = 3;

const wanted = process.argv.slice(2);
const files = globSync("test/**/*.test.ts")
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.startsWith(part)))
  .sort();

if (files.length === 0) {
  console.error(`no test file begins with ${wanted.join(" or ")}`);
  process.exitCode = 2;
} else {
  await testAll();
}

async function testAll(): Promise<void> {
  const folder = mkdtempSync(join(place(), "fablepool-test-"));
  process.env["TMPDIR"] = folder;
  try {
    const list = join(folder, "failed");
    const reporters = [["spec", "stdout"] as const, ["./scripts/failed-files.ts", list] as const];
    const isRight = await runSteps([
      { name: "types and doors (tsc -b)", command: ["tsc", "-b"] },
      { name: "lint and format (biome)", command: ["biome", "check", "--error-on-warnings"] },
      { name: `${files.length} test files`, command: testing(files, 2, reporters) },
    ]);
    if (!isRight && process.env["FABLEPOOL_STRICT"] !== "1") await testAgain(failedIn(list));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function testAgain(failed: readonly string[]): Promise<void> {
  if (failed.length === 0 || failed.length > unsteadyFilesMax) return;
  process.exitCode = 0;
  const isRight = await runSteps([{ name: `once more, by themselves: ${failed.join(", ")}`, command: testing(failed, 1, []) }]);
  if (isRight) console.log(`\nUnsteady: ${failed.join(", ")} failed beside other tests and passed alone. Mend the test.`);
}

function testing(chosen: readonly string[], atOnce: number, reporters: readonly (readonly [string, string])[]): [string, ...string[]] {
  const reporting = reporters.flatMap(([reporter, to]) => [`--test-reporter=${reporter}`, `--test-reporter-destination=${to}`]);
  return [process.execPath, "--expose-gc", "--test", `--test-concurrency=${atOnce}`, "--test-timeout=240000", ...reporting, ...chosen];
}

/** None when no test has run. */
function failedIn(list: string): string[] {
  try {
    return readFileSync(list, "utf8").split("\n").filter(Boolean);
  } catch {
    return [];
  }
}
