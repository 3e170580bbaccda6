/** `npm run bench`: the benchmarks, one question a file; `npm run bench -- judgements` runs one of them. */
import { globSync } from "node:fs";
import { runSteps } from "./run-steps.ts";

const wanted = process.argv.slice(2);
const files = globSync("bench/*.ts").sort();
const chosen = files.filter((file) => wanted.length === 0 || wanted.some((word) => file.startsWith(`bench/${word}`)));
if (chosen.length > 0) await runSteps(chosen.map((file) => ({ name: file, command: [process.execPath, file] as const })));
else {
  console.error(
    `no benchmark is called ${wanted.join(" or ")}: there are ${files.map((file) => file.slice("bench/".length, -".ts".length)).join(", ")}`,
  );
  process.exitCode = 2;
}
