/** Commands that concern two devices: one of the two processes is killed, and both homes are looked at. */
import assert from "node:assert/strict";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { addDevice, type Home, homeAt, initNode, newDevice, openNode } from "../../src/node/index.ts";
import { claims } from "../node/replicas.ts";
import type { Bench, Outcome, WritingCommand } from "./command.ts";
import { clockFrom, runStruck, type Started, type Struck, start, underStrike } from "./strike.ts";
import { checkWhole, type Held } from "./whole.ts";

const [mostOperations, mostStrikes] = [1_200, 50];

interface Scene {
  readonly folder: string;
  readonly phone: Home;
  readonly laptop: Home;
  readonly phoneDid: string;
  /** What each was seen to hold. */
  held: { phone: Held; laptop: Held };
  strikes: number;
  made: number;
}

let scene: Scene | null = null;
/** The phone as it is served, kept from strike to strike. */
let served: (Started & { readonly url: string }) | null = null;

/** Ends what is kept running between strikes. */
export async function endServing(): Promise<void> {
  served?.child.kill("SIGKILL");
  await served?.ended;
  served = null;
}

async function sceneOf(bench: Bench): Promise<Scene> {
  if (scene !== null && scene.strikes < mostStrikes && scene.held.phone.ids.size < mostOperations) return scene;
  await endServing();
  if (scene !== null) rmSync(scene.folder, { recursive: true, force: true });
  const folder = bench.folder();
  const [phone, laptop] = [homeAt(join(folder, "phone")), homeAt(join(folder, "laptop"))];
  const founded = await initNode(phone, { name: "phone", passphrase: null });
  const joined = await newDevice(laptop, { name: "laptop", passphrase: null });
  await addDevice(founded.node, { key: joined.writer.did, role: "full", name: "laptop" });
  await joined.replica.store.write((tx) => tx.setPool(founded.pool));
  await founded.node.write(claims(60));
  const phoneDid = founded.node.writer.did;
  await founded.node.close();
  await joined.close();
  const held = { phone: await checkWhole(phone, { accepted: [] }), laptop: await checkWhole(laptop, { accepted: [], known: ["device"] }) };
  scene = { folder, phone, laptop, phoneDid, held, strikes: 0, made: 0 };
  return scene;
}

/** The laptop has nothing yet, so it is no device in its own eyes before its first sync. */
const notYet = ["device"];

async function checkBoth(on: Scene, { random }: Bench): Promise<void> {
  const asksDoctor = random.once(3);
  const phone = await checkWhole(on.phone, { accepted: on.held.phone.ids, asksDoctor });
  const laptop = await checkWhole(on.laptop, { accepted: on.held.laptop.ids, asksDoctor, known: notYet });
  on.held = { phone, laptop };
}

function assertEqual({ held: { phone, laptop } }: Scene): void {
  assert.deepEqual([...laptop.ids].sort(), [...phone.ids].sort(), "after a sync both hold the same");
  assert.equal(laptop.view, phone.view);
}

/** What there is to sync: something new on each side that may write. */
async function writeOnBoth(on: Scene, bench: Bench): Promise<void> {
  for (const [home, held] of [
    [on.phone, on.held.phone],
    [on.laptop, on.held.laptop],
  ] as const) {
    const node = await openNode(home, async () => null);
    try {
      if ((await node.role()) === null) continue;
      const ids = await node.write(claims(1 + bench.random.below(25), 1_000 * ++on.made));
      on.held = { ...on.held, [home === on.phone ? "phone" : "laptop"]: { ...held, ids: new Set([...held.ids, ...ids]) } };
    } finally {
      await node.close();
    }
  }
}

async function serving(on: Scene, bench: Bench): Promise<Started & { readonly url: string }> {
  if (served !== null && served.child.exitCode === null && served.child.signalCode === null) return served;
  const started = start(bench.program, ["--home", on.phone.folder, "--json", "serve", "--port", "0"]);
  const [, url = ""] = await started.says(/"url":"([^"]+)"/);
  served = { ...started, url };
  return served;
}

const syncArgs = (on: Scene, url: string) => ["--home", on.laptop.folder, "--json", "sync", url, "--node", on.phoneDid];

async function strikeSync(victim: "sync" | "serve", bench: Bench): Promise<Outcome> {
  const on = await sceneOf(bench);
  try {
    on.strikes++;
    await writeOnBoth(on, bench);
    const before = [on.held.phone.ids.size, on.held.laptop.ids.size];
    const server = await serving(on, bench);
    const struck =
      victim === "sync"
        ? await runStruck(bench.program, syncArgs(on, server.url), { watched: [on.laptop.folder], afterMs: bench.afterMs })
        : await struckServer(on, bench, server);
    await checkBoth(on, bench);
    const sizes = [on.held.phone.ids.size, on.held.laptop.ids.size];
    const midway = struck.killed && sizes.join() !== before.join() && sizes[0] !== sizes[1];
    if (struck.code === 0) assertEqual(on);
    else if (bench.random.once(4)) {
      const { url } = await serving(on, bench);
      const { code, stderr } = await runStruck(bench.program, syncArgs(on, url), { watched: [], afterMs: null });
      assert.equal(code, 0, `one more sync: ${stderr}`);
      await checkBoth(on, bench);
      assertEqual(on);
    }
    return { struck, midway };
  } catch (error) {
    scene = null;
    await endServing();
    throw error;
  }
}

