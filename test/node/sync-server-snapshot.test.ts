/** What a server says is durable: it never tells of a write that is still open, and may yet fail (section 4). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PoolError } from "../../src/core/errors.ts";
import type { OpId } from "../../src/core/op/operation.ts";
import { answer } from "../../src/node/sync-server.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { type Driver, nodeSqlite, openSqliteStore } from "../../src/store/index.ts";
import { inFolder } from "../store/folders.ts";
import { addDevice, assertSound, claims, newPool, writerOf } from "./replicas.ts";

test("heads beside a write that fails name nothing of it, in whatever turn they are asked", () =>
  inFolder(async (folder) => {
    let failing = false;
    const driver = (path: string): Driver => {
      const real = nodeSqlite(path);
      let writing = false;
      const exec = (sql: string) => {
        if (sql === "COMMIT" && writing && failing) throw new PoolError("storage", "the disk failed");
        writing = sql === "BEGIN IMMEDIATE";
        real.exec(sql);
      };
      return { ...real, exec };
    };
    const store = await openSqliteStore(`${folder}/store.db`, { driver, scratch: true });
    const pool = await newPool(store);
    const bridge = await addDevice(pool, "bridge", "ingest");
    const ask = (key: string) => answer(pool.replica, { did: pool.phone.did }, { type: "heads" }, key);
    for (let turn = 0; turn < 120; turn++) {
      failing = true;
      const device = { type: "device_add", payload: { key: writerOf(`device ${turn}`).did, role: "full" } };
      // The write begins some turns of microtasks after the question, so that its steps fall between any two of the answer's.
      const asked = [ask(turn % 2 === 0 ? pool.root.did : bridge.did)];
      for (let step = 0; step < turn / 2; step++) await null;
      const write = writeDrafts(pool.replica, pool.phone, [device, ...claims(3, turn)]);
      asked.push(ask(pool.root.did), ask(bridge.did));
      await assert.rejects(write, { code: "storage" });
      failing = false;
      for (const { authors, heads, control } of await Promise.all(asked)) {
        const tips = Object.values(authors as Record<string, [number, OpId][]>).flatMap((list) => list.map(([, id]) => id));
        const named = [...tips, ...((heads ?? []) as OpId[]), ...((control ?? []) as OpId[])];
        const here = await store.read((reader) => reader.known(named));
        assert.equal(here.size, new Set(named).size, `turn ${turn}: it named an operation that was never kept`);
      }
    }
    await writeDrafts(pool.replica, pool.phone, claims(1, 900));
    await assertSound(pool.replica);
    await store.close();
  }));
