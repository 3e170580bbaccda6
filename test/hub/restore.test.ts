/** A hub's database is restored to a named time: what was admitted before is there, and what the hub wrote later it does not write twice. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { OpId } from "../../src/core/op/operation.ts";
import { checkRestored, doubt, trust } from "../../src/hub/restored.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { Replica } from "../../src/node/replica.ts";
import { syncWith } from "../../src/node/sync-client.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { openPostgres, type PostgresDatabase } from "../../src/store/postgres/index.ts";
import { ask, Grantee, type Grantor, newGrantor, objects, run, type Server } from "../node/delegation/grantor.ts";
import { connect, idsOf, logOf, take, targeting } from "../node/replicas.ts";
import { onServer } from "../store/postgres-server.ts";
import { ArchivedServer } from "./archived-server.ts";

const server = await ArchivedServer.start();
after(() => server.stop());

/** The pool as the hub has it open, in that database. */
async function hosted(database: PostgresDatabase, { pool, who }: Grantor): Promise<Server> {
  const store = await database.store(pool);
  if ((await store.read((reader) => reader.pool())) === null) await store.write((tx) => tx.setPool(pool));
  const writer = who("hub");
  await checkRestored(store, writer.did, database.identity);
  return { replica: new Replica(store, nativeCrypto), writer, attempts: [] };
}

const sync = ({ replica, writer }: Grantor, hub: Server) => syncWith(replica, connect(hub.replica, hub.writer.did, writer.did));
const isDoubted = async ({ replica }: Server) => (await replica.store.read((reader) => reader.local("unproven"))) !== null;

test("a base backup and the archived log give back the named time; devices bring the rest, and words that were erased go again", async () => {
  const phone = await newGrantor();
  await writeDrafts(phone.replica, phone.root, [{ type: "device_add", payload: { key: phone.who("hub").did, role: "full" } }]);
  const grant = await phone.grant();
  const coach = new Grantee(phone.who("coach"), grant);
  const [early] = (await phone.write([run("first words")])) as [OpId];
  let replaced = 0;
  const first = await openPostgres(server.address("first"), { onReplaced: () => replaced++, patienceMs: 20_000 });
  const hub = await hosted(first, phone);
  await take(hub.replica, await logOf(phone.replica)); // what joining does
  assert.deepEqual(objects(await coach.pull(hub)), ["first words"]);
  await server.backUp();
  const [late] = (await phone.write([run("second words")])) as [OpId];
  await sync(phone, hub);
  const time = await server.now();
  assert.deepEqual(objects(await coach.pull(hub)), ["first words", "second words"]);
  await phone.write([targeting("redaction", early), run("third words")]);
  await sync(phone, hub);
  const erased = async (url: string) =>
    (await onServer(url, "SELECT count(*)::int AS held FROM fablepool.op WHERE payload LIKE '%first words%'"))[0]?.["held"] === 0;
  assert.ok(await erased(server.address("first", "hub", "postgres")));

  await server.restore(time);

  const second = await openPostgres(server.address("second"), { patienceMs: 20_000 });
  try {
    assert.notEqual(second.identity, first.identity);
    const restored = await hosted(second, phone);
    const held = new Set(await idsOf(restored.replica));
    assert.ok(held.has(early) && held.has(late), "what was admitted before that time is there");
    const unbound = server.address("second", "hub", "postgres");
    assert.ok(!(await erased(unbound)), "and so are words that were erased later");
    assert.ok(await isDoubted(restored));
    const reply = await ask(restored, coach.request(), coach.writer.did);
    assert.equal(reply["code"], "storage", "no slice, which would be written in a log that lacks the last one");

    await sync(phone, restored);
    assert.ok(await erased(unbound), "its owner's device brought the redaction");
    assert.ok(!(await isDoubted(restored)));
    assert.deepEqual(await idsOf(restored.replica), await idsOf(phone.replica));
    assert.deepEqual(objects(await coach.pull(restored)), ["second words", "third words"]);
    const chains = await restored.replica.store.read((reader) => reader.chains());
    assert.equal(chains.filter(({ author }) => author === restored.writer.did).length, 1, "no fork");
    assert.equal(replaced, 0);
  } finally {
    await second.close();
    await first.close();
  }
});

test("an open process notices that its server was replaced, and reads and writes nothing any more", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const database = await openPostgres(server.address("second"), { onReplaced: resolve, patienceMs: 100, connections: 2 });
  try {
    const store = await database.store("watched");
    const read = () => store.read((reader) => reader.generation());
    await read();
    const superuser = server.address("second", "postgres", "postgres");
    // What a dump that was loaded in place of the database is to it: the same name, and another database.
    const end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'hub'";
    await onServer(superuser, end, "ALTER DATABASE hub RENAME TO hub_before");
    await onServer(superuser, "CREATE DATABASE hub OWNER fablepool_test TEMPLATE hub_before");
    await assert.rejects(read(), { code: "storage", message: /restored, or another server took over/ });
    await promise;
    await assert.rejects(read(), { code: "storage" });
  } finally {
    await database.close();
  }
});

test("where nothing shows it, the operator says that the database is a copy, or that nothing was lost", async () => {
  const { replica, writer } = await newGrantor();
  const { store } = replica;
  await checkRestored(store, writer.did, "one");
  await writeDrafts(replica, writer, [run()]);
  await checkRestored(store, writer.did, "one");
  assert.equal(await trust(store, "one"), false, "known from its first opening");
  await checkRestored(store, writer.did, "two");
  await assert.rejects(writeDrafts(replica, writer, [run()]), { code: "stale" });
  assert.equal(await trust(store, "two"), true);
  await writeDrafts(replica, writer, [run()]);
  assert.equal(await doubt(store, writer.did), true);
  await assert.rejects(writeDrafts(replica, writer, [run()]), { code: "stale" });
  // A hub that never wrote there has nothing to write twice.
  const other = (await newGrantor()).who("hub");
  await trust(store, "two");
  await checkRestored(store, other.did, "three");
  assert.equal(await doubt(store, other.did), false);
  assert.equal(await store.read((reader) => reader.local("unproven")), null);
});
