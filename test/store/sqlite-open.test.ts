/** Opening: whose file it is, which version it has, and what happens to one that can't be opened. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { nodeSqlite, openSqliteStore, type Store } from "../../src/store/index.ts";
import { migrations } from "../../src/store/sqlite/open.ts";
import { SampleLog } from "../../src/testkit/store-contract-samples.ts";
import { stateOf } from "../../src/testkit/store-contract-state.ts";
import { inFolder } from "./folders.ts";

const refused = (message: RegExp) => ({ name: "PoolError", code: "storage", message });

function onFile(path: string, sql: string): unknown {
  const database = new DatabaseSync(path);
  try {
    database.exec(sql);
    return database.prepare("SELECT * FROM pragma_user_version, pragma_application_id").get();
  } finally {
    database.close();
  }
}

async function filled(store: Store): Promise<SampleLog> {
  const log = new SampleLog();
  log.write("ann", { payload: { a: 1 } });
  await log.keep(store, log.inOrder());
  return log;
}

test("another program's database is refused, and not a byte of it changes", () =>
  inFolder(async (folder) => {
    const path = `${folder}/theirs.db`;
    for (const sql of ["CREATE TABLE notes (text)", "PRAGMA application_id = 7; PRAGMA user_version = 1"]) {
      onFile(path, sql);
      const before = readFileSync(path);
      await assert.rejects(openSqliteStore(path), refused(/another program/));
      assert.deepEqual(readFileSync(path), before);
      assert.deepEqual(readdirSync(folder), ["theirs.db"]);
    }
  }));

test("what is no database, and what is no file, is refused with code storage", () =>
  inFolder(async (folder) => {
    const path = `${folder}/text.db`;
    writeFileSync(path, "Dear diary, ".repeat(1_000));
    const before = readFileSync(path);
    await assert.rejects(openSqliteStore(path), refused(/not a database/));
    assert.deepEqual(readFileSync(path), before);
    mkdirSync(`${folder}/folder`);
    await assert.rejects(openSqliteStore(`${folder}/folder`), refused(/can't be opened/));
    await assert.rejects(openSqliteStore(`${folder}/nowhere/store.db`), refused(/can't be opened/));
  }));

test("an empty file becomes a store that only its owner can read", () =>
  inFolder(async (folder) => {
    const path = `${folder}/store.db`;
    const store = await openSqliteStore(path);
    await filled(store);
    if (process.platform !== "win32")
      for (const name of readdirSync(folder)) assert.equal(statSync(`${folder}/${name}`).mode & 0o077, 0, name);
    await store.close();
    assert.deepEqual(onFile(path, ""), { user_version: migrations.length, application_id: 0x46504c31, __proto__: null });
  }));

test("a store that a newer version wrote is refused, and stays as it is", () =>
  inFolder(async (folder) => {
    const path = `${folder}/store.db`;
    const newer = await openSqliteStore(path, { migrations: [...migrations, "CREATE TABLE later (a)"] });
    await filled(newer);
    const before = await stateOf(newer);
    await newer.close();
    await assert.rejects(openSqliteStore(path), refused(/newer version/));
    const again = await openSqliteStore(path, { migrations: [...migrations, "CREATE TABLE later (a)"] });
    assert.deepEqual(await stateOf(again), before);
    await again.close();
  }));

test("a store of version N is taken to N + 1, N + 2 in order and once, with all it holds", () =>
  inFolder(async (folder) => {
    const path = `${folder}/store.db`;
    const steps = [...migrations, "CREATE TABLE step (n); INSERT INTO step VALUES (1)", "INSERT INTO step VALUES (2)"];
    const old = await openSqliteStore(path);
    await filled(old);
    const before = await stateOf(old);
    await old.close();
    for (const upTo of [2, 3, 3]) {
      const store = await openSqliteStore(path, { migrations: steps.slice(0, migrations.length + upTo - 1) });
      assert.deepEqual(await stateOf(store), before);
      await store.close();
    }
    const database = new DatabaseSync(path);
    const done = database.prepare("SELECT n FROM step").all();
    database.close();
    assert.deepEqual(
      done.map((row) => row["n"]),
      [1, 2],
    );
  }));

test("a migration that fails leaves the store as it was, at its version", () =>
  inFolder(async (folder) => {
    const path = `${folder}/store.db`;
    const old = await openSqliteStore(path);
    await filled(old);
    const before = await stateOf(old);
    await old.close();
    const broken = [...migrations, "CREATE TABLE half (a); INSERT INTO nowhere VALUES (1)"];
    await assert.rejects(openSqliteStore(path, { migrations: broken }), refused(/nowhere/));
    const again = await openSqliteStore(path);
    assert.deepEqual(await stateOf(again), before);
    await again.close();
    assert.throws(() => onFile(path, "SELECT * FROM half"), /no such table/);
  }));

test("many open a new store at the same moment, and migrate it once", () =>
  inFolder(async (folder) => {
    const path = `${folder}/store.db`;
    const stores = await Promise.all(Array.from({ length: 8 }, () => openSqliteStore(path)));
    await Promise.all(stores.map((store, index) => store.write((tx) => tx.setLocal(`n${index}`, "here"))));
    for (const store of stores) assert.equal(await store.read((reader) => reader.local("n7")), "here");
    await Promise.all(stores.map((store) => store.close()));
  }));

test("closing gives every file back: nothing is left open or locked", () =>
  inFolder(async (folder) => {
    const path = `${folder}/store.db`;
    const store = await openSqliteStore(path);
    await filled(store);
    await store.close();
    assert.deepEqual(readdirSync(folder), ["store.db"]);
    const driver = nodeSqlite(path);
    driver.exec("BEGIN EXCLUSIVE; COMMIT");
    driver.close();
  }));
