/** What a process compiled is there for the next one: its own modules, and Node's as Node brings them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inFolder } from "../store/folders.ts";

const main = join(import.meta.dirname, "../../src/cli/main.ts");

/** What the command says on standard error. */
function run(folder: string, options: readonly string[], words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, "cache"), FABLEPOOL_HOME: join(folder, "home"), ...environment };
  return spawnSync(process.execPath, ["--no-warnings", ...options, main, ...words], { env, encoding: "utf8" }).stderr;
}

test("a command that ran before takes all of its modules from the cache", () =>
  inFolder((folder) => {
    run(folder, [], ["init"]);
    for (const words of [["status"], ["sync", "http://127.0.0.1:1"]]) {
      run(folder, [], words);
      const log = run(folder, [], words, { NODE_DEBUG_NATIVE: "COMPILE_CACHE" });
      const taken = log.match(/was accepted/g)?.length ?? 0;
      assert.ok(taken > 300, `only ${taken} modules were taken from the cache`);
      assert.doesNotMatch(log, /was rejected|not initialized|code cache for .* was (?!accepted)/, `${words[0]} compiles modules anew`);
    }
  }));

test("Node's own modules are loaded while V8 takes what Node has compiled of them", () =>
  inFolder((folder) => {
    const telling = join(folder, "telling.cjs");
    writeFileSync(
      telling,
      `const { getCacheUsage } = require("internal/test/binding").internalBinding("builtins");
       process.on("exit", () => console.error("compiled anew:", [...getCacheUsage().compiledWithoutCache].join(" ")));`,
    );
    run(folder, [], ["init"]);
    for (const words of [["status"], ["sync", "http://127.0.0.1:1"]]) {
      run(folder, [], words); // so that no type need be taken away
      const said = run(folder, ["--expose-internals", "--require", telling], words);
      assert.match(said, /compiled anew: $/m, `for ${words[0]}`);
    }
  }));
