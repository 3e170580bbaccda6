/** Help in 80 columns: no line is wider, and paragraphs flow. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Command } from "commander";
import { helpStyle } from "../../src/cli/help.ts";
import { fablepool } from "../e2e/command.ts";

test("a paragraph flows whatever its lines in the source code, and an example stays as it is", () => {
  const command = new Command("try").configureHelp(helpStyle).configureOutput({ getOutHelpWidth: () => 80 });
  command.description(`${"word ".repeat(20).trim()}\nmore ${"word ".repeat(3).trim()}\n  an   example`);
  const lines = command.helpInformation().split("\n");
  assert.deepEqual(lines.slice(2, 5), ["word ".repeat(16).trim(), "word word word word more word word word", "  an   example"]);
});

for (const name of [[], ["init"], ["derive"], ["find"], ["grant"], ["delegate"]])
  test(`help of ${name.join(" ") || "everything"} fits in 80 columns`, async () => {
    const { stdout } = await fablepool("/nowhere", [...name, "--help"]);
    assert.deepEqual(
      stdout.split("\n").filter((line) => line.length > 80),
      [],
    );
  });
