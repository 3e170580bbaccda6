import type { Command } from "commander";
import { type DeriveReport, deriveClaims, type Node } from "../../node/index.ts";
import { action } from "../context.ts";
import { addWords } from "../help.ts";
import { exitCodes, type Output } from "../output.ts";
import { toCount } from "../values.ts";
import { askedModel, askModel } from "./derive-by-model.ts";

export interface DeriveOptions {
  readonly model?: string;
  readonly endpoint?: string;
  readonly kind?: string[];
  readonly most: number;
  readonly again?: boolean;
  readonly yes?: boolean;
}

const help = `A language model beside the rules, at an address that you give and never else (Ollama, llama.cpp, vLLM, LM Studio, or a service):
  fablepool derive --model qwen3:8b --endpoint http://localhost:11434/v1
You are told what would be sent to whom, and asked when it would leave this machine: your own words in notes, messages, mails and
questions to assistants, and nothing else; never over http:// across a network. A key for a service comes from FABLEPOOL_MODEL_KEY.
The log keeps what was sent, to whom and when. What the model says waits for you: see \`fablepool questions\`, then \`confirm\` or
\`refute\`. It is signed by a key of its own: \`fablepool device remove "model qwen3:8b" --last none\` takes all of it back.`;

/** `derive`: what follows from the evidence, by rules; and, when asked, what a language model reads in it. */
export function deriveCommand(program: Command): void {
  const command = program
    .command("derive")
    .summary("say what follows from the evidence, by rules")
    .description(
      "Runs the rules over all evidence that holds: routines, home and work, people, hobbies, trips, appointments and more, each claim\n" +
        "with its reason and its sources. Without any model and without the network. `import` does it by itself. What you refuted is\n" +
        "not said again; what no longer follows ends. A second run says nothing new.",
    )
    .option("--model <name>", "then ask this language model, too")
    .option("--endpoint <url>", "where it answers, in the manner of OpenAI's chat completions")
    .option("--kind <kind>", "ask it only about evidence of this kind (may be repeated)", (kind: string, all: string[] = []) => [
      ...all,
      kind,
    ])
    .option("--most <number>", "ask it about at most so many items, the newest first", toCount, 500)
    .option("--again", "ask it also about what it was asked before")
    .option("--yes", "do not ask before words leave this machine");
  addWords(command, help);
  action<[DeriveOptions]>(command, async ({ output, signal, withNode }, options) => {
    const of = askedModel(options);
    const { rules, asked } = await withNode(async (node) => {
      const rules = await deriveShown(node, output, signal);
      if (of === null || rules.interrupted) return { rules, asked: null };
      output.note(derivedText(rules));
      return { rules, asked: await askModel(node, of, options, output, signal) };
    });
    if (asked === null) output.result(rules, derivedText(rules));
    else output.result({ ...rules, model: asked.report }, asked.text);
    if (rules.interrupted || asked?.report?.interrupted) return exitCodes.interrupted;
    return rules.failed.length > 0 || (asked?.report?.failed.length ?? 0) > 0 ? exitCodes.partly : exitCodes.done;
  });
}

export function deriveShown(node: Node, output: Output, signal: AbortSignal): Promise<DeriveReport> {
  return deriveClaims(node, { signal, onProgress: ({ step, done }) => output.progress(`${step}: ${done.toLocaleString("en")}`, null) });
}

export function derivedText({ added, updated, retired, unchanged, refused, failed }: DeriveReport): string {
  const parts = [`${added} new`, `${updated} updated`, `${retired} ended`, `${unchanged} as before`];
  if (refused > 0) parts.push(`${refused} not said, as you refuted them`);
  const failures = failed.map(({ deriver, reason }) => `\n  the rule ${deriver} failed: ${reason}`);
  return `derived claims: ${parts.join(", ")}${failures.join("")}`;
}
