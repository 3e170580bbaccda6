/** A pool goes to a hub of two real processes and comes back, and a device that follows never misses a word. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fablepool, json } from "./command.ts";
import { holds, say, statusOf, twoHomes, writeNotes } from "./homes.ts";
import { hubProcesses } from "./hub-processes.ts";
import { type Running, running } from "./running.ts";

test("move: from a home that serves to a hub and back, without a gap for a device that follows", { timeout: 600_000 }, async (t) => {
  const hub = await hubProcesses(t, 2);
  const homes = await twoHomes("move");
  t.after(() => homes.dispose());
  const [phone, laptop] = [homes.phone.folder, homes.laptop.folder];
  const started: Running[] = [];
  t.after(() => Promise.all(started.map((each) => each.stop("SIGKILL"))));
  const start = (home: string, ...args: string[]) => {
    const made = running(home, ...args);
    started.push(made);
    return made;
  };
  await json(phone, "import", "--no-derive", writeNotes(homes.folder, "notes", 40));
  const server = start(phone, "--json", "serve", "--port", "0");
  const { url } = JSON.parse(await server.says(/"url"/)) as { url: string };
  const follower = start(laptop, "sync", "--live", url, "--node", homes.phoneDid);
  await follower.says(/in sync, and following/);

  // There. The laptop is told of the hub by the log, on the connection that it has; until it has been there the phone goes on serving.
  const invitation = await hub.invite();
  const moving = start(phone, "--json", "move", invitation);
  const meanwhile = await say(phone, "Lyon");
  assert.equal(await moving.ended, 0, moving.stderr.join("\n"));
  const moved = JSON.parse(moving.stdout.join("\n")) as {
    operations: number;
    verified: number;
    not_seen: string[];
    hub: string;
  };
  assert.deepEqual(
    { hub: moved.hub, not_seen: moved.not_seen, verified: moved.verified },
    { hub: hub.url, not_seen: [], verified: moved.operations },
  );
  assert.equal(await server.ended, 0, "what served the phone ends by itself");
  await follower.says(new RegExp(`${hub.url}: in sync, and following`));
  await holds(laptop, meanwhile);

  // At the hub: what either side writes reaches the other.
  const away = start(phone, "sync", "--live");
  await away.says(new RegExp(`${hub.url}: in sync, and following`));
  await holds(laptop, await say(phone, "Vienna"));
  await holds(phone, await say(laptop, "Graz"));
  await away.stop();

  // And back. The laptop, which follows the hub, is told where the phone is before the hub lets go.
  const again = start(phone, "--json", "serve", "--live", "--port", "0");
  const { url: address } = JSON.parse(await again.says(/"url"/)) as { url: string };
  const back = await fablepool(phone, ["--json", "move", "--back", "--address", address, "--yes"]);
  assert.equal(back.code, 0, back.stderr);
  assert.equal((JSON.parse(back.stdout) as { deletion: string }).deletion, "deleting");
  await follower.says(new RegExp(`${address}: in sync, and following`));
  await holds(phone, await say(laptop, "Linz"));
  assert.deepEqual(await statusOf(laptop), await statusOf(phone));
  for (const home of [phone, laptop]) assert.equal((await fablepool(home, ["verify"])).code, 0);
  const devices = await json<{ name: string; removed: boolean; address: string | null }[]>(laptop, "device", "list");
  assert.deepEqual(
    devices.filter(({ removed }) => removed).map(({ name, address: noted }) => ({ name, noted })),
    [{ name: new URL(hub.url).host, noted: null }],
  );
  // While the hub tells its devices that it deletes the pool, it can't be brought there again; that is said, and nothing is written.
  const next = await fablepool(phone, ["host", await hub.invite()]);
  assert.equal(next.code, 6, next.stderr);
  assert.match(next.stderr, /is deleting this pool/);
  assert.equal(await follower.stop(), 0);
  assert.equal(await again.stop(), 0);
});

test("host: Ctrl-C and the same again; what is wrong with an invitation is said in one line; the hub away", {
  timeout: 600_000,
}, async (t) => {
  const hub = await hubProcesses(t, 1);
  const homes = await twoHomes("host");
  t.after(() => homes.dispose());
  const phone = homes.phone.folder;
  await json(phone, "import", "--no-derive", writeNotes(homes.folder, "notes", 20));
  const invitation = await hub.invite("--operations", "1000");

  // Nothing goes through once the hub has been told: Ctrl-C ends it at once.
  const first = running(phone, "host", invitation);
  t.after(() => first.stop("SIGKILL"));
  await first.says(/bringing it the log/);
  hub.balancer.hold();
  const stopped = await first.stop();
  hub.balancer.release();
  assert.ok(stopped === 130 || stopped === 0, first.stderr.join("\n"));

  const done = await json<{ operations: number; pushed: number; quota: { operations: number } }>(phone, "host", invitation);
  assert.equal(done.quota.operations, 1_000);
  const { operations } = await statusOf(phone);
  assert.equal(done.operations, operations);
  const third = await json<{ added: boolean; pushed: number }>(phone, "host", invitation);
  assert.deepEqual({ added: third.added, pushed: third.pushed }, { added: false, pushed: 0 });
  assert.equal((await statusOf(phone)).operations, operations, "the same again writes nothing");
  const listed = await fablepool(phone, ["device", "list"]);
  assert.match(listed.stdout, new RegExp(`mirror .*hub at ${hub.url}`));
  assert.match((await fablepool(phone, ["status"])).stdout, new RegExp(`hub +${hub.url}`));

  // Another pool: used, mistyped, unknown, and nobody there.
  const other = await twoHomes("host-other");
  t.after(() => other.dispose());
  const { operations: founded } = await statusOf(other.phone.folder);
  const refused = async (text: string, code: number, words: RegExp) => {
    const ran = await fablepool(other.phone.folder, ["host", text]);
    assert.equal(ran.code, code, ran.stderr);
    assert.match(ran.stderr, words);
    assert.ok(!ran.stderr.includes(text.slice(-20)), "an invitation is not repeated");
  };
  await refused(invitation, 6, /used before/);
  await refused(`${invitation.slice(0, -3)}${invitation.at(-2)}${invitation.at(-3)}${invitation.at(-1)}`, 2, /typing error|cut off/);
  await refused(hub.url, 2, /no invitation/);
  const fresh = await hub.invite();
  hub.balancer.behind = [];
  await refused(fresh, 5, /no answer/);
  assert.equal((await statusOf(other.phone.folder)).operations, founded, "nothing was written");
});
