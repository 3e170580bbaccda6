import { type Command, Option } from "commander";
import { consentRecord } from "../../core/capability/consent.ts";
import type { Selector } from "../../core/capability/selector.ts";
import { type Sensitivity, sensitivities } from "../../core/claim/sensitivity.ts";
import { PoolError } from "../../core/errors.ts";
import type { OpId } from "../../core/op/operation.ts";
import {
  grant,
  grantInvitationText,
  type LedgerEntry,
  ledgerEntry,
  type Node,
  previewSlice,
  readSettings,
  resolveId,
  revoke,
  selectorText,
} from "../../node/index.ts";
import { action } from "../context.ts";
import { consentText, entryText, previewText } from "../grant-text.ts";
import { type RootOptions, rootOf, rootOptions } from "../phrase.ts";
import { counted, shortDid, shortId, timeText } from "../text.ts";
import { toDuration, toNumber, toTime } from "../values.ts";

/** `grant` with its subcommands, and `revoke`. */
export function grantCommands(program: Command): void {
  const group = program
    .command("grant")
    .summary("let someone else read a slice of your claims")
    .description(
      "Lets one other key read one slice of your claims: never the evidence behind them, never anything else. Look first at what it\n" +
        "would show, then give it, and end it whenever you like:\n" +
        "  fablepool grant preview --predicate 'goal.*'\n" +
        "  fablepool grant give <did> --predicate 'goal.*' --purpose training --for 90d\n" +
        "  fablepool revoke <grant>",
    );
  giveCommand(group);
  previewCommand(group);
  showCommand(group);
  receiptCommand(group);
  revokeCommand(program);
}

interface SelectorOptions {
  readonly predicate: string[];
  readonly subject?: string[];
  readonly minConfidence?: number;
  readonly maxSensitivity?: Sensitivity;
}

/** The options that make a selector. */
function selecting(command: Command): Command {
  return command
    .option("--predicate <pattern...>", "which predicates; `*` is any run of characters (schedule.*)")
    .option("--subject <name...>", "only claims about exactly these (self, person:ada); without it about anyone")
    .option("--min-confidence <number>", "only claims at least so sure, 0 to 1", toNumber)
    .addOption(new Option("--max-sensitivity <level>", "up to how sensitive (default personal)").choices([...sensitivities]));
}

function selectorOf({ predicate = [], subject, minConfidence, maxSensitivity }: Partial<SelectorOptions>): Selector {
  if (predicate.length === 0)
    throw new PoolError("usage", "say which predicates: --predicate 'schedule.*' (quoted, so that the shell leaves it alone)");
  return {
    predicates: predicate,
    ...(subject === undefined ? {} : { subjects: subject }),
    ...(minConfidence === undefined ? {} : { min_confidence: minConfidence }),
    ...(maxSensitivity === undefined ? {} : { max_sensitivity: maxSensitivity }),
  };
}

/** Any text is a pattern (spec DEL-2): a slip selects nothing, now. */
const nothingSelected =
  "nothing is selected now: a pattern is a whole predicate, in which `*` is any run of characters (place.home, schedule.*), and `fablepool claims` shows what there is";

interface GiveOptions extends SelectorOptions {
  readonly purpose: string;
  readonly until?: number;
  readonly for?: number;
  readonly refresh?: number;
  readonly purge?: number;
  readonly name?: string;
}

function giveCommand(group: Command): void {
  const command = selecting(group.command("give", { isDefault: true }))
    .summary("grant a slice")
    .description(
      "Signs a grant. The grantee reads the claims that it selects, as they are at each pull, from any full or mirror device of yours\n" +
        "that serves, until it ends. Ending it makes the other side delete what it has and sign that it did; what was read can't be unread.",
    )
    .argument("<did>", "the grantee's did:key (it prints it with: fablepool delegate init)")
    .requiredOption("--purpose <text>", "what for; both sides see it (needed)")
    .option("--until <date>", "when it ends (this or --for is needed)", toTime)
    .option("--for <duration>", "how long it lasts: 90d, 12h, 30m", toDuration)
    .option("--refresh <duration>", "the other side pulls again within this, or deletes (default 7d)", toDuration)
    .option("--purge <duration>", "a purge that takes longer than this is overdue (default 72h)", toDuration)
    .option("--name <text>", "a name for the grantee, for your own devices");
  action<[string, GiveOptions]>(command, async ({ home, output, withNode }, grantee, options) => {
    const selector = selectorOf(options);
    const { until, for: lasting, purpose, refresh, purge, name } = options;
    if ((until === undefined) === (lasting === undefined))
      throw new PoolError("usage", "say when it ends: --until <date>, or --for <duration>");
    const given = await withNode(async (node) => {
      const expiresAt = until ?? node.writer.clock() + (lasting as number);
      const id = await grant(node, { grantee, selector, purpose, expiresAt, refreshMs: refresh, purgeMs: purge, name });
      const { address: url = "" } = readSettings(home);
      const invitation = grantInvitationText({ grant: id, node: node.writer.did, url });
      return { id, expiresAt, invitation, claims: (await previewSlice(node.replica, selector, node.writer.clock())).length };
    });
    output.result(
      { grant: given.id, grantee, expires_at: given.expiresAt, claims: given.claims, invitation: given.invitation },
      `${shortId(given.id)}  ${name ?? shortDid(grantee)} may see ${selectorText(selector)}, until ${timeText(given.expiresAt)}: ${counted(given.claims, "claim")} now`,
    );
    if (given.claims === 0) output.note(nothingSelected);
    const where = given.invitation.includes("&url=") ? "" : " --url http://<this device>:<port>";
    output.note(
      `\nServe one of your devices (fablepool serve); the grantee then takes it up:\n  fablepool delegate accept '${given.invitation}'${where}`,
    );
    return undefined;
  });
}

