import { resolve } from "node:path";
import { type Command, Option } from "commander";
import type { Selector } from "../../core/capability/selector.ts";
import { type Sensitivity, sensitivities } from "../../core/claim/sensitivity.ts";
import { PoolError } from "../../core/errors.ts";
import { limits } from "../../core/limits.ts";
import {
  type AssistantRecord,
  addAssistant,
  findRecord,
  type LedgerEntry,
  ledgerEntry,
  listClaims,
  listRecords,
  lockOf,
  type Node,
  openAssistant,
  previewSlice,
  readSettings,
  removeAssistant,
  selectorText,
  tokenOf,
} from "../../node/index.ts";
import { type ClientConfiguration, clientConfigurations } from "../client-configuration.ts";
import { action, type Context, type GlobalOptions } from "../context.ts";
import { counted, table, timeText } from "../text.ts";
import { toCount, toDuration, toNumber, toTime } from "../values.ts";

/** `assistant` with its subcommands. */
export function assistantCommands(program: Command): void {
  const group = program
    .command("assistant")
    .summary("let an assistant ask your memory, and propose what to remember")
    .description(
      "Connects AI assistants (Claude, Cursor, VS Code, any client of the Model Context Protocol) to your memory. Each is somebody: it has a\n" +
        "key of its own, reads only the claims that you allow it, and what it read is in your log. What it remembers is only proposed\n" +
        "until you confirm it (fablepool questions). Ending it is one command.\n" +
        "  fablepool assistant add claude --allow 'place.*' 'schedule.*' 'taste.*'\n" +
        "  fablepool assistant remove claude",
    );
  addCommand(group);
  listCommand(group);
  configCommand(group);
  removeCommand(group);
}

interface AddOptions {
  readonly allow: string[];
  readonly subject?: string[];
  readonly sensitivity?: Sensitivity;
  readonly minConfidence?: number;
  readonly until?: number;
  readonly for?: number;
  readonly quota: number;
  readonly purpose?: string;
  readonly evidence?: boolean;
  readonly client?: string;
}

const yearMs = 365 * 86_400_000;

function addCommand(group: Command): void {
  const command = clientOption(group.command("add"))
    .summary("add one, and print what its program needs to know")
    .description(
      "Makes a key for the assistant, grants it the claims that you allow, and prints the lines for common clients. Look beforehand at what\n" +
        "it would see: fablepool grant preview --predicate 'place.*'",
    )
    .argument("<name>", "what you call it: a-z, 0-9 and -")
    .requiredOption(
      "--allow <pattern...>",
      "which predicates it may read; `*` is any run of characters ('*' is everything up to --sensitivity)",
    )
    .option("--subject <name...>", "only claims about exactly these (self, person:ada); without it about anyone")
    .addOption(new Option("--sensitivity <level>", "up to how sensitive (default personal)").choices([...sensitivities]))
    .option("--min-confidence <number>", "only claims at least so sure, 0 to 1", toNumber)
    .option("--until <date>", "when it ends", toTime)
    .option("--for <duration>", "how long it lasts: 90d, 12h (default 365d)", toDuration)
    .option("--quota <number>", "claims that it may propose in a day", toCount, limits.assistantProposalsPerDay)
    .option("--evidence", "also show it, of claims that it may read, what your sources literally say")
    .option("--purpose <text>", "what for (default: to help its owner as their assistant)");
  action<[string, AddOptions]>(command, async (context, name, options) => {
    const { until, for: lasting, quota, evidence = false, purpose = "to help its owner as their assistant" } = options;
    if (until !== undefined && lasting !== undefined)
      throw new PoolError("usage", "say when it ends once: --until <date>, or --for <duration>");
    const selector = {
      predicates: options.allow,
      ...(options.subject === undefined ? {} : { subjects: options.subject }),
      ...(options.minConfidence === undefined ? {} : { min_confidence: options.minConfidence }),
      ...(options.sensitivity === undefined ? {} : { max_sensitivity: options.sensitivity }),
    };
    const added = await context.withNode(async (node) => {
      const expiresAt = until ?? node.writer.clock() + (lasting ?? yearMs);
      const { record, token } = await addAssistant(node, { name, selector, purpose, expiresAt, evidence, quota }, context.askOnce);
      return { record, token, expiresAt, claims: await claimsNow(node, selector) };
    });
    const { record, token, expiresAt, claims } = added;
    const configurations = configurationsOf(context, command, { name, token }, options.client);
    context.output.result(
      { name, did: record.did, grant: record.grant, expires_at: expiresAt, claims, token, clients: dataOf(configurations) },
      `${name} may read ${selectorText(selector)}, until ${timeText(expiresAt)}: ${claims === null ? "very many claims" : counted(claims, "claim")} now\n\n${textOf(configurations)}`,
    );
    noteLock(context);
    context.output.note(`\nWhat it proposes waits for you: fablepool questions. To end it: fablepool assistant remove ${name}`);
    return undefined;
  });
}

/** Null when they are more than are looked at as a whole: then it can recall and ask why, and not see all at once. */
async function claimsNow(node: Node, selector: Selector): Promise<number | null> {
  try {
    return (await previewSlice(node.replica, selector, node.writer.clock())).length;
  } catch (error) {
    if (error instanceof PoolError && error.code === "too_large") return null;
    throw error;
  }
}

