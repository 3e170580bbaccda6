/**
 * A hostile server: it holds the key of the device that the client expects and the whole pool, signs every reply properly, and lies in them, on
 * real sockets. Each thing that it tries: the client ends with a reason or with what is true, keeps nothing false, and can sync with an honest one.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PoolError } from "../../src/core/errors.ts";
import { limits } from "../../src/core/limits.ts";
import type { OpId } from "../../src/core/op/operation.ts";
import type { Json, JsonObject } from "../../src/core/ports.ts";
import { isObject } from "../../src/core/sync/messages.ts";
import { foundPool } from "../../src/node/found-pool.ts";
import { nativeCrypto, Replica } from "../../src/node/index.ts";
import { syncWith } from "../../src/node/sync-client.ts";
import { answer } from "../../src/node/sync-server.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { openMemoryStore } from "../../src/store/index.ts";
import { expanded } from "../../src/testkit/expanded.ts";
import { assertSound, claims, idsOf, logOf, writerOf } from "../node/replicas.ts";
import { type Answer, type Asked, fakeNode } from "../transport/fake-node.ts";
import { type ServedPool, servedPool } from "./served-pool.ts";

interface Lie {
  readonly at: ServedPool;
  readonly asked: Asked;
  /** What an honest server would say. */
  readonly honest: JsonObject;
}

interface Attempt {
  readonly tries: string;
  readonly answers: (lie: Lie) => Answer | null | Promise<Answer | null>;
  /** `refused`: it ends with a `PoolError`. `synced`: it ends well, with what is true and nothing else. */
  readonly comes: "refused" | "synced";
}

const fakeId = (number: number) => `op:${number.toString(16).padStart(64, "0")}`;
const isOf = ({ asked }: Lie, type: string) => asked.message["type"] === type;
const reply = (message: Json): Answer => ({ message });
/** Honest, but where `type` is asked. */
const lies =
  (type: string, message: (lie: Lie) => Json | Promise<Json>): Attempt["answers"] =>
  async (lie) =>
    isOf(lie, type) ? reply(await message(lie)) : reply(lie.honest);
const opsOf = ({ honest }: Lie) => expanded(nativeCrypto, honest["ops"]);
const changed = (change: (op: JsonObject) => JsonObject): Attempt["answers"] =>
  lies("ops_since", (lie) => ({ ...lie.honest, ops: opsOf(lie).map(change) as Json }));

/** In runs (SYN-19), as they are sent. */
const changedRuns = (change: (run: JsonObject, items: readonly Json[]) => JsonObject): Attempt["answers"] =>
  lies("ops_since", ({ honest }) => ({
    ...honest,
    ops: (honest["ops"] as Json[]).map((op) => (isObject(op) && Array.isArray(op["items"]) ? change(op, op["items"]) : op)),
  }));

/** A log of its own, of another pool. */
async function otherPool(): Promise<Json[]> {
  const replica = new Replica(openMemoryStore(), nativeCrypto);
  const [root, phone] = [writerOf("another root"), writerOf("phone")];
  await foundPool(replica, root, { key: phone.did, role: "full" });
  await writeDrafts(replica, phone, claims(4));
  return (await logOf(replica)) as unknown as Json[];
}

