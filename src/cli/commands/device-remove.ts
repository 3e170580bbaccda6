import { type Command, Option } from "commander";
import { PoolError } from "../../core/errors.ts";
import {
  carryOver,
  formerKeys,
  listDevices,
  type Node,
  planRemoval,
  type RemovalReason,
  type RemovalWish,
  removeAsPlanned,
  resolveId,
  type SeenDevice,
  workOfFormerKey,
} from "../../node/index.ts";
import { agree } from "../agree.ts";
import { action } from "../context.ts";
import { nameOf, planWords } from "../device-text.ts";
import { type RootOptions, rootOf, rootOptions } from "../phrase.ts";
import { atTerminal } from "../secrets.ts";
import { claimSentence, counted, shortId } from "../text.ts";
import { toTime } from "../values.ts";

interface RemoveOptions extends RootOptions {
  readonly reason?: RemovalReason;
  readonly since?: number;
  readonly last?: string;
  readonly yes?: boolean;
}

export function removeCommand(device: Command): void {
  const command = device
    .command("remove")
    .summary("remove a device that is retired, lost or stolen")
    .description(
      "Removes a device: nothing that it writes from now on counts, whenever it arrives. Asks what happened, shows what would lose its\n" +
        "effect, and asks again before it does it. Stolen: what it wrote since then does not count either. Only root, your recovery phrase,\n" +
        "fully stops a stolen device that ranks before this one: --as-root.",
    )
    .argument("[device]", "its name, or its did:key (asked without)")
    .addOption(new Option("--reason <what>", "what happened (asked without)").choices(["retired", "lost", "stolen"]))
    .option("--since <date>", "since when somebody else may have it, like 2026-01-31T18:00Z", toTime)
    .option("--last <id>", "the last operation of it that still counts: `newest`, `none`, or an id (chosen without)")
    .option("--yes", "do it without asking");
  rootOptions(command);
  action<[string | undefined, RemoveOptions]>(command, async (context, text, options) => {
    const { output } = context;
    return context.withNode(async (node) => {
      const device = await deviceOf(node, text);
      const { reason, since } = await whatHappened(device, options);
      const root = await rootOf(context, node, options);
      const named = options.last;
      const last: RemovalWish["last"] =
        named === undefined || named === "newest" || named === "none" ? named : await resolveId(node.replica, named);
      const wish = { key: device.key, reason, since, asRoot: root !== null, ...(last === undefined ? {} : { last }) };
      const plan = await planRemoval(node, wish);
      output.note(planWords(plan));
      if (!options.yes && !(await agree(`Remove ${nameOf(device)}?`, "this asks first: say --yes where nobody can be asked"))) {
        throw new PoolError("interrupted", "nothing was done");
      }
      const op = await removeAsPlanned(node, plan, root);
      const { operations } = plan.contested;
      const data = { op, removed: device.key, reason, last: plan.last, contested: operations, falls: plan.falls.map(({ key }) => key) };
      output.result(data, `removed ${nameOf(device)} (${shortId(op)}); the other devices learn of it when they sync`);
      return undefined;
    });
  });
}

/** By key, or by name, which a key that was rotated has, too: those that are still in go before those that are out. Asked where there is a person. */
async function deviceOf(node: Node, text: string | undefined): Promise<SeenDevice> {
  const devices = (await listDevices(node.replica)).filter(({ rank }) => rank > 0);
  if (text !== undefined) {
    const named = devices.filter(({ key, name }) => key === text || (name !== "" && name === text));
    const present = named.filter(({ removed }) => !removed);
    const matches = present.length > 0 ? present : named;
    if (matches.length > 1) throw new PoolError("usage", `several devices are called ${text}: give the key`);
    const [match] = matches;
    if (match === undefined) throw new PoolError("not_found", `no device is called ${text}: \`fablepool device list\` shows them`);
    return match;
  }
  if (!atTerminal()) throw new PoolError("usage", "which device? `fablepool device list` shows them");
  const { isCancel, select } = await import("@clack/prompts"); // loaded only when asking
  const options = devices
    .filter(({ removed, key }) => !removed && key !== node.writer.did)
    .map((each) => ({ value: each.key, label: nameOf(each) }));
  if (options.length === 0) throw new PoolError("usage", "there is no other device to remove");
  const chosen = await select({ message: "Which device?", options, output: process.stderr });
  if (isCancel(chosen)) throw new PoolError("interrupted", "interrupted: nothing was done");
  return devices.find(({ key }) => key === chosen) as SeenDevice;
}