function configCommand(group: Command): void {
  const command = clientOption(group.command("config"))
    .summary("print again what its program needs to know")
    .description("Prints the lines for common clients, with the token for HTTP: whoever has it is this assistant.")
    .argument("<name>", "the assistant's name");
  action<[string, { client?: string }]>(command, async (context, name, { client }) => {
    const { writer } = await openAssistant(context.home, name, context.askOnce);
    const configurations = configurationsOf(context, command, { name, token: tokenOf(name, writer.seed) }, client);
    context.output.result(dataOf(configurations), textOf(configurations));
    noteLock(context);
    return undefined;
  });
}

const clients = ["claude-desktop", "claude-code", "cursor", "vscode", "stdio", "http"] as const;

function clientOption(command: Command): Command {
  return command.addOption(new Option("--client <client>", "print only what this one needs").choices(clients));
}

/** This very program, so that a client finds it wherever it is installed. */
function configurationsOf(
  { home }: Context,
  command: Command,
  assistant: { name: string; token: string },
  only?: string,
): ClientConfiguration[] {
  const { passphraseFile, passphraseCommand, keyFile } = command.optsWithGlobals() as GlobalOptions;
  const locked = [
    ...(passphraseFile === undefined ? [] : ["--passphrase-file", resolve(passphraseFile)]),
    ...(passphraseCommand === undefined ? [] : ["--passphrase-command", passphraseCommand]),
    ...(keyFile === undefined ? [] : ["--key-file", resolve(keyFile)]),
  ];
  const args = [process.argv[1] ?? "fablepool", "--home", home.folder, ...locked, "mcp", "--as", assistant.name];
  const { address = "http://127.0.0.1:7411", localAddress = address } = readSettings(home);
  const all = clientConfigurations({ command: process.execPath, args, url: `${localAddress}/mcp`, token: assistant.token });
  return all.filter(({ client }) => only === undefined || client === only);
}

/** A client that starts a program can't be asked for a passphrase. */
function noteLock({ home, output, options: { passphraseFile, passphraseCommand, keyFile } }: Context): void {
  if (lockOf(home.deviceKey) === null || (passphraseFile ?? passphraseCommand ?? keyFile) !== undefined) return;
  output.note(
    "\nThis device is locked: give --passphrase-command, --passphrase-file or --key-file to this command, and the lines will have it",
  );
}

function dataOf(configurations: readonly ClientConfiguration[]) {
  return Object.fromEntries(configurations.map(({ client, where, lines }) => [client, { where, lines }]));
}

function textOf(configurations: readonly ClientConfiguration[]): string {
  const [only] = configurations;
  if (only !== undefined && configurations.length === 1) return only.lines;
  return configurations.map(({ title, where, lines }) => `# ${title}: ${where}\n${lines}`).join("\n\n");
}

function listCommand(group: Command): void {
  const command = group
    .command("list")
    .summary("who there is, what they may see, when they last read")
    .description(
      "Lists the assistants of this home, with those that were removed. `fablepool grant show <grant>` shows everything that happened.",
    );
  action<[]>(command, async ({ home, output, withNode }) => {
    const seen = await withNode((node) => Promise.all(listRecords(home).map((record) => seenOf(node, record))));
    output.result(
      seen.map(({ record: { tokenHash: _hash, ...record }, entry, waiting }) => ({
        ...record,
        status: entry?.status ?? null,
        terms: entry?.terms ?? null,
        waiting,
      })),
      table(seen.map(rowOf)),
    );
    output.note(seen.length === 0 ? "no assistants: `fablepool assistant add` adds one" : counted(seen.length, "assistant"));
    return undefined;
  });
}

interface SeenAssistant {
  readonly record: AssistantRecord;
  readonly entry: LedgerEntry | null;
  readonly waiting: number;
}

async function seenOf(node: Node, record: AssistantRecord): Promise<SeenAssistant> {
  const entry = await ledgerEntry(node.replica, record.grant, node.writer.clock());
  const proposed = await listClaims(node.replica, { statuses: ["proposed"], limit: 1_000 });
  return { record, entry, waiting: proposed.filter(({ op }) => op.author === record.did).length };
}

function rowOf({ record, entry, waiting }: SeenAssistant): string[] {
  const status = record.removedAt === null ? (entry?.status ?? "revoked") : `removed ${timeText(record.removedAt).slice(0, 10)}`;
  const read = entry?.accesses.at(-1);
  return [
    record.name,
    status,
    entry?.terms ? `may read ${selectorText(entry.terms.selector)}` : "may read nothing",
    entry?.terms ? `until ${timeText(entry.terms.expiresAt).slice(0, 10)}` : "",
    read ? `last read ${timeText(read.at).slice(0, 10)}` : "never read",
    waiting > 0 ? `${counted(waiting, "claim")} proposed` : "",
  ];
}

function removeCommand(group: Command): void {
  const command = group
    .command("remove")
    .summary("end one, at once")
    .description(
      "Revokes the assistant's grant, removes its key from your pool and from this disk. Its next call is refused, on connections that are open,\n" +
        "too. What it proposed and you confirmed stays; what it read can't be unread.",
    )
    .argument("<name>", "the assistant's name");
  action<[string]>(command, async (context, name) => {
    if (findRecord(context.home, name) === null)
      throw new PoolError("not_found", `there is no assistant ${name} here: \`fablepool assistant list\` names them`);
    const record = await context.withNode((node) => removeAssistant(node, name, context.askOnce));
    context.output.result({ name, did: record.did, removed_at: record.removedAt }, `removed ${name}: its next call is refused`);
    return undefined;
  });
}
