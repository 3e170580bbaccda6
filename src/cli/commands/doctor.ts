import type { Command } from "commander";
import { examineHome, type Finding, mendHome, system } from "../../node/index.ts";
import { action } from "../context.ts";
import { exitCodes } from "../output.ts";
import { counted } from "../text.ts";

export function doctorCommand(program: Command): void {
  const command = program
    .command("doctor")
    .summary("find out what is wrong with this home")
    .description(
      "Looks at the home without unlocking its key: who can read it, keys and recovery phrase, the store's file, this device's standing,\n" +
        "forks and copies, missing words, the clock, other devices, backups, the disk. Says what to do about each thing it finds.\n" +
        "Exit code 0: nothing is wrong (there may be advice). 1: something is.",
    )
    .option("--mend", "mend what can be mended without losing anything: permissions, leftovers of killed processes")
    .option("--all", "list what is fine, too");
  action<[{ mend?: boolean; all?: boolean }]>(command, async ({ home, output }, { mend, all }) => {
    const found = await examineHome(home, system.clock);
    const { mended, failed } = mend ? mendHome(found) : { mended: [], failed: [] };
    const findings = mended.length > 0 ? await examineHome(home, system.clock) : found;
    for (const { says } of failed) output.problem(`could not be mended: ${says}`);
    const wrong = findings.filter(({ level }) => level === "wrong");
    const shown = findings.filter(({ level }) => all || level !== "fine");
    const lines = [
      ...mended.map(({ says }) => `mended  ${says}`),
      ...shown.map(textOf),
      wrong.length > 0 ? `${counted(wrong.length, "thing")} wrong with ${home.folder}` : `nothing is wrong with ${home.folder}`,
    ];
    const plain = (list: readonly Finding[]) => list.map(({ mend: mending, ...rest }) => ({ ...rest, mendable: mending !== undefined }));
    output.result({ home: home.folder, findings: plain(findings), mended: plain(mended) }, lines.join("\n"));
    return wrong.length > 0 ? exitCodes.partly : exitCodes.done;
  });
}

const marks = { fine: "fine  ", advice: "advice", wrong: "WRONG " } as const;

function textOf({ level, says, todo }: Finding): string {
  return `${marks[level]}  ${says}${todo === undefined ? "" : `\n        ${todo}`}`;
}
