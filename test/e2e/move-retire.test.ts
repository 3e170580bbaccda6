/** `move` to a hub for good (`--retire`), and without waiting for who lies in a drawer (`--now`): real processes, and what the others find. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fablepool, json } from "./command.ts";
import { type Homes, holds, say, statusOf, twoHomes, writeNotes } from "./homes.ts";
import { type HubProcesses, hubProcesses } from "./hub-processes.ts";
import { type Running, running } from "./running.ts";

const patience = { timeout: 600_000 };

interface Moved {
  readonly hub: string;
  readonly node: string;
  readonly pool: string;
  readonly operations: number;
  readonly verified: number;
  readonly not_seen: string[] | null;
  readonly retired: string | null;
}

/** A phone that serves, with forty notes; a laptop that has them too. */
async function serving(
  t: Parameters<typeof hubProcesses>[0],
  name: string,
): Promise<{ hub: HubProcesses; homes: Homes; server: Running; url: string }> {
  const hub = await hubProcesses(t, 2);
  const homes = await twoHomes(name);
  t.after(() => homes.dispose());
  await json(homes.phone.folder, "import", "--no-derive", writeNotes(homes.folder, "notes", 40));
  const server = running(homes.phone.folder, "--json", "serve", "--port", "0");
  t.after(() => server.stop("SIGKILL"));
  const { url } = JSON.parse(await server.says(/"url"/)) as { url: string };
  assert.equal((await fablepool(homes.laptop.folder, ["sync", url, "--node", homes.phoneDid])).code, 0);
  return { hub, homes, server, url };
}

test("--retire: everything is at the hub, this home is no device any more, and what it wrote still counts", patience, async (t) => {
  const { hub, homes, server, url } = await serving(t, "retire");
  const [phone, laptop] = [homes.phone.folder, homes.laptop.folder];
  const follower = running(laptop, "sync", "--live", url, "--node", homes.phoneDid);
  t.after(() => follower.stop("SIGKILL"));
  await follower.says(/in sync, and following/);
  const moved = await json<Moved>(phone, "move", "--retire", "--yes", await hub.invite());
  assert.deepEqual({ verified: moved.verified, not_seen: moved.not_seen }, { verified: moved.operations, not_seen: [] });
  assert.match(moved.retired ?? "", /^op:/);
  assert.equal(await server.ended, 0, "what served the phone ends by itself");
  await follower.says(new RegExp(`${hub.url}: in sync, and following`));
  await holds(laptop, moved.retired ?? "");

  const devices = await json<{ key: string; removed: boolean; address: string | null }[]>(laptop, "device", "list");
  const shown = (wanted: string) => devices.filter(({ key }) => key === wanted).map(({ removed, address }) => ({ removed, address }));
  assert.deepEqual(shown(homes.phoneDid), [{ removed: true, address: null }]);
  assert.deepEqual(shown(moved.node), [{ removed: false, address: hub.url }], "found by the log, though the phone noted where it is");
  assert.deepEqual(await statusOf(laptop), await statusOf(phone), "nothing of the phone's is contested");
  const said = await say(laptop, "Graz");
  assert.equal(await follower.stop(), 0);
  assert.equal((await fablepool(laptop, ["sync"])).code, 0, "by what the log says");
  const { held } = await hub.operate<{ held: { operations: number } }>("show", moved.pool);
  assert.equal(held.operations, (await statusOf(laptop)).operations);
  for (const home of [phone, laptop]) assert.equal((await fablepool(home, ["verify"])).code, 0);

  // The phone keeps all it had, writes no more, and is let in nowhere.
  assert.notEqual((await fablepool(phone, ["show", said])).code, 0);
  for (const words of [["claim", "self", "place.home", "Rome"], ["sync"], ["move", "--back", "--yes"], ["serve", "--port", "0"]]) {
    const { code, stderr } = await fablepool(phone, words);
    assert.equal(code, 6, `${words.join(" ")}: ${stderr}`);
  }
});

test("--retire is refused before anything is done: nobody is asked, or no other device writes", patience, async (t) => {
  const { hub, homes } = await serving(t, "retire-refused");
  const phone = homes.phone.folder;
  const before = await statusOf(phone);
  const invitation = await hub.invite();
  const unasked = await fablepool(phone, ["move", "--retire", invitation]);
  assert.deepEqual([unasked.code, /--yes/.test(unasked.stderr)], [2, true], unasked.stderr);
  assert.deepEqual(await statusOf(phone), before);
  assert.equal((await fablepool(phone, ["device", "remove", "laptop", "--yes"])).code, 0);
  const alone = await fablepool(phone, ["move", "--retire", "--yes", invitation]);
  assert.deepEqual([alone.code, /the only device that writes/.test(alone.stderr)], [6, true], alone.stderr);
  const pools = await hub.operate<{ registrant: string }[]>("pools");
  assert.ok(!pools.some(({ registrant }) => registrant === homes.phoneDid), "and the hub was not asked");
});

test("--now: who has not found the hub is named, and comes there by the line that is said", patience, async (t) => {
  const { hub, homes, server } = await serving(t, "now");
  const [phone, laptop] = [homes.phone.folder, homes.laptop.folder];
  const moving = running(phone, "--json", "move", "--now", await hub.invite());
  assert.equal(await moving.ended, 0, moving.stderr.join("\n"));
  const moved = JSON.parse(moving.stdout.join("\n")) as Moved;
  const { key } = (await json<{ name: string; key: string }[]>(phone, "device", "list")).find(({ name }) => name === "laptop") ?? {
    key: "",
  };
  assert.deepEqual(
    { verified: moved.verified, not_seen: moved.not_seen, retired: moved.retired },
    { verified: moved.operations, not_seen: [key], retired: null },
  );
  assert.equal(await server.ended, 0);
  assert.notEqual((await fablepool(laptop, ["sync"])).code, 0, "it knows the phone alone");
  assert.equal((await fablepool(laptop, ["sync", moved.hub, "--node", moved.node])).code, 0);
  assert.deepEqual(await statusOf(laptop), await statusOf(phone));
  const said = await say(laptop, "Linz");
  for (const home of [laptop, phone])
    assert.equal((await fablepool(home, ["sync"])).code, home === laptop ? 5 : 0, "the phone serves no more");
  await holds(phone, said);
  const again = await json<Moved>(phone, "move", "--now", await hub.invite());
  assert.deepEqual(again.not_seen, [], "the laptop has been there");
});
