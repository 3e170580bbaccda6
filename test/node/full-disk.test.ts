/** What a home keeps beside its store, when the disk is full: what was written is not told as failed, and nothing half is left. */
import assert from "node:assert/strict";
import { appendFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import type { OpId } from "../../src/core/op/operation.ts";
import { homeAt, initNode, listClaims, readSettings, stateClaim, verifyReplica, writeSettings } from "../../src/node/index.ts";
import { keepTip, readTip } from "../../src/node/restored.ts";
import { noSmallDisk, onSmallDisk } from "../small-disk.ts";
import { inFolder } from "../store/folders.ts";

/** Until not one byte more fits. */
function fill(path: string): void {
  for (const size of [65_536, 4_096, 1]) {
    try {
      for (;;) appendFileSync(path, Buffer.alloc(size));
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, "ENOSPC");
    }
  }
}

test("settings and proofs fail whole, and the tip is kept in its old place", { skip: noSmallDisk() ?? false }, () =>
  inFolder((folder) =>
    onSmallDisk(folder, "4m", async () => {
      const home = homeAt(`${folder}/home`);
      const { node } = await initNode(home, { name: "phone", passphrase: null });
      await stateClaim(node, { subject: "self", predicate: "place.home", object: "Lyon" });
      const before = readdirSync(home.folder).sort();
      const settings = readSettings(home);
      fill(`${folder}/ballast`);
      await assert.rejects(async () => writeSettings(home, { ...settings, name: "other" }), {
        code: "storage",
        message: /settings\.json: the disk is full$/,
      });
      await assert.rejects(verifyReplica(home, node.replica), { code: "storage", message: /the disk is full/ });
      assert.deepEqual(readdirSync(home.folder).sort(), before, "nothing half is left");
      const own = (await listClaims(node.replica, { limit: 1 }))[0]?.op.op_id;
      assert.equal(readTip(home), own);
      const next = `op:${"5".repeat(64)}` as OpId;
      keepTip(home, next);
      assert.deepEqual([readTip(home), readdirSync(home.folder).sort(), readSettings(home)], [next, before, settings]);
      await node.close();
    }),
  ),
);
