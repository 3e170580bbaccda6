/**
 * How well search finds the evidence behind questions about a person's life, beside SQLite's FTS5 as it comes.
 *
 *   node scripts/evaluate-search.ts [persona folder] [--misses]
 *
 * The folder has `native/` (files as people have them), `QA/QA_clean.json` (questions, each with the ids of its evidence) and
 * `native/ids.json` (in which file and under which key each id lies). Everything is imported into a temporary home; each
 * question that has evidence among what was imported is asked with its own words, and nothing else of it.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bareFinder, type Finder } from "../bench/kit/bare-search.ts";
import { type Asked, dataAt, evidenceIn, questionsOf } from "../bench/kit/persona.ts";
import { homeAt, importFiles, initNode, search } from "../src/node/index.ts";

/** Of one question: found among the first 5, 10 and 20, share of all its evidence among the first 20, and ms. */
type Marks = readonly [at5: number, at10: number, at20: number, recall: number, ms: number];

const depth = 20;

async function main(): Promise<void> {
  const misses = process.argv.includes("--misses");
  const given = process.argv.slice(2).find((each) => !each.startsWith("--"));
  const persona = given ?? dataAt("persona/lifebench-lumingqiang") ?? "persona/lifebench-lumingqiang";
  if (!existsSync(join(persona, "QA"))) throw new RangeError(`${persona} has no QA folder: give a persona folder`);
  const folder = mkdtempSync(join(tmpdir(), "fablepool-evaluate-"));
  try {
    const { node } = await initNode(homeAt(join(folder, "home")), { name: "evaluation", passphrase: null });
    const began = performance.now();
    const { added, files, skipped } = await importFiles(node, [join(persona, "native")]);
    console.log(`imported ${added} items from ${files} files (${skipped} of no known format) in ${seconds(began)} s`);
    const ops = await evidenceIn(node);
    const { answerable: asked, all, lost } = questionsOf(persona, ops);
    console.log(
      `${asked.length} of ${all} questions have an answer and evidence among it; ${lost} pieces of evidence are not in native/\n`,
    );
    const ours = await measure(asked, async (text) => (await search(node.replica, { text, limit: depth })).map(({ id }) => id));
    const bare = await measure(asked, bareFinder(ops, depth));
    report(asked, ours, bare);
    if (misses)
      for (const [index, { question, type }] of asked.entries()) if (ours[index]?.[2] === 0) console.log(`missed: [${type}] ${question}`);
    await node.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1_000).toFixed(1);
}

async function measure(asked: readonly Asked[], find: Finder): Promise<Marks[]> {
  const marks: Marks[] = [];
  for (const { question, evidence } of asked) {
    const began = performance.now();
    const found = await find(question);
    const ms = performance.now() - began;
    const first = found.findIndex((id) => evidence.has(id));
    const within = (count: number) => (first >= 0 && first < count ? 1 : 0);
    marks.push([within(5), within(10), within(depth), found.filter((id) => evidence.has(id)).length / evidence.size, ms]);
  }
  return marks;
}

function report(asked: readonly Asked[], ours: readonly Marks[], bare: readonly Marks[]): void {
  console.log("                                          fablepool find                 FTS5 bm25, porter");
  console.log("question type                      n   hit@5  @10   @20  recall@20    hit@5  @10   @20  recall@20");
  const types = [...new Set(asked.map(({ type }) => type))].sort();
  for (const type of ["", ...types]) {
    const chosen = (_: Marks, index: number) => type === "" || asked[index]?.type === type;
    const [left, right] = [ours.filter(chosen), bare.filter(chosen)];
    console.log(`${(type || "all").padEnd(33)} ${String(left.length).padStart(3)}   ${line(left)}    ${line(right)}`);
  }
  for (const [name, marks] of [
    ["fablepool find", ours],
    ["FTS5 bm25", bare],
  ] as const) {
    const times = marks.map(([, , , , ms]) => ms).sort((a, b) => a - b);
    const at = (share: number) => (times[Math.floor(share * (times.length - 1))] ?? 0).toFixed(1);
    console.log(`${name}: ${at(0.5)} ms a question (median), ${at(0.95)} ms (95th percentile)`);
  }
}

function line(marks: readonly Marks[]): string {
  const mean = (index: number) => marks.reduce((sum, each) => sum + (each[index] ?? 0), 0) / marks.length;
  const percent = (index: number) => (100 * mean(index)).toFixed(0).padStart(3);
  return `${percent(0)} % ${percent(1)} % ${percent(2)} %      ${mean(3).toFixed(2)}`;
}

await main();
