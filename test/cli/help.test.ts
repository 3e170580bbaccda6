/** Help in 80 columns: every command explains itself, no line is wider, and paragraphs flow. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Command } from "commander";
import { helpStyle } from "../../src/cli/help.ts";
import { program } from "../../src/cli/program.ts";
import { fablepool } from "../e2e/command.ts";

test("a paragraph flows whatever its lines in the source code, and an example stays as it is", () => {
  const command = new Command("try").configureHelp(helpStyle).configureOutput({ getOutHelpWidth: () => 80 });
  command.description(`${"word ".repeat(20).trim()}\nmore ${"word ".repeat(3).trim()}\n  an   example`);
  const lines = command.helpInformation().split("\n");
  assert.deepEqual(lines.slice(2, 5), ["word ".repeat(16).trim(), "word word word word more word word word", "  an   example"]);
});

process.stdout.columns = 80; // also when this runs in a wider terminal

/** A command and those below it. */
function all(command: Command): Command[] {
  return [command, ...command.commands.flatMap(all)];
}

function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}

/** What help of a command prints, without a process. */
function help(command: Command): string {
  let said = "";
  const writeOut = (text: string) => {
    said += text;
  };
  command.configureOutput({ getOutHelpWidth: () => 80, writeOut }).outputHelp();
  return said;
}

for (const command of all(program))
  test(`help of ${nameOf(command)} explains it, in 80 columns`, () => {
    const said = help(command);
    assert.ok(said.length > 200, said);
    assert.deepEqual(
      said.split("\n").filter((line) => line.length > 80),
      [],
    );
  });

test("a process prints it, asked in each way, with exit code 0", async () => {
  const derive = program.commands.find((each) => each.name() === "derive") as Command;
  const ways = [
    [["help"], program],
    [["help", "derive"], derive],
    [["derive", "--help"], derive],
  ] as const;
  const ran = await Promise.all(ways.map(async ([args, command]) => ({ ...(await fablepool("/nowhere", args)), command })));
  for (const { code, stdout, command } of ran) assert.deepEqual([code, stdout], [0, help(command)]);
});

/** Those that would do something where there is no home, or ask at a terminal. */
const left = new Set(["init", "join", "recover"]);
const id = `op:${"3f0a".repeat(16)}`;
const values: Readonly<Record<string, string>> = {
  "<id>": id,
  "<grant>": id,
  "<did>": "did:key:z6MkouVsZEHK9yMbKY3DDRmJjYWH4bsecmWATZi77zG1sequ",
};

test("the examples that help gives are right: each asks for a home, and none is a mistake of usage", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "fablepool-help-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const nowhere = join(folder, "no home");
  const helps = await Promise.all([[], ["grant"]].map((name) => fablepool(nowhere, [...name, "--help"])));
  const lines = helps.flatMap(({ stdout }) => [...stdout.matchAll(/^ {2}(?:\w+\$ )?fablepool (\S.*)$/gm)].map(([, line = ""]) => line));
  const examples = [...new Set(lines.map((line) => line.split(/ {2,}/)[0] ?? ""))].map((line) =>
    [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, ...words]) => words.find(Boolean) ?? "").map((word) => values[word] ?? word),
  );
  const tried = examples.filter(([name = ""]) => !left.has(name));
  assert.ok(tried.length > 12, `${tried.length} examples`);
  const codes = tried.map(async (words) => [words.join(" "), (await fablepool(nowhere, words)).code]);
  assert.deepEqual(
    (await Promise.all(codes)).filter(([, code]) => code !== 3 && code !== 4),
    [],
  );
});
