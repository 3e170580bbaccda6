/**
 * `node scripts/evaluate-derivation.ts [folder with native/ and persona.json] [--all]`: imports one person's files into a
 * temporary home, derives by rules alone, and compares with what is known of that person. Names every fact of persona.json
 * that the evidence supports and no claim tells (a miss), every claim that contradicts what is known or that nothing
 * supports (false), and what it can't judge; then, by claimed confidence, how many were right. Exits with 1 below the targets.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { deriveClaims } from "../src/node/derive.ts";
import { homeAt, importFiles, initNode, type Node } from "../src/node/index.ts";
import { type Fact, factsOf } from "./evaluate-facts.ts";
import { judge, type Verdict } from "./evaluate-judge.ts";
import { type Derived, derivedClaims, evidenceTexts } from "./evaluate-read.ts";
import { knownOf } from "./evaluate-truth.ts";

const targets = { recall: 0.6, precision: 0.9, firstRunMs: 20_000, secondRunMs: 3_000 };
const buckets = [0, 0.6, 0.7, 0.8, 0.9, 1.01] as const;
const [folder = join(import.meta.dirname, "../../shared/data/persona/lifebench-lumingqiang")] = process.argv
  .slice(2)
  .filter((word) => !word.startsWith("--"));
const shown = process.argv.includes("--all");

const temporary = mkdtempSync(join(tmpdir(), "fablepool-evaluation-"));
try {
  process.exitCode = await evaluate(resolve(folder.replace(/\/native\/?$/, "")));
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

async function evaluate(persona: string): Promise<number> {
  const { node } = await initNode(homeAt(join(temporary, "home")), { name: "evaluation", passphrase: null });
  try {
    const first = await run(node, join(persona, "native"));
    const second = await run(node, join(persona, "native"));
    const known = knownOf(persona);
    const evidence = await evidenceTexts(node);
    const claims = await derivedClaims(node);
    const facts = factsOf(known).filter(({ isSupported }) => isSupported(evidence));
    const recall = tellRecall(facts, claims, factsOf(known).length);
    const precision = tellPrecision(claims, (claim) => judge(claim, known, evidence));
    tell("");
    tell(
      `first run   import ${first.imported} items in ${ms(first.importMs)}, derive ${first.added} claims in ${ms(first.deriveMs)}: ${ms(first.importMs + first.deriveMs)} (processor ${ms(first.cpuMs)})`,
    );
    tell(
      `second run  ${second.imported} new items, ${second.added} claims added, ${second.changed} changed: ${ms(second.importMs + second.deriveMs)} (processor ${ms(second.cpuMs)})`,
    );
    tell(`recall      ${percent(recall)} (target ${percent(targets.recall)})`);
    tell(`precision   ${percent(precision)} (target ${percent(targets.precision)})`);
    const isFast = first.importMs + first.deriveMs < targets.firstRunMs && second.importMs + second.deriveMs < targets.secondRunMs;
    const isStable = second.imported === 0 && second.added === 0 && second.changed === 0;
    if (!isFast) tell("slower than its target: is the machine doing something else?");
    return recall >= targets.recall && precision >= targets.precision && isStable ? 0 : 1;
  } finally {
    await node.close();
  }
}

async function run(node: Node, files: string) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const imported = await importFiles(node, [files]);
  const middle = performance.now();
  const derived = await deriveClaims(node);
  for (const { deriver, reason } of derived.failed) tell(`${deriver} failed: ${reason}`);
  return {
    imported: imported.added + imported.changed,
    added: derived.added,
    changed: derived.updated + derived.retired,
    importMs: middle - start,
    deriveMs: performance.now() - middle,
    cpuMs: (process.cpuUsage(cpu).user + process.cpuUsage(cpu).system) / 1_000,
  };
}

function tellRecall(facts: readonly Fact[], claims: readonly Derived[], all: number): number {
  const told = facts.map((fact) => ({ fact, by: claims.find((claim) => fact.isToldBy(claim)) }));
  tell(
    `${facts.length} of ${all} facts in persona.json are supported by the evidence; ${told.filter(({ by }) => by).length} are told by claims.`,
  );
  for (const { fact, by } of told) if (shown && by) tell(`  told    ${fact.topic}: ${fact.value}  ←  ${words(by)}`);
  for (const { fact, by } of told) if (!by) tell(`  missed  ${fact.topic}: ${fact.value}`);
  return told.length === 0 ? 1 : told.filter(({ by }) => by).length / told.length;
}

function tellPrecision(claims: readonly Derived[], verdictOn: (claim: Derived) => Verdict): number {
  const judged = claims.map((claim) => ({ claim, verdict: verdictOn(claim) }));
  const count = (is: Verdict["is"]) => judged.filter(({ verdict }) => verdict.is === is).length;
  const [known, evidence, wrong, open] = [count("known"), count("evidence"), count("false"), count("open")];
  tell("");
  tell(
    `${claims.length} claims: ${known} agree with what is known, ${evidence} with the evidence they cite, ${wrong} are false, ${open} can't be judged.`,
  );
  for (const { claim, verdict } of judged) {
    if (shown || verdict.is === "false" || verdict.is === "open") tell(`  ${verdict.is.padEnd(8)}  ${words(claim)}  (${verdict.why})`);
  }
  tellCalibration(judged);
  return known + evidence + wrong === 0 ? 1 : (known + evidence) / (known + evidence + wrong);
}

/** Of claims said with 0.8, four in five should be right: what was claimed beside what was seen. */
function tellCalibration(judged: readonly { readonly claim: Derived; readonly verdict: Verdict }[]): void {
  tell("");
  tell("confidence     claims   claimed   right");
  for (const [index, least] of buckets.slice(0, -1).entries()) {
    const below = buckets[index + 1] ?? 1;
    const here = judged.filter(({ claim, verdict }) => verdict.is !== "open" && claim.confidence >= least && claim.confidence < below);
    if (here.length === 0) continue;
    const claimed = here.reduce((sum, { claim }) => sum + claim.confidence, 0) / here.length;
    const right = here.filter(({ verdict }) => verdict.is !== "false").length / here.length;
    const range = `${least.toFixed(2)} to ${Math.min(1, below).toFixed(2)}`;
    tell(`${range.padEnd(14)} ${String(here.length).padStart(6)}   ${percent(claimed).padStart(7)}   ${percent(right).padStart(7)}`);
  }
}

function words({ subject, predicate, object, confidence }: Derived): string {
  return `${subject} ${predicate} ${JSON.stringify(object)} ${Math.round(confidence * 100)} %`;
}

function ms(time: number): string {
  return `${(time / 1_000).toFixed(1)} s`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function tell(line: string): void {
  console.log(line);
}
