/** Real processes that stay in sync: a served phone, a laptop that follows it, and other commands that write to both homes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fablepool, json } from "./command.ts";
import { twoHomes, writeNotes } from "./homes.ts";
import { running } from "./running.ts";

test("sync --live: what other commands write on either side is on the other, and Ctrl-C ends both cleanly", {
  timeout: 120_000,
}, async (t) => {
  const homes = await twoHomes("live");
  t.after(() => homes.dispose());
  const [phone, laptop] = [homes.phone.folder, homes.laptop.folder];
  const server = running(phone, "--json", "serve", "--port", "0");
  t.after(() => server.stop("SIGKILL"));
  const { url } = JSON.parse(await server.says(/"url"/)) as { url: string };
  const follower = running(laptop, "sync", "--live", url, "--node", homes.phoneDid);
  t.after(() => follower.stop("SIGKILL"));
  await follower.says(/in sync, and following/);

  const { id } = await json<{ id: string }>(phone, "claim", "self", "place.home", "Lyon");
  await follower.says(/pulled 1, pushed 0/);
  const { refutation } = await json<{ refutation: string }>(laptop, "refute", id);
  await follower.says(/pulled 0, pushed 1/);
  assert.equal((await json<{ status: string }>(phone, "show", id)).status, "refuted");
  assert.equal((await fablepool(phone, ["show", refutation])).code, 0);

  const notes = writeNotes(homes.folder, "notes", 60);
  await json(laptop, "import", "--no-derive", notes);
  const status = async (home: string) => {
    const { view, operations } = await json<{ view: string; operations: number }>(home, "status");
    return { view, operations };
  };
  const pushed = () => follower.stdout.reduce((sum, line) => sum + Number(/pushed (\d+)/.exec(line)?.[1] ?? 0), 0);
  for (const deadline = performance.now() + 20_000; pushed() < 61; await new Promise((resolve) => setTimeout(resolve, 20))) {
    assert.ok(performance.now() < deadline, `only ${pushed()} operations were pushed`);
  }
  assert.deepEqual(await status(phone), await status(laptop));
  assert.equal(await follower.stop(), 0);
  assert.equal(await server.stop(), 0);
  for (const home of [phone, laptop]) assert.equal((await fablepool(home, ["verify"])).code, 0);
});

test("a device that is removed while it follows is told so, with the exit code for it", { timeout: 60_000 }, async (t) => {
  const homes = await twoHomes("live-removed");
  t.after(() => homes.dispose());
  const server = running(homes.phone.folder, "--json", "serve", "--port", "0");
  t.after(() => server.stop("SIGKILL"));
  const { url } = JSON.parse(await server.says(/"url"/)) as { url: string };
  const follower = running(homes.laptop.folder, "sync", "--live", url);
  t.after(() => follower.stop("SIGKILL"));
  await follower.says(/in sync, and following/);
  assert.equal((await fablepool(homes.phone.folder, ["device", "remove", "laptop", "--yes"])).code, 0);
  await follower.says(/does not let this one in/);
  await new Promise((resolve) => (follower.child.exitCode === null ? follower.child.once("exit", resolve) : resolve(null)));
  assert.equal(follower.child.exitCode, 6);
});
