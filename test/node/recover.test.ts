/** Recovery that is interrupted and run again (spec/10-recovery.md, REC-4). */
import assert from "node:assert/strict";
import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { beginRecovery, exportLog, finishRecovery, homeAt, initNode, rootOfPhrase } from "../../src/node/index.ts";

for (const passphrase of [null, "three small words"]) {
  test(`interrupted before its key was put in place, and run again to remove all others, it keeps itself: ${passphrase ? "a locked key" : "a key in the clear"}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "fablepool-recover-"));
    try {
      const { node: lost, entropy } = await initNode(homeAt(join(folder, "lost")), { name: "lost", passphrase: null });
      const lines: string[] = [];
      for await (const line of exportLog(lost.replica)) lines.push(line);
      await lost.close();
      const home = homeAt(join(folder, "new"));
      const recover = async (source: Parameters<typeof beginRecovery>[1]) => {
        const root = rootOfPhrase(entropy);
        const recovering = await beginRecovery(home, source, { root });
        const keys = recovering.devices.map((device) => device.key);
        const key = { name: "new", passphrase, ask: async () => passphrase, remove: recovering.devices, recipient: "age1" };
        return { keys, node: await finishRecovery(home, recovering, key, { root }) };
      };
      const first = await recover({
        from: "lines",
        pool: null,
        lines: (async function* () {
          yield* lines;
        })(),
      });
      assert.deepEqual(first.keys, [lost.writer.did]);
      const { did } = first.node.writer;
      await first.node.close();
      renameSync(home.deviceKey, home.nextKey); // what a kill just before the last step leaves
      const { keys, node } = await recover({ from: "here" });
      assert.deepEqual(keys, []);
      assert.equal(node.writer.did, did);
      assert.equal(await node.role(), "full");
      await node.write([{ type: "note", payload: { target: did, name: "still here" } }]);
      await node.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
