/** Promises 1 to 5, 9 and 10 of `store.ts`: snapshots, turns, atomicity, durability, closure, closing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turnOfTheLoop } from "node:timers/promises";
import type { Store, Transactor } from "../store/index.ts";
import type { OnStore } from "./store-contract.ts";
import { SampleLog } from "./store-contract-samples.ts";
import { stateOf } from "./store-contract-state.ts";

/** Long enough for anything that could go on to go on. */
async function others(): Promise<void> {
  for (let turns = 0; turns < 10; turns++) await turnOfTheLoop();
}

export function promiseTests(onStore: OnStore): void {
  test(
    "1: a read sees one committed state, whatever is written meanwhile",
    onStore(async ({ store }) => {
      const log = new SampleLog();
      await log.keep(store, log.inOrder());
      const count = () => store.read(async (reader) => (await reader.counts()).operations);
      const reading = store.read(async (reader) => {
        const before = await reader.counts();
        await others();
        return [before, await reader.counts(), (await reader.ordered({ limit: 9 })).length];
      });
      const writing = log.keep(store, [log.write("ann"), log.write("ann")]);
      const [before, after, length] = await reading;
      assert.deepEqual(after, before);
      assert.equal(length, (before as { operations: number }).operations);
      await writing;
      assert.equal(await count(), 3);
    }),
  );

  test(
    "1: a read beside an open write sees the state before or after it, never between",
    onStore(async ({ store }) => {
      const log = new SampleLog();
      await log.keep(store, log.inOrder());
      const seen: Promise<number>[] = [];
      await store.write(async (tx) => {
        for (let step = 0; step < 5; step++) {
          await log.keepIn(tx, [log.write("ann")]);
          seen.push(store.read(async (reader) => (await reader.counts()).operations));
          await others();
        }
      });
      for (const operations of await Promise.all(seen)) assert.ok(operations === 1 || operations === 6, `saw ${operations} operations`);
    }),
  );

  test(
    "1: a write sees its own changes, and a read that follows it sees them too",
    onStore(async ({ store }) => {
      const log = new SampleLog();
      const within = await store.write(async (tx) => {
        await log.keepIn(tx, log.inOrder());
        return tx.counts();
      });
      assert.equal(within.operations, 1);
      assert.deepEqual(await store.read((reader) => reader.counts()), within);
    }),
  );

  test(
    "2: writes come one after the other, over all that have the store open",
    onStore(async ({ store, reopen }) => {
      const second = reopen ? await reopen() : store;
      const add = (each: Store) =>
        each.write(async (tx) => {
          const before = Number((await tx.local("count")) ?? 0);
          await others();
          await tx.setLocal("count", String(before + 1));
        });
      await Promise.all(Array.from({ length: 12 }, (_, index) => add(index % 2 === 0 ? store : second)));
      assert.equal(await store.read((reader) => reader.local("count")), "12");
      if (second !== store) await second.close();
    }),
  );

  test(
    "2: a write that rejects lets the next one go on",
    onStore(async ({ store }) => {
      const failed = store.write(() => Promise.reject(new RangeError("no")));
      const next = store.write((tx) => tx.setLocal("a", "1"));
      await assert.rejects(failed, { name: "RangeError", message: "no" });
      await next;
      assert.equal(await store.read((reader) => reader.local("a")), "1");
    }),
  );

  test(
    "3: nothing of a write is there when its function rejects, after any of its calls",
    onStore(async ({ store }) => {
      const log = new SampleLog();
      const [first, second] = [log.write("ann", { payload: { a: 1 } }), log.write("bob", { payload: null })];
      await log.keep(store, log.inOrder());
      await store.write(async (tx) => {
        await tx.addRefs([{ from: first.id, kind: "derives", to: second.id }]);
        await tx.putEvidence([{ id: first.id, lamport: first.lamport, source: "ab" }]);
        await tx.setLocal("a", "1");
      });
      const before = await stateOf(store, ["a", "b"]);
      const third = log.write("ann");
      const salted = { salt: "00".repeat(16), payload: {}, payloadText: "{}" };
      const changes: ((tx: Transactor) => Promise<unknown>)[] = [
        (tx) => log.keepIn(tx, [third]),
        (tx) => tx.attach({ id: second.id, ...salted }),
        (tx) => tx.erase([first.id]),
        (tx) => tx.unerase([first.id]),
        (tx) => tx.addRefs([{ from: second.id, kind: "refutes", to: first.id }]),
        (tx) => tx.putEvidence([{ id: second.id, lamport: 9, source: "cd" }]),
        (tx) => tx.reject([{ op: first.id, reason: "no" }]),
        (tx) => tx.setLocal("a", null),
        (tx) => tx.setLocal("b", "2"),
      ];
      for (let count = 1; count <= changes.length; count++) {
        const failing = store.write(async (tx) => {
          for (const change of changes.slice(0, count)) await change(tx);
          throw new RangeError(`after ${count}`);
        });
        await assert.rejects(failing, { message: `after ${count}` });
        assert.deepEqual(await stateOf(store, ["a", "b"]), before, `after ${count} changes`);
      }
    }),
  );

  test(
    "4: what a write resolved with is there when the store is opened again",
    onStore(async ({ store, reopen }) => {
      if (!reopen) return; // such a store forgets everything, by its name
      const log = new SampleLog();
      log.write("ann", { payload: { text: "é😀\u0000" } });
      log.write("bob", { payload: null });
      await log.keep(store, log.inOrder());
      await store.write((tx) => tx.reject([{ op: log.pool, reason: "why" }]));
      const before = await stateOf(store);
      await store.close();
      const again = await reopen();
      assert.deepEqual(await stateOf(again), before);
      await again.close();
    }),
  );

  test(
    "5: at every instant, whoever reads finds every operation's predecessors",
    onStore(async ({ store }) => {
      const log = new SampleLog();
      const audits: Promise<void>[] = [];
      const audit = () =>
        store.read(async (reader) => {
          const envelopes = await reader.ordered({ limit: 1_000 });
          const ids = new Set(envelopes.map(({ op_id }) => op_id));
          for (const { prev } of envelopes) for (const id of prev) assert.ok(ids.has(id));
        });
      const writes = [log.keep(store, log.inOrder())];
      for (let batch = 0; batch < 8; batch++) {
        writes.push(log.keep(store, [log.write("ann"), log.write("bob"), log.write("ann")]));
        audits.push(audit());
        await turnOfTheLoop();
      }
      await Promise.all([...writes, ...audits]);
    }),
  );

  test(
    "9: a read may start a write and a write a read, without waiting for it: each has its turn",
    onStore(async ({ store }) => {
      let inner: Promise<unknown> = Promise.resolve();
      await store.read(async () => {
        inner = store.write((tx) => tx.setLocal("a", "1"));
      });
      await inner;
      await store.write(async () => {
        inner = store.read((reader) => reader.local("a"));
      });
      assert.equal(await inner, "1");
    }),
  );

  test(
    "10: after close every call rejects with code storage; what was asked for before is done",
    onStore(async ({ store }) => {
      const last = store.write(async (tx) => {
        await others();
        await tx.setLocal("a", "1");
      });
      const read = store.read((reader) => reader.local("a"));
      const closing = store.close();
      await assert.rejects(
        store.read((reader) => reader.pool()),
        { name: "PoolError", code: "storage" },
      );
      await assert.rejects(
        store.write((tx) => tx.setLocal("a", "2")),
        { name: "PoolError", code: "storage" },
      );
      await Promise.all([last, read, closing, store.close()]);
      await assert.rejects(
        store.read((reader) => reader.pool()),
        { name: "PoolError", code: "storage" },
      );
    }),
  );
}
