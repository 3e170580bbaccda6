/** Promises 7 and 8 of `store.ts`: order and pages, and envelopes as they came. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Envelope, OpId } from "../core/op/operation.ts";
import { countOps, inRuns } from "../core/op/run.ts";
import type { JsonObject } from "../core/ports.ts";
import { jsonObject } from "./arbitrary-json.ts";
import type { OnStore } from "./store-contract.ts";
import { bare, didOf, proof, SampleLog } from "./store-contract-samples.ts";
import { bytesOf, idsIn } from "./store-contract-state.ts";

function placeOf(op: Envelope | undefined) {
  return op && { lamport: op.lamport, id: op.op_id };
}

/** Three authors, one of whom forked twice, and their heads. */
function forkedLog(): SampleLog {
  const log = new SampleLog();
  const first = log.write("ann");
  log.write("bob");
  const second = log.write("ann");
  log.write("ann");
  log.write("ann", { own: first.id, others: [] });
  log.write("ann");
  log.write("cyd", { others: [second.id] });
  log.write("ann", { own: second.id, others: [] });
  log.write("bob");
  log.write("cyd");
  return log;
}

const idsOf = (page: readonly Envelope[]) => page.map(({ op_id }) => op_id);

export function logTests(onStore: OnStore): void {
  test(
    "7: ordered yields (lamport, op_id), from any place, up to any limit",
    onStore(async ({ store }) => {
      const log = forkedLog();
      await log.keep(store, [...log.ops.values()]);
      const all = log.inOrder();
      for (const [at, after] of [undefined, ...all].entries()) {
        for (let limit = 1; limit <= all.length; limit++) {
          const page = await store.read((reader) => reader.ordered({ after, limit }));
          assert.deepEqual(idsOf(page), idsIn(all.slice(at, at + limit)));
          const { json, ids, last } = await store.read((reader) => reader.orderedJson({ after, limit }));
          assert.deepEqual(ids, idsOf(page));
          const read = json.map((text) => JSON.parse(text));
          assert.deepEqual(read, page);
          assert.deepEqual(last, page.length === 0 ? null : placeOf(page.at(-1)));
        }
      }
    }),
  );

  test(
    "7: in runs they are the same operations, cut where they are no run",
    onStore(async ({ store }) => {
      const log = new SampleLog();
      const together = { ts: 1_790_000_000_000, sig: "ab".repeat(64) };
      const bare: OpId[] = [];
      for (let index = 3; index < 15; index++) {
        const words = index % 5 === 0 ? null : { text: `${index} é "` };
        const op = log.write("ann", { ...together, payload: words, batch: proof(index, 16, 4), ...(index === 3 ? {} : { others: [] }) });
        if (index % 4 === 0) bare.push(op.id);
        if (index === 9) log.write("bob", { others: [] });
      }
      log.write("ann", { batch: proof(15, 16, 4), others: [] });
      await log.keep(store, [...log.ops.values()], bare);
      const count = log.ops.size;
      for (const after of [undefined, ...log.inOrder()]) {
        for (const limit of [1, 2, 5, count]) {
          const page = await store.read((reader) => reader.ordered({ after, limit }));
          const { json, ids, last } = await store.read((reader) => reader.orderedJson({ after, limit }, { runs: true }));
          assert.deepEqual(ids, idsOf(page));
          const items = json.map((text) => JSON.parse(text));
          assert.deepEqual(items, JSON.parse(JSON.stringify(inRuns(page))));
          assert.equal(countOps(items), page.length);
          assert.deepEqual(last, page.length === 0 ? null : placeOf(page.at(-1)));
        }
      }
      for (let index = 0; index < 64; index++) {
        log.write("cyd", {
          ...together,
          payload: { text: "x".repeat(4_000) },
          batch: proof(index, 64, 6),
          ...(index === 0 ? {} : { others: [] }),
        });
      }
      await log.keep(store, log.inOrder().slice(count));
      const { json } = await store.read((reader) => reader.orderedJson({ limit: 999 }, { runs: true }));
      assert.equal(countOps(json.map((text) => JSON.parse(text))), log.ops.size);
    }),
  );

  test(
    "7: ordered gives the operations of the parts of chains that are asked for",
    onStore(async ({ store }) => {
      const log = forkedLog();
      await log.keep(store, [...log.ops.values()]);
      const all = log.inOrder();
      const chains = new Set(all.map(({ chain }) => chain));
      for (const chain of chains) {
        for (let from = 0; from < 6; from++) {
          for (let upTo = from; upTo < 7; upTo++) {
            for (const after of [undefined, ...all]) {
              const parts = [{ chain, after: from, upTo }];
              const page = await store.read((reader) => reader.ordered({ after, limit: 99, parts }));
              const start = after ? all.indexOf(after) + 1 : 0;
              const expected = all.slice(start).filter((op) => op.chain === chain && op.seq > from && op.seq <= upTo);
              assert.deepEqual(
                page.map(({ op_id }) => op_id),
                idsIn(expected),
              );
            }
          }
        }
      }
      const each = [...chains].map((chain) => ({ chain, after: 0, upTo: 99 }));
      for (const [parts, expected] of [
        [[], []],
        [each, idsIn(all)],
        [[{ chain: 99, after: 0, upTo: 9 }], []],
      ] as const) {
        const page = await store.read((reader) => reader.ordered({ limit: 99, parts }));
        assert.deepEqual(
          page.map(({ op_id }) => op_id),
          expected,
        );
      }
    }),
  );

  test(
    "7: ordered stops before its envelopes are over so many bytes as JSON in UTF-8, but always gives one",
    onStore(async ({ store }) => {
      const log = new SampleLog();
      for (let index = 0; index < 30; index++) {
        const text = (index % 2 === 0 ? "字" : "x").repeat(index * 100);
        log.write("ann", { payload: { text }, batch: proof(3, 1_024, 10) });
        if (index % 5 === 0) log.write(`guest${index}`);
      }
      await log.keep(store, [...log.ops.values()]);
      for (const bytes of [1, 1_000, 5_000, 20_000, 100_000]) {
        for (const after of [undefined, ...log.inOrder()]) {
          const page = await store.read((reader) => reader.ordered({ after, limit: 99, bytes }));
          const left = log.inOrder().filter(({ lamport }) => lamport > (after?.lamport ?? 0)).length;
          const size = Buffer.byteLength(JSON.stringify(page));
          if (left > 0) assert.ok(page.length > 0);
          if (page.length > 1) assert.ok(size <= bytes, `${size} bytes where ${bytes} were asked for`);
          if (page.length < left) assert.ok(size > 0.8 * bytes - 10_000, `only ${size} bytes where ${bytes} were asked for`);
        }
      }
    }),
  );

  test(
    "7: idsAfter yields ids ascending, a page at a time",
    onStore(async ({ store }) => {
      const log = forkedLog();
      await log.keep(store, [...log.ops.values()]);
      const all = [...log.ops.keys()].sort();
      for (let size = 1; size <= all.length + 1; size++) {
        const found = [];
        for (let page = await store.read((reader) => reader.idsAfter(null, size)); page.length > 0; ) {
          assert.ok(page.length <= size);
          found.push(...page);
          page = await store.read((reader) => reader.idsAfter(page.at(-1) ?? null, size));
        }
        assert.deepEqual(found, all);
      }
    }),
  );

  test(
    "incomplete pages ascending, newest newest first, latest too",
    onStore(async ({ store }) => {
      const log = forkedLog();
      log.write("bob", { type: "note", payload: null });
      log.write("ann", { type: "note" });
      log.write("dan", { payload: null });
      await log.keep(store, [...log.ops.values()]);
      const all = log.inOrder();
      const lacking = idsIn(all.filter(({ shaped }) => shaped.payloadText === null)).sort();
      await store.read(async (reader) => {
        assert.deepEqual(await reader.incomplete(null, 99), lacking);
        assert.deepEqual(await reader.incomplete(lacking[0] ?? null, 1), lacking.slice(1, 2));
        assert.deepEqual(await reader.incomplete(lacking[1] ?? null, 1), []);
        const songs = all.filter(({ type }) => type === "song").reverse();
        for (const [at, before] of [undefined, ...songs].entries()) {
          const page = await reader.newest({ type: "song", before, limit: 3 });
          assert.deepEqual(
            page.map(({ op_id }) => op_id),
            idsIn(songs.slice(at, at + 3)),
          );
        }
        assert.deepEqual(await reader.newest({ type: "nothing", limit: 3 }), []);
        const latest = (await reader.latest(4)).map(({ op_id }) => op_id);
        assert.deepEqual(latest, idsIn(all.reverse().slice(0, 4)));
      });
    }),
  );

  test(
    "7: arrivals come in the order in which they came, from any place, also after a write that failed",
    onStore(async ({ store }) => {
      const log = forkedLog();
      const ops = [...log.ops.values()];
      await log.keep(store, ops.slice(0, 6));
      const failed = new Error("on purpose");
      const failing = store.write(async (tx) => {
        await log.keepIn(tx, ops.slice(6, 8));
        throw failed;
      });
      await assert.rejects(failing, failed);
      for (const op of ops.slice(6)) await log.keep(store, [op]);
      await store.read(async (reader) => {
        const all = await reader.arrivals({ after: 0, limit: 99 });
        assert.deepEqual(
          all.map(({ op }) => op.op_id),
          idsIn(ops),
        );
        const asked = [...idsIn(ops), new SampleLog().write("nobody").id];
        for (const [at, place] of [0, ...all.map((each) => each.place)].entries()) {
          assert.deepEqual(await reader.arrivals({ after: place, limit: 3 }), all.slice(at, at + 3));
          assert.deepEqual((await reader.arrivedUntil(place, asked)).sort(), idsIn(ops.slice(0, at)).sort());
        }
      });
    }),
  );

  test(
    "known and envelopes give those that are there, in the order asked for; idsAt those on the chain itself",
    onStore(async ({ store }) => {
      const log = forkedLog();
      await log.keep(store, [...log.ops.values()]);
      const absent = new SampleLog().write("nobody").id;
      const asked = [...log.ops.keys()].reverse();
      await store.read(async (reader) => {
        assert.deepEqual([...(await reader.known([absent, ...asked])).keys()], asked);
        const given = await reader.envelopes([...asked, absent]);
        assert.deepEqual(
          given.map(({ op_id }) => op_id),
          asked,
        );
        for (const op of log.ops.values()) {
          const { shaped, ...known } = op;
          const info = (await reader.known([op.id])).get(op.id);
          assert.deepEqual(info, { ...known, ts: shaped.envelope.ts, hasPayload: true });
          assert.deepEqual(await reader.idsAt(op.chain, [op.seq + 100, op.seq, 0]), [op.id]);
        }
        const left = [...log.log.chains.values()].map(({ n, parentSeq }) => reader.idsAt(n, [parentSeq]));
        assert.deepEqual((await Promise.all(left)).flat(), [], "a chain has no place before it left another");
      });
    }),
  );

  test(
    "heads are what no other names, in order, after every append",
    onStore(async ({ store }) => {
      const log = new SampleLog();
      await log.keep(store, log.inOrder());
      const batches = [["ann"], ["bob", "ann"], ["cyd", "cyd", "ann"], ["bob"]];
      for (const authors of [...batches, ...batches]) {
        const fork = [...log.ops.values()].find(({ author }) => author === didOf("ann"));
        const written = authors.map((author) => log.write(author));
        if (fork) written.push(log.write("ann", { own: fork.id, others: [] }));
        await log.keep(store, written);
        const named = new Set([...log.ops.values()].flatMap(({ shaped }) => shaped.envelope.prev));
        const expected = log.inOrder().filter(({ id }) => !named.has(id));
        assert.deepEqual(
          await store.read((reader) => reader.heads()),
          expected.map(({ lamport, id }) => ({ lamport, id })),
        );
      }
    }),
  );

  test(
    "reaches tells ancestors from others, over all pairs",
    onStore(async ({ store }) => {
      const log = forkedLog();
      await log.keep(store, [...log.ops.values()]);
      const ancestors = new Map<string, Set<string>>();
      for (const { id, shaped } of log.inOrder()) {
        ancestors.set(id, new Set([id, ...shaped.envelope.prev.flatMap((each) => [...(ancestors.get(each) ?? [])])]));
      }
      const ids = [...log.ops.keys()];
      await store.read(async (reader) => {
        for (const from of ids) {
          for (const target of ids) assert.equal(await reader.reaches([from], target), ancestors.get(from)?.has(target));
        }
        const [one, two] = ids.slice(-2);
        for (const target of ids) {
          const expected = ancestors.get(one as string)?.has(target) || ancestors.get(two as string)?.has(target);
          assert.equal(await reader.reaches([one, two] as typeof ids, target), expected);
          assert.equal(await reader.reaches([], target), false);
        }
      });
    }),
  );

  test(
    "counts, pool, chains and control log tell what was written; generation grows with the control log",
    onStore(async ({ store }) => {
      assert.equal(await store.read((reader) => reader.pool()), null);
      assert.deepEqual(await store.read((reader) => reader.counts()), { operations: 0, lamport: 0, claims: 0, evidence: 0 });
      const log = forkedLog();
      await log.keep(store, [...log.ops.values()]);
      await store.read(async (reader) => {
        const top = log.inOrder().at(-1)?.lamport as number;
        assert.deepEqual(await reader.counts(), { operations: log.ops.size, lamport: top, claims: 0, evidence: 0 });
        assert.equal(await reader.pool(), log.pool);
        assert.deepEqual(await reader.chains(), [...log.log.chains.values()]);
        assert.deepEqual((await reader.controlLog()).controls, [...log.log.controls.values()]);
      });
      const generation = () => store.read((reader) => reader.generation());
      const before = await generation();
      await store.write((tx) => tx.setLocal("x", "1"));
      assert.equal(await generation(), before);
      await log.keep(store, [log.write("ann")]);
      assert.ok((await generation()) > before);
    }),
  );

  test(
    "8: an envelope is read back equal, member for member: batches, other heads, any payload, none",
    onStore(async ({ store }) => {
      const log = new SampleLog();
      const payloads: JsonObject[] = fc.sample(jsonObject(), { numRuns: 150, seed: 42 });
      // Keys that a JSON parser may mix up, one text after the other; `__proto__` as an own member.
      payloads.push({ "\\": 1 }, { "\n": 1 }, { '"': 1 }, JSON.parse('{"__proto__":{"a":1},"b":"\\u0000"}'));
      payloads.forEach((payload, at) => {
        log.write(`a${at % 3}`, { payload, ...(at % 4 === 0 ? { batch: proof(at, 1_000, at % 11) } : {}) });
        if (at % 7 === 0) log.write("bob", { payload: null, batch: proof(0, 1, 0) });
      });
      await log.keep(store, log.inOrder());
      const read = await store.read((reader) => reader.ordered({ limit: 999 }));
      for (const [at, { shaped }] of log.inOrder().entries()) {
        assert.equal(bytesOf(read[at]), bytesOf(shaped.envelope));
        assert.deepEqual(Object.keys(read[at] ?? {}).sort(), Object.keys(shaped.envelope).sort());
      }
      const one = log.write("ann", { payload: { a: [1, "é"] }, batch: proof(1_023, 1_024, 10) });
      await log.keep(store, [one]);
      assert.deepEqual(await store.read((reader) => reader.envelopes([one.id])), [one.shaped.envelope]);
      await store.write((tx) => tx.erase([one.id]));
      assert.deepEqual(await store.read((reader) => reader.envelopes([one.id])), [bare(one.shaped.envelope)]);
    }),
  );
}