function previewCommand(group: Command): void {
  const command = selecting(group.command("preview"))
    .summary("see exactly which claims a grant would show, before anything is signed")
    .description("Lists the claims that a grantee would read now, or does read now when a grant is named. Nothing is written.")
    .argument("[grant]", "a grant that was given");
  action<[string | undefined, Partial<SelectorOptions>]>(command, async ({ output, withNode }, text, options) => {
    const seen = await withNode(async (node) => {
      const selector = text === undefined ? selectorOf(options) : selectorOfEntry(await entryNamed(node, text));
      return previewSlice(node.replica, selector, node.writer.clock());
    });
    output.result(
      seen.map(({ attestation, sensitivity }) => ({ ...attestation, sensitivity })),
      previewText(seen),
    );
    if (seen.length === 0 && text === undefined) output.note(nothingSelected);
    return undefined;
  });
}

/** A grant that is over shows nothing. */
function selectorOfEntry({ terms, status }: LedgerEntry): Selector {
  return terms === null || status !== "active" ? { predicates: [] } : terms.selector;
}

async function entryNamed(node: Node, text: string): Promise<LedgerEntry> {
  const entry = await ledgerEntry(node.replica, await resolveId(node.replica, text), node.writer.clock());
  if (entry === null) throw new PoolError("not_found", `${text} is no grant: \`fablepool grants\` lists them`);
  return entry;
}

function showCommand(group: Command): void {
  const command = group
    .command("show")
    .summary("one grant, and everything that happened under it")
    .description("Shows a grant's terms, who read what when, what is owed, and which withdrawn claims the grantee may still hold.")
    .argument("<grant>", "its id");
  action<[string]>(command, async ({ output, withNode }, text) => {
    const entry = await withNode((node) => entryNamed(node, text));
    output.result(entry, entryText(entry));
    return undefined;
  });
}

function receiptCommand(group: Command): void {
  const command = group
    .command("receipt")
    .summary("a consent receipt for both parties")
    .description(
      "Prints the grant as a consent record: for people, or with --json under the field names of ISO/IEC TS 27560:2023. All of it\n" +
        "follows from what was signed, so the grantee can make the same one and compare.",
    )
    .argument("<grant>", "its id");
  action<[string]>(command, async ({ output, withNode }, text) => {
    const record = await withNode(async (node) => {
      const { grant: id, by, at, terms, status, revocation } = await entryNamed(node, text);
      if (terms === null) throw new PoolError("not_found", `the terms of ${text} were taken away: there is nothing to show`);
      const pool = (await node.replica.store.read((reader) => reader.pool())) as OpId;
      const facts = { grant: id, pool, grantor: by, grantedAt: at, terms, status, revocation };
      return consentRecord(facts, timeText);
    });
    output.result(record, consentText(record));
    return undefined;
  });
}

function revokeCommand(program: Command): void {
  const command = program
    .command("revoke")
    .summary("end a grant")
    .description(
      "Revokes a grant, from any full device or as root. The grantee hears of it at its next pull, from any device that knows, deletes\n" +
        "what it has and signs a receipt; `ledger` says who has, and who is overdue. What was read can't be unread.",
    )
    .argument("<grant>", "its id")
    .option("--why <text>", "a reason, kept as a note for your own devices");
  rootOptions(command);
  action<[string, RootOptions & { why?: string }]>(command, async (context, text, { why, ...asRoot }) => {
    const { id, by } = await context.withNode(async (node) => {
      const id = await resolveId(node.replica, text);
      return { id, by: await revoke(node, id, await rootOf(context, node, asRoot), why) };
    });
    context.output.result(
      { grant: id, revocation: by },
      `revoked ${shortId(id)} (${shortId(by)}); your other devices learn of it when they sync`,
    );
    return undefined;
  });
}
