/** Promise 11 of `store.ts`: what operations are found by, in which order, and that nothing of it stays when they are erased. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClaimStatus } from "../core/claim/status.ts";
import type { OpId } from "../core/op/operation.ts";
import type { ClaimRow, SearchField, SearchQuery, SearchRow, Store } from "../store/index.ts";
import type { OnStore } from "./store-contract.ts";
import { didOf, SampleLog, sha256Hex } from "./store-contract-samples.ts";

/** A field's words as one text. */
type Fields = Partial<Record<SearchField, string>>;

const split = (text = "") => text.split(" ").filter(Boolean);

export function searchRow(id: OpId, fields: Fields, at: number | null = null): SearchRow {
  const { title, people, place, text, dates, kind } = fields;
  const words = {
    title: split(title),
    people: split(people),
    place: split(place),
    text: split(text),
    dates: split(dates),
    kind: split(kind),
  };
  return { id, at, words };
}

const words = (text: string) => split(text).map((word) => ({ word }));

/** An operation for each row, with it. */
async function keepRows(store: Store, log: SampleLog, all: readonly (readonly [fields: Fields, at?: number | null])[]): Promise<OpId[]> {
  const ops = all.map(() => log.write("ann"));
  await log.keep(store, log.inOrder());
  await store.write((tx) => tx.putSearchRows(ops.map(({ id }, index) => searchRow(id, ...(all[index] as [Fields, number?])))));
  return ops.map(({ id }) => id);
}

async function found(store: Store, query: Partial<SearchQuery>): Promise<OpId[]> {
  return (await store.read((reader) => reader.search({ any: [], limit: 99, ...query }))).map(({ id }) => id);
}

