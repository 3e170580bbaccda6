import assert from "node:assert/strict";
import { test } from "node:test";
import { copyTables, emptyTables, openMemoryStore } from "../../src/store/index.ts";
import { storeContract } from "../../src/testkit/store-contract.ts";

storeContract("memory", async () => {
  const store = openMemoryStore();
  return { store, dispose: () => store.close() };
});

test("tables outlive the store that was opened on them, and a copy of them goes its own way", async () => {
  const tables = emptyTables();
  const first = openMemoryStore(tables);
  await first.write((tx) => tx.setLocal("name", "first"));
  const backup = copyTables(tables);
  await assert.rejects(
    first.write(async (tx) => {
      await tx.setLocal("name", "second");
      throw new Error("the process dies");
    }),
  );
  const local = (from: typeof tables) => openMemoryStore(from).read((reader) => reader.local("name"));
  assert.equal(await local(tables), "first");
  await openMemoryStore(tables).write((tx) => tx.setLocal("name", "third"));
  assert.deepEqual([await local(tables), await local(backup)], ["third", "first"]);
});
