/** A full disk fails the batch as a whole, with code storage, never as rejected (section 4); with room again all goes on. */
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { PoolError } from "../../src/core/errors.ts";
import type { OpId } from "../../src/core/op/operation.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { Replica } from "../../src/node/replica.ts";
import { answer } from "../../src/node/sync-server.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { nodeSqlite, openSqliteStore } from "../../src/store/index.ts";
import { assertConverged, assertSound, claims, idsOf, logOf, newPool, replicaOf, take, targeting } from "../node/replicas.ts";
import { noSmallDisk, onSmallDisk } from "../small-disk.ts";
import { inFolder } from "./folders.ts";

/** Writes until the disk is full, and checks what the contract says of that moment. Returns the error. */
async function fill(replica: Replica): Promise<PoolError> {
  const writer = (await newPool()).phone;
  for (let batch = 0; batch < 1_000; batch++) {
    const before = await idsOf(replica);
    const failed = await writeDrafts(replica, writer, claims(50, 50 * batch)).then(
      () => null,
      (error: unknown) => error,
    );
    if (failed === null) continue;
    assert.deepEqual(await idsOf(replica), before, "a part of the batch is there");
    assert.ok(failed instanceof PoolError);
    return failed;
  }
  throw new RangeError("the disk never got full");
}

test("a store at its largest size fails the whole batch, is sound, reads, and goes on when there is room", () =>
  inFolder(async (folder) => {
    const path = `${folder}/store.db`;
    const pages = (count: number) => ({
      driver: (file: string) => {
        const driver = nodeSqlite(file);
        driver.exec(`PRAGMA max_page_count = ${count}`);
        return driver;
      },
    });
    const small = await newPool(await openSqliteStore(path, pages(150)));
    const error = await fill(small.replica);
    assert.equal(error.code, "storage");
    assert.match(error.message, /the disk is full/);
    await assertSound(small.replica);
    const { id, phone } = small;
    const more = await replicaOf(id, await logOf(small.replica));
    await writeDrafts(more, phone, claims(100, 9_000));
    // A peer that pushes hears it as its own code, for the whole push, and not as a verdict on operations.
    const ops = (await logOf(more)).slice(-100);
    const reply = await answer(small.replica, { did: phone.did }, JSON.parse(JSON.stringify({ type: "push", ops })), phone.did);
    assert.partialDeepStrictEqual(reply, { type: "error", code: "storage" });
    await small.replica.store.close();
    const large = new Replica(await openSqliteStore(path, pages(100_000)), nativeCrypto);
    await take(large, ops);
    await assertConverged(large, more);
    await large.store.close();
  }));

const reason = noSmallDisk();

test("a disk without room (ENOSPC) fails the whole batch, and works again once there is room", { skip: reason ?? false }, () =>
  inFolder(async (folder) => {
    await onSmallDisk(folder, "2m", async () => {
      const ballast = `${folder}/ballast`;
      writeFileSync(ballast, Buffer.alloc(400_000));
      const { replica, phone, id } = await newPool(await openSqliteStore(`${folder}/store.db`));
      const [secret] = await writeDrafts(replica, phone, claims(1, 7_000));
      const error = await fill(replica);
      assert.equal(error.code, "storage");
      assert.match(error.message, /disk/);
      await assertSound(replica);
      const again = new Replica(await openSqliteStore(`${folder}/store.db`), nativeCrypto); // opens on the full disk
      await assertSound(again);
      await again.store.close();
      rmSync(ballast);
      await writeDrafts(replica, phone, [...claims(1, 8_000), targeting("redaction", secret as OpId)]);
      await assertConverged(replica, await replicaOf(id, await logOf(replica)));
      await replica.store.close();
    });
  }),
);
