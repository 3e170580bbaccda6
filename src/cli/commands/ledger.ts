import type { Command } from "commander";
import { PoolError } from "../../core/errors.ts";
import {
  challenge,
  type LedgerEntry,
  ledger,
  ledgerEntry,
  type Node,
  nativeCrypto,
  needsAnEye,
  readAttempts,
  resolveId,
  standingText,
  whoText,
} from "../../node/index.ts";
import { action } from "../context.ts";
import { emptyWords } from "../empty.ts";
import { attemptRows, entryText, grantRows } from "../grant-text.ts";
import { exitCodes } from "../output.ts";
import { transportRoom } from "../rooms.ts";
import { counted, shortId } from "../text.ts";
import { toCount } from "../values.ts";

/** `grants`, `ledger`, `audit` and `challenge`: who may see what, who did, and what they owe. */
export function ledgerCommands(program: Command): void {
  grantsCommand(program);
  ledgerCommand(program);
  auditCommand(program);
  challengeCommand(program);
}

function grantsCommand(program: Command): void {
  const command = program
    .command("grants")
    .summary("list whom you have let see what")
    .description("Lists grants, the newest first: those that are active, and with --all those that are over.")
    .option("--all", "those that are over, too");
  action<[{ all?: boolean }]>(command, async ({ output, withNode }, { all }) => {
    const { entries, empty } = await withNode(async (node) => ({
      entries: await ledger(node.replica, node.writer.clock()),
      empty: await emptyWords(node, all ? "nothing is shared" : "nothing is shared now"),
    }));
    const shown = entries.filter(({ status }) => all || status === "active");
    const hidden = entries.length - shown.length;
    output.result(shown, shown.length === 0 ? empty : grantRows(shown));
    if (hidden > 0) output.note(`${counted(hidden, "grant")} more that ${hidden === 1 ? "is" : "are"} over: --all`);
    return undefined;
  });
}

function ledgerCommand(program: Command): void {
  const command = program
    .command("ledger")
    .summary("who read what, what is owed, overdue or disputed")
    .description(
      "The whole account of what you share: every grant with who read how many claims when, purges that are owed, acknowledged, overdue\n" +
        "or disputed, withdrawn claims that somebody may still hold, and what this device refused to others. Exit code 1 when a purge is\n" +
        "overdue or disputed.",
    )
    .option("--open", "only what needs an eye")
    .option("--attempts <number>", "how many refused attempts to show", toCount, 10);
  action<[{ open?: boolean; attempts: number }]>(command, async ({ home, output, withNode }, { open, attempts: most }) => {
    const { all, empty } = await withNode(async (node) => ({
      all: await ledger(node.replica, node.writer.clock()),
      empty: await emptyWords(node, open ? "nothing is owed" : "nothing is shared"),
    }));
    const entries = open ? all.filter(needsAnEye) : all;
    const attempts = readAttempts(home).slice(0, Math.max(0, most));
    const parts = entries.length === 0 ? [empty] : entries.map(entryText);
    if (attempts.length > 0) parts.push(`refused here:\n${attemptRows(attempts)}`);
    output.result({ grants: entries, attempts }, parts.join("\n\n"));
    return all.some(({ purge }) => purge.disputed || purge.state === "overdue") ? exitCodes.partly : exitCodes.done;
  });
}

function auditCommand(program: Command): void {
  const command = program
    .command("audit")
    .summary("everything about one grantee")
    .description("All grants to one grantee, what it read, owes and said, and what this device refused to it.")
    .argument("<grantee>", "its did:key, or the name you gave it");
  action<[string]>(command, async ({ home, output, withNode }, text) => {
    const all = await withNode((node) => ledger(node.replica, node.writer.clock()));
    const entries = all.filter(({ grantee, name }) => grantee === text || (name !== "" && name === text));
    const keys = new Set(entries.map(({ grantee }) => grantee));
    if (keys.size > 1) throw new PoolError("usage", `several grantees are called ${text}: give the key`);
    const attempts = readAttempts(home).filter(({ key }) => key === text || keys.has(key as never));
    if (entries.length + attempts.length === 0) throw new PoolError("not_found", `nothing was granted to ${text}`);
    const parts = [...entries.map(entryText), ...(attempts.length > 0 ? [`refused here:\n${attemptRows(attempts)}`] : [])];
    output.result({ grantee: [...keys][0] ?? text, grants: entries, attempts }, parts.join("\n\n"));
    return undefined;
  });
}

function challengeCommand(program: Command): void {
  const command = program
    .command("challenge")
    .summary("ask a grantee to prove what it holds")
    .description(
      "Asks the delegate at <url> for a signed statement of what it holds under a grant, and compares it with what your devices served.\n" +
        "A mismatch that another pull does not end is disputed, and stays in the ledger with the grantee's own signature. Exit code 1 when\n" +
        "it does not match.",
    )
    .argument("<grant>", "its id")
    .argument("<url>", "where the grantee's delegate serves");
  action<[string, string]>(command, async ({ output, withNode }, text, url) => {
    const { entry, challenged } = await withNode(async (node) => {
      const id = await resolveId(node.replica, text);
      const before = await ledgerEntry(node.replica, id, node.writer.clock());
      if (before === null) throw new PoolError("not_found", `${text} is no grant: \`fablepool grants\` lists them`);
      const challenged = await challengeAt(node, before, url);
      return { challenged, entry: (await ledgerEntry(node.replica, id, node.writer.clock())) ?? before };
    });
    const why = challenged.reason === null ? "" : `: ${challenged.reason}`;
    const claims = challenged.proof === null ? "" : `, it says that it holds ${counted(challenged.proof.count, "claim")}`;
    output.result({ ...challenged, grant: entry.grant }, `${shortId(entry.grant)}  ${whoText(entry)}: ${challenged.state}${claims}${why}`);
    if (challenged.state !== "matched") output.note(standingText(entry));
    return challenged.state === "matched" ? exitCodes.done : exitCodes.partly;
  });
}

/** Only the grantee's own node is asked: another one proves nothing. */
async function challengeAt(node: Node, { grant, grantee }: LedgerEntry, url: string) {
  const { did, seed, clock, random } = node.writer;
  const { openHttpTransport } = await transportRoom();
  const transport = openHttpTransport({ url, node: grantee, key: { did, seed }, crypto: nativeCrypto, clock, random });
  try {
    return await challenge(node.replica, node.writer, transport, grant);
  } finally {
    await transport.close();
  }
}
