/** Promises 2, 3 and 4 between processes: several that write at once, and one that is killed at any instant. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import type { OpId } from "../../src/core/op/operation.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { Replica } from "../../src/node/replica.ts";
import { openSqliteStore } from "../../src/store/index.ts";
import { seededRandom } from "../../src/testkit/seeded-random.ts";
import { assertSound, runs } from "../node/replicas.ts";
import { inFolder } from "./folders.ts";
import { assertBothKept, prepare, startWriter } from "./writers.ts";

for (const devices of [
  ["phone", "laptop"],
  ["phone", "phone"],
] as const) {
  test(`two processes write as ${devices.join(" and ")} at the same time: nothing is lost, doubled or forked`, () =>
    inFolder(async (folder) => {
      const path = `${folder}/store.db`;
      await prepare(await openSqliteStore(path));
      const children = devices.map((device, index) => startWriter(folder, path, device, 25, 8, index, { company: "beside" }));
      await Promise.all(children.map(({ ready }) => ready));
      for (const child of children) child.begin();
      const codes = await Promise.all(children.map(async (child) => (await once(child.process, "close"))[0]));
      assert.deepEqual(codes, [0, 0]);
      const store = await openSqliteStore(path);
      await assertBothKept(store, children, devices);
      await store.close();
    }));
}

test("kill -9 at any instant: the store opens sound, and all that was reported as durable is there", () =>
  inFolder(async (folder) => {
    const random = seededRandom(Date.now());
    for (let store = 0; store < runs(5); store++) {
      const path = `${folder}/${store}.db`;
      await prepare(await openSqliteStore(path));
      const first = startWriter(folder, path, "phone", 0, 6, 0);
      first.begin();
      await once(first.process, "close"); // one that ends well leaves its compiled code
      const durable: OpId[] = [];
      for (let kill = 0; kill < 8; kill++) {
        const child = startWriter(folder, path, random.pick(["phone", "laptop"]), 10_000, 6, random.below(1e9));
        await child.ready;
        child.begin();
        const instant = setTimeout(() => child.process.kill("SIGKILL"), random.below(80));
        const [code, signal] = await once(child.process, "close");
        clearTimeout(instant);
        assert.deepEqual([code, signal], [null, "SIGKILL"]);
        durable.push(...child.reported());
        const reopened = await openSqliteStore(path);
        const here = await reopened.read((reader) => reader.known(durable));
        assert.equal(here.size, durable.length, "something that was reported is lost");
        if (kill === 7) await assertSound(new Replica(reopened, nativeCrypto));
        await reopened.close();
      }
    }
  }));
