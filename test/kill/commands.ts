/** All commands that write. */
import type { WritingCommand } from "./command.ts";
import { delegateCommands, endOwner } from "./delegate.ts";
import { duoCommands, endServing } from "./duo.ts";
import { freshCommands } from "./fresh.ts";
import { endHub, hubCommands } from "./hub.ts";
import { soloCommands } from "./solo.ts";
import { besideCommands } from "./solo-beside.ts";
import { spokenCommands } from "./solo-spoken.ts";
import type { Template } from "./template.ts";

export function commandsOn(template: Template): readonly WritingCommand[] {
  return [
    ...soloCommands,
    ...besideCommands,
    ...spokenCommands,
    ...duoCommands,
    ...delegateCommands,
    ...hubCommands,
    ...freshCommands(template),
  ];
}

/** Ends what is kept running between strikes. */
export async function endServers(): Promise<void> {
  await endServing();
  await endOwner();
  await endHub();
}

/** Commands that write nothing, or no more than any command may that opens a home: each of the others is killed. */
export const readingCommands: readonly string[] = [
  "evidence",
  "show",
  "conflicts",
  "questions",
  "grants",
  "ledger",
  "audit",
  "grant preview",
  "grant show",
  "grant receipt",
  "assistant list",
  "assistant config",
  "credential verify",
  "delegate list",
  "delegate show",
  "device list",
  "status",
  "log",
  "hub pools",
  "hub show",
];
