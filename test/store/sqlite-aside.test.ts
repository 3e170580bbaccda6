/** What SQLite puts aside while it works, copies of pages and rows to be sorted, is nobody's to find on the disk. */
import assert from "node:assert/strict";
import { mkdirSync, watch } from "node:fs";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openSqliteStore } from "../../src/store/index.ts";
import { SampleLog } from "../../src/testkit/store-contract-samples.ts";
import { inFolder } from "./folders.ts";

test("a write of many rows that touch many pages makes no file elsewhere", () =>
  inFolder(async (folder) => {
    const aside = `${folder}/aside`;
    mkdirSync(aside);
    process.env["SQLITE_TMPDIR"] = aside; // read once, when a process opens its first store
    const made: (string | null)[] = [];
    const watcher = watch(aside, (_event, name) => made.push(name));
    const store = await openSqliteStore(`${folder}/store.db`);
    const log = new SampleLog();
    for (let times = 0; times < 2; times++) {
      const ops = Array.from({ length: 4_000 }, (_, number) => log.write("ann", { payload: { number } }));
      await log.keep(store, ops);
      await store.write((tx) =>
        tx.putEvidence(ops.map(({ id, shaped }) => ({ id, lamport: shaped.envelope.lamport, source: id.slice(3) }))),
      );
    }
    await sleep(50); // in which the watcher hears of it
    watcher.close();
    await store.close();
    assert.deepEqual(made, []);
  }));
