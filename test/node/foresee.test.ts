/** What is foreseen is what happens, in random histories; and nothing of it is kept when it is only foreseen. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { PoolError } from "../../src/core/errors.ts";
import type { OpId } from "../../src/core/op/operation.ts";
import {
  confirm,
  correct,
  foresee,
  forget,
  homeAt,
  type Moved,
  type Node,
  noteMoves,
  planForgetting,
  refute,
  undo,
} from "../../src/node/index.ts";
import { nodeOver } from "../../src/node/open-node.ts";
import { viewDigest } from "../../src/node/view/digest.ts";
import { seededRandom } from "../../src/testkit/seeded-random.ts";
import { randomHistory, replicaOf, runs } from "./replicas.ts";

const judgements: Readonly<Record<string, (node: Node, id: OpId) => Promise<unknown>>> = {
  refute: (node, id) => refute(node, [id]),
  confirm: (node, id) => confirm(node, [id]),
  correct: (node, id) => correct(node, id, { object: "something else" }),
  undo: (node, id) => undo(node, id),
  forget: async (node, id) => {
    const { items, quoting } = await planForgetting(node.replica, [id]);
    return forget(node, [...items, ...quoting]);
  },
};

/** By id; a claim that a judgement makes has another id each time. */
const known = (moved: readonly Moved[]) =>
  moved.filter(({ before }) => before !== null).sort((left, right) => (left.id < right.id ? -1 : 1));

const stateOf = ({ replica }: Node) => replica.store.read(async (reader) => [await viewDigest(reader), await reader.counts()]);

test("law: a judgement moves exactly the claims that were foreseen to move, and foreseeing moves none", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fablepool-foresee-"));
  let moved = 0;
  try {
    for (let seed = 1; seed <= runs(4); seed++) {
      const random = seededRandom(seed);
      const { pool, ops } = await randomHistory(seed, 60);
      const node = nodeOver(homeAt(folder), pool.phone, await replicaOf(pool.id, ops));
      const claims = await node.replica.store.read((reader) => reader.claimPage({ limit: 1_000 }));
      for (let turn = 0; turn < 8 && claims.length > 0; turn++) {
        const { id } = random.pick(claims);
        const [name, judge] = random.pick(Object.entries(judgements));
        const before = await stateOf(node);
        const foreseen = await foresee(node, (on) => judge(on, id)).catch((error: PoolError) => error.code);
        assert.deepEqual(await stateOf(node), before, `seed ${seed}: foreseeing ${name} changed something`);
        const done = await noteMoves(node, (on) => judge(on, id)).then(
          (noted) => noted.moved,
          (error: PoolError) => error.code,
        );
        if (typeof done === "string" || typeof foreseen === "string") assert.equal(foreseen, done, `seed ${seed}, ${name}`);
        else {
          assert.deepEqual(known(foreseen), known(done), `seed ${seed}, ${name} of ${id}`);
          moved += done.length;
        }
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  assert.ok(moved > 0, "no judgement moved anything");
});

test("who listens to a replica hears what was written while moves were noted", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fablepool-foresee-"));
  const { pool, ops } = await randomHistory(5, 40);
  const node = nodeOver(homeAt(folder), pool.phone, await replicaOf(pool.id, ops));
  const heard: OpId[] = [];
  node.replica.onChange(({ accepted }) => heard.push(...accepted));
  const write = (on: Node) => on.write([{ type: "note", payload: { target: pool.phone.did, name: "phone" } }]);
  await foresee(node, write);
  assert.deepEqual(heard, []);
  const { result } = await noteMoves(node, write);
  assert.deepEqual(heard, result);
  rmSync(folder, { recursive: true, force: true });
});
