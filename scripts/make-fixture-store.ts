/**
 * Writes a store as this version makes it to `test/fixtures/stores/<version>/`, with what it holds beside it, for
 * `test/store/sqlite-frozen.test.ts`. Stores of released versions are never made again: a new version gets a new folder.
 *
 *   node scripts/make-fixture-store.ts
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeDrafts } from "../src/node/write.ts";
import { openSqliteStore } from "../src/store/index.ts";
import { migrations } from "../src/store/sqlite/open.ts";
import { randomHistory, replicaOf, summaryOf, take } from "../test/node/replicas.ts";

const version = String(migrations.length).padStart(3, "0");
const folder = join(import.meta.dirname, "../test/fixtures/stores", version);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const { pool, ops } = await randomHistory(7, 80);
const store = await openSqliteStore(join(folder, "store.db"));
const replica = await replicaOf(pool.id, ops.slice(0, 40), store);
await take(replica, ops);
await store.write((tx) => tx.setLocal("kept", "by this node alone"));
await writeDrafts(replica, pool.root, [{ type: "cap_revoke", payload: { grant: pool.id } }]);
const holds = await summaryOf(replica);
writeFileSync(join(folder, "holds.json"), `${JSON.stringify(holds, null, 2)}\n`);
await store.close();
console.log(`${folder}: ${holds.counts.operations} operations`);
