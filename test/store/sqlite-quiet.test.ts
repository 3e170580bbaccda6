/** The write-ahead log is copied into the file when a store is quiet, and not while somebody waits for it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { PoolError } from "../../src/core/errors.ts";
import type { Store } from "../../src/store/index.ts";
import { nodeSqlite, type OpenDriver } from "../../src/store/sqlite/driver.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import { inFolder } from "./folders.ts";

/** Calls `copied` before the log is copied. */
function watching(copied: () => void): OpenDriver {
  return (path) => {
    const driver = nodeSqlite(path);
    return {
      ...driver,
      get(sql, ...values) {
        if (sql === "PRAGMA wal_checkpoint(PASSIVE)") copied();
        return driver.get(sql, ...values);
      },
    };
  };
}

const writeMuch = (store: Store, name = "much") => store.write((tx) => tx.setLocal(name, "x".repeat(6_000_000)));
const longerThanQuiet = 600;

test("what was written is copied once it is quiet, and not while there is reading", () =>
  inFolder(async (folder) => {
    let asked = 0;
    const quietFor: number[] = [];
    const store = await openSqliteStore(`${folder}/store.db`, { driver: watching(() => quietFor.push(performance.now() - asked)) });
    await writeMuch(store);
    for (let times = 0; times < 12; times++) {
      await sleep(50);
      asked = performance.now();
      await store.read((reader) => reader.pool());
    }
    await sleep(longerThanQuiet);
    assert.equal(quietFor.length, 1);
    assert.ok((quietFor[0] as number) >= 249, `after ${quietFor[0]} ms`);
    const other = nodeSqlite(`${folder}/store.db`);
    const pages = other.get("PRAGMA wal_checkpoint(NOOP)");
    other.close();
    assert.equal(pages?.["log"], pages?.["checkpointed"]);
    assert.ok((pages?.["log"] as number) > 1_024);
    await store.write((tx) => tx.setLocal("little", "x"));
    await sleep(longerThanQuiet);
    assert.equal(quietFor.length, 1, "a little is left for later");
    await store.close();
  }));

test("a disk that fails meanwhile is met by whoever writes next, and closing does not wait for quiet", () =>
  inFolder(async (folder) => {
    let copies = 0;
    const failing = watching(() => {
      copies++;
      throw new PoolError("storage", "the disk failed");
    });
    const store = await openSqliteStore(`${folder}/store.db`, { driver: failing });
    await writeMuch(store);
    await sleep(longerThanQuiet);
    assert.equal(copies, 1);
    await writeMuch(store, "more");
    assert.equal((await store.read((reader) => reader.local("more")))?.length, 6_000_000);
    await store.close();
    await sleep(longerThanQuiet);
    assert.equal(copies, 1);
  }));
