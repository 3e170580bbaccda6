import { type Command, Option } from "commander";
import type { OpId } from "../../core/op/operation.ts";
import { confirm, correct, type Node, refute, resolveId, showOperation, undo } from "../../node/index.ts";
import { action } from "../context.ts";
import { claimSentence, shortId } from "../text.ts";
import { objectOf, toTime } from "../values.ts";

/** `refute`, `correct`, `confirm` and `undo`: the owner's word on claims. */
export function judgeCommands(program: Command): void {
  refuteCommand(program);
  correctCommand(program);
  confirmCommand(program);
  undoCommand(program);
}

function idsOf(node: Node, texts: readonly string[]): Promise<OpId[]> {
  return Promise.all(texts.map((text) => resolveId(node.replica, text)));
}

function refuteCommand(program: Command): void {
  const command = program
    .command("refute")
    .summary("say that a claim is wrong")
    .description(
      "Refutes claims or evidence. What you refute is the statement: every claim that says the same falls with it, and all that\n" +
        "was derived from it, on every device, whenever it was written. Only what you stated yourself is refuted one by one.",
    )
    .argument("<id...>", "claims or evidence")
    .option("--why <text>", "a reason, kept as a note");
  action<[string[], { why?: string }]>(command, async ({ output, withNode }, texts, { why }) => {
    const { by, targets } = await withNode(async (node) => {
      const ids = await idsOf(node, texts);
      return { targets: ids, by: await refute(node, ids, why) };
    });
    output.result({ refutation: by, targets }, `refuted ${targets.map(shortId).join(", ")}  (undo with: fablepool undo ${shortId(by)})`);
    return undefined;
  });
}

interface CorrectOptions {
  readonly text?: boolean;
  readonly predicate?: string;
  readonly subject?: string;
  readonly from?: number;
  readonly until?: number;
  readonly why?: string;
}

function correctCommand(program: Command): void {
  const command = program
    .command("correct")
    .summary("say what is right instead")
    .description(
      "Replaces a claim: what it said falls as if refuted, and your word stands in its place.\n  fablepool correct 3f0a 'Malmö' --why 'I have moved'",
    )
    .argument("<id>", "the claim that is wrong")
    .argument("<object>", "what is right: JSON when it reads as JSON, else text")
    .option("--text", "take the object as text even when it reads as JSON")
    .option("--predicate <name>", "another predicate, when that was wrong too")
    .option("--subject <name>", "another subject, when that was wrong too")
    .option("--from <date>", "valid from", toTime)
    .option("--until <date>", "valid until, not including it", toTime)
    .option("--why <text>", "why");
  action<[string, string, CorrectOptions]>(command, async ({ output, withNode }, text, object, options) => {
    const { why, text: asText, ...rest } = options;
    const seen = await withNode(async (node) => {
      const target = await resolveId(node.replica, text);
      const said = { ...rest, object: asText ? object.normalize("NFC") : objectOf(object), ...(why ? { reason: why } : {}) };
      return showOperation(node.replica, await correct(node, target, said));
    });
    const { op, status } = seen;
    output.result(
      { id: op.op_id, status, corrects: op.payload?.["corrects"] },
      `${shortId(op.op_id)}  ${status}  ${claimSentence(op.payload)}`,
    );
    return undefined;
  });
}

function confirmCommand(program: Command): void {
  const command = program
    .command("confirm")
    .summary("say that a claim is right")
    .description(
      "Endorses claims: what an assistant proposed counts from now on; what was derived counts as your own word, and no longer\n" +
        "falls because another claim that said the same did. `undo` takes it back.",
    )
    .argument("<id...>", "claims")
    .addOption(new Option("--why <text>", "a reason, kept as a note"));
  action<[string[], { why?: string }]>(command, async ({ output, withNode }, texts, { why }) => {
    const { by, targets } = await withNode(async (node) => {
      const ids = await idsOf(node, texts);
      return { targets: ids, by: await confirm(node, ids, why) };
    });
    output.result({ endorsement: by, targets }, `confirmed ${targets.map(shortId).join(", ")}  (undo with: fablepool undo ${shortId(by)})`);
    return undefined;
  });
}

function undoCommand(program: Command): void {
  const command = program
    .command("undo")
    .summary("take a judgement back")
    .description(
      "Takes back a refutation or a confirmation, or every refutation in force of a claim. A correction is refuted like any claim.",
    )
    .argument("<id>", "a judgement, or a claim that was refuted");
  action<[string]>(command, async ({ output, withNode }, text) => {
    const { undone, by } = await withNode(async (node) => undo(node, await resolveId(node.replica, text)));
    output.result({ undone, by }, `took back ${undone.map(shortId).join(", ")}`);
    return undefined;
  });
}
