/** `hub restored`: the operator's word on a database that was put back, where nothing shows it. */
import type { Command } from "commander";
import { action } from "../context.ts";
import { givenSettings, settingOptions } from "../hub-settings.ts";
import { hubRoom } from "../rooms.ts";
import { counted } from "../text.ts";

type Options = Readonly<Record<string, unknown>> & { readonly noneNewer?: boolean };

export function restoredCommand(group: Command): void {
  const command = group
    .command("restored")
    .summary("say that the database is a copy of an earlier state")
    .description(
      "For what PostgreSQL itself does not show: a copy of its disk was put back. The hub then writes nothing in a pool in which it has written\n" +
        "before a device of that pool has synced; a restore to a named time, and a dump that was loaded, it notices by itself. End its processes before.",
    )
    .option("--none-newer", "the opposite: nothing was lost, a stand-by took over that had everything; write on from here");
  action<[Options]>(settingOptions(command, ["database"]), async ({ output, signal }, options) => {
    const { openOperator, readOperatorSettings, sayRestored } = await hubRoom();
    const operated = await openOperator(readOperatorSettings(givenSettings(options)));
    try {
      const noneNewer = options.noneNewer === true;
      const pools = await sayRestored(operated, noneNewer, signal);
      const waiting = "until a device has synced, the hub writes nothing in";
      output.result({ pools, none_newer: noneNewer }, `${noneNewer ? "the hub writes on in" : waiting} ${counted(pools, "pool")}`);
      return undefined;
    } finally {
      await operated.close();
    }
  });
}
