/** Questions at a real terminal: what each answer does, and that Ctrl-C does nothing and says so. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { program } from "./command.ts";
import { atTerminal, noTerminal } from "./terminal.ts";

/** Types `keys` once it asks. */
const answered = (home: string, args: readonly string[], keys: string) =>
  atTerminal(home, args, (screen) => (screen.includes("for ever?") ? keys : null));

test("forget asks: no, Ctrl-C and yes", { skip: noTerminal }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "fablepool-asking-"));
  const home = join(folder, "home");
  const run = (...args: string[]) =>
    JSON.parse(spawnSync(process.execPath, [program, "--home", home, "--json", ...args]).stdout.toString());
  const words = (id: string) => run("show", id).payload?.object;
  try {
    run("init", "--name", "phone");
    const { id } = run("claim", "self", "preference.likes", "a word to forget");
    const no = await answered(home, ["forget", id], "\r");
    assert.deepEqual([no.code, words(id)], [0, "a word to forget"]);
    assert.match(no.screen, /nothing was forgotten/);
    const interrupted = await answered(home, ["forget", id], "\x03");
    assert.deepEqual([interrupted.code, words(id)], [130, "a word to forget"]);
    assert.match(interrupted.screen, /interrupted: nothing was done/);
    const yes = await answered(home, ["forget", id], "y");
    assert.deepEqual([yes.code, words(id)], [0, undefined]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
