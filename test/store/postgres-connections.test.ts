/** Connections that are lost at the worst moments, and how many there are. Between store and server stands a line that can be cut. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { setImmediate as turnOfTheLoop } from "node:timers/promises";
import type { PoolError } from "../../src/core/errors.ts";
import { openPostgres, openPostgresStore } from "../../src/store/postgres/index.ts";
import { SampleLog } from "../../src/testkit/store-contract-samples.ts";
import { addressIn, onServer, PostgresServer, type TestDatabase } from "./postgres-server.ts";

/** Cuts a line when a message with `text` goes to the server: before it gets it, or after it has answered. */
interface Cut {
  readonly text: string;
  readonly when: "before" | "after";
}

let server: PostgresServer;
let database: TestDatabase;
const folder = mkdtempSync(join(tmpdir(), "fablepool-line-"));
const url = addressIn(folder, "lines", "fablepool_test");
const lines = new Set<Socket>();
let cut: Cut | null = null;
let up = true;
let line: Server;

function serve(near: Socket): void {
  if (!up) return void near.destroy();
  const far = connect(server.socket);
  lines.add(near);
  const end = () => {
    lines.delete(near);
    near.destroy();
    far.destroy();
  };
  for (const side of [near, far]) side.on("error", end).on("close", end);
  let deaf = false;
  near.on("data", (bytes) => {
    const hit = cut !== null && bytes.includes(cut.text);
    if (hit && cut?.when === "before") return end();
    deaf ||= hit;
    far.write(bytes);
  });
  far.on("data", (bytes) => (deaf ? end() : near.write(bytes)));
}

before(async () => {
  server = await PostgresServer.start();
  database = await server.database("lines");
  line = createServer(serve).listen(join(folder, ".s.PGSQL.5432"));
});

after(async () => {
  line.close();
  for (const each of lines) each.destroy();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

afterEach(() => {
  [cut, up] = [null, true];
});

test("a line that is cut while a write commits: the write tells what became of it", async () => {
  const store = await openPostgresStore(url, "commits");
  for (const when of ["before", "after"] as const) {
    const write = store.write(async (tx) => {
      await tx.setLocal(when, "kept");
      cut = { text: "COMMIT", when };
    });
    if (when === "before") await assert.rejects(write, { code: "storage", message: /connection was lost/ });
    else await write;
    cut = null;
    assert.equal(await store.read((reader) => reader.local(when)), when === "before" ? null : "kept");
  }
  await store.close();
});

test("when no server comes back to ask, a write says that it is there whole or not at all", async () => {
  const store = await openPostgresStore(url, "unknown", { patienceMs: 50 });
  const write = store.write(async (tx) => {
    await tx.setLocal("a", "1");
    cut = { text: "COMMIT", when: "after" };
    up = false;
  });
  await assert.rejects(write, (error: PoolError) => {
    assert.match(error.message, /there whole, or not at all/);
    assert.deepEqual([error.code, error.details["outcome"]], ["storage", "unknown"]);
    return true;
  });
  for (const each of lines) each.destroy();
  await assert.rejects(
    store.read((reader) => reader.counts()),
    { code: "storage" },
  );
  [cut, up] = [null, true];
  assert.equal(await store.read((reader) => reader.local("a")), "1");
  await store.close();
});

test("a line that is cut between or at the beginning of transactions is not noticed; in the middle of one it ends that one alone", async () => {
  const store = await openPostgresStore(url, "idle");
  await store.write((tx) => tx.setLocal("a", "1"));
  for (const each of lines) each.destroy();
  assert.equal(await store.read((reader) => reader.local("a")), "1");
  for (const each of lines) each.destroy();
  await store.write((tx) => tx.setLocal("a", "2"));
  let cuts = 0;
  const middle = store.write(async (tx) => {
    await tx.setLocal("a", "3");
    for (const each of lines) each.destroy();
    cuts++;
    await tx.setLocal("b", "3");
  });
  await assert.rejects(middle, { code: "storage", message: /the connection was lost/ });
  await assert.rejects(
    store.read(async (reader) => {
      for (const each of lines) each.destroy();
      cuts++;
      return reader.heads();
    }),
    { code: "storage" },
  );
  assert.equal(cuts, 2, "the work of a transaction is never run twice");
  assert.deepEqual(await store.read(async (reader) => [await reader.local("a"), await reader.local("b")]), ["2", null]);
  await store.close();
});

test("a statement that failed spoils its write, also when the caller went on", async () => {
  const store = await openPostgresStore(url, "spoilt");
  const log = new SampleLog();
  await log.keep(store, log.inOrder());
  const write = store.write(async (tx) => {
    await tx.append(log.inOrder(), new Set()); // sent, and not waited for
    await assert.rejects(tx.setLocal("a", "1"), { code: "storage", message: /in the store already/ });
  });
  await assert.rejects(write, { code: "storage", message: /in the store already/ });
  assert.equal(await store.read((reader) => reader.local("a")), null);
  await store.close();
});

test("stores of one process share so many connections and no more; each has its turn", async () => {
  const pools = await openPostgres(url, { connections: 2 });
  const stores = await Promise.all(Array.from({ length: 12 }, (_, index) => pools.store(`shared ${index}`)));
  const connections = async () => {
    const [row] = await onServer(
      database.unbound,
      "SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = 'fablepool'",
    );
    return row?.["count"] as number;
  };
  const before = await connections();
  let most = 0;
  const work = stores.flatMap((store, index) => [
    store.write(async (tx) => {
      await tx.setLocal("a", String(index));
      for (let turns = 0; turns < 5; turns++) await turnOfTheLoop();
      // A write that waits for a read of the same store, while all connections for writing are taken.
      assert.equal(await store.read((reader) => reader.local("a")), null);
      most = Math.max(most, await connections());
    }),
  ]);
  await Promise.all(work);
  for (const [index, store] of stores.entries()) assert.equal(await store.read((reader) => reader.local("a")), String(index));
  assert.ok(before <= 4 && most > 0 && most <= 4, `${before} connections, then ${most}`);
  await pools.close();
  await assert.rejects(pools.store("late"), { code: "storage", message: /closed/ });
});

test("what is wrong with an address is said in one line, without its password", async () => {
  for (const [address, message] of [
    ["postgres://ann:secret@127.0.0.1:1/x", /^the store at postgres:\/\/ann@127.0.0.1:1\/x: no server answers there$/],
    [addressIn(folder, "nothing", "fablepool_test"), /: there is no such database$/],
    [addressIn(folder, "lines", "nobody_here"), /: it does not let this role in$/],
    [addressIn("/nowhere", "lines"), /: no server has its socket there$/],
  ] as const) {
    await assert.rejects(openPostgres(address), { name: "PoolError", code: "storage", message });
  }
  const pools = await openPostgres(url);
  for (const name of ["", "x".repeat(201), "a\u0000"]) await assert.rejects(pools.store(name), { code: "storage", message: /1 to 200/ });
  await pools.close();
});
