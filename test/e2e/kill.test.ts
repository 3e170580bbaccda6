/**
 * kill -9 at random instants during import and during sync, of either side. After each: both stores reopen and verify,
 * nothing that was reported as done is missing, and one sync later both hold the same.
 * `FABLEPOOL_RUNS=200 npm test -- test/e2e/kill` runs it longer; the seed is printed.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { type Home, verifyReplica } from "../../src/node/index.ts";
import { seededRandom } from "../../src/testkit/seeded-random.ts";
import { type Homes, twoHomes, withHome, writeNotes } from "./homes.ts";
import { runAndKill } from "./killable.ts";

const runs = Number(process.env["FABLEPOOL_RUNS"] ?? 6);
const seed = Number(process.env["FABLEPOOL_SEED"] ?? 1);
const main = join(import.meta.dirname, "..", "..", "src", "cli", "main.ts");
const importChild = join(import.meta.dirname, "import-child.ts");

interface Held {
  readonly ids: readonly string[];
  readonly view: string;
}

async function held(home: Home): Promise<Held> {
  return withHome(home, async (node) => {
    const { faults, viewDigest } = await verifyReplica(home, node.replica);
    assert.deepEqual(faults, []);
    const ids = await node.replica.store.read((reader) => reader.idsAfter(null, 1_000_000));
    return { ids, view: viewDigest };
  });
}

async function serve(home: Home): Promise<{ url: string; end(signal: NodeJS.Signals): Promise<void> }> {
  const child = spawn(process.execPath, [main, "--home", home.folder, "--json", "serve", "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("exit", () => reject(new RangeError("serve ended before it said where")));
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return {
    url: JSON.parse(line).url,
    async end(signal) {
      child.kill(signal);
      await ended;
    },
  };
}

/** Imports on one device and kills it; what it said was durable is there. */
async function killImport(homes: Homes, home: Home, run: number, delayMs: number): Promise<void> {
  const before = await withHome(home, (node) => node.replica.store.read((reader) => reader.counts()));
  const folder = writeNotes(homes.folder, `run ${run}`, 1_500);
  const { lines } = await runAndKill(importChild, [home.folder, folder], delayMs);
  const reported = Number(lines.filter((line) => line !== "done").at(-1) ?? 0);
  const after = await withHome(home, (node) => node.replica.store.read((reader) => reader.counts()));
  assert.ok(after.evidence - before.evidence >= reported, `reported ${reported} items, holds ${after.evidence - before.evidence}`);
}

/** Syncs and kills the client or the server in the middle. */
async function killSync(homes: Homes, victim: "client" | "server", delayMs: number): Promise<void> {
  const server = await serve(homes.phone);
  const kill = victim === "server" ? new Promise<void>((resolve) => setTimeout(() => resolve(server.end("SIGKILL")), delayMs)) : null;
  const args = ["--home", homes.laptop.folder, "--json", "sync", server.url, "--node", homes.phoneDid];
  await runAndKill(main, args, victim === "client" ? delayMs : null);
  await kill;
  if (victim === "client") await server.end("SIGKILL");
}

/** Homes are made anew after so many kills: what is proved is the instant, not the size. */
const killsPerHome = 10;

test(`${runs} kills at random instants (seed ${seed}): nothing is half there, and one sync makes both equal`, {
  timeout: 3_000_000,
}, async (t) => {
  const random = seededRandom(seed);
  for (let run = 0; run < runs; ) {
    const homes = await twoHomes("kill");
    try {
      for (const end = Math.min(runs, run + killsPerHome); run < end; run++) await killOnce(homes, run, random);
    } finally {
      homes.dispose();
    }
    if (runs > killsPerHome) t.diagnostic(`${run} kills`);
  }
});

async function killOnce(homes: Homes, run: number, random: ReturnType<typeof seededRandom>): Promise<void> {
  const home = random.pick([homes.phone, homes.laptop]);
  const joined = await withHome(homes.laptop, (node) => node.role());
  if (random.once(2) && !(joined === null && home === homes.laptop)) await killImport(homes, home, run, 150 + random.below(900));
  else await killSync(homes, random.pick(["client", "server"]), 100 + random.below(900));
  const [phone, laptop] = [await held(homes.phone), await held(homes.laptop)];
  const server = await serve(homes.phone);
  const done = await runAndKill(main, ["--home", homes.laptop.folder, "--json", "sync", server.url, "--node", homes.phoneDid], null);
  await server.end("SIGINT");
  assert.equal(done.stderr, "", `run ${run}`);
  const [phoneAfter, laptopAfter] = [await held(homes.phone), await held(homes.laptop)];
  assert.deepEqual(laptopAfter, phoneAfter, `run ${run}`);
  const both = new Set(phoneAfter.ids);
  for (const id of [...phone.ids, ...laptop.ids]) assert.ok(both.has(id), `run ${run}: ${id} is gone`);
}
