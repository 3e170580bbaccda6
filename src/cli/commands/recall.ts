import type { Command } from "commander";
import { PoolError } from "../../core/errors.ts";
import {
  type Answer,
  embeddingEndpoint,
  indexArrivals,
  Meaning,
  type MeaningOptions,
  type Node,
  type Recalled,
  type RecalledEvidence,
  recall,
} from "../../node/index.ts";
import { action } from "../context.ts";
import { emptyWords } from "../empty.ts";
import { addWords } from "../help.ts";
import type { Output } from "../output.ts";
import { oneLine, shortId, timeText } from "../text.ts";
import { toCount } from "../values.ts";

const help = `What is believed comes first, then what your sources say. Each line ends with why it is there: the words of the question that it
has, the time that was asked for, what it rests on. A year, a season, "last Tuesday", "two weeks ago" and "since March" are understood.
  fablepool recall what am I allergic to
  fablepool recall "who did I meet in Sanya last spring?"
  fablepool recall when did I last see the dentist --limit 3

Nothing that was refuted, corrected, superseded or redacted is an answer. When nothing found looks like an answer the command says
that it does not know, and shows what came near. \`fablepool find\` searches by words and filters, and finds what no longer holds, too.`;

/** Of what is near in meaning. */
const nearMost = 60;

interface RecallOptions {
  readonly limit: number;
  readonly model?: string;
  readonly endpoint?: string;
}

export function recallCommand(program: Command): void {
  const command = program
    .command("recall")
    .summary("ask what is known, and be told when it is not")
    .description("Answers a question from claims and evidence, best first, each with why it is there.")
    .argument("<question...>", "a question, as you would ask a person")
    .option("--limit <number>", "at most so many claims, and so many items of evidence", toCount, 5)
    .option("--model <name>", "also by what texts mean, by an embedding model of this machine (with --endpoint)")
    .option("--endpoint <url>", "where it answers, as OpenAI's do: http://localhost:11434/v1");
  addWords(command, help);
  action<[string[], RecallOptions]>(command, async ({ output, withNode, signal }, words, options) => {
    const question = words.join(" ");
    if (question.trim() === "") throw new PoolError("usage", "ask something: `fablepool recall <question>`");
    const of = askedModel(options);
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const { recalled, doubt } = await withNode(async (node) => {
      const near = of === null ? [] : await nearIn(node, of, question, output, signal);
      const recalled = await recall(node.replica, { question, limit: options.limit, mayRead: "all", now: Date.now(), zone, near });
      return { recalled, doubt: await emptyWords(node, verdict(recalled)) };
    });
    output.result(recalled, text(recalled));
    if (doubt !== "") output.note(doubt);
    return undefined;
  });
}

function askedModel({ model, endpoint }: RecallOptions): MeaningOptions | null {
  if ((model === undefined) !== (endpoint === undefined)) throw new PoolError("usage", "--model and --endpoint go together");
  if (model === undefined || endpoint === undefined) return null;
  if (model.trim() === "" || model.length > 200) throw new PoolError("usage", "a model's name has 1 to 200 characters");
  return { model, endpoint: embeddingEndpoint(endpoint), apiKey: process.env["FABLEPOOL_MODEL_KEY"] };
}

/** A model that does not answer is a problem that is told: words alone then have to do. */
async function nearIn(node: Node, of: MeaningOptions, question: string, output: Output, signal: AbortSignal) {
  try {
    const meaning = new Meaning(node.home, of);
    await indexArrivals(node.replica, signal);
    await meaning.learn(node.replica, { signal, onProgress: (done) => output.progress(`asking what texts mean: ${done}`, null) });
    return await meaning.nearest(question, nearMost, signal);
  } catch (error) {
    if (!(error instanceof PoolError) || signal.aborted) throw error;
    output.problem(`${oneLine(of.model)} was not asked: ${oneLine(error.message, 200)}`);
    return [];
  }
}

function text({ answers, evidence }: Recalled): string {
  return [...answers.map(answerLines), ...evidence.map(evidenceLines)].join("\n");
}

function answerLines({ claim, sentence, confidence, trust, freshness, reasons }: Answer): string {
  const sure = `${Math.round(100 * confidence)} %, ${trust === "user" ? "said by you" : `by ${trust.replace("_", " ")}`}`;
  const day = (time: number | null) => timeText(time).slice(0, 10);
  const when = { current: "", upcoming: `, from ${day(freshness.from)}`, ended: `, until ${day(freshness.until)}` }[freshness.is];
  return [`${shortId(claim)}  ${oneLine(sentence, 160)} (${sure}${when})`, ...why(reasons)].join("\n");
}

function evidenceLines({ id, kind, title, snippet, when, reasons }: RecalledEvidence): string {
  const [about, part] = [oneLine(title), oneLine(snippet, 220)];
  const whole = part.startsWith(about.replace(/…$/, ""));
  const head = [shortId(id), timeText(when).slice(0, 10), `${oneLine(kind, 30)}: ${whole ? part : about}`];
  return [head.filter((each) => each !== "").join("  "), ...(whole || part === "" ? [] : [`    ${part}`]), ...why(reasons)].join("\n");
}

function why(reasons: readonly string[]): string[] {
  return reasons.length === 0 ? [] : [`    ${oneLine(reasons.join("; "), 200)}`];
}

function verdict({ answers, evidence, confident, unknownWords }: Recalled): string {
  const unknown = unknownWords.length === 0 ? "" : `; nothing here has ${unknownWords.map((word) => `"${oneLine(word, 40)}"`).join(", ")}`;
  if (answers.length + evidence.length === 0) return `I do not know: nothing is near this${unknown}`;
  return confident ? "" : `I do not know: this is only what came near${unknown}`;
}
