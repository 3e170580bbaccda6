import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Misuse, readCommand, usage } from "../../sim/command.ts";

const folder = mkdtempSync(join(tmpdir(), "sim-command-"));
test.after(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

test("what is not said has its default, and a seed may come from the environment", () => {
  const many = { histories: 1000, seed: 1, nodes: undefined, actions: undefined, delegate: false, real: false };
  assert.deepEqual(readCommand([]), { do: "many", many, store: "memory" });
  assert.deepEqual(readCommand(["--histories", "5"], "77"), { do: "many", many: { ...many, histories: 5, seed: 77 }, store: "memory" });
  const said = ["--seed", "9", "--nodes", "4", "--actions", "25", "--delegate", "--signatures", "real", "--store", "postgres"];
  const asked = { histories: 1000, seed: 9, nodes: 4, actions: 25, delegate: true, real: true };
  assert.deepEqual(readCommand(said, "77"), { do: "many", many: asked, store: "postgres" });
  assert.deepEqual(readCommand(["--canaries"]), { do: "canaries", seed: 1 });
  assert.deepEqual(readCommand(["--help"]), { do: "help" });
});

const wrong: readonly [args: readonly string[], why: RegExp][] = [
  [["--seed", "x"], /^--seed must be a whole number from 0 on, not "x"$/],
  [["--seed", "1e3"], /^--seed must be/],
  [["--seed", "9007199254740993"], /^--seed must be/],
  [["--histories", "0"], /^--histories must be a whole number from 1 on, not "0"$/],
  [["--histories=-3"], /^--histories must be/],
  [["--nodes", ""], /^--nodes must be a whole number from 1 on, not ""$/],
  [["--actions", "2.5"], /^--actions must be/],
  [["--canaries", "--seed", "q"], /^--seed must be/],
  [["--store", "sqlite"], /^--store must be memory or postgres, not "sqlite"$/],
  [["--signatures", "none"], /^--signatures must be simulated or real, not "none"$/],
  [["--trace"], /^Unknown option '--trace'$/],
  [["again"], /^Unexpected argument 'again'/],
  [["--replay", join(folder, "none.json")], /can't be replayed: ENOENT/],
  [["--replay", file("text.json", "seed 5")], /can't be replayed: .*JSON/],
  [["--replay", file("other.json", '{"seed":"5"}')], /can't be replayed: a script has a seed, a number of nodes, and a list of actions$/],
];

for (const [args, why] of wrong) {
  test(`nothing runs of ${args.join(" ").replace(`${folder}/`, "")}`, () => {
    assert.throws(
      () => readCommand(args),
      (error) => error instanceof Misuse && why.test(error.message),
    );
  });
}

test("as a command: 2 and the usage for what can't be run, 0 for one history that holds", () => {
  const main = join(import.meta.dirname, "../../sim/main.ts");
  const { status, stderr, stdout } = spawnSync(process.execPath, [main, "--seed", "x"], { encoding: "utf8" });
  assert.deepEqual([status, stdout], [2, ""]);
  assert.equal(stderr, `--seed must be a whole number from 0 on, not "x"\n\n${usage}\n`);
  const said = execFileSync(process.execPath, [main, "--histories", "1", "--seed", "362"], { encoding: "utf8" });
  assert.match(said, /^1 of 1 histories, [1-9][0-9]* steps, .* no violation\ntraces [0-9a-f]{64}/);
  const model = join(import.meta.dirname, "../../sim/model/main.ts");
  const bounds = spawnSync(process.execPath, [model, "huge"], { encoding: "utf8" });
  assert.deepEqual([bounds.status, bounds.stdout, bounds.stderr], [2, "", "the bounds are small or large, not huge\n"]);
});
