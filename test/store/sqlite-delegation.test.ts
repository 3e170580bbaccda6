/** Migration 002: what a store of version 001 holds of delegation, as operations it did not know, is found after it was opened again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OpId } from "../../src/core/op/operation.ts";
import type { JsonObject } from "../../src/core/ports.ts";
import { nodeSqlite, openSqliteStore } from "../../src/store/index.ts";
import { migrations } from "../../src/store/sqlite/open.ts";
import { didOf, SampleLog } from "../../src/testkit/store-contract-samples.ts";
import { inFolder } from "./folders.ts";

test("grants and what speaks of them get their rows; what is malformed, or was erased, gets none", () =>
  inFolder(async (folder) => {
    const path = `${folder}/store.db`;
    const log = new SampleLog();
    const write = (type: string, payload: JsonObject | null) => log.write("ann", { type, payload }).id;
    const terms = { grantee: didOf("bob"), selector: { predicates: ["*"] }, purpose: "", expires_at: 5 };
    const grant = write("cap_grant", terms);
    const erased = write("cap_grant", terms);
    for (const bad of [
      { ...terms, grantee: 7 },
      { ...terms, expires_at: 0.5 },
      { ...terms, expires_at: "5" },
    ])
      write("cap_grant", bad);
    const revoke = write("cap_revoke", { grant });
    const access = write("cap_access", { grant, served: 1 });
    const receipt = write("cap_receipt", { grant, receipt: {} });
    for (const bad of [7, "op:1", `OP:${"a".repeat(64)}`, `op:${"A".repeat(64)}`, grant.slice(3), null, [grant]]) {
      write("cap_revoke", { grant: bad as string });
    }
    write("cap_revoke", null);
    write("note", { grant });
    // With the column that this version's inserts name; it is taken away again.
    const old = await openSqliteStore(path, { migrations: [`${migrations[0]} ALTER TABLE op ADD COLUMN stem INTEGER;`] });
    await log.keep(old, log.inOrder());
    await old.write((tx) => tx.erase([erased]));
    await old.close();
    const driver = nodeSqlite(path);
    driver.exec("ALTER TABLE op DROP COLUMN stem");
    driver.close();

    const store = await openSqliteStore(path);
    await store.read(async (reader) => {
      assert.deepEqual(await reader.grantsTo(didOf("bob")), [{ id: grant, grantee: didOf("bob"), expires: 5 }]);
      const refs = await reader.refsFrom([...log.ops.keys()]);
      const kinds = refs.map(({ from, kind, to }) => [from, kind, to]);
      const expected: [OpId, string, OpId][] = [
        [revoke, "revokes", grant],
        [access, "accesses", grant],
        [receipt, "receipts", grant],
      ];
      assert.deepEqual(kinds, expected);
    });
    await store.close();
  }));
