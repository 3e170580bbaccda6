import { type Command, Option } from "commander";
import type { OpId } from "../../core/op/operation.ts";
import { confirm, correct, giveReason, judgedAlready, type Node, refute, resolveId, showOperation, undo } from "../../node/index.ts";
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

interface Judged {
  readonly by: OpId;
  readonly targets: readonly OpId[];
  /** Words for before what was done, when it was so already. */
  readonly already: string;
}

/** What this device has judged so already is not written again; a reason that it had not given is. */
async function judgeOnce(node: Node, kind: "refutes" | "endorses", texts: readonly string[], why: string | undefined): Promise<Judged> {
  const targets = await Promise.all(texts.map((text) => resolveId(node.replica, text)));
  const before = await judgedAlready(node, kind, targets);
  if (before === null) return { targets, by: await (kind === "refutes" ? refute : confirm)(node, targets, why), already: "" };
  const reasoned = await giveReason(node, before, why ?? "");
  return { targets, by: before, already: reasoned ? "kept the reason, already " : "already " };
}

function judgedText(targets: readonly OpId[], by: OpId): string {
  return `${targets.map(shortId).join(", ")}  (undo with: fablepool undo ${shortId(by)})`;
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
    const { by, targets, already } = await withNode((node) => judgeOnce(node, "refutes", texts, why));
    output.result({ refutation: by, targets, already: already !== "" }, `${already}refuted ${judgedText(targets, by)}`);
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
    const { by, targets, already } = await withNode((node) => judgeOnce(node, "endorses", texts, why));
    output.result({ endorsement: by, targets, already: already !== "" }, `${already}confirmed ${judgedText(targets, by)}`);
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
