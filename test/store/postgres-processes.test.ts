/** Promises 2, 3 and 4 between processes: several that write at once, and one, or the server itself, that is killed at any instant. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { OpId } from "../../src/core/op/operation.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { Replica } from "../../src/node/replica.ts";
import { openPostgresStore } from "../../src/store/postgres/index.ts";
import { seededRandom } from "../../src/testkit/seeded-random.ts";
import { SampleLog } from "../../src/testkit/store-contract-samples.ts";
import { assertSound, runs } from "../node/replicas.ts";
import { inFolder } from "./folders.ts";
import { PostgresServer } from "./postgres-server.ts";
import { assertBothKept, prepare, startWriter } from "./writers.ts";

let server: PostgresServer;

before(async () => {
  server = await PostgresServer.start();
});

after(() => server.stop());

/** Of one store, one after the other. */
const kills = 4;

const open = (url: string) => openPostgresStore(url, "written by processes");

for (const devices of [
  ["phone", "laptop"],
  ["phone", "phone"],
] as const) {
  test(`two processes write as ${devices.join(" and ")} at the same time: nothing is lost, doubled or forked`, () =>
    inFolder(async (folder) => {
      const { url } = await server.database(`beside_${devices.join("_")}`);
      await prepare(await open(url));
      const children = devices.map((device, index) => startWriter(folder, url, device, 25, 8, index, { company: "beside" }));
      await Promise.all(children.map(({ ready }) => ready));
      for (const child of children) child.begin();
      const codes = await Promise.all(children.map(async (child) => (await once(child.process, "close"))[0]));
      assert.deepEqual(codes, [0, 0]);
      const store = await open(url);
      await assertBothKept(store, children, devices);
      await store.close();
    }));
}

for (const killed of ["process", "server"] as const) {
  test(`kill -9 of the ${killed} at any instant: the store is sound, and all that was reported as durable is there`, () =>
    inFolder(async (folder) => {
      const random = seededRandom(Date.now());
      for (let round = 0; round < runs(1); round++) {
        const { url } = await server.database(`killed_${killed}_${round}`);
        await prepare(await open(url));
        const durable: OpId[] = [];
        for (let kill = 0; kill < kills; kill++) {
          const child = startWriter(folder, url, random.pick(["phone", "laptop"]), 10_000, 6, random.below(1e9), {
            told: killed === "process",
          });
          await child.ready;
          const closed = once(child.process, "close");
          child.begin();
          await sleep(random.below(120));
          if (killed === "server") await server.kill();
          child.process.kill("SIGKILL");
          await closed;
          if (killed === "server") await server.restart();
          durable.push(...child.reported());
          const store = await open(url);
          const here = await store.read((reader) => reader.known(durable));
          assert.equal(here.size, durable.length, "something that was reported is lost");
          if (kill === kills - 1) await assertSound(new Replica(store, nativeCrypto));
          await store.close();
        }
      }
    }));
}

test("a store goes on when its server was killed and came back: what a write said of itself is so", async () => {
  const { url } = await server.database("goes_on");
  const store = await open(url);
  const log = new SampleLog();
  await log.keep(store, log.inOrder());
  const random = seededRandom(Date.now());
  let [kept, lost] = [0, 0];
  for (let kill = 0; kill < runs(2); kill++) {
    const killing = sleep(random.below(60)).then(() => server.kill());
    let killed = false;
    const back = killing.then(() => {
      killed = true;
      return server.restart();
    });
    for (let write = 0; !killed || write < 5; write++) {
      const name = `${kill} ${write}`;
      const said = await store
        .write((tx) => tx.setLocal(name, "kept"))
        .then(
          () => "kept",
          (error: { code: string; message: string }) => {
            assert.equal(error.code, "storage");
            assert.match(error.message, /postgres:.*(lost|starting|stopp|shutting)/);
            return null;
          },
        );
      assert.equal(await store.read((reader) => reader.local(name)).catch(() => said), said, name);
      if (said) kept++;
      else lost++;
    }
    await back;
    assert.equal((await store.read((reader) => reader.counts())).operations, 1);
  }
  assert.ok(kept > 0, `${kept} kept, ${lost} lost`);
  await store.close();
});
