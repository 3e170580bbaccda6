/** `derive --model`: says what would be sent to whom, asks when it leaves this machine, and tells what came of it. */
import { PoolError } from "../../core/errors.ts";
import { type AskedModel, type Asking, chatEndpoint, deriveByModel, type ModelReport, type Node, planAsking } from "../../node/index.ts";
import { agree } from "../agree.ts";
import type { Output } from "../output.ts";
import { counted, oneLine } from "../text.ts";
import type { DeriveOptions } from "./derive.ts";

interface Asked {
  /** Null when nothing was sent. */
  readonly report: ModelReport | null;
  readonly text: string;
}

/** Throws `PoolError("usage")` for a model without an address, and for an address that nothing may be sent to. */
export function askedModel({ model, endpoint }: DeriveOptions): AskedModel | null {
  if ((model === undefined) !== (endpoint === undefined)) throw new PoolError("usage", "--model and --endpoint go together");
  if (model === undefined || endpoint === undefined) return null;
  if (model.trim() === "" || model.length > 200) throw new PoolError("usage", "a model's name has 1 to 200 characters");
  return { model, endpoint: chatEndpoint(endpoint) };
}

export async function askModel(
  node: Node,
  of: AskedModel,
  { kind, most, again, yes }: DeriveOptions,
  output: Output,
  signal: AbortSignal,
): Promise<Asked> {
  const asking = await planAsking(node, of, { kinds: kind, most, again, signal });
  if (asking.questions.length === 0) {
    const why = asking.before > 0 ? ": it was asked about all of it before (--again asks anew)" : "";
    return { report: null, text: `nothing to ask ${oneLine(of.model)}${why}` };
  }
  output.note(askingText(asking));
  if (!of.endpoint.loopback && !yes && !(await agreesToSend(asking))) return { report: null, text: "nothing was sent" };
  const report = await deriveByModel(node, asking, {
    apiKey: process.env["FABLEPOOL_MODEL_KEY"],
    signal,
    onProgress: ({ done, of: all }) => output.progress(`asking: ${done} of ${counted(all, "question")}`, done / all),
  });
  for (const reason of new Set(report.failed)) output.problem(`a question failed: ${oneLine(reason, 300)}`);
  return { report, text: askedText(report, asking) };
}

function askingText({ of: { endpoint, model }, questions, kinds, left }: Asking): string {
  const what = Object.entries(kinds).map(([kind, count]) => `${count} ${kind.replaceAll("_", " ")}`);
  const where = endpoint.loopback ? "on this machine" : "OUTSIDE this machine";
  const rest = left > 0 ? `; ${left} more wait for a next run` : "";
  return `sending your own words (${what.join(", ")}) to ${oneLine(model)} at ${endpoint.url}, ${where}, in ${counted(questions.length, "question")}${rest}`;
}

function agreesToSend({ of: { endpoint } }: Asking): Promise<boolean> {
  const noOne = "these words would leave this machine, and there is nobody to ask: add --yes if they may";
  return agree(`Send this to ${new URL(endpoint.url).host}?`, noOne);
}

function askedText({ questions, items, proposed, known, refused, dropped, gaveUp }: ModelReport, { of, questions: all }: Asking): string {
  const parts = [`${counted(proposed, "new question")} for you`, `${known} known already`];
  if (refused > 0) parts.push(`${refused} not said, as you refuted them`);
  const bad = Object.entries(dropped).map(([reason, count]) => `\n  dropped ${count}: ${reason}`);
  const end = gaveUp ? `\n  gave up after ${questions} of ${counted(all.length, "question")}, as several failed in a row` : "";
  const next = proposed > 0 ? "\nsee `fablepool questions`; `confirm` what is right, `refute` what is not" : "";
  return `asked ${oneLine(of.model)} about ${counted(items, "item")}: ${parts.join(", ")}${bad.join("")}${end}${next}`;
}
