/**
 * Does judging cost what it touches, or what the log holds? `npm run bench -- judgements`
 * Claims are derived from one item of evidence; one claim has dependants. Prints the least times at two sizes and their ratio, and
 * fails when they are over what issue 3 allows.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Draft } from "../src/core/op/create.ts";
import type { OpId } from "../src/core/op/operation.ts";
import { homeAt, initNode, type Node, refute, undo, whyClaim } from "../src/node/index.ts";

const sizes = [10_000, 100_000] as const;
const dependants = 10_000;
const [loneRounds, rounds] = [20, 7];

function claim(n: number, derivedFrom: readonly OpId[]): Draft {
  const method = { name: "bench", version: "1" };
  const payload = {
    subject: `person:${n}`,
    predicate: "preference.likes",
    object: `thing ${n}`,
    confidence: 0.7,
    derived_from: [...derivedFrom],
    method,
    rationale: "",
  };
  return { type: "claim", payload };
}

async function fill(node: Node, from: number, count: number, derivedFrom: readonly OpId[]): Promise<OpId[]> {
  const ids: OpId[] = [];
  for (let start = 0; start < count; start += 1_000) {
    const drafts = Array.from({ length: Math.min(1_000, count - start) }, (_, index) => claim(from + start + index, derivedFrom));
    ids.push(...(await node.write(drafts)));
  }
  return ids;
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** The least of several times: what the work takes when nothing else has the machine. */
async function least(
  rounds: number,
  work: (round: number) => Promise<unknown>,
  between?: (round: number) => Promise<unknown>,
): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    best = Math.min(best, await time(() => work(round)));
    await between?.(round);
  }
  return best;
}

async function measure(size: number) {
  const folder = mkdtempSync(join(tmpdir(), "fablepool-bench-"));
  const { node } = await initNode(homeAt(join(folder, "home")), { name: "bench", passphrase: null });
  try {
    const source = { adapter: "bench", version: "1" };
    const [evidence] = await node.write([
      { type: "evidence", payload: { source, origin: "import", external_id: "1", kind: "note", content: {} } },
    ]);
    const [root, ...lone] = (await fill(node, 0, 1 + loneRounds, [evidence as OpId])) as [OpId, ...OpId[]];
    await fill(node, 1 + loneRounds, size - 1 - loneRounds, [evidence as OpId]);
    const leaves = await fill(node, size, dependants, [root]);
    const without = await least(loneRounds, (round) => refute(node, [lone[round] as OpId]));
    const why = await least(loneRounds, (round) => whyClaim(node.replica, leaves[round] as OpId));
    let refutation: readonly OpId[] = [];
    const withDependants = await least(
      rounds,
      async () => {
        refutation = [(await refute(node, [root])) as OpId];
      },
      () => undo(node, refutation[0] as OpId),
    );
    return { without, why, withDependants };
  } finally {
    await node.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const results = new Map<number, Awaited<ReturnType<typeof measure>>>();
for (const size of sizes) results.set(size, await measure(size));
const [small, large] = sizes.map((size) => results.get(size)) as [Awaited<ReturnType<typeof measure>>, Awaited<ReturnType<typeof measure>>];
for (const [name, label, allowed] of [
  ["without", "refute a claim without dependants", 5],
  ["why", "why", 10],
  ["withDependants", `refute a claim with ${dependants} dependants`, 250],
] as const) {
  const [before, after] = [small[name], large[name]];
  console.log(
    `${label}: ${before.toFixed(1)} ms beside ${sizes[0]} other claims, ${after.toFixed(1)} ms beside ${sizes[1]} (allowed: ${allowed}), ratio ${(after / before).toFixed(2)}`,
  );
  if (after > allowed) process.exitCode = 1;
}
