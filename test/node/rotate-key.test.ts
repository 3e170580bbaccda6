/** Rotating a device's key: what the old one wrote counts, the old one is out, and no interruption leaves the home without a key. */
import assert from "node:assert/strict";
import { copyFileSync, existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  homeAt,
  initNode,
  listClaims,
  listDevices,
  type Node,
  openNode,
  rootOfPhrase,
  rotateKey,
  stateClaim,
  system,
  verifyReplica,
} from "../../src/node/index.ts";
import { inFolder } from "../store/folders.ts";

const unlocked = async () => null;
const statement = (object: string) => ({ subject: "self", predicate: "preference.likes", object });

async function withFounded(folder: string, work: (node: Node, entropy: Uint8Array) => Promise<void>): Promise<void> {
  const { node, entropy } = await initNode(homeAt(folder), { name: "phone", passphrase: null });
  await stateClaim(node, statement("tea"));
  await work(node, entropy).finally(() => node.close());
}

async function standing(folder: string): Promise<{ did: string; claims: string[]; devices: string[] }> {
  const node = await openNode(homeAt(folder), unlocked);
  try {
    await stateClaim(node, statement("figs"));
    const claims = (await listClaims(node.replica, { statuses: ["active"], limit: 10 })).map(({ op }) => String(op.payload?.["object"]));
    const devices = (await listDevices(node.replica)).map(({ rank, removed }) => `${rank}${removed ? " removed" : ""}`);
    assert.deepEqual((await verifyReplica(node.home, node.replica)).faults, []);
    return { did: node.writer.did, claims: claims.sort(), devices };
  } finally {
    await node.close();
  }
}

test("the new key goes on, the old one's work counts, and the old one writes no more", () =>
  inFolder(async (folder) => {
    await withFounded(folder, async (node) => {
      copyFileSync(node.home.deviceKey, join(folder, "stolen.key"));
      const { from, to } = await rotateKey(node, unlocked);
      assert.notEqual(from, to);
      await assert.rejects(stateClaim(node, statement("ink")), { code: "role", message: /the key was removed/ });
    });
    const { claims, devices } = await standing(folder);
    assert.deepEqual(
      [claims, devices],
      [
        ["figs", "tea"],
        ["0", "1 removed", "2"],
      ],
    );
    renameSync(join(folder, "stolen.key"), join(folder, "device.key"));
    const thief = await openNode(homeAt(folder), unlocked);
    await assert.rejects(thief.write([{ type: "device_add", payload: { key: thief.writer.did, role: "full" } }]), { code: "role" });
    await thief.close();
  }));

test("as root: by rank nothing that the old key says can undo it", () =>
  inFolder(async (folder) => {
    await withFounded(folder, async (node, entropy) => {
      await rotateKey(node, unlocked, { ...system, ...rootOfPhrase(entropy) });
      const view = await node.replica.store.read(async (reader) => (await node.replica.controlLog(reader)).view());
      assert.deepEqual(
        view.removals.get(node.writer.did)?.map(({ byRank }) => byRank),
        [0],
      );
    });
    assert.deepEqual((await standing(folder)).devices, ["0", "1 removed", "2"]);
  }));

/** Stops where it is asked for the time of the operation after so many. */
function breaking(node: Node, after: number): Node {
  let writes = 0;
  const write: Node["write"] = (choose) => (writes++ === after ? Promise.reject(new RangeError("killed")) : node.write(choose));
  return { ...node, write };
}

test("interrupted after the key was made, or added, the old one goes on, and the next rotation finishes with the same key", () =>
  inFolder(async (folder) => {
    for (const after of [0, 1]) {
      const place = join(folder, String(after));
      let next = "";
      await withFounded(place, async (node) => {
        await assert.rejects(rotateKey(breaking(node, after), unlocked), { message: "killed" });
        assert.ok(existsSync(node.home.nextKey));
        await stateClaim(node, statement("ink"));
        next = (await rotateKey(node, unlocked)).to;
      });
      const { did, claims, devices } = await standing(place);
      assert.deepEqual([did, claims, devices], [next, ["figs", "ink", "tea"], ["0", "1 removed", "2"]]);
    }
  }));

test("interrupted before the new key is in its place, the next opening puts it there", () =>
  inFolder(async (folder) => {
    await withFounded(folder, async (node) => {
      copyFileSync(node.home.deviceKey, join(folder, "old.key"));
      await rotateKey(node, unlocked);
      renameSync(node.home.deviceKey, node.home.nextKey);
      renameSync(join(folder, "old.key"), node.home.deviceKey);
    });
    assert.deepEqual((await standing(folder)).claims, ["figs", "tea"]);
    assert.ok(!existsSync(homeAt(folder).nextKey));
  }));
