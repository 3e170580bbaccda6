import type { Command } from "commander";
import { allConflicts, listClaims, namesOf } from "../../node/index.ts";
import { action } from "../context.ts";
import { emptyWords } from "../empty.ts";
import { authorText, claimSentence, counted, shortId, table } from "../text.ts";

/** `conflicts` and `questions`: what waits for the owner's word. */
export function openQuestionsCommands(program: Command): void {
  const conflicts = program
    .command("conflicts")
    .summary("see what can't both be so")
    .description(
      "Lists statements that contradict each other at one time: which stands, and which it supersedes. Refute or correct the wrong one.",
    );
  action<[]>(conflicts, async ({ output, withNode }) => {
    const { told, empty } = await withNode(async (node) => {
      const found = await allConflicts(node.replica);
      const words = async (ids: readonly (typeof found)[number]["winner"][]) => node.replica.store.read((reader) => reader.envelopes(ids));
      const told = found.map(async (each) => ({ ...each, won: await words([each.winner]), lost: await words(each.losers) }));
      return { told: await Promise.all(told), empty: await emptyWords(node, "nothing contradicts itself") };
    });
    const rows = told.flatMap(({ won, lost }) => [
      ...won.map((op) => ["stands", shortId(op.op_id), claimSentence(op.payload)]),
      ...lost.map((op) => ["  over", shortId(op.op_id), claimSentence(op.payload)]),
    ]);
    output.result(
      told.map(({ won: _won, lost: _lost, ...conflict }) => conflict),
      table(rows),
    );
    output.note(told.length === 0 ? empty : counted(told.length, "conflict"));
    return undefined;
  });

  const questions = program
    .command("questions")
    .summary("see what assistants propose")
    .description("Lists claims that an assistant wrote and you have not judged: `confirm` what is right, `refute` what is not.");
  action<[]>(questions, async ({ output, withNode }) => {
    const { claims, names, empty } = await withNode(async (node) => ({
      claims: await listClaims(node.replica, { statuses: ["proposed"], limit: 1_000 }),
      names: await node.replica.store.read(namesOf),
      empty: await emptyWords(node, "no questions"),
    }));
    output.result(
      claims.map(({ op }) => ({ id: op.op_id, author: op.author, ...op.payload })),
      table(claims.map(({ op }) => [shortId(op.op_id), authorText(op.author, names), claimSentence(op.payload)])),
    );
    output.note(claims.length === 0 ? empty : `${counted(claims.length, "question")}: confirm or refute`);
    return undefined;
  });
}
