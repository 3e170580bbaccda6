/**
 * Section 6, "Erasure", as far as PostgreSQL goes: what was erased, or removed with its pool, is in no row at once, in no table's file after the `VACUUM FULL` of
 * docs/postgres.md, and in no file at all once the server has used its write-ahead log again.
 */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { openPostgres } from "../../src/store/postgres/index.ts";
import { SampleLog } from "../../src/testkit/store-contract-samples.ts";
import { onServer, PostgresServer } from "./postgres-server.ts";

const vacuum = "VACUUM FULL fablepool.op, fablepool.claim, fablepool.search_row, fablepool.search_word";

test("erased words, and those of a removed pool, leave the tables' files with the VACUUM FULL of the manual, and the write-ahead log when it is used again", async (t) => {
  const manual = readFileSync(join(import.meta.dirname, "../../docs/postgres.md"), "utf8");
  assert.ok(manual.includes(vacuum), "the manual says it");
  const server = await PostgresServer.start();
  t.after(() => server.stop());
  const { url, unbound } = await server.database("erasing");
  const database = await openPostgres(url);
  t.after(() => database.close());
  const store = await database.store("ann");
  const log = new SampleLog();
  const [gone, kept] = ["qgoneword", "qkeptword"].map((word) => ({ word, id: log.write("ann", { payload: { word } }).id }));
  assert.ok(gone && kept);
  await log.keep(store, log.inOrder());
  const words = (word: string) => ({ title: [word], people: [], place: [], text: [word], dates: [], kind: [] });
  await store.write((tx) => tx.putSearchRows([gone, kept].map(({ id, word }) => ({ id, at: 1, words: words(word) }))));
  const filesWith = (word: string, folder: string) =>
    globSync(join(dirname(server.socket), "data", folder, "**", "*")).filter(
      (file) => /[0-9A-F]$/.test(file) && readOr(file).includes(word),
    );
  await onServer(unbound, "CHECKPOINT");
  assert.ok(filesWith(gone.word, "base").length >= 3 && filesWith(gone.word, "pg_wal").length > 0, "the test looks in the wrong place");
  await store.write((tx) => tx.erase([gone.id]));
  await onServer(unbound, vacuum, "CHECKPOINT");
  assert.deepEqual(filesWith(gone.word, "base"), []);
  assert.ok(filesWith(kept.word, "base").length >= 3);
  await database.remove("ann");
  await onServer(unbound, vacuum, "CHECKPOINT");
  assert.deepEqual(filesWith(kept.word, "base"), []);
  const fill = "CREATE TABLE filler AS SELECT repeat(md5(i::text), 20) FROM generate_series(1, 30000) AS i";
  for (let round = 0; round < 10 && filesWith(gone.word, "pg_wal").length > 0; round++) {
    await onServer(unbound, fill, "DROP TABLE filler", "SELECT pg_switch_wal()", "CHECKPOINT");
  }
  assert.deepEqual(filesWith(gone.word, "."), []);
});

/** A file that the server removes meanwhile, or a folder, is empty. */
function readOr(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
