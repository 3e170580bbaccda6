/**
 * Does a pull cost what its slice costs, or what the pool holds? `npm run bench -- delegation`
 * 1,000 grants; a slice of 100 claims, each from its own item of evidence; pools of 10,000 and of 100,000 claims over 1,000
 * predicates. Prints the server's processor time for a pull that changes nothing, for one that writes its access, and for the whole ledger.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Draft } from "../src/core/op/create.ts";
import type { OpId } from "../src/core/op/operation.ts";
import { answer, homeAt, initNode, ledger, type Node, nativeCrypto } from "../src/node/index.ts";
import { fixedKey } from "../src/testkit/fixed-keys.ts";

const sizes = [10_000, 100_000] as const;
const grants = 1_000;
const sliceClaims = 100;
const method = { name: "bench", version: "1" };

function claim(predicate: string, n: number, derivedFrom: readonly OpId[]): Draft {
  const words = { subject: "self", predicate, object: `thing ${n}`, confidence: 0.7, rationale: "" };
  return { type: "claim", payload: { ...words, derived_from: [...derivedFrom], method } };
}

function evidence(n: number): Draft {
  const source = { adapter: "bench", version: "1" };
  return { type: "evidence", payload: { source, origin: "import", external_id: `${n}`, kind: "note", content: { text: `line ${n}` } } };
}

async function inParts(node: Node, count: number, draft: (n: number) => Draft): Promise<OpId[]> {
  const ids: OpId[] = [];
  for (let start = 0; start < count; start += 1_000) {
    const part = Array.from({ length: Math.min(1_000, count - start) }, (_, index) => draft(start + index));
    ids.push(...(await node.write(part)));
  }
  return ids;
}

/** Milliseconds of processor time: what the machine does besides is not counted. */
async function time(work: () => Promise<unknown>): Promise<number> {
  const began = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1_000;
}

function median(times: readonly number[]): number {
  return times.toSorted((left, right) => left - right)[Math.floor(times.length / 2)] as number;
}

async function measure(size: number) {
  const folder = mkdtempSync(join(tmpdir(), "fablepool-bench-"));
  const { node } = await initNode(homeAt(join(folder, "home")), { name: "bench", passphrase: null });
  try {
    const items = await inParts(node, sliceClaims, evidence);
    await inParts(node, size - sliceClaims, (n) => claim(`other.p${n % 1_000}`, n, [items[n % sliceClaims] as OpId]));
    await inParts(node, sliceClaims, (n) => claim(`preference.l${n % 5}`, n, [items[n] as OpId]));
    await node.write([{ type: "predicate", payload: { name: "other.p0", cardinality: "many", sensitivity: "personal", template: "" } }]);
    const multiple = Array.from({ length: 5 }, (_, n) => `preference.l${n}`);
    await node.write(
      multiple.map((name) => ({ type: "predicate", payload: { name, cardinality: "many", sensitivity: "personal", template: "" } })),
    );
    const keys = Array.from({ length: grants }, (_, n) => fixedKey(nativeCrypto, `grantee ${n}`));
    const ids = await inParts(node, grants, (n) => {
      const selector = { predicates: ["preference.*"] };
      return { type: "cap_grant", payload: { grantee: keys[n]?.did as string, selector, purpose: "bench", expires_at: Date.now() + 1e9 } };
    });
    const pull = async (n: number) => {
      const did = keys[n]?.did as string;
      const request = { type: "delegate_pull", grant_id: ids[n] as OpId, grantee: did, nonce: "n" };
      const reply = await answer(node.replica, { did: node.writer.did, writer: node.writer }, request, did);
      const { count } = reply["slice"] as { count: number };
      if (count !== sliceClaims) throw new RangeError(`the slice has ${count} claims: ${JSON.stringify(reply).slice(0, 200)}`);
    };
    const writing: number[] = [];
    const repeated: number[] = [];
    for (let n = 0; n < 30; n++) writing.push(await time(() => pull(n)));
    for (let n = 0; n < 30; n++) repeated.push(await time(() => pull(n)));
    const whole = await time(() => ledger(node.replica, Date.now()));
    return { repeated: median(repeated), writing: median(writing), whole };
  } finally {
    await node.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const results = [];
for (const size of sizes) results.push(await measure(size));
const [small, large] = results as [Awaited<ReturnType<typeof measure>>, Awaited<ReturnType<typeof measure>>];
const labels = {
  repeated: `a pull of ${sliceClaims} claims`,
  writing: "the same, noted in the log",
  whole: `the ledger of ${grants} grants`,
} as const;
for (const name of ["repeated", "writing", "whole"] as const) {
  const [at, then] = [small[name].toFixed(1), large[name].toFixed(1)];
  console.log(
    `${labels[name]}: ${at} ms at ${sizes[0]} claims, ${then} ms at ${sizes[1]}, ratio ${(large[name] / small[name]).toFixed(2)}`,
  );
}
