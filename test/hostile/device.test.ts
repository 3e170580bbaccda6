/**
 * A device that turned: it holds the key of a full device of the pool and says what it likes to an honest one, on a real socket. Each thing that it
 * tries, what it is told, and that what others said still stands.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { roleOf } from "../../src/core/admission/device-view.ts";
import { mayWrite } from "../../src/core/claim/roles.ts";
import { limits } from "../../src/core/limits.ts";
import type { Draft } from "../../src/core/op/create.ts";
import { writeOps } from "../../src/core/op/create.ts";
import type { Envelope, OpId } from "../../src/core/op/operation.ts";
import type { Json, JsonObject } from "../../src/core/ports.ts";
import { nativeCrypto } from "../../src/node/index.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { assertSound, claim, claims, digestOf, logOf, targeting, writerOf } from "../node/replicas.ts";
import { type ServedPool, servedPool } from "./served-pool.ts";

interface Attempt {
  readonly tries: string;
  /** What it pushes. */
  readonly push: (at: ServedPool) => Promise<readonly unknown[]>;
  /** How the honest device begins what it says of it: an error's code, or the reason of a rejection; null when it is taken, as the device's own word. */
  readonly hears: string | null;
}

const asJson = (ops: readonly Envelope[]) => structuredClone(ops) as unknown as JsonObject[];

/** Its first operation, written as it would be honestly on what the phone holds, with what a liar puts in. */
async function written(at: ServedPool, drafts: readonly Draft[], lie: Partial<Parameters<typeof writeOps>[1]> = {}): Promise<JsonObject[]> {
  const { did, seed, random } = writerOf("laptop");
  const newest = (await logOf(at.pool.replica)).at(-1) as Envelope;
  const pen = {
    ...{
      author: did,
      seed,
      pool: at.pool.id,
      heads: [newest.op_id],
      lamport: newest.lamport,
      now: 1_790_000_000_000,
      salt: () => random(16),
    },
    own: null,
    ...lie,
  };
  return asJson(writeOps(nativeCrypto, pen, drafts).map(({ envelope }) => envelope));
}

const like = (object: string) => claim("self", "preference.likes", object);
const first = (ops: readonly JsonObject[]) => ops[0] as JsonObject;
const deep = (depth: number): Json => (depth === 0 ? 1 : [deep(depth - 1)]);

const attempts: readonly Attempt[] = [
  { tries: "its own word", push: (at) => written(at, [like("tea")]), hears: null },
  { tries: "a date of long ago", push: (at) => written(at, [like("tea")], { now: 5 }), hears: null },
  { tries: "a date that is not yet", push: (at) => written(at, [like("tea")], { now: 9_000_000_000_000 }), hears: null },
  {
    tries: "the phone's name under its own words",
    push: async (at) => [{ ...first(await written(at, [like("tea")])), author: at.pool.phone.did }],
    hears: "signature or identity verification failed",
  },
  {
    tries: "its words in what the phone said",
    push: async (at) => [{ ...first(asJson((await logOf(at.pool.replica)).slice(-1))), op_id: `op:${"7".repeat(64)}` }],
    hears: "signature or identity verification failed",
  },
  {
    tries: "an operation of another pool",
    push: (at) => written(at, [like("tea")], { pool: `op:${"a".repeat(64)}` as OpId }),
    hears: "operation belongs to another pool",
  },
  {
    tries: "a place in its chain that is taken by nothing",
    push: (at) => written(at, [like("tea")], { own: { id: `op:${"b".repeat(64)}` as OpId, seq: 900 } }),
    hears: "deferred",
  },
  {
    tries: "a number beyond all numbers",
    push: async (at) => [{ ...first(await written(at, [like("tea")])), lamport: 1e300 }],
    hears: "parse error: ",
  },
  {
    tries: "root's word: a new founder",
    push: (at) => written(at, [{ type: "genesis", payload: { root: writerOf("laptop").did } }]),
    hears: "parse error: ",
  },
  {
    tries: "a device with a role that is none",
    push: (at) => written(at, [{ type: "device_add", payload: { key: writerOf("x").did, role: "root" } }]),
    hears: null,
  },
  {
    tries: "removing root",
    push: (at) => written(at, [{ type: "device_remove", payload: { key: at.pool.root.did, last: null } }]),
    hears: null,
  },
  {
    tries: "a payload that is not the signed one",
    push: async (at) => [{ ...first(await written(at, [like("tea")])), payload: { lie: true } }],
    hears: "signature or identity verification failed",
  },
  {
    tries: "a payload nested without end",
    push: async (at) => [{ ...first(await written(at, [like("tea")])), payload: { note: deep(200) } }],
    hears: "bad_request",
  },
  {
    tries: "members that no operation has",
    push: async (at) => [{ ...first(await written(at, [like("tea")])), admin: true }],
    hears: "parse error: ",
  },
  {
    tries: "more operations than a push has",
    push: async (at) => Array(limits.pushOps + 1).fill(first(await written(at, [like("tea")]))),
    hears: "too_large",
  },
  { tries: "what is no operation", push: async () => [null, 7, "op:", [], {}], hears: "parse error: " },
  {
    tries: "forgetting what the phone said: a redaction has an author",
    push: async (at) => written(at, [targeting("redaction", (await logOf(at.pool.replica)).at(-1)?.op_id ?? "")]),
    hears: null,
  },
];

