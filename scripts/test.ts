/** `npm test`: types and doors, lint and format, then every test. `npm test -- test/core` runs a part of the tests. */
import { globSync } from "node:fs";
import { runSteps } from "./run-steps.ts";

const wanted = process.argv.slice(2);
const files = globSync("test/**/*.test.ts")
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.startsWith(part)))
  .sort();

if (files.length === 0) {
  console.error(`no test file begins with ${wanted.join(" or ")}`);
  process.exitCode = 2;
} else {
  await runSteps([
    { name: "types and doors (tsc -b)", command: ["tsc", "-b"] },
    { name: "lint and format (biome)", command: ["biome", "check", "--error-on-warnings"] },
    {
      name: `${files.length} test files`,
      command: [process.execPath, "--expose-gc", "--test", "--test-concurrency=2", "--test-timeout=240000", ...files],
    },
  ]);
}
