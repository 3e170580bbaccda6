/** Promise 6 against anyone who may write to the database: PostgreSQL itself refuses what would change the log. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openPostgres } from "../../src/store/postgres/index.ts";
import { SampleLog } from "../../src/testkit/store-contract-samples.ts";
import { stateOf } from "../../src/testkit/store-contract-state.ts";
import { onServer } from "./postgres-server.ts";
import { testDatabase } from "./test-database.ts";

const numbers = ["n", "seq", "lamport", "ts", "chain", "past", "pool"];
const texts = ["author", "type"];
const byteColumns = ["id", "prev", "payload_hash", "sig"];

const attempts: readonly string[] = [
  "DELETE FROM op",
  "DELETE FROM op WHERE body = 0",
  "TRUNCATE op",
  "TRUNCATE op_00",
  "TRUNCATE op CASCADE",
  ...numbers.map((column) => `UPDATE op SET ${column} = ${column} + 1000`),
  ...texts.map((column) => `UPDATE op SET ${column} = ${column} || 'x'`),
  ...byteColumns.map((column) => `UPDATE op SET ${column} = ${column} || '\\x00'`),
  "UPDATE op SET batch = '\\x00000001' WHERE body = 1",
  "UPDATE op SET body = body",
  `UPDATE op SET payload = '{"a":2}' WHERE body = 1`,
  "UPDATE op SET salt = '\\x00' WHERE body = 1",
  "UPDATE op SET payload = NULL WHERE body = 1",
  "UPDATE op SET body = 0, payload = NULL, salt = NULL WHERE body = 1",
  "UPDATE op SET body = 2, payload = NULL, salt = NULL, ts = ts + 1 WHERE body = 1",
  "UPDATE op SET body = 1, payload = '{}', salt = '\\x00' WHERE body = 2",
  "UPDATE op SET body = 3 WHERE body = 0",
  "INSERT INTO op SELECT * FROM op",
  "INSERT INTO op SELECT * FROM op ON CONFLICT (pool, id) DO UPDATE SET ts = 0",
];

test("no SQL deletes or changes an operation, nor its payload but to take it away whole: not that of a superuser either", async () => {
  const { url, unbound } = await testDatabase();
  const database = await openPostgres(url);
  const store = await database.store("append-only");
  const log = new SampleLog();
  const erased = [1, 2].map((a) => log.write("ann", { payload: { a } }))[1];
  log.write("bob", { payload: null });
  await log.keep(store, log.inOrder());
  await store.write((tx) => tx.erase([erased?.id ?? log.pool]));
  const before = await stateOf(store);
  for (const sql of attempts) {
    await assert.rejects(onServer(unbound, "SET search_path = fablepool", sql), /never|violates (check|unique)/, sql);
    assert.deepEqual(await stateOf(store), before, sql);
  }
  await database.close();
});