async function said(at: ServedPool, ops: readonly unknown[]): Promise<string | null> {
  const transport = at.open(at.url);
  try {
    const reply = (await transport.request({ type: "push", ops: ops as Json })) as JsonObject;
    if (reply["type"] === "error") return String(reply["code"]);
    const rejected = reply["rejected"] as { readonly reason: string }[];
    if (rejected[0] !== undefined) return rejected[0].reason;
    return ((reply["deferred"] ?? []) as unknown[]).length > 0 ? "deferred" : null;
  } finally {
    await transport.close();
  }
}

/** Whatever it says of devices: root and the phone stand, and nobody came in who has anything to say. */
async function assertStanding({ pool: { replica, root, phone } }: ServedPool): Promise<void> {
  const view = await replica.store.read(async (reader) => (await replica.controlLog(reader)).view());
  assert.equal(view.root, root.did);
  assert.equal(roleOf(view, phone.did), "full");
  assert.ok(!mayWrite(roleOf(view, writerOf("x").did) ?? "", "claim"), "it let somebody in");
}

test("a hostile device", async (context) => {
  for (const { tries, push, hears } of attempts) {
    await context.test(`tries ${tries}`, async () => {
      await using at = await servedPool();
      const before = await logOf(at.pool.replica);
      const view = await digestOf(at.pool.replica);
      const heard = await said(at, await push(at));
      if (hears === null) assert.equal(heard, null);
      else assert.ok(heard?.startsWith(hears), `it heard ${heard}`);
      await assertSound(at.pool.replica);
      const after = new Map((await logOf(at.pool.replica)).map((op) => [op.op_id, op]));
      for (const { op_id, author } of before) assert.equal(after.get(op_id)?.author, author, "what was said is there");
      await assertStanding(at);
      if (hears !== null) assert.equal(await digestOf(at.pool.replica), view, "and nothing beside it");
    });
  }

  await context.test(
    "tries removing a device that ranks before it: that stands until root, or who ranks before it, says otherwise",
    async () => {
      await using at = await servedPool();
      const { replica, root, phone } = at.pool;
      assert.equal(await said(at, await written(at, [{ type: "device_remove", payload: { key: phone.did, last: null } }])), null);
      await writeDrafts(replica, root, [{ type: "device_remove", payload: { key: writerOf("laptop").did, last: null } }]);
      await assertStanding(at);
      await assertSound(replica);
    },
  );

  await context.test("goes on after it was removed: it is told so, and nothing of it counts", async () => {
    await using at = await servedPool();
    await writeDrafts(at.pool.replica, at.pool.root, [{ type: "device_remove", payload: { key: writerOf("laptop").did, last: null } }]);
    const view = await digestOf(at.pool.replica);
    assert.equal(await said(at, await written(at, claims(3, 700))), "unauthorized");
    assert.equal(await digestOf(at.pool.replica), view);
  });
});