const attempts: readonly Attempt[] = [
  { tries: "being honest", answers: ({ honest }) => reply(honest), comes: "synced" },
  { tries: "claiming to serve another pool", answers: lies("hello", ({ honest }) => ({ ...honest, pool: fakeId(7) })), comes: "refused" },
  {
    tries: "claiming heads that nobody wrote",
    answers: lies("hello", ({ honest, at }) => ({
      ...honest,
      heads: { authors: { [at.pool.phone.did]: [[9e15, fakeId(1)]] }, lamport: 9e15 },
    })),
    comes: "synced",
  },
  {
    tries: "claiming to know nothing",
    answers: lies("hello", ({ honest }) => ({ ...honest, heads: { authors: {}, lamport: 0 } })),
    comes: "synced",
  },
  {
    tries: "words of its own in somebody's operation",
    answers: changed((op) => ({ ...op, payload: { subject: "self", object: "a lie" } })),
    comes: "synced",
  },
  { tries: "another author for an operation", answers: changed((op) => ({ ...op, author: writerOf("laptop").did })), comes: "synced" },
  { tries: "signatures that are none", answers: changed((op) => ({ ...op, sig: "00".repeat(64) })), comes: "synced" },
  { tries: "operations without their words", answers: changed(({ payload: _words, ...op }) => op), comes: "synced" },
  {
    tries: "words of its own in somebody's run",
    answers: changedRuns((run, [first, ...rest]) => ({ ...run, items: [[(first as Json[])[0] as Json, { object: "a lie" }], ...rest] })),
    comes: "synced",
  },
  { tries: "a run that leaves one out", answers: changedRuns((run, items) => ({ ...run, items: items.slice(1) })), comes: "synced" },
  { tries: "a run in another order", answers: changedRuns((run, items) => ({ ...run, items: items.toReversed() })), comes: "synced" },
  { tries: "a run by another author", answers: changedRuns((run) => ({ ...run, author: writerOf("laptop").did })), comes: "synced" },
  {
    tries: "a run without end",
    answers: changedRuns((run, items) => ({ ...run, items: Array.from({ length: 20_000 }, () => items[0] as Json) })),
    comes: "synced",
  },
  {
    tries: "a run nested in a run",
    answers: changedRuns((run) => ({ ...run, items: [run] })),
    comes: "synced",
  },
  {
    tries: "pages that end where nobody is",
    answers: lies("ops_since", ({ honest }) => ({ ...honest, more: true, last: [9e15, fakeId(1)] })),
    comes: "synced",
  },
  {
    tries: "operations of another pool",
    answers: lies("ops_since", async ({ honest }) => ({ ...honest, ops: await otherPool() })),
    comes: "synced",
  },
  {
    tries: "no operation, though it has some",
    answers: lies("ops_since", ({ honest }) => ({ ...honest, ops: [], more: false })),
    comes: "synced",
  },
  { tries: "the same page for ever", answers: lies("ops_since", ({ honest }) => ({ ...honest, more: true })), comes: "synced" },
  {
    tries: "pages of nothing for ever",
    answers: lies("ops_since", ({ honest }) => ({ ...honest, ops: [], more: true })),
    comes: "synced",
  },
  {
    tries: "garbage for ever",
    answers: lies("ops_since", ({ asked }) => ({
      type: "ops",
      more: true,
      ops: Array.from({ length: 500 }, (_, at) => ({ op_id: fakeId(asked.index * 500 + at), lamport: asked.index * 500 + at })),
    })),
    comes: "refused",
  },
  {
    tries: "a list that is no list",
    answers: lies("ops_since", () => ({ type: "ops", ops: { length: 1e9 }, more: true })),
    comes: "synced",
  },
  { tries: "a reply of another type", answers: lies("ops_since", () => ({ type: "hello" })), comes: "refused" },
  {
    tries: "an unknown error",
    answers: lies("ops_since", () => ({ type: "error", error: "\u001b[2J".repeat(9), code: "__proto__" })),
    comes: "refused",
  },
  {
    tries: "wanting what was never offered",
    answers: lies("push", ({ honest }) => ({ ...honest, want: Array.from({ length: 900 }, (_, at) => fakeId(at)) })),
    comes: "synced",
  },
  {
    tries: "rejecting what is sound",
    answers: lies("push", ({ honest }) => ({ ...honest, accepted: [], rejected: [{ op: fakeId(1), reason: "x".repeat(100_000) }] })),
    comes: "synced",
  },
  {
    tries: "saying that it took what it did not keep",
    answers: ({ asked, honest }) =>
      asked.message["type"] === "push" ? reply({ ...honest, accepted: honest["accepted"] ?? [] }) : reply(honest),
    comes: "synced",
  },
  {
    tries: "a reply nested to the stack's end",
    answers: (lie) => (isOf(lie, "ops_since") ? { content: "[".repeat(1_000_000) } : reply(lie.honest)),
    comes: "refused",
  },
  {
    tries: "a reply of more than 16 MiB",
    answers: (lie) => (isOf(lie, "ops_since") ? { content: " ".repeat(limits.messageBytes + 1) } : reply(lie.honest)),
    comes: "refused",
  },
  {
    tries: "members that stand twice",
    answers: (lie) => (isOf(lie, "ops_since") ? { content: '{"type":"ops","ops":[],"ops":[1],"more":false}' } : reply(lie.honest)),
    comes: "refused",
  },
  {
    tries: "a member called __proto__",
    answers: (lie) =>
      isOf(lie, "ops_since") ? { content: '{"type":"ops","ops":[{"__proto__":{"op_id":"x"}}],"more":false}' } : reply(lie.honest),
    comes: "synced",
  },
  { tries: "silence in the middle", answers: (lie) => (isOf(lie, "ops_since") ? null : reply(lie.honest)), comes: "refused" },
  {
    tries: "a status that is no protocol's",
    answers: (lie) => (isOf(lie, "ops_since") ? { ...reply(lie.honest), status: 599 } : reply(lie.honest)),
    comes: "refused",
  },
];

async function tryOn(at: ServedPool, { tries, answers, comes }: Attempt): Promise<void> {
  const genuine = new Map((await logOf(at.pool.replica)).map((op) => [op.op_id as string, JSON.stringify(op.payload)]));
  const own = new Set<OpId>(await idsOf(at.laptop));
  await using server = await fakeNode(at.pool.phone, async (asked) => {
    assert.ok(asked.index < 400, "the client asks for ever");
    const from = asked.signed ? writerOf("laptop").did : null;
    const honest = await answer(at.pool.replica, { did: at.pool.phone.did }, asked.message as Json, from);
    return (await answers({ at, asked, honest })) as Answer;
  });
  const transport = at.open(server.url, tries === "silence in the middle" ? 1_000 : 20_000);
  const came = await syncWith(at.laptop, transport)
    .then(() => "synced")
    .catch((error: unknown) => {
      assert.ok(error instanceof PoolError && ["peer", "network", "unauthorized"].includes(error.code), String((error as Error).stack));
      assert.ok(error.message.length < 2_000, "it says no more than a person can read");
      return "refused";
    })
    .finally(() => transport.close());
  assert.equal(came, comes);
  await assertSound(at.laptop);
  for (const { op_id, payload } of await logOf(at.laptop)) {
    if (own.has(op_id)) continue;
    assert.ok(genuine.has(op_id), `${op_id} was made up, and is kept`);
    if (payload !== undefined) assert.equal(JSON.stringify(payload), genuine.get(op_id), "the words are not the author's");
  }
}

test("a hostile server", async (context) => {
  for (const attempt of attempts) {
    await context.test(`tries ${attempt.tries}`, async () => {
      await using at = await servedPool();
      await tryOn(at, attempt);
      await at.assertUnharmed();
    });
  }
});
