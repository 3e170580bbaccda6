/** `docs/dependencies.md` against `package.json` and the lockfile: each justified, none that is not there, and their number kept low. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";

const page = readFileSync("docs/dependencies.md", "utf8");
const wanted = JSON.parse(readFileSync("package.json", "utf8")) as Record<"dependencies" | "optionalDependencies", Record<string, string>>;
interface Locked {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly link?: boolean;
}
const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Record<string, Locked> };

test("each dependency has a line that says why, and no line is about another one", () => {
  const rows = [...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
  assert.deepEqual(rows, Object.keys(wanted.dependencies).sort());
  for (const name of Object.keys(wanted.optionalDependencies)) assert.ok(page.includes(`\`${name}\``), name);
  for (const [name, version] of Object.entries(wanted.dependencies)) assert.match(version, /^\d+\.\d+\.\d+$/, `${name} is pinned`);
});

test("no more packages are installed than the page says, and hardly fewer; no script of theirs is run", () => {
  const most = Number(/\*\*(\d+)\*\* packages at most/.exec(page)?.[1]);
  const platforms = Object.keys(wanted.optionalDependencies).length;
  const installed = Object.entries(packages).filter(
    ([path, { dev, devOptional, link }]) => path.startsWith("node_modules/") && !dev && !devOptional && !link,
  );
  const count = installed.length - platforms + 1;
  assert.ok(count <= most && count > most - 12, `${count} packages at run time`);
  assert.match(readFileSync("scripts/bootstrap.mjs", "utf8"), /"ci", "--ignore-scripts"/);
});

test("the core imports nothing but itself", () => {
  for (const file of globSync("src/core/**/*.ts")) {
    const outside = [...readFileSync(file, "utf8").matchAll(/^(?:import|export|\}).* from "([^".][^"]*)"/gm)].map(([, name]) => name);
    assert.deepEqual(outside, [], file);
  }
});