/** The server is killed among what it takes from a client. */
async function struckServer(on: Scene, bench: Bench, server: Started & { readonly url: string }): Promise<Struck> {
  const clock = clockFrom([on.phone.folder]);
  const client = start(bench.program, syncArgs(on, server.url));
  if (bench.afterMs !== null) clock.after(bench.afterMs, () => server.child.kill("SIGKILL"));
  const code = await client.ended;
  const workedMs = clock.stop();
  if (server.child.killed) await endServing();
  return { killed: server.child.killed, code, stdout: client.stdout(), stderr: client.stderr(), workedMs };
}

interface Pairing {
  readonly inviter: Started;
  readonly link: string;
  readonly url: string;
}

async function showPairing(on: Scene, bench: Bench): Promise<Pairing> {
  const inviter = start(bench.program, ["--home", on.phone.folder, "--json", "pair", "--yes", "--port", "0", "--host", "127.0.0.1"]);
  const [text] = await inviter.says(/\{"code".*\}/);
  return { inviter, ...(JSON.parse(text) as { link: string; url: string }) };
}

async function strikePairing(victim: "pair" | "join", bench: Bench): Promise<Outcome> {
  const on = await sceneOf(bench);
  const tablet = homeAt(join(on.folder, `tablet${++on.made}`));
  try {
    on.strikes++;
    const before = on.held.phone.ids.size;
    const struck = await pairOnce(on, bench, tablet, victim);
    await checkBoth(on, bench);
    const has = existsSync(tablet.deviceKey) ? await checkWhole(tablet, { accepted: [], known: notYet }) : null;
    if (struck.code === 0 && victim === "join") assert.deepEqual([...(has?.ids ?? [])].sort(), [...on.held.phone.ids].sort());
    const midway = struck.killed && (on.held.phone.ids.size !== before || has !== null);
    if (struck.killed && bench.random.once(3)) await pairAgain(on, bench, tablet);
    rmSync(tablet.folder, { recursive: true, force: true });
    return { struck, midway };
  } catch (error) {
    scene = null;
    await endServing();
    throw error;
  }
}

async function pairOnce(on: Scene, bench: Bench, tablet: Home, victim: "pair" | "join"): Promise<Struck> {
  const { inviter, link } = await showPairing(on, bench);
  const clock = clockFrom(victim === "join" ? [on.folder] : [on.phone.folder]);
  const joiner = start(bench.program, joinArgs(tablet, link));
  const [struck, other] = victim === "join" ? [joiner, inviter] : [inviter, joiner];
  const came = await underStrike(struck, clock, bench.afterMs);
  if (came.killed && victim === "join") other.child.kill("SIGINT");
  await other.ended;
  return came;
}

const joinArgs = (tablet: Home, link: string) => ["--home", tablet.folder, "--json", "join", link, "--name", "tablet"];

/** As a person does it who saw it break off. */
async function pairAgain(on: Scene, bench: Bench, tablet: Home): Promise<void> {
  const { inviter, link, url } = await showPairing(on, bench);
  const joiner = start(bench.program, joinArgs(tablet, link));
  const code = await joiner.ended;
  if (/`fablepool sync` is all it needs/.test(joiner.stderr())) {
    const args = ["--home", tablet.folder, "--json", "sync", url];
    const { code: synced, stderr } = await runStruck(bench.program, args, { watched: [], afterMs: null });
    assert.equal(synced, 0, stderr);
    inviter.child.kill("SIGINT");
  } else assert.equal(code, 0, `paired again: ${joiner.stderr()}`);
  await inviter.ended;
  await checkBoth(on, bench);
  const { ids, view } = await checkWhole(tablet, { accepted: on.held.phone.ids, writes: true });
  assert.equal(view, on.held.phone.view);
  assert.equal(ids.size, on.held.phone.ids.size + 1);
}

export const duoCommands: readonly WritingCommand[] = [
  { name: "sync", weight: 11, strike: (bench) => strikeSync("sync", bench) },
  { name: "serve", weight: 9, strike: (bench) => strikeSync("serve", bench) },
  { name: "join", weight: 8, strike: (bench) => strikePairing("join", bench) },
  { name: "pair", weight: 7, strike: (bench) => strikePairing("pair", bench) },
];
