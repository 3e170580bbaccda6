/** Promise 6 of `store.ts` and what a transactor may do: operations stay, payloads come and go, memories are bounded. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { canonical } from "../core/codec/canonical.ts";
import { limits } from "../core/limits.ts";
import type { OpId } from "../core/op/operation.ts";
import type { Store } from "../store/index.ts";
import type { OnStore } from "./store-contract.ts";
import { bare, SampleLog, sha256Hex } from "./store-contract-samples.ts";
import { stateOf } from "./store-contract-state.ts";

const payload = { words: "of the user" };
const other = { salt: "ab".repeat(16), payload: { words: "others" }, payloadText: canonical({ words: "others" }) };

const infoOf = async (store: Store, id: OpId) => (await store.read((reader) => reader.known([id]))).get(id);
const envelopeOf = async (store: Store, id: OpId) => (await store.read((reader) => reader.envelopes([id])))[0];
const lacking = (store: Store) => store.read((reader) => reader.incomplete(null, 99));
const attach = (store: Store, id: OpId) => store.write((tx) => tx.attach({ id, ...other }));

export function changeTests(onStore: OnStore): void {
  test(
    "6: an operation that is there can't be appended again, and nothing of such a write stays",
    onStore(async ({ store }) => {
      const log = new SampleLog();
      const op = log.write("ann", { payload });
      await log.keep(store, log.inOrder());
      const before = await stateOf(store);
      const next = log.write("ann");
      await assert.rejects(log.keep(store, [next, op]), { name: "PoolError", code: "storage" });
      assert.deepEqual(await stateOf(store), before);
    }),
  );

  test(
    "6: payloads that are kept together come back as they were, whatever their letters and their length",
    onStore(async ({ store }) => {
      const log = new SampleLog();
      for (const letters of ["", "x", "é", "字", "🦉", "\u0000", "\\", '"']) {
        const unit = Math.max(1, Buffer.byteLength(JSON.stringify(letters)) - 2);
        for (const bytes of [1, 255, 4_000, limits.payloadBytes - 100])
          log.write("ann", { payload: { text: letters.repeat(bytes / unit) } });
        log.write("ann", { payload: null });
      }
      const ops = [...log.ops.values()];
      await log.keep(store, ops.slice(0, -1));
      await log.keep(store, ops.slice(-1));
      const kept = await store.read((reader) => reader.ordered({ limit: ops.length }));
      assert.deepEqual(
        kept,
        log.inOrder().map(({ shaped }) => shaped.envelope),
      );
    }),
  );

  test(
    "6: a payload is attached once, to an operation that came without",
    onStore(async ({ store }) => {
      const log = new SampleLog();
      const [full, empty] = [log.write("ann", { payload }), log.write("ann", { payload: null })];
      await log.keep(store, log.inOrder());
      assert.deepEqual(await lacking(store), [empty.id]);
      assert.equal(await attach(store, full.id), false);
      assert.deepEqual(await envelopeOf(store, full.id), full.shaped.envelope);
      assert.equal(await attach(store, new SampleLog().write("nobody").id), false);
      assert.equal(await attach(store, empty.id), true);
      const { salt } = other;
      assert.deepEqual(await envelopeOf(store, empty.id), { ...empty.shaped.envelope, salt, payload: other.payload });
      assert.equal((await infoOf(store, empty.id))?.hasPayload, true);
      assert.equal(await attach(store, empty.id), false);
      assert.deepEqual(await lacking(store), []);
    }),
  );

  test(
    "6: erased is payload and salt, for good, and it is not incomplete; the header stays, and what follows it",
    onStore(async ({ store }) => {
      const log = new SampleLog();
      const op = log.write("ann", { payload });
      const next = log.write("ann");
      await log.keep(store, log.inOrder());
      for (let times = 0; times < 2; times++) {
        await store.write((tx) => tx.erase([op.id, new SampleLog().write("nobody").id]));
        assert.deepEqual(await envelopeOf(store, op.id), bare(op.shaped.envelope));
        assert.equal((await infoOf(store, op.id))?.hasPayload, false);
        assert.deepEqual(await lacking(store), []);
        assert.equal(await attach(store, op.id), false);
      }
      const ids = (await store.read((reader) => reader.ordered({ limit: 9 }))).map(({ op_id }) => op_id);
      assert.deepEqual(ids, [log.pool, op.id, next.id]);
      assert.equal((await store.read((reader) => reader.counts())).operations, 3);
    }),
  );

  test(
    "6: after unerase an operation is incomplete, and takes its payload again",
    onStore(async ({ store }) => {
      const log = new SampleLog();
      const [op, untouched] = [log.write("ann", { payload }), log.write("bob", { payload })];
      await log.keep(store, log.inOrder());
      await store.write((tx) => tx.erase([op.id]));
      await store.write((tx) => tx.unerase([op.id, untouched.id]));
      assert.deepEqual(await lacking(store), [op.id]);
      assert.equal(await attach(store, op.id), true);
      assert.equal(await attach(store, untouched.id), false);
      await store.write((tx) => tx.erase([op.id]));
      assert.deepEqual(await envelopeOf(store, op.id), bare(op.shaped.envelope));
    }),
  );

  test(
    "6: an operation that is appended without its payload, by order, is as if erased",
    onStore(async ({ store }) => {
      const log = new SampleLog();
      const [op, kept] = [log.write("ann", { payload }), log.write("ann", { payload })];
      await log.keep(store, log.inOrder(), [op.id]);
      assert.deepEqual(await envelopeOf(store, op.id), bare(op.shaped.envelope));
      assert.deepEqual(await envelopeOf(store, kept.id), kept.shaped.envelope);
      assert.deepEqual(await lacking(store), []);
      assert.equal(await attach(store, op.id), false);
    }),
  );

  test(
    "what was attached and erased in one write leaves nothing; what was erased before it was appended is not there",
    onStore(async ({ store }) => {
      const log = new SampleLog();
      const op = log.write("ann", { payload: null });
      await log.keep(store, log.inOrder());
      await store.write(async (tx) => {
        await tx.attach({ id: op.id, ...other });
        await tx.erase([op.id]);
      });
      assert.deepEqual(await envelopeOf(store, op.id), op.shaped.envelope);
      const late = log.write("ann", { payload });
      await store.write((tx) => tx.erase([late.id]));
      await log.keep(store, [late]);
      assert.deepEqual(await envelopeOf(store, late.id), late.shaped.envelope);
    }),
  );

  test(
    "local values are set, replaced, taken away, and never mixed up",
    onStore(async ({ store }) => {
      const local = (name: string) => store.read((reader) => reader.local(name));
      assert.equal(await local("a"), null);
      await store.write(async (tx) => {
        await tx.setLocal("a", "");
        await tx.setLocal("b", "é\u0000😀");
        await tx.setLocal("__proto__", "c");
      });
      assert.deepEqual([await local("a"), await local("b"), await local("__proto__")], ["", "é\u0000😀", "c"]);
      await store.write((tx) => tx.setLocal("a", "2"));
      await store.write((tx) => tx.setLocal("b", null));
      assert.deepEqual([await local("a"), await local("b")], ["2", null]);
    }),
  );

  test(
    "rejections keep their first reason; the newest 10,000 are remembered, also after a write that failed",
    onStore(async ({ store }) => {
      const id = (index: number) => `op:${sha256Hex(`rejected ${index}`)}` as OpId;
      const list = (from: number, count: number) =>
        Array.from({ length: count }, (_, index) => ({ op: id(from + index), reason: `reason ${from + index}` }));
      const reasons = async (...indices: number[]) => {
        const found = await store.read((reader) => reader.rejected(indices.map(id)));
        return indices.map((index) => found.get(id(index)) ?? null);
      };
      await store.write((tx) => tx.reject(list(0, 5)));
      await store.write((tx) => tx.reject([{ op: id(1), reason: "another" }]));
      assert.deepEqual(await reasons(0, 1, 5), ["reason 0", "reason 1", null]);
      await store.write((tx) => tx.reject(list(5, limits.rejections - 5)));
      const failed = store.write(async (tx) => {
        await tx.reject(list(limits.rejections, 3));
        throw new RangeError("no");
      });
      await assert.rejects(failed, RangeError);
      await store.write((tx) => tx.reject(list(limits.rejections, 2)));
      assert.deepEqual(await reasons(0, 1), [null, null]);
      assert.deepEqual(await reasons(2, limits.rejections + 1), ["reason 2", `reason ${limits.rejections + 1}`]);
    }),
  );
}
