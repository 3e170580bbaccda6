/** A laptop is stolen, by real processes: removed, told, silenced, and back again with a new key and its own work. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { SeenDevice } from "../../src/node/index.ts";
import { fablepool, json } from "./command.ts";
import { type Homes, twoHomes } from "./homes.ts";
import { type Running, running } from "./running.ts";

let homes: Homes;
let [phone, laptop, thief] = ["", "", ""];
let served: Running;
let url = "";
before(async () => {
  homes = await twoHomes("removed");
  phone = homes.phone.folder;
  laptop = homes.laptop.folder;
  thief = join(mkdtempSync(join(tmpdir(), "fablepool-thief-")), "home");
  served = running(phone, "serve", "--port", "0");
  url = /at (http\S+)/.exec(await served.says(/at http/))?.[1] ?? "";
  assert.equal((await fablepool(laptop, ["sync", url])).code, 0);
  await states(laptop, "test.owned", "before the theft");
  assert.equal((await fablepool(laptop, ["sync"])).code, 0);
});
after(async () => {
  await served.stop();
  homes.dispose();
  rmSync(join(thief, ".."), { recursive: true, force: true });
});

async function states(home: string, predicate: string, object: string): Promise<void> {
  const { code, stderr } = await fablepool(home, ["claim", "self", predicate, object]);
  assert.equal(code, 0, stderr);
}

async function seen(home: string): Promise<string[]> {
  const claims = await json<{ status: string; object: string }[]>(home, "claims");
  return claims.flatMap(({ status, object }) => (status === "active" ? [object] : [])).sort();
}

test("a thief with the whole home, its key and an old database: after the removal nothing of the thief's counts, and the owner's work is whole", async () => {
  cpSync(laptop, thief, { recursive: true });
  assert.equal((await fablepool(thief, ["sync", url, "--none-newer"])).code, 0);
  const since = new Date().toISOString();
  await states(thief, "test.stolen", "by the thief");
  await states(thief, "test.owned", "turned by the thief");
  assert.equal((await fablepool(thief, ["sync"])).code, 0);
  assert.deepEqual(await seen(phone), ["by the thief", "turned by the thief"]);

  const asked = await fablepool(phone, ["device", "remove", "laptop", "--reason", "stolen", "--since", since]);
  assert.deepEqual([asked.code, /lose their effect: 2 claim/.test(asked.stderr)], [2, true], asked.stderr);
  const done = await fablepool(phone, ["device", "remove", "laptop", "--reason", "stolen", "--since", since, "--yes"]);
  assert.equal(done.code, 0, done.stderr);
  assert.deepEqual(await seen(phone), ["before the theft"]);

  // The thief goes on with what it has: the key is refused, and what it wrote before arrives by nobody.
  const refused = await fablepool(thief, ["sync"]);
  assert.deepEqual([refused.code, /was removed from the pool/.test(refused.stderr)], [6, true], refused.stderr);
  assert.deepEqual(await seen(phone), ["before the theft"]);
});

test("the owner's laptop hears it, stops writing, comes in again with a new key, and carries its own work over", async () => {
  await states(laptop, "test.mine", "written while removed");
  const told = await fablepool(laptop, ["sync"]);
  assert.deepEqual([told.code, /stops writing/.test(told.stderr)], [6, true], told.stderr);
  const silent = await fablepool(laptop, ["claim", "self", "test.late", "x"]);
  assert.deepEqual([silent.code, /was removed from the pool/.test(silent.stderr)], [6, true], silent.stderr);
  assert.match((await fablepool(laptop, ["status"])).stdout, /REMOVED +this device was removed, says/);
  const examined = await fablepool(laptop, ["doctor"]);
  assert.equal(examined.code, 1);
  assert.match(examined.stdout, /WRONG +this device was removed from the pool, says .+: it stopped writing\n +.*`fablepool join` here/);

  const pairing = running(phone, "--json", "pair", "--yes", "--port", "0", "--host", "127.0.0.1");
  const { link } = JSON.parse(await pairing.says(/"code"/)) as { link: string };
  const joined = await fablepool(laptop, ["join", link, "--name", "laptop again"]);
  assert.equal(joined.code, 0, joined.stderr);
  assert.equal(await pairing.ended, 0);
  const carried = await fablepool(laptop, ["device", "carry-over", "--yes"]);
  assert.equal(carried.code, 0, carried.stderr);
  assert.equal((await fablepool(laptop, ["sync", url])).code, 0);
  assert.deepEqual(await seen(phone), ["before the theft", "written while removed"]);
  const devices = await json<SeenDevice[]>(phone, "device", "list");
  assert.deepEqual(devices.map(({ name, removed }) => `${name}${removed ? " removed" : ""}`).slice(2), ["laptop removed", "laptop again"]);
});

test("a device whose key was rotated is still removed by its name", async () => {
  const home = join(thief, "..", "rotated");
  for (const args of [
    ["init", "--name", "tablet"],
    ["key", "rotate"],
  ])
    assert.equal((await fablepool(home, args)).code, 0);
  const { stderr } = await fablepool(home, ["device", "remove", "tablet", "--reason", "lost"]);
  assert.match(stderr, /^Removing tablet .*\n(?:.*\n)*fablepool: this asks first/);
});
