/** How much a pool holds is counted to the byte, whoever writes, and asked inside the write whether it may be more. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PoolError } from "../../src/core/errors.ts";
import type { Envelope, OpId } from "../../src/core/op/operation.ts";
import { envelopeSize } from "../../src/store/envelope-size.ts";
import type { Store } from "../../src/store/index.ts";
import { type Growth, openPostgres, type PostgresDatabase } from "../../src/store/postgres/index.ts";
import { proof, SampleLog } from "../../src/testkit/store-contract-samples.ts";
import { stateOf } from "../../src/testkit/store-contract-state.ts";
import { onServer, type TestDatabase } from "./postgres-server.ts";
import { testDatabase } from "./test-database.ts";

let database: TestDatabase;
let pools: PostgresDatabase;

before(async () => {
  database = await testDatabase();
  pools = await openPostgres(database.url);
});

after(() => pools.close());

const sizeOf = ({ prev, batch, payload }: Envelope) =>
  envelopeSize(prev.length, batch?.path.length ?? 0, payload === undefined ? null : JSON.stringify(payload));

async function countedByHand(store: Store) {
  const ops = await store.read((reader) => reader.ordered({ limit: 1_000 }));
  return { operations: ops.length, bytes: ops.reduce((sum, op) => sum + sizeOf(op), 0) };
}

test("operations and bytes follow every write: added, with payloads that come later, erased, and erased no more", async () => {
  const store = await pools.store("ann");
  const log = new SampleLog();
  const words = { text: "größer 🎈".repeat(50) };
  const first = log.write("ann", { payload: words });
  const batched = log.write("ann", { payload: words, batch: proof(1, 2, 7) });
  const late = log.write("bob", { payload: words });
  const stripped = { ...late, shaped: { ...late.shaped, payloadText: null } };
  const check = async () => assert.deepEqual(await pools.held("ann"), await countedByHand(store));
  assert.deepEqual(await pools.held("ann"), { operations: 0, bytes: 0 });
  await log.keep(store, [...log.inOrder().slice(0, -1), stripped]);
  await check();
  const { id, shaped } = late;
  const attach = () =>
    store.write((tx) => tx.attach({ id, salt: "00".repeat(16), payload: words, payloadText: shaped.payloadText as string }));
  assert.equal(await attach(), true);
  await check();
  assert.equal(await attach(), false);
  await store.write((tx) => tx.erase([first.id, batched.id, `op:${"0".repeat(64)}` as OpId]));
  await store.write((tx) => tx.erase([first.id]));
  await store.write((tx) => tx.unerase([first.id]));
  await check();
  await assert.rejects(
    store.write(async (tx) => {
      await tx.erase([late.id]);
      throw new PoolError("usage", "given up");
    }),
  );
  await check();
  assert.equal(await pools.held("nobody's"), null);
});

test("what an older program added beside, without counting it, is counted when it is asked for and by the next write", async () => {
  const store = await pools.store("old");
  const log = new SampleLog();
  log.write("ann", { payload: { text: "words" }, batch: proof(0, 1, 0) });
  await log.keep(store, log.inOrder());
  await onServer(database.unbound, "UPDATE fablepool.state SET bytes = 7, bytes_of = 1 WHERE operations = 2");
  assert.deepEqual(await pools.held("old"), await countedByHand(store));
  await store.write((tx) => tx.setLocal("name", "value"));
  const rows = await onServer(database.unbound, "SELECT bytes::int, bytes_of::int FROM fablepool.state WHERE operations = 2");
  assert.deepEqual(rows, [{ bytes: (await countedByHand(store)).bytes, bytes_of: 2 }]);
});

test("whoever may say that it is enough is told what a write would add, and nothing is kept of one that it refuses", async () => {
  const seen: Growth[] = [];
  let most = 3;
  const store = await pools.store("bounded", {
    admits: (growth) => {
      seen.push(growth);
      if (growth.after.operations > most) throw new PoolError("storage", "it is full");
    },
  });
  const log = new SampleLog();
  const [ann, bob] = ["ann", "bob"].map((name) => log.write(name, { payload: { name } }));
  await log.keep(store, log.inOrder());
  assert.deepEqual([seen[0]?.before, seen[0]?.after], [{ operations: 0, bytes: 0 }, await pools.held("bounded")]);
  assert.deepEqual(
    seen[0]?.ops
      .map(({ id }) => id)
      .slice(1)
      .sort(),
    [ann?.id, bob?.id].sort(),
  );
  const kept = await stateOf(store);
  const more = log.write("ann");
  await assert.rejects(log.keep(store, [more]), { code: "storage", message: "it is full" });
  assert.deepEqual(await stateOf(store), kept);
  most = 4;
  await store.write((tx) => tx.append([more], new Set()));
  assert.equal((await pools.held("bounded"))?.operations, 4);
});
