/** Rows that are added together in one statement are what each would have been by itself. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { merklePaths } from "../../src/core/crypto/merkle.ts";
import type { OpId } from "../../src/core/op/operation.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { nodeSqlite } from "../../src/store/sqlite/driver.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import { seededRandom } from "../../src/testkit/index.ts";
import { bare, didOf, type SampleDraft, SampleLog, sha256Hex } from "../../src/testkit/store-contract-samples.ts";
import { inFolder } from "./folders.ts";

/** What makes a row unlike the one before, and what leaves it alike. */
const changes: readonly ((log: SampleLog, together: SampleDraft) => SampleDraft)[] = [
  (_log, together) => ({ ...together, ts: 7 }),
  (_log, together) => ({ ...together, type: "note" }),
  (_log, together) => ({ ...together, sig: "ab".repeat(64) }),
  (_log, together) => ({ ...together, payload: null }),
  (_log, { batch: _batch, ...together }) => together,
  (log, { batch: _batch, ...together }) => ({ ...together, others: elsewhere(log, "eve") }),
  (log, { batch: _batch, ...together }) => ({ ...together, others: elsewhere(log, "root") }),
  (log, { batch: _batch, ...together }) => ({ ...together, others: [...elsewhere(log, "eve"), ...elsewhere(log, "root")] }),
  (log, { batch: _batch, ...together }) => {
    const newest = log.write("ann", together);
    log.write("ann", { ...together, own: newest.shaped.envelope.prev[0] ?? null, others: [] }); // a fork
    return { ...together, own: newest.id };
  },
];

/** One of another author's operations, the later the more there are of ours: it was written before, so that no row of it stands between ours. */
function elsewhere(log: SampleLog, name: string): OpId[] {
  const all = [...log.ops.values()].filter(({ author, seq }) => author === didOf(name) && seq > 1);
  return all
    .slice(log.ops.size % all.length)
    .slice(0, 1)
    .map(({ id }) => id);
}

test("whatever follows on a chain is read back as it was written", () =>
  inFolder(async (folder) => {
    for (let seed = 1; seed <= 40; seed++) {
      const random = seededRandom(seed);
      const store = await openSqliteStore(`${folder}/${seed}.db`);
      const log = new SampleLog();
      for (let times = 0; times < 99; times++) log.write("eve", { others: [] });
      for (let times = 0; times < 9; times++) log.write("root", { type: "device_add", others: [] });
      const size = 1 + random.below(70);
      const leaves = Array.from({ length: size }, (_, leaf) => Buffer.from(sha256Hex(`leaf ${leaf}`), "hex"));
      const { paths } = merklePaths(nativeCrypto.sha256Hex, leaves);
      for (const [index, path] of paths.entries()) {
        const together = { others: [], ts: 1_790_000_000_000, sig: sha256Hex("sig").repeat(2), batch: { index, size, path } };
        const change = random.below(3) === 0 ? changes[random.below(changes.length)] : undefined;
        log.write("ann", change?.(log, together) ?? together);
      }
      const all = [...log.ops.values()];
      const withoutPayload = all.filter(({ type }) => type !== "genesis" && random.below(9) === 0).map(({ id }) => id);
      const cut = random.below(all.length);
      await log.keep(store, all.slice(0, cut), withoutPayload);
      await log.keep(store, all.slice(cut), withoutPayload);
      const erased = new Set<OpId>(withoutPayload);
      const given = all.map(({ shaped: { envelope } }) => (erased.has(envelope.op_id) ? bare(envelope) : envelope));
      const [read, known] = await store.read(async (reader) => {
        const ids = all.map(({ id }) => id);
        return [await reader.envelopes(ids), await reader.known(ids)] as const;
      });
      assert.deepEqual(read, given, `seed ${seed}`);
      for (const { id, chain, past, seq, lamport } of all) {
        const { chain: c, past: p, seq: s, lamport: l } = known.get(id) ?? {};
        assert.deepEqual([c, p, s, l], [chain, past, seq, lamport]);
      }
      await store.close();
    }
  }));

test("a thousand that were written together are two statements", () =>
  inFolder(async (folder) => {
    let statements = 0;
    const store = await openSqliteStore(`${folder}/store.db`, {
      driver: (path) => {
        const driver = nodeSqlite(path);
        return {
          ...driver,
          run: (sql, ...values) => {
            if (/^INSERT .*INTO op /.test(sql)) statements++;
            return driver.run(sql, ...values);
          },
        };
      },
    });
    const log = new SampleLog();
    const leaves = Array.from({ length: 1_000 }, (_, leaf) => Buffer.from(sha256Hex(`leaf ${leaf}`), "hex"));
    for (const [index, path] of merklePaths(nativeCrypto.sha256Hex, leaves).paths.entries()) {
      log.write("ann", { ts: 1, sig: sha256Hex("sig").repeat(2), batch: { index, size: 1_000, path } });
    }
    await log.keep(store, [...log.ops.values()].slice(1));
    assert.equal(statements, 2); // the first keeps its whole path, and the others go on from there
    await store.close();
  }));
