/** Every command of the program is among those that are killed, or among those that write nothing: a new one has to be put somewhere. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fablepool } from "../e2e/command.ts";
import { commandsOn, readingCommands } from "./commands.ts";
import type { Template } from "./template.ts";

/** Commands that have commands. */
const groups: readonly string[] = ["grant", "assistant", "credential", "delegate", "device", "key", "hub"];

/** The commands that a help text lists. */
async function listed(...group: readonly string[]): Promise<string[]> {
  const { stdout } = await fablepool("/nowhere", [...group, "--help"]);
  const [, list = ""] = /^Commands:\n((?: {2}.*\n)+)/m.exec(stdout) ?? [];
  const names = [...list.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name = ""]) => name).filter((name) => name !== "help");
  return names.map((name) => [...group, name].join(" "));
}

test("each command that writes is killed by `node test/kill/main.ts`", async () => {
  const names = await listed();
  const all = [...names.filter((name) => !groups.includes(name)), ...(await Promise.all(groups.map((name) => listed(name)))).flat()];
  assert.ok(all.includes("hub delete") && all.includes("import") && all.length > 60, all.join(", "));
  const killed = commandsOn({} as Template).map(({ name }) => name);
  // `grant` alone gives one; `migrate` is any command on an older store.
  const isKilled = (name: string) => killed.some((each) => each === name || `${each} give` === name || each.startsWith(`${name} `));
  const left = all.filter((name) => !isKilled(name) && !readingCommands.includes(name));
  assert.deepEqual(left, []);
  assert.deepEqual(
    readingCommands.filter((name) => !all.includes(name)),
    [],
    "there is such a command",
  );
});
