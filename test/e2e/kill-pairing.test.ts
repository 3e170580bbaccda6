/**
 * kill -9 at random instants while a device is taken in by a code: of `pair` on the one side, or `join` on the other. After each: both
 * homes open or are not there yet, nothing needs repair, and the two commands, run again, make the same of it as if nothing had happened.
 * `npm run prove -- kill` runs it longer; the seed is printed.
 */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { homeAt, initNode, openNode, type SeenDevice, stateClaim, verifyReplica } from "../../src/node/index.ts";
import { seededRandom } from "../../src/testkit/seeded-random.ts";
import { claims } from "../node/replicas.ts";
import { fablepool, json } from "./command.ts";
import { atChange } from "./killable.ts";
import { type Running, running } from "./running.ts";

const runs = Number(process.env["FABLEPOOL_RUNS"] ?? 2);
const seed = Number(process.env["FABLEPOOL_SEED"] ?? 1);
const random = seededRandom(seed);
const held = 300;

const root = mkdtempSync(join(tmpdir(), "fablepool-killpairing-"));
after(() => rmSync(root, { recursive: true, force: true }));

interface Shown {
  readonly link: string;
  readonly url: string;
}

async function shows(phone: string): Promise<Running & { readonly shown: Shown }> {
  const pairing = running(phone, "--json", "pair", "--yes", "--port", "0", "--host", "127.0.0.1");
  return { ...pairing, shown: JSON.parse(await pairing.says(/"code"/)) as Shown };
}

const joinArgs = ({ link }: Shown) => ["join", link, "--name", "tablet"];

interface Homes {
  readonly folder: string;
  readonly phone: string;
  readonly tablet: string;
}

interface Blow {
  readonly victim: "pair" | "join";
  /** Among what is written from the beginning, or once the code was proven: while the device is added and has its first sync. */
  readonly from: "beginning" | "proof";
}

const blows: readonly Blow[] = [
  { victim: "join", from: "proof" },
  { victim: "pair", from: "proof" },
  { victim: "join", from: "beginning" },
  { victim: "pair", from: "beginning" },
];

/** One of the two is killed among what both write, unless it has ended; resolves when both have. */
async function killOne({ folder, phone, tablet }: Homes, { victim, from }: Blow): Promise<boolean> {
  const pairing = await shows(phone);
  const joining = running(tablet, ...joinArgs(pairing.shown));
  const killed = victim === "pair" ? pairing : joining;
  if (from === "proof") await joining.says(/the same words/);
  const stop = atChange({ folder, changes: 1 + random.below(40), delayMs: random.below(30) }, () => killed.child.kill("SIGKILL"));
  await killed.ended;
  stop();
  if (victim === "join") await pairing.stop();
  await joining.ended;
  return killed.child.signalCode === "SIGKILL";
}

/** As a person does it who saw it break off. */
async function again({ phone, tablet }: Homes): Promise<void> {
  const pairing = await shows(phone);
  const joined = await fablepool(tablet, joinArgs(pairing.shown));
  if (/`fablepool sync` is all it needs/.test(joined.stderr)) {
    const synced = await fablepool(tablet, ["sync", pairing.shown.url]);
    assert.equal(synced.code, 0, synced.stderr);
    await pairing.stop();
    return;
  }
  assert.equal(joined.code, 0, joined.stderr);
  assert.equal(await pairing.ended, 0, pairing.stderr.join("\n"));
}

/** It opens, and has nothing to repair; with `writes` it is a device that may write. */
async function assertSound(home: string, writes: boolean): Promise<void> {
  const node = await openNode(homeAt(home), async () => null);
  try {
    assert.deepEqual((await verifyReplica(node.home, node.replica)).faults, []);
    if (writes) await stateClaim(node, { subject: "self", predicate: "preference.likes", object: "after" });
  } finally {
    await node.close();
  }
}

async function assertBothWhole({ phone, tablet }: Homes): Promise<void> {
  const [here, there] = await Promise.all([phone, tablet].map((home) => json<{ view: string; claims: number }>(home, "status")));
  assert.equal(there?.view, here?.view);
  assert.ok((there?.claims ?? 0) >= held);
  const tablets = (await json<SeenDevice[]>(phone, "device", "list")).filter(({ name, rank }) => name === "tablet" && rank > 0);
  assert.deepEqual(
    tablets.map(({ role, removed }) => [role, removed]),
    [["full", false]],
    "one tablet, however often it was tried",
  );
  for (const home of [phone, tablet]) await assertSound(home, true);
}

test(`${runs} kills at random instants of a pairing (seed ${seed}): nothing is half there, and doing it again does it`, {
  timeout: 3_000_000,
}, async (t) => {
  let kills = 0;
  for (let run = 0; run < runs; run++) {
    const blow = blows[(run + seed + 3) % blows.length] as Blow;
    const folder = join(root, `run ${run}`);
    const homes = { folder, phone: join(folder, "phone"), tablet: join(folder, "tablet") };
    const { node } = await initNode(homeAt(homes.phone), { name: "phone", passphrase: null });
    await node.write(claims(held)).finally(() => node.close());
    const killed = await killOne(homes, blow);
    if (killed) kills++;
    try {
      await assertSound(homes.phone, true);
      if (existsSync(homeAt(homes.tablet).deviceKey)) await assertSound(homes.tablet, false);
      await again(homes);
      await assertBothWhole(homes);
      assert.deepEqual(
        readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".next")),
        [],
      );
    } catch (error) {
      throw new RangeError(`run ${run}, ${blow.victim} from ${blow.from}, ${killed ? "killed" : "ended"}: ${(error as Error).message}`, {
        cause: error,
      });
    }
    rmSync(folder, { recursive: true });
    if (runs > 20 && run % 20 === 19) t.diagnostic(`${run + 1} runs`);
  }
  t.diagnostic(`${kills} of ${runs} were killed, the others had ended`);
});
