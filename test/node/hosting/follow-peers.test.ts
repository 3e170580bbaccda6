/** Following whoever the log names: hubs that come, devices that go, and a hub that does not know this device yet. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openAdmissions } from "../../../src/node/admissions.ts";
import { removeDevice } from "../../../src/node/devices.ts";
import { homeAt } from "../../../src/node/home.ts";
import { followPeers } from "../../../src/node/hosting/follow-peers.ts";
import { isUnknownThere } from "../../../src/node/live-sync.ts";
import { nodeOver } from "../../../src/node/open-node.ts";
import { syncWith } from "../../../src/node/sync-client.ts";
import { writeDrafts } from "../../../src/node/write.ts";
import { inFolder } from "../../store/folders.ts";
import { until } from "../live-nodes.ts";
import { addDevice, connect, joining, newPool, writerOf } from "../replicas.ts";

const note = (target: string, text: string) => ({ type: "note", payload: { target, text } });

test("a hub is followed as soon as the log names it, where the log says that it is, and until it is removed", async () => {
  const pool = await newPool();
  const hub = await addDevice(pool, "hub", "mirror");
  const end = new AbortController();
  const admissions = await openAdmissions(pool.replica);
  const events: string[] = [];
  const node = { replica: pool.replica, writer: pool.phone };
  const following = followPeers(node, admissions, {
    peers: [{ url: "https://home.example", node: null }],
    signal: end.signal,
    async follow({ url, isHub }, signal) {
      events.push(`${isHub ? "hub" : "peer"} ${url}`);
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      events.push(`end ${url}`);
    },
  });
  const seen = (count: number) => until(`${count} events`, () => events.length === count, 60_000);
  await seen(1);
  await writeDrafts(pool.replica, pool.phone, [note(hub.did, "https://hub.example")]);
  await seen(2);
  await writeDrafts(pool.replica, pool.phone, [note(hub.did, "https://new.example")]);
  await seen(4);
  await inFolder(async (folder) => {
    await removeDevice(nodeOver(homeAt(folder), pool.phone, pool.replica), { key: hub.did, last: "newest" }, null);
  });
  await seen(5);
  end.abort();
  await following;
  await admissions.close();
  assert.deepEqual(events.toSorted(), [
    "end https://home.example",
    "end https://hub.example",
    "end https://new.example",
    "hub https://hub.example",
    "hub https://new.example",
    "peer https://home.example",
  ]);
});

test("it ends when nobody is left to follow, and not before somebody was", async () => {
  const pool = await newPool();
  const hub = await addDevice(pool, "hub", "mirror");
  const admissions = await openAdmissions(pool.replica);
  const followed: string[] = [];
  const follow = async ({ url }: { readonly url: string }) => {
    followed.push(url);
    throw new RangeError("away for good");
  };
  const signal = new AbortController().signal;
  const following = followPeers({ replica: pool.replica, writer: pool.phone }, admissions, { peers: [], signal, follow });
  await writeDrafts(pool.replica, pool.phone, [note(hub.did, "https://hub.example")]);
  await following;
  assert.deepEqual(followed, ["https://hub.example"]);
  await admissions.close();
});

test("a device that is not known yet is told from one that was removed", async () => {
  const pool = await newPool();
  const laptop = await addDevice(pool, "laptop", "full");
  const refused = async (client: string) => {
    const replica = await joining(pool.id);
    const error = await syncWith(replica, connect(pool.replica, pool.phone.did, client as never), { node: pool.phone.did }).catch(
      (each) => each,
    );
    assert.equal(error.details.code, "unauthorized");
    return isUnknownThere(error);
  };
  assert.equal(await refused(writerOf("nobody").did), true);
  await inFolder(async (folder) => {
    await removeDevice(nodeOver(homeAt(folder), pool.phone, pool.replica), { key: laptop.did, last: "newest" }, null);
  });
  assert.equal(await refused(laptop.did), false);
});
