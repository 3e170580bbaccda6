/** Promise 3 by a fault loop: the disk fails at write 1, 2, 3 … of a run, and each time the store is what it was before. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PoolError } from "../../src/core/errors.ts";
import type { Envelope } from "../../src/core/op/operation.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { Replica } from "../../src/node/replica.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { nodeSqlite, openSqliteStore } from "../../src/store/index.ts";
import { failingDriver } from "../../src/testkit/failing-driver.ts";
import { assertSound, claims, digestOf, headsOf, idsOf, randomHistory, replicaOf, runs, take, writerOf } from "../node/replicas.ts";
import { inFolder } from "./folders.ts";

const failure = { name: "PoolError", code: "storage" };

/** For a call that may fail in this way alone: null when it did. */
function orNull(error: unknown): null {
  assert.ok(error instanceof PoolError && error.code === "storage", String(error));
  return null;
}

type Step = (replica: Replica) => Promise<unknown>;

/** A history taken in some operations at a time, some first without their payloads. */
async function steps(seed: number): Promise<Step[]> {
  const { pool, ops } = await randomHistory(seed, 60);
  const bare = (op: Envelope) => (({ salt: _salt, payload: _payload, ...rest }) => rest)(op);
  const list: Step[] = [({ store }) => store.write((tx) => tx.setPool(pool.id))];
  for (let start = 0; start < ops.length; start += 5) {
    const batch = ops.slice(start, start + 5);
    list.push((replica) =>
      take(
        replica,
        batch.map((op, at) => (at % 4 === 3 && op.type === "claim" ? bare(op) : op)),
      ),
    );
    list.push((replica) => take(replica, batch));
  }
  return list;
}

async function stateOf(replica: Replica) {
  return { ids: await idsOf(replica), heads: await headsOf(replica), digest: await digestOf(replica) };
}

test("whichever write fails, the store reopens sound, as it was after the last batch that was reported, and goes on from there", () =>
  inFolder(async (folder) => {
    const list = await steps(11);
    const disk = failingDriver(nodeSqlite);
    const open = async (name: string) =>
      new Replica(await openSqliteStore(`${folder}/${name}.db`, { driver: disk.open, scratch: true }), nativeCrypto);
    const whole = await open("whole");
    const states = [await stateOf(whole)];
    disk.failFrom(null);
    for (const step of list) states.push(await step(whole).then(() => stateOf(whole)));
    await whole.store.close();
    const total = disk.writes;
    assert.ok(total > 300, `${total} writes`);
    const stride = Math.max(1, Math.floor(total / runs(50)));
    for (let at = 1; at <= total; at += stride) {
      const replica = await open(String(at));
      disk.failFrom(at);
      let done = 0;
      const run = async () => {
        for (; done < list.length; done++) await list[done]?.(replica);
      };
      await assert.rejects(run(), failure, `write ${at}`);
      disk.failFrom(null);
      const again = await open(String(at));
      assert.deepEqual(await stateOf(again), states[done], `after write ${at}`);
      await assertSound(again);
      await again.store.close();
      await run(); // the disk works again: the same replica takes the rest
      assert.deepEqual(await stateOf(replica), states.at(-1), `after write ${at} and the rest`);
      await replica.store.close();
    }
  }));

test("whichever write fails while a store is made, the next opening makes it", () =>
  inFolder(async (folder) => {
    const disk = failingDriver(nodeSqlite);
    for (let at = 1; ; at++) {
      disk.failFrom(at);
      const path = `${folder}/${at}.db`;
      const opened = await openSqliteStore(path, { driver: disk.open }).catch(orNull);
      if (opened) {
        assert.ok(at > 3, "nothing failed");
        return opened.close();
      }
      disk.failFrom(null);
      const again = await openSqliteStore(path, { driver: disk.open });
      await again.write((tx) => tx.setLocal("a", "1"));
      await again.close();
    }
  }));

test("an author whose disk failed writes nothing twice: the next operation follows the last that was kept", () =>
  inFolder(async (folder) => {
    const disk = failingDriver(nodeSqlite);
    const { pool, ops } = await randomHistory(3, 6);
    const store = await openSqliteStore(`${folder}/store.db`, { driver: disk.open, scratch: true });
    const replica = await replicaOf(pool.id, ops, store);
    const phone = writerOf("phone");
    for (let at = 1; ; at++) {
      disk.failFrom(at);
      const before = await idsOf(replica);
      const written = await writeDrafts(replica, phone, claims(2, at)).catch(orNull);
      disk.failFrom(null);
      if (written) break;
      assert.deepEqual(await idsOf(replica), before);
      await writeDrafts(replica, phone, claims(1, at));
      assert.equal((await idsOf(replica)).length, before.length + 1);
    }
    await assertSound(replica);
    const chains = await store.read((reader) => reader.chains());
    assert.equal(chains.filter(({ author }) => author === phone.did).length, 1, "the phone's chain has forked");
    await store.close();
  }));
