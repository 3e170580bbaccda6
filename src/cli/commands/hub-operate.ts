/** What a hub's operator does: `hub invite`, `pools`, `show`, `suspend`, `resume`, `quota`, `export`, `delete`. */
import { type Command, Option } from "commander";
import { PoolError } from "../../core/errors.ts";
import type { OperatorsCommand } from "../../hub/index.ts";
import { agree } from "../agree.ts";
import { action, type Context } from "../context.ts";
import { givenSettings, settingOptions } from "../hub-settings.ts";
import { exitCodes } from "../output.ts";
import { counted, table, timeText } from "../text.ts";
import { toBound, toDuration } from "../values.ts";
import { writeLines } from "../write-lines.ts";

type Options = Readonly<Record<string, unknown>>;

/** Loaded when it is used: it brings PostgreSQL's client along. */
const loaded = () => import("../../hub/index.ts");

/** Runs `work` on the hub's database, and closes it however that ends. */
async function operating<Result>(options: Options, work: (operated: OperatorsCommand) => Promise<Result>): Promise<Result> {
  const { openOperator, readOperatorSettings } = await loaded();
  const operated = await openOperator(readOperatorSettings(givenSettings(options)));
  try {
    return await work(operated);
  } finally {
    await operated.close();
  }
}

export function operatorCommands(group: Command): void {
  inviteCommand(group);
  invitationsCommand(group);
  poolsCommand(group);
  showCommand(group);
  suspendCommand(group);
  resumeCommand(group);
  quotaCommand(group);
  exportCommand(group);
  deleteCommand(group);
}

function boundOptions(command: Command): Command {
  return command
    .option("--operations <number>", "operations that it may hold at most, or `none` for no bound", toBound)
    .option("--bytes <size>", "bytes of operations that it may hold at most (500MB, 2GiB), or `none`", toBound);
}

interface Bounds {
  readonly operations?: number | "none";
  readonly bytes?: number | "none";
}

/** Those that were given. */
function boundsOf({ operations, bytes }: Bounds): { operations?: number | null; bytes?: number | null } {
  const read = (bound: number | "none") => (bound === "none" ? null : bound);
  return { ...(operations === undefined ? {} : { operations: read(operations) }), ...(bytes === undefined ? {} : { bytes: read(bytes) }) };
}

function boundText(bound: number | null): string {
  return bound === null ? "no bound" : String(bound);
}

function inviteCommand(group: Command): void {
  const command = group
    .command("invite")
    .summary("let somebody bring one pool")
    .description(
      "Makes an invitation: one line, for one pool, shown once. Give it to its owner over a way that nobody else reads; there it is used by\n" +
        "`fablepool host '<invitation>'`. The hub keeps only a hash of it.",
    )
    .option("--label <text>", "your own words for whoever it is for", "")
    .addOption(
      new Option("--role <role>", "what the hub is to be in that pool; full only if its owner wants it to write")
        .choices(["mirror", "full"])
        .default("mirror"),
    )
    .option("--for <duration>", "how long it is good for", toDuration, 7 * 86_400_000);
  action<[Options & Bounds & { label: string; role: "mirror" | "full"; for: number }]>(
    settingOptions(boundOptions(command), ["database", "secret", "url", "nats"]),
    async ({ output }, options) => {
      const { frontKey, makeInvitation, readHubSecret } = await loaded();
      const { url, secret } = givenSettings(options);
      if (url === undefined || secret === undefined) {
        throw new PoolError(
          "usage",
          "--url and --secret ($FABLEPOOL_HUB_URL, $FABLEPOOL_HUB_SECRET) are needed: an invitation says where the hub is, and who it is",
        );
      }
      const hub = { url, front: frontKey(readHubSecret(secret)).did };
      const { label, role, for: forMs } = options;
      const { operations = null, bytes = null } = boundsOf(options);
      const made = await operating(options, (operated) =>
        makeInvitation(operated, hub, { label, role, quota: { operations, bytes }, forMs }),
      );
      output.result(made, made.invitation);
      output.note(
        `\ninvitation ${made.id}, good until ${timeText(made.expires)}; taken back by: fablepool hub invitations --revoke ${made.id}`,
      );
      return undefined;
    },
  );
}