export function searchTests(onStore: OnStore): void {
  test(
    "11: a row is read back as it was put, replaced by another, and gone when it is dropped",
    onStore(async ({ store }) => {
      const log = new SampleLog();
      const row = {
        title: "tea party",
        people: "ann bob",
        place: "oslo",
        text: "tea with cake tea é日本 x_1~",
        dates: "~0114",
        kind: "event",
      };
      const [first, second] = (await keepRows(store, log, [
        [row, -5],
        [{}, null],
      ])) as [OpId, OpId];
      const rows = () => store.read((reader) => reader.searchRows([second, log.pool, first]));
      assert.deepEqual(await rows(), [searchRow(second, {}), searchRow(first, row, -5)]);
      const other = searchRow(first, { text: "rye" }, 7);
      await store.write((tx) => tx.putSearchRows([other]));
      assert.deepEqual(await rows(), [searchRow(second, {}), other]);
      assert.deepEqual(await found(store, { any: words("tea oslo") }), []);
      assert.deepEqual(await found(store, { any: words("rye") }), [first]);
      for (let times = 0; times < 2; times++) await store.write((tx) => tx.dropSearchRows([first, log.pool]));
      assert.deepEqual(await rows(), [searchRow(second, {})]);
      assert.deepEqual(await found(store, { any: words("rye") }), []);
    }),
  );

  test(
    "11: found is what has a word asked for, a word that begins so, or a word in the field asked for; and one of each group",
    onStore(async ({ store }) => {
      const [a, b, c] = (await keepRows(store, new SampleLog(), [
        [{ title: "kite", text: "wind" }],
        [{ text: "kites windy", people: "ann" }],
        [{ people: "kite", place: "wind" }],
      ])) as [OpId, OpId, OpId];
      const set = async (query: Partial<SearchQuery>) => new Set(await found(store, query));
      assert.deepEqual(await set({ any: words("kite") }), new Set([a, c]));
      assert.deepEqual(await set({ any: words("kite kites") }), new Set([a, b, c]));
      assert.deepEqual(await set({ any: [{ word: "kit", begins: true }] }), new Set([a, b, c]));
      assert.deepEqual(await set({ any: [{ word: "kite", begins: true, field: "text" }] }), new Set([b]));
      assert.deepEqual(await set({ any: [{ word: "kite", field: "people" }] }), new Set([c]));
      assert.deepEqual(await set({ any: words("kite kites"), all: [words("wind windy"), words("ann nobody")] }), new Set([b]));
      assert.deepEqual(await set({ all: [words("wind")] }), new Set([a, c]));
      assert.deepEqual(await set({ any: words("none") }), new Set());
    }),
  );

  test(
    "11: more words, rarer words and words in weightier fields come first",
    onStore(async ({ store }) => {
      const filler = Array.from({ length: 12 }, (_, index): [Fields] => [{ text: `oak often w${index}` }]);
      const ids = await keepRows(store, new SampleLog(), [
        [{ text: "oak elm ash" }],
        [{ text: "oak bird cat" }],
        [{ text: "rare bird cat" }],
        [{ title: "pond", text: "mud sand" }],
        [{ title: "mud", text: "pond sand" }],
        ...filler,
      ]);
      assert.deepEqual((await found(store, { any: words("oak elm") }))[0], ids[0]);
      assert.deepEqual((await found(store, { any: words("oak rare") }))[0], ids[2]);
      assert.deepEqual(await found(store, { any: words("pond") }), [ids[3], ids[4]]);
      const order = await found(store, { any: words("oak rare elm bird") });
      assert.deepEqual(await found(store, { any: words("oak rare elm bird"), skip: 2, limit: 3 }), order.slice(2, 5));
      assert.deepEqual(await found(store, { any: words("oak"), limit: 0 }), []);
    }),
  );

  test(
    "11: without words the latest come first, those without a time last; a span of time leaves out what is not in it",
    onStore(async ({ store }) => {
      const times = [30, null, -10, 20, 10] as const;
      const [t30, none, before, t20, t10] = await keepRows(
        store,
        new SampleLog(),
        times.map((at) => [{ kind: "song" }, at]),
      );
      for (const all of [[], [words("song")]]) {
        assert.deepEqual(await found(store, { all }), [t30, t20, t10, before, none]);
        assert.deepEqual(await found(store, { all, skip: 1, limit: 2 }), [t20, t10]);
        assert.deepEqual(await found(store, { all, from: 10, until: 30 }), [t20, t10]);
        assert.deepEqual(await found(store, { all, until: 10 }), [before]);
      }
      assert.deepEqual(new Set(await found(store, { any: words("song"), from: 20 })), new Set([t30, t20]));
    }),
  );

  test(
    "11: of claims only those of the statuses asked for are found, by their status as it is now",
    onStore(async ({ store }) => {
      const log = new SampleLog();
      const [plain, active, refuted] = [log.write("ann"), log.write("ann"), log.write("ann")];
      await log.keep(store, log.inOrder());
      await store.write(async (tx) => {
        await tx.putClaims([claimRow(active, "active"), claimRow(refuted, "refuted")]);
        await tx.putSearchRows([plain, active, refuted].map(({ id }) => searchRow(id, { text: "tea" })));
      });
      const set = async (statuses: readonly ClaimStatus[]) => new Set(await found(store, { any: words("tea"), statuses }));
      assert.deepEqual(await set(["active"]), new Set([plain.id, active.id]));
      await store.write((tx) => tx.setStatuses([{ id: active.id, status: "refuted" }]));
      assert.deepEqual(await set(["active"]), new Set([plain.id]));
      assert.deepEqual(await set(["refuted"]), new Set([plain.id, active.id, refuted.id]));
      assert.deepEqual(new Set(await found(store, { any: words("tea") })), new Set([plain.id, active.id, refuted.id]));
    }),
  );

  test(
    "11: the times of what has a word come in order, of claims only of the statuses asked for",
    onStore(async ({ store }) => {
      const log = new SampleLog();
      const [early, undated, late, active, refuted] = [
        log.write("ann"),
        log.write("ann"),
        log.write("ann"),
        log.write("ann"),
        log.write("ann"),
      ];
      await log.keep(store, log.inOrder());
      await store.write(async (tx) => {
        await tx.putClaims([claimRow(active, "active"), claimRow(refuted, "refuted")]);
        await tx.putSearchRows([
          searchRow(late.id, { kind: "tea" }, 30),
          searchRow(early.id, { title: "tea tea" }, -5),
          searchRow(undated.id, { text: "tea" }),
          searchRow(active.id, { text: "tea" }, 7),
          searchRow(refuted.id, { text: "tea cake" }, 8),
        ]);
      });
      await store.read(async (reader) => {
        assert.deepEqual(await reader.searchTimes("tea"), [-5, 7, 8, 30]);
        assert.deepEqual(await reader.searchTimes("tea", ["active"]), [-5, 7, 30]);
        assert.deepEqual(await reader.searchTimes("cake", []), []);
        assert.deepEqual(await reader.searchTimes("no word"), []);
      });
    }),
  );

  test(
    "11: words are counted by the rows that have them, however often",
    onStore(async ({ store }) => {
      const count = () => store.read((reader) => reader.wordCounts(["tea", "rye", "te", "none"]));
      assert.deepEqual(await count(), { rows: 0, having: new Map() });
      const ids = await keepRows(store, new SampleLog(), [[{ title: "tea", text: "tea tea" }], [{ text: "tea rye" }]]);
      const having = new Map([
        ["tea", 2],
        ["rye", 1],
      ]);
      assert.deepEqual(await count(), { rows: 2, having });
      await store.write((tx) => tx.dropSearchRows(ids.slice(1)));
      assert.deepEqual(await count(), { rows: 1, having: new Map([["tea", 1]]) });
    }),
  );

  test(
    "11: an erased operation is found by nothing, a failed write changes nothing, and what is no word is refused",
    onStore(async ({ store }) => {
      const log = new SampleLog();
      const [gone, kept] = (await keepRows(store, log, [
        [{ text: "tea" }, 1],
        [{ text: "tea" }, 2],
      ])) as [OpId, OpId];
      const failed = store.write(async (tx) => {
        await tx.putSearchRows([searchRow(gone, { text: "rye" })]);
        await tx.dropSearchRows([kept]);
        throw new RangeError("no");
      });
      await assert.rejects(failed, RangeError);
      assert.deepEqual(new Set(await found(store, { any: words("tea rye") })), new Set([gone, kept]));
      for (const strange of ["Tea", "a b", 'a"', "", "twelve_bytes", "日本語の", "\u0000", "a\u001f", "*", "\ud800"]) {
        const row = { ...searchRow(gone, {}), words: { ...searchRow(gone, {}).words, text: [strange] } };
        await assert.rejects(
          store.write((tx) => tx.putSearchRows([row])),
          { name: "PoolError", code: "storage" },
          JSON.stringify(strange),
        );
      }
      await store.write((tx) => tx.erase([gone]));
      assert.deepEqual(await found(store, { any: words("tea") }), [kept]);
      assert.deepEqual(await found(store, {}), [kept]);
      assert.deepEqual(await store.read((reader) => reader.searchRows([gone])), []);
    }),
  );

  test(
    "11: whatever is asked for is data",
    onStore(async ({ store }) => {
      const [only] = await keepRows(store, new SampleLog(), [[{ text: "tea near and or not" }]]);
      const hostile = [
        '"',
        '" OR "tea',
        "tea*",
        "*",
        "NEAR(tea",
        "text : tea",
        "-tea",
        "^tea",
        "\u0000",
        "\ud800",
        "x".repeat(100_000),
        "日".repeat(9),
      ];
      for (const word of hostile) {
        assert.deepEqual(await found(store, { any: [{ word }] }), [], JSON.stringify(word.slice(0, 20)));
        assert.deepEqual(await found(store, { any: words("tea"), all: [[{ word, begins: true }]] }), []);
        assert.deepEqual(await found(store, { any: [{ word }, { word: "tea" }] }), [only]);
        assert.equal((await store.read((reader) => reader.wordCounts([word]))).having.size, 0);
      }
      for (const word of ["near", "and", "or", "not"]) assert.deepEqual(await found(store, { any: [{ word }] }), [only]);
    }),
  );
}

function claimRow({ id, lamport }: { readonly id: OpId; readonly lamport: number }, status: ClaimStatus): ClaimRow {
  const [statement, topic] = [sha256Hex("statement"), sha256Hex("topic")];
  const rest = { predicate: "p", underived: true, from: null, until: null, corrects: null, object: "" };
  return { id, lamport, author: didOf("ann"), statement, topic, ...rest, status };
}
