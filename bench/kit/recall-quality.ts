/** How well recall answers questions of which the evidence is known, and whether it knows when it does not (`bench/recall.ts`). */
import type { OpId } from "../../src/core/op/operation.ts";
import { type Node, recall } from "../../src/node/index.ts";
import { type CertaintyWeights, certaintyOf } from "../../src/node/recall/certainty.ts";
import type { Signs } from "../../src/node/recall/signs.ts";
import type { Finder } from "./bare-search.ts";
import type { Sample } from "./fit-certainty.ts";
import type { Asked } from "./persona.ts";
import { figure, table } from "./table.ts";

export const depth = 20;

/** Of one question: found among the first 5, 10 and 20, and the share of all its evidence among the first 20. */
export type Marks = readonly [at5: number, at10: number, at20: number, recall: number];

export function marksOf(found: readonly OpId[], evidence: ReadonlySet<OpId>): Marks {
  const first = found.findIndex((id) => evidence.has(id));
  const within = (count: number) => (first >= 0 && first < count ? 1 : 0);
  return [within(5), within(10), within(depth), found.filter((id) => evidence.has(id)).length / Math.max(1, evidence.size)];
}

/** A question that was asked, with what came of it. */
export interface Tried {
  readonly marks: Marks;
  readonly signs: Signs;
}

/** Who asks, asks a day after all that the memory holds. */
export async function tryAll(node: Node, asked: readonly Pick<Asked, "question" | "evidence">[]): Promise<Tried[]> {
  const tried: Tried[] = [];
  for (const { question, evidence } of asked) {
    const answer = await recall(node.replica, { question, limit: depth, mayRead: "all", now: node.writer.clock() });
    const ids = answer.evidence.map(({ id }) => id);
    tried.push({ marks: marksOf(ids, evidence), signs: answer.signs });
  }
  return tried;
}

export async function tryBare(find: Finder, asked: readonly Asked[]): Promise<Marks[]> {
  const marks: Marks[] = [];
  for (const { question, evidence } of asked) marks.push(marksOf(await find(question), evidence));
  return marks;
}

export function halves<Item>(items: readonly Item[]): [even: Item[], odd: Item[]] {
  return [items.filter((_, index) => index % 2 === 0), items.filter((_, index) => index % 2 === 1)];
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function percent(share: number): string {
  return `${figure(100 * share)} %`;
}

/** Rows of a table: each with the marks of recall, or of FTS5 alone. */
export function hitTable(rows: readonly (readonly [name: string, marks: readonly Marks[]])[]): string {
  const of = (marks: readonly Marks[], index: number) => mean(marks.map((each) => each[index] ?? 0));
  return table(
    ["", "questions", "hit@5", "hit@10", "hit@20", "recall@20"],
    rows.map(([name, marks]) => [
      name,
      figure(marks.length),
      ...[0, 1, 2].map((index) => percent(of(marks, index))),
      figure(of(marks, 3), 2),
    ]),
  );
}

/** Questions of one kind, with whether each was answered and what it looked like. */
export interface Group {
  readonly name: string;
  /** Whether there is an answer to find. */
  readonly answerable: boolean;
  /** How much all of them together count when weights are fitted. */
  readonly weight: number;
  readonly tried: readonly Tried[];
}

function isRight({ marks }: Tried): boolean {
  return marks[1] === 1;
}

/** What answered its question, and what cannot be answered; an answer that was there and not found says nothing of either. */
export function samplesOf(groups: readonly Group[]): Sample[] {
  return groups.flatMap(({ answerable, weight, tried }) => {
    const fit = tried.filter((each) => !answerable || isRight(each));
    return fit.map(({ signs }) => ({ signs, answered: answerable, weight: weight / fit.length }));
  });
}

/** Of what can be answered, how many are answered right above the line; of the rest, how many are refused. */
export function refusalTable(groups: readonly Group[], lines: readonly number[], weights: CertaintyWeights): string {
  const head = ["line", ...groups.map(({ name, answerable }) => `${name}: ${answerable ? "answered right" : "refused"}`)];
  const rows = lines.map((line) => [
    figure(line, 2),
    ...groups.map(({ answerable, tried }) => {
      const above = (each: Tried) => certaintyOf(each.signs, weights) >= line;
      return percent(mean(tried.map((each) => ((answerable ? above(each) && isRight(each) : !above(each)) ? 1 : 0))));
    }),
  ]);
  return table(head, rows);
}