function invitationsCommand(group: Command): void {
  const command = group
    .command("invitations")
    .summary("see invitations, or take one back")
    .description("Lists invitations, newest first, used and expired ones too. An invitation itself can't be shown again.")
    .option("--revoke <id>", "take this one back, which was not used");
  action<[Options & { revoke?: string }]>(settingOptions(command, ["database"]), async ({ output }, options) => {
    const { invitations, revokeInvitation } = await loaded();
    const { revoke } = options;
    if (revoke !== undefined) {
      await operating(options, (operated) => revokeInvitation(operated, revoke));
      output.result({ revoked: revoke }, `invitation ${revoke} is good for nothing any more`);
      return undefined;
    }
    const all = await operating(options, invitations);
    const rows = all.map(({ id, state, role, label, expires, used }) => [id, state, role, timeText(expires), used?.pool ?? "", label]);
    output.result(all, table(rows));
    return undefined;
  });
}

function poolsCommand(group: Command): void {
  const command = group
    .command("pools")
    .summary("list the pools that are hosted")
    .description(
      "Lists every pool: its state, how many operations and bytes it holds, what it may hold, and its name in the processes' logs.",
    );
  action<[Options]>(settingOptions(command, ["database"]), async ({ output, signal }, options) => {
    const { allPools, inTheLog } = await loaded();
    const pools = await operating(options, (operated) => allPools(operated, signal));
    const rows = pools.map(({ pool, state, role, held, quota, seen, label }) => [
      pool,
      state,
      role,
      `${held.operations} of ${boundText(quota.operations)}`,
      `${held.bytes} bytes of ${boundText(quota.bytes)}`,
      seen === null ? "never seen" : `seen ${timeText(seen)}`,
      inTheLog(pool),
      label,
    ]);
    output.result(
      pools.map((each) => ({ ...each, in_the_log: inTheLog(each.pool) })),
      table(rows),
    );
    return undefined;
  });
}

function showCommand(group: Command): void {
  const command = group
    .command("show")
    .summary("show one pool, and its devices")
    .description("Shows one pool: what it holds and may hold, when its devices last wrote, and which they are. Nothing of what they wrote.")
    .argument("<pool>", "its id");
  action<[string, Options]>(settingOptions(command, ["database"]), async ({ output }, pool, options) => {
    const { inTheLog, showPool } = await loaded();
    const shown = await operating(options, (operated) => showPool(operated, pool));
    const { held, quota, devices, newest } = shown;
    const facts = [
      ["pool", shown.pool],
      ["state", shown.notice === "" ? shown.state : `${shown.state}: ${shown.notice}`],
      ["label", shown.label],
      ["in the log", inTheLog(shown.pool)],
      ["this hub", `${shown.did} (${shown.role})`],
      ["since", timeText(shown.since)],
      [
        "holds",
        `${counted(held.operations, "operation")} of ${boundText(quota.operations)}, ${held.bytes} bytes of ${boundText(quota.bytes)}`,
      ],
      ["last seen", shown.seen === null ? "never" : timeText(shown.seen)],
      ["last written", newest === null ? "never" : timeText(newest)],
    ];
    const rows = devices.map(({ key, role, removed, operations }) => [
      key,
      removed ? `${role}, removed` : role,
      counted(operations, "operation"),
    ]);
    output.result({ ...shown, in_the_log: inTheLog(shown.pool) }, [table(facts), ...(rows.length > 0 ? ["", table(rows)] : [])].join("\n"));
    return undefined;
  });
}

function suspendCommand(group: Command): void {
  const command = group
    .command("suspend")
    .summary("stop serving a pool; what it holds stays")
    .description("Its devices are told, connections that are open end, and nothing more is taken or given until `fablepool hub resume`.")
    .argument("<pool>", "its id")
    .option("--notice <text>", "what its devices are told", "");
  action<[string, Options & { notice: string }]>(settingOptions(command, ["database", "nats"]), async ({ output }, pool, options) => {
    const { suspendPool } = await loaded();
    const hosted = await operating(options, (operated) => suspendPool(operated, pool, options.notice));
    output.result(hosted, `suspended ${pool}: it is served again after \`fablepool hub resume ${pool}\``);
    return undefined;
  });
}

