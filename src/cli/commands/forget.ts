import type { Command } from "commander";
import { PoolError } from "../../core/errors.ts";
import type { Envelope } from "../../core/op/operation.ts";
import { forget, planForgetting, readRecords, resolveId } from "../../node/index.ts";
import { agree } from "../agree.ts";
import { action } from "../context.ts";
import { counted, opSentence, shortId } from "../text.ts";

/** `forget`: erasure, asked first with the list shown. */
export function forgetCommand(program: Command): void {
  const command = program
    .command("forget")
    .summary("erase words for ever, on every device")
    .description(
      "Takes away the words of evidence or claims in every version, and of all that quotes them: claims derived from them, notes\n" +
        "about them. The list is shown and you are asked first. Author, type and time of an operation remain; its words do not,\n" +
        "here at once and on your other devices as they sync. Importing the source again leaves these items out. There is no undo.",
    )
    .argument("<id...>", "evidence or claims")
    .option("--yes", "do not ask")
    .option("--only", "leave what quotes them as it is");
  action<[string[], { yes?: boolean; only?: boolean }]>(command, async ({ output, withNode }, texts, { yes, only }) =>
    withNode(async (node) => {
      const ids = await Promise.all(texts.map((text) => resolveId(node.replica, text)));
      const { items, quoting } = await planForgetting(node.replica, ids);
      const all = only ? items : [...items, ...quoting];
      if (all.length === 0) throw new PoolError("not_found", "there are no words left to forget in that");
      for (const op of items) output.note(`  ${line(op)}`);
      for (const op of only ? [] : quoting) output.note(`  ${line(op)}  (quotes it)`);
      const noOne = "there is nobody to ask here: add --yes if you are sure";
      if (!yes && !(await agree(`Forget ${counted(all.length, "operation")} for ever?`, noOne))) {
        output.result({ forgotten: [] }, "nothing was forgotten");
        return undefined;
      }
      const redactions = await forget(node, all);
      output.result(
        { forgotten: all.map(({ op_id }) => op_id), redactions },
        `forgot ${counted(all.length, "operation")}; other devices follow when they sync`,
      );
      const backups = Object.keys(await node.replica.store.read(readRecords));
      for (const file of backups) output.note(`the backup ${file} holds these words until it is written anew: fablepool backup ${file}`);
      return undefined;
    }),
  );
}

function line(op: Envelope): string {
  return `${shortId(op.op_id)}  ${op.type}  ${opSentence(op)}`;
}
