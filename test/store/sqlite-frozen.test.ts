/** Stores that earlier versions wrote open, hold all that they held, and go on: each on a copy (see scripts/make-fixture-store.ts). */
import assert from "node:assert/strict";
import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { Replica } from "../../src/node/replica.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { type Driver, nodeSqlite, openSqliteStore } from "../../src/store/index.ts";
import { migrations } from "../../src/store/sqlite/open.ts";
import { assertSound, idsOf, summaryOf, writerOf } from "../node/replicas.ts";
import { inFolder } from "./folders.ts";

const fixtures = join(import.meta.dirname, "../fixtures/stores");

function schemaOf(driver: Driver): string[] {
  const rows = driver.all("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name");
  driver.close();
  return rows.map((row) => row["sql"] as string);
}

for (const version of readdirSync(fixtures)) {
  test(`a store of version ${version} holds what it held, and its log gives the same view`, () =>
    inFolder(async (folder) => {
      const path = join(folder, "store.db");
      copyFileSync(join(fixtures, version, "store.db"), path);
      const store = await openSqliteStore(path);
      const replica = new Replica(store, nativeCrypto);
      const holds = await summaryOf(replica);
      assert.deepEqual(holds, JSON.parse(readFileSync(join(fixtures, version, "holds.json"), "utf8")));
      assert.equal(await store.read((reader) => reader.local("kept")), "by this node alone");
      await assertSound(replica);
      await writeDrafts(replica, writerOf("root"), [{ type: "cap_revoke", payload: { grant: "another" } }]);
      assert.equal((await idsOf(replica)).length, holds.counts.operations + 1);
      await assertSound(replica);
      await store.close();
    }));
}

test("the newest frozen store is of the newest version, and has its schema: what was released does not change", () =>
  inFolder(async (folder) => {
    const newest = String(migrations.length).padStart(3, "0");
    const copy = join(folder, "frozen.db");
    copyFileSync(join(fixtures, newest, "store.db"), copy);
    const path = join(folder, "store.db");
    await (await openSqliteStore(path)).close();
    assert.deepEqual(schemaOf(nodeSqlite(copy)), schemaOf(nodeSqlite(path)));
  }));