function resumeCommand(group: Command): void {
  const command = group
    .command("resume")
    .summary("serve a suspended pool again")
    .description("Serves a suspended pool again, as before.")
    .argument("<pool>", "its id");
  action<[string, Options]>(settingOptions(command, ["database", "nats"]), async ({ output }, pool, options) => {
    const { resumePool } = await loaded();
    const hosted = await operating(options, (operated) => resumePool(operated, pool));
    output.result(hosted, `${pool} is ${hosted.state}`);
    return undefined;
  });
}

function quotaCommand(group: Command): void {
  const command = group
    .command("quota")
    .summary("say how much a pool may hold")
    .description(
      "Changes what a pool may hold, at once and in all processes; what is not named stays. What is there stays too, though it be more. Beyond it\n" +
        "only what erases, revokes or changes who may write is taken.",
    )
    .argument("<pool>", "its id");
  action<[string, Options & Bounds]>(settingOptions(boundOptions(command), ["database", "nats"]), async ({ output }, pool, options) => {
    const { operations, bytes } = options;
    if (operations === undefined && bytes === undefined) throw new PoolError("usage", "say how much: --operations, --bytes, or both");
    const { setQuota } = await loaded();
    const hosted = await operating(options, (operated) => setQuota(operated, pool, boundsOf(options)));
    const { quota } = hosted;
    output.result(hosted, `${pool} may hold ${boundText(quota.operations)} (operations), ${boundText(quota.bytes)} (bytes)`);
    return undefined;
  });
}

function exportCommand(group: Command): void {
  const command = group
    .command("export")
    .summary("write all that a pool holds to a file")
    .description(
      "Writes every operation as one JSON line, as `fablepool export` does: its owner comes back with it on a bare machine\n" +
        "(`fablepool recover --log <file>`), or takes it into a device (`fablepool import-log <file>`). It is in the clear: keep it as such.",
    )
    .argument("<pool>", "its id")
    .argument("[file]", "where to (default: standard output)")
    .option("--force", "overwrite the file");
  action<[string, string | undefined, Options & { force?: boolean }]>(
    settingOptions(command, ["database"]),
    async ({ output, signal }, pool, file, options) => {
      const { exportPool } = await loaded();
      const force = options.force === true;
      const count = await operating(options, (operated) => writeLines(exportPool(operated, pool), file, { output, signal, force }));
      if (file !== undefined) output.result({ pool, file, operations: count }, `exported ${counted(count, "operation")} to ${file}`);
      return undefined;
    },
  );
}

function deleteCommand(group: Command): void {
  const command = group
    .command("delete")
    .summary("delete all that a pool holds, and tell its devices")
    .description(
      "From now on the pool is served no more, its devices are told, and every row of it goes. It can't be taken back: export it before.\n" +
        "Interrupted, run it again; the hub's processes go on with it, too. A note that it was here is kept for the devices that come later.",
    )
    .argument("<pool>", "its id")
    .option("--notice <text>", "what its devices are told", "")
    .option("--tell-for <duration>", "how long devices that come later are told (0s: no trace is kept at all)", toDuration, 30 * 86_400_000)
    .option("--yes", "do it without asking");
  action<[string, Options & { notice: string; tellFor: number; yes?: boolean }]>(
    settingOptions(command, ["database", "nats"]),
    async (context, pool, options) => {
      if (!options.yes && !(await isMeant(context, pool))) return exitCodes.refused;
      const { deletePool, shownDeletion } = await loaded();
      const { notice, tellFor: tellForMs } = options;
      const deleted = await operating(options, (operated) => deletePool(operated, pool, { notice, tellForMs, signal: context.signal }));
      const { wasHosted, toldUntil } = deleted;
      const told = toldUntil === null ? "" : `; devices that come are told until ${timeText(toldUntil)}`;
      context.output.result(
        shownDeletion(deleted),
        wasHosted ? `deleted ${pool}${told}` : `${pool} is not hosted here: nothing of it is left`,
      );
      return undefined;
    },
  );
}

async function isMeant({ output }: Context, pool: string): Promise<boolean> {
  if (await agree(`Delete everything that this hub holds of ${pool}?`, "deleting can't be taken back: --yes says that it is meant"))
    return true;
  output.note("nothing was deleted");
  return false;
}
