/** What is admitted is told once, whoever admits it: this process, or another one that has the same file open. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Admissions, type Admitted, openAdmissions } from "../../src/node/admissions.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { Replica } from "../../src/node/replica.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { openSqliteStore } from "../../src/store/index.ts";
import { addDevice, claims, idsOf, logOf, newPool, replicaOf, take, writerOf } from "./replicas.ts";

/** Resolves with the ids that `count` operations have which are told from now on, in the order in which they are told. */
function told(admissions: Admissions, replica: Replica, count: number): Promise<string[]> {
  const events: Admitted[] = [];
  let left = count;
  return new Promise((resolve, reject) => {
    const stop = admissions.subscribe((event) => {
      events.push(event);
      left -= event.count;
      if (left > 0) return;
      stop();
      Promise.all(events.map(({ parts }) => replica.store.read((reader) => reader.ordered({ parts, limit: 10_000 })))).then(
        (logs) => resolve(logs.flat().map(({ op_id }) => op_id)),
        reject,
      );
    });
  });
}

test("law: every operation admitted since is told once, and nothing else: writes, syncs, forks, in any order", async () => {
  const pool = await newPool();
  const laptop = await addDevice(pool, "laptop", "full");
  const clone = await replicaOf(pool.id, await logOf(pool.replica));
  const admissions = await openAdmissions(pool.replica);
  const before = new Set(await idsOf(pool.replica));
  await writeDrafts(clone, laptop, claims(5, 100));
  await writeDrafts(clone, pool.phone, claims(7, 200)); // a fork: the phone goes on here too
  const all = told(admissions, pool.replica, 3 + 12 + 2);
  await writeDrafts(pool.replica, pool.phone, claims(3));
  await take(pool.replica, await logOf(clone));
  await take(pool.replica, await logOf(clone)); // duplicates are no news
  await writeDrafts(pool.replica, writerOf("laptop"), claims(2, 300));
  const ids = await all;
  assert.deepEqual(
    ids.toSorted(),
    (await idsOf(pool.replica)).filter((id) => !before.has(id)),
  );
  await admissions.close();
});

test("a commit of this process is told at once, without waiting for a look at what others wrote", async () => {
  const pool = await newPool();
  const admissions = await openAdmissions(pool.replica, { pollMs: 60_000 });
  const one = told(admissions, pool.replica, 1);
  const ids = await writeDrafts(pool.replica, pool.phone, claims(1));
  assert.deepEqual(await one, ids);
  await admissions.close();
});

test("what another process writes to the file is seen; after `close` nothing is told", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "fablepool-admissions-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "pool.db");
  const pool = await newPool(await openSqliteStore(path, { scratch: true }));
  const other = new Replica(await openSqliteStore(path, { scratch: true }), nativeCrypto); // as another process would
  const admissions = await openAdmissions(pool.replica, { pollMs: 5 });
  const some = told(admissions, pool.replica, 20);
  const ids = await writeDrafts(other, pool.phone, claims(20));
  assert.deepEqual(await some, ids);
  let events = 0;
  admissions.subscribe(() => events++);
  await admissions.close();
  await writeDrafts(other, pool.phone, claims(1, 50));
  await writeDrafts(pool.replica, pool.phone, claims(1, 60));
  assert.equal(events, 0);
  await other.store.close();
  await pool.replica.store.close();
});

test("a store that is closed underneath ends the looking, and throws nowhere", async () => {
  const pool = await newPool();
  const admissions = await openAdmissions(pool.replica, { pollMs: 1 });
  await pool.replica.store.close();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await admissions.close();
});
