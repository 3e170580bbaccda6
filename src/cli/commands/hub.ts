/** `hub`: pools of many people, hosted by processes that are all alike. */
import { existsSync } from "node:fs";
import type { Command } from "commander";
import { PoolError } from "../../core/errors.ts";
import { system } from "../../node/index.ts";
import { action, ended } from "../context.ts";
import { allSettings, givenSettings, settingOptions } from "../hub-settings.ts";
import { exitCodes } from "../output.ts";
import { hubRoom } from "../rooms.ts";
import { afterLoading } from "../v8.ts";
import { operatorCommands } from "./hub-operate.ts";
import { restoredCommand } from "./hub-restored.ts";

/** Milliseconds in which a process has ended, whatever hangs: it gives requests under way 10 s of them. */
const endMs = 20_000;

type Options = Readonly<Record<string, string | undefined>>;

export function hubCommands(program: Command): void {
  const group = program.command("hub").summary("host pools of many people, on PostgreSQL").description("Hosts pools of many people.");
  initCommand(group);
  migrateCommand(group);
  serveCommand(group);
  operatorCommands(group);
  restoredCommand(group);
}

function initCommand(group: Command): void {
  const command = group
    .command("init")
    .summary("make the hub's secret, and its tables in the database")
    .description("Makes the hub's secret unless it is there, and what the hub needs in its database. It can be run again.")
    .option("--serve-as <role>", "the database role that processes connect as, when it is not the one that owns the tables");
  action<[Options]>(settingOptions(command, ["secret", "database"]), async ({ output }, options) => {
    const { frontKey, makeHubSecret, migrateHub, readHubSecret, readHubSettings } = await hubRoom();
    const { secret: file, database } = readHubSettings(givenSettings(options));
    const made = !existsSync(file);
    const front = frontKey(made ? makeHubSecret(file, system.random) : readHubSecret(file)).did;
    await migrateHub(database, options["serveAs"]);
    const words = made
      ? "made the hub's secret: keep a copy apart from the database, every pool's device here follows from it"
      : "kept the hub's secret";
    output.result({ front, secret: file, made }, `${words}\n  ${file}\nthe database is ready\nthe hub is ${front}`);
    return undefined;
  });
}

function migrateCommand(group: Command): void {
  const command = group
    .command("migrate")
    .summary("bring the database to this version's tables")
    .description("Brings the database to this version's tables, while processes of the version before go on serving.")
    .option("--serve-as <role>", "the database role that processes connect as, when it is not the one that owns the tables");
  action<[Options]>(settingOptions(command, ["database"]), async ({ output }, options) => {
    const { database } = givenSettings(options);
    if (database === undefined) throw new PoolError("usage", "--database ($FABLEPOOL_HUB_DATABASE) says which database");
    await (await hubRoom()).migrateHub(database, options["serveAs"]);
    output.result({ migrated: true }, "the database has this version's tables");
    return undefined;
  });
}

function serveCommand(group: Command): void {
  const command = group
    .command("serve")
    .summary("run one process of the hub")
    .description(
      "Runs one process of the hub until Ctrl-C or SIGTERM. Any number of them may run, on any machines, before the same database and with the\n" +
        "same secret; a load balancer sends any request to any of them. Its log goes to standard error, one JSON object a line. Told to end,\n" +
        "it is not ready any more, ends kept connections, and answers what is under way; told again, it ends at once.",
    );
  action<[Options]>(settingOptions(command, allSettings), async ({ output, signal }, options) => {
    const { readHubSettings, startHub } = await hubRoom();
    afterLoading();
    const settings = readHubSettings(givenSettings(options));
    const hub = await startHub(settings, {}, (line) => process.stderr.write(line));
    const { url, port, front, ops } = hub;
    const watched = ops === null ? "" : `\n  its health and metrics at ${ops}`;
    output.result({ url, port, front, ops }, `serving as ${front}\n  at ${url}${watched}\n  until Ctrl-C`);
    const isReplaced = await Promise.race([ended(signal).then(() => false), hub.replaced.then(() => true)]);
    setTimeout(() => process.exit(exitCodes.internal), settings.lingerMs + endMs).unref();
    await hub.close();
    if (isReplaced) throw new PoolError("storage", "the database was restored, or another server took over: start this process again");
    return undefined;
  });
}