async function whatHappened(device: SeenDevice, options: RemoveOptions): Promise<{ reason: RemovalReason; since: number | null }> {
  const { since = null } = options;
  const isAsked = options.reason === undefined && atTerminal() && !options.yes;
  const reason = options.reason ?? (isAsked ? await askReason(device) : since === null ? "retired" : "stolen");
  if (reason !== "stolen" || since !== null || options.last !== undefined) return { reason, since };
  if (!atTerminal()) throw new PoolError("usage", "stolen since when? --since 2026-01-31T18:00Z; or --last names what still counts");
  return { reason, since: await askSince() };
}

async function askReason(device: SeenDevice): Promise<RemovalReason> {
  const { isCancel, select } = await import("@clack/prompts");
  const options = [
    { value: "retired" as const, label: "It is retired: nobody uses it any more" },
    { value: "lost" as const, label: "It is lost: perhaps nobody has it" },
    { value: "stolen" as const, label: "It is stolen, or somebody had it" },
  ];
  const chosen = await select<RemovalReason>({ message: `What happened to ${nameOf(device)}?`, options, output: process.stderr });
  if (isCancel(chosen)) throw new PoolError("interrupted", "interrupted: nothing was done");
  return chosen;
}

async function askSince(): Promise<number> {
  const { isCancel, text } = await import("@clack/prompts");
  const isDate = (value: string | undefined) => /^\d{4}-\d\d-\d\d/.test(value ?? "") && !Number.isNaN(Date.parse(value ?? ""));
  const answer = await text({
    message: "Since when? A date, or a date with a time",
    placeholder: "2026-01-31T18:00",
    validate: (value) => (isDate(value) ? undefined : "a date like 2026-01-31, or 2026-01-31T18:00"),
    output: process.stderr,
  });
  if (isCancel(answer)) throw new PoolError("interrupted", "interrupted: nothing was done");
  return Date.parse(answer);
}

export function carryOverCommand(device: Command): void {
  const command = device
    .command("carry-over")
    .summary("say again what this device wrote before it was removed")
    .description(
      "For a device that was removed and taken in again: what it wrote with its former key since then counts nowhere. Shows that, asks, and\n" +
        "says it again with the new key. What somebody else wrote with the same key is not among it.",
    )
    .option("--yes", "do it without asking");
  action<[{ yes?: boolean }]>(command, async (context, { yes }) => {
    const { output } = context;
    return context.withNode(async (node) => {
      const former = (await node.replica.store.read(formerKeys)).at(-1);
      if (former === undefined) throw new PoolError("usage", "this device was never removed and taken in again: all that it wrote counts");
      const work = await workOfFormerKey(node.replica, former);
      if (work.length === 0) {
        output.result({ written: 0, of: 0 }, "nothing waits to be said again");
        return undefined;
      }
      output.note(`${counted(work.length, "operation")} of this device count nowhere. The newest:`);
      for (const { op_id, type, payload } of work.slice(-10)) {
        output.note(`  ${shortId(op_id)}  ${type === "claim" ? claimSentence(payload) : type}`);
      }
      if (!yes && !(await agree("Say all of it again, with the new key?", "this asks first: say --yes where nobody can be asked"))) {
        throw new PoolError("interrupted", "nothing was done");
      }
      const written = await carryOver(node, former);
      output.result({ written, of: work.length }, `said ${counted(written, "operation")} again`);
      return undefined;
    });
  });
}
