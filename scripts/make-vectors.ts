/** `npm run vectors`: writes `spec/predicates.json` and every file under `spec/vectors`, and removes what is no longer a scenario. */
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { allFiles } from "./vectors/all.ts";

const spec = fileURLToPath(new URL("../spec/", import.meta.url));
const files = allFiles();
const stale = globSync("vectors/**/*.json", { cwd: spec }).filter((path) => !files.has(path.replaceAll("\\", "/")));
for (const path of stale) rmSync(join(spec, path));
let changed = 0;
for (const [path, text] of files) {
  const whole = join(spec, path);
  if (textOf(whole) === text) continue;
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
  changed++;
}
console.log(`${files.size} files: ${changed} written, ${stale.length} removed, the rest as they were`);

function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
