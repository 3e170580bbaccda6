/** `npm test` does without the hook by which Node tells whose an error is that nobody caught: it fails the run all the same. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const folder = mkdtempSync(join(tmpdir(), "fablepool-stray-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a test file with this body in the midst of its only test, as `npm test` does. */
function run(body: string): { readonly status: number | null; readonly said: string } {
  const file = join(folder, "one.test.mjs");
  writeFileSync(file, `import { test } from "node:test";\ntest("one", async () => {\n${body}\n});\n`);
  const { NODE_TEST_CONTEXT: _context, ...env } = process.env;
  const { status, stdout } = spawnSync(process.execPath, ["--import=./scripts/untraced-tests.ts", "--test", file], {
    encoding: "utf8",
    env,
  });
  return { status, said: stdout };
}

test("a test that is right passes; an error that nobody catches fails the run and is named", () => {
  const soon = "await new Promise((resolve) => setTimeout(resolve, 1));";
  assert.equal(run(soon).status, 0);
  for (const stray of [
    `setTimeout(() => { throw new RangeError("a stray one"); }, 0); ${soon}`,
    `void Promise.reject(new RangeError("a stray one")); ${soon}`,
  ]) {
    const { status, said } = run(stray);
    assert.equal(status, 1, said);
    assert.match(said, /a stray one/);
  }
  assert.equal(run('throw new RangeError("its own");').status, 1);
});
