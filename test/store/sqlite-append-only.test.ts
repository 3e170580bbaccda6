/** Promise 6 against anyone who opens the file: SQLite itself refuses what would change the log, but for REPLACE by another program (migration 005). */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { type Driver, nodeSqlite, type OpenDriver, openSqliteStore } from "../../src/store/index.ts";
import { SampleLog } from "../../src/testkit/store-contract-samples.ts";
import { stateOf } from "../../src/testkit/store-contract-state.ts";
import { inFolder } from "./folders.ts";

const columns = ["id", "author", "chain", "seq", "lamport", "past", "ts", "type", "prev", "payload_hash", "sig", "batch", "stem"];

const attempts: readonly string[] = [
  "DELETE FROM op",
  "DELETE FROM op WHERE body IS NULL",
  "INSERT INTO op SELECT * FROM op",
  "INSERT INTO op SELECT NULL, zeroblob(32), author, chain, seq, lamport, past, ts, type, prev, payload_hash, sig, batch, body, stem FROM op",
  "INSERT OR REPLACE INTO op SELECT * FROM op",
  "REPLACE INTO op SELECT n, id, author, chain, seq, lamport + 1, past, ts, type, prev, payload_hash, sig, batch, body, stem FROM op",
  "REPLACE INTO op SELECT NULL, zeroblob(32), author, chain, seq, lamport, past, ts, type, prev, payload_hash, sig, batch, body, stem FROM op",
  "UPDATE op SET n = n + 100",
  ...columns.map(
    (column) =>
      `UPDATE op SET ${column} = ${column === "batch" ? "x'00000001'" : column === "stem" ? "1" : `${column} || 'x'`} WHERE body = 1`,
  ),
  "UPDATE op SET body = body",
  "UPDATE op SET body = 2 WHERE body = 1",
  "UPDATE op SET body = NULL, ts = ts + 1 WHERE body = 1",
  "UPDATE op SET body = 1 WHERE body = 0",
  "UPDATE op SET body = NULL WHERE body = 1",
  "UPDATE op SET body = -1 WHERE body = 1",
  "DELETE FROM body",
  "INSERT INTO body VALUES (1, zeroblob(16), '{}')",
  "REPLACE INTO body VALUES (1, zeroblob(16), '{}')",
  `UPDATE body SET payload = '{"a":2}' WHERE n = 1`,
  "UPDATE body SET salt = zeroblob(16) WHERE n = 1",
  "UPDATE body SET salt = zeroblob(16), payload = '0' WHERE n = 1",
  "UPDATE body SET salt = zeroblob(16), payload = '0000001' WHERE n = 1",
  "UPDATE body SET n = 99, salt = zeroblob(16), payload = '0000000' WHERE n = 1",
];

test("no SQL but another program's REPLACE deletes or changes an operation, nor its payload but to take it away whole", () =>
  inFolder(async (folder) => {
    const path = `${folder}/store.db`;
    let writer: Driver | undefined;
    const driver: OpenDriver = (file) => {
      const opened = nodeSqlite(file);
      writer ??= opened; // the first that a store opens
      return opened;
    };
    const store = await openSqliteStore(path, { driver });
    const log = new SampleLog();
    const erased = [1, 2].map((a) => log.write("ann", { payload: { a } }))[1];
    log.write("bob", { payload: null });
    await log.keep(store, log.inOrder());
    await store.write((tx) => tx.erase([erased?.id ?? log.pool]));
    const before = await stateOf(store);
    for (const sql of attempts) {
      assert.throws(() => writer?.exec(sql), /never|deleted|UNIQUE/, `by the store's own connection: ${sql}`);
      assert.deepEqual(await stateOf(store), before, sql);
    }
    const database = new DatabaseSync(path);
    for (const setting of ["OFF", "ON"]) {
      database.exec(`PRAGMA recursive_triggers = ${setting}`); // with which REPLACE fires triggers of DELETE, or doesn't
      for (const sql of attempts) {
        if (setting === "OFF" && sql.includes("REPLACE")) continue; // not refused there (migration 005)
        assert.throws(() => database.exec(sql), /never|deleted|UNIQUE/, sql);
        assert.deepEqual(await stateOf(store), before, sql);
      }
    }
    database.close();
    await store.close();
  }));
