/**
 * kill -9 at random instants during the commands that keep keys and copies: init, backup, restore, recover, key rotate, key passphrase.
 * After each: the home opens or the command can be run again, nothing that was accepted is missing, nothing needs repair.
 * `npm run prove -- kill` runs it longer; the seed is printed.
 */
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import {
  type AskPassphrase,
  backupKeyOf,
  checkBackup,
  exportLog,
  homeAt,
  initNode,
  makeBackup,
  type Node,
  type Opener,
  openNode,
  phraseOf,
  readPhrase,
  readSettings,
  rootOfPhrase,
  stateClaim,
  verifyReplica,
  writeSettings,
} from "../../src/node/index.ts";
import { seededRandom } from "../../src/testkit/seeded-random.ts";
import { fablepool, program } from "./command.ts";
import { runAndKillAmongWrites } from "./killable.ts";

const runs = Number(process.env["FABLEPOOL_RUNS"] ?? 7);
const seed = Number(process.env["FABLEPOOL_SEED"] ?? 1);
const random = seededRandom(seed);

const root = mkdtempSync(join(tmpdir(), "fablepool-killkeys-"));
after(() => rmSync(root, { recursive: true, force: true }));
const [template, words, log, backup] = ["home", "words", "log.jsonl", "pool.age"].map((name) => join(root, "template", name)) as [
  string,
  string,
  string,
  string,
];
const claims = 300;
let opener: Opener;
let rootDid = "";

before(async () => {
  mkdirSync(join(root, "template"));
  const { node, entropy } = await initNode(homeAt(template), { name: "phone", passphrase: null });
  const { recipient, identity } = await backupKeyOf(entropy);
  opener = { identity };
  rootDid = rootOfPhrase(entropy).did;
  for (let number = 0; number < claims; number++)
    await stateClaim(node, { subject: "self", predicate: "place.visited", object: `place ${number}` });
  const lines: string[] = [];
  for await (const line of exportLog(node.replica)) lines.push(line);
  writeFileSync(log, lines.join(""));
  writeSettings(node.home, { ...readSettings(node.home), recovery: { recipient, confirmed: true } });
  await makeBackup(node, backup, { seal: { recipient } });
  await node.close();
  writeFileSync(words, await phraseOf(entropy));
});

const unlocked: AskPassphrase = async () => null;

/** The home is a device that holds everything, writes, and has nothing to repair. */
async function assertWhole(home: string, ask: AskPassphrase = unlocked, writes = true): Promise<void> {
  const node = await openNode(homeAt(home), ask);
  try {
    const { claims: held } = await node.replica.store.read((reader) => reader.counts());
    assert.ok(held >= claims, `${held} claims of ${claims}`);
    assert.deepEqual((await verifyReplica(node.home, node.replica)).faults, []);
    if (writes) await say(node);
  } finally {
    await node.close();
  }
}

const say = (node: Node) => stateClaim(node, { subject: "self", predicate: "preference.likes", object: "after" });

interface Scenario {
  readonly name: string;
  /** Makes what the command finds. */
  prepare(folder: string): Promise<void>;
  readonly args: readonly string[];
  /** What must be so however far the command came, and once it was run again. */
  check(folder: string, home: string): Promise<void>;
}

/** A home of its own: a copy would rightly not write before it has synced. */
async function copied(folder: string): Promise<void> {
  cpSync(template, join(folder, "home"), { recursive: true });
  const node = await openNode(homeAt(join(folder, "home")), unlocked);
  await node.replica.store.write((tx) => tx.setLocal("unproven", null));
  await node.close();
}

/** Run again, to its end, and to that effect. */
async function again(folder: string, args: readonly string[], codes: readonly number[] = [0]): Promise<void> {
  const { code, stderr } = await fablepool(
    join(folder, "home"),
    args.map((each) => each.replace("FOLDER", folder)),
  );
  assert.ok(codes.includes(code ?? -1), stderr);
}

function leftIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /\.new$|\.next$|\.source/.test(name));
}

const backupArgs = ["backup", "FOLDER/b/pool.age", "--replace"];
const restoreArgs = ["restore", backup, "--recovery-file", words];
const recoverArgs = ["recover", "--log", log, "--recovery-file", words, "--remove", "all"];
const replaceArgs = ["recover", "--replace-key", "--recovery-file", words, "--remove", "all"];

const scenarios: readonly Scenario[] = [
  {
    name: "init",
    prepare: async () => undefined,
    args: ["init", "--recovery-file", "FOLDER/new words"],
    async check(folder, home) {
      if (existsSync(homeAt(home).settings) && (await hasPool(home))) {
        const { did } = rootOfPhrase(await readPhrase(readFileSync(join(folder, "new words"), "utf8")));
        const node = await openNode(homeAt(home), unlocked);
        const view = await node.replica.store.read(async (reader) => (await node.replica.controlLog(reader)).view());
        await node.close();
        assert.equal(view.root, did, "the words that were written are root");
      } else await again(folder, ["init", "--recovery-file", "FOLDER/other words"]);
      const node = await openNode(homeAt(home), unlocked);
      await say(node).finally(() => node.close());
    },
  },
  {
    name: "backup",
    async prepare(folder) {
      await copied(folder);
      mkdirSync(join(folder, "b"));
      cpSync(backup, join(folder, "b", "pool.age"));
    },
    args: backupArgs,
    async check(folder, home) {
      const file = join(folder, "b", "pool.age");
      assert.ok((await checkBackup(file, opener)).operations >= claims, "the one that was there, or the new one");
      await again(folder, backupArgs);
      assert.deepEqual((await checkBackup(file, opener)).leftOut, []);
      await assertWhole(home);
    },
  },
  {
    name: "restore",
    prepare: async () => undefined,
    args: restoreArgs,
    async check(folder, home) {
      await again(folder, restoreArgs);
      await assertWhole(home, unlocked, false);
      await again(folder, ["sync", "--none-newer"]);
      await assertWhole(home);
    },
  },
  {
    name: "recover from a log",
    prepare: async () => undefined,
    args: recoverArgs,
    async check(folder, home) {
      if (!existsSync(homeAt(home).deviceKey)) await again(folder, recoverArgs);
      await assertWhole(home);
    },
  },
  {
    name: "recover a home whose key is lost",
    prepare: copied,
    args: replaceArgs,
    async check(folder, home) {
      await again(folder, replaceArgs);
      await assertWhole(home);
    },
  },
  {
    name: "key rotate",
    prepare: copied,
    args: ["key", "rotate"],
    async check(folder, home) {
      await assertWhole(home);
      await again(folder, ["key", "rotate"]);
      await assertWhole(home);
    },
  },
  {
    name: "key passphrase",
    prepare: copied,
    args: ["key", "passphrase", "--new-key-file", words],
    async check(folder, home) {
      const locked = readFileSync(homeAt(home).deviceKey, "utf8").includes("argon2id");
      await again(folder, locked ? ["--key-file", words, "key", "passphrase", "--remove"] : ["key", "passphrase", "--remove"]);
      await assertWhole(home);
    },
  },
];

async function hasPool(home: string): Promise<boolean> {
  const { stdout } = await fablepool(home, ["--json", "status"]);
  return stdout !== "" && (JSON.parse(stdout) as { pool: string | null }).pool !== null;
}

test(`${runs} kills at random instants (seed ${seed}): keys and copies are whole or as they were, and each command can be run again`, {
  timeout: 3_000_000,
}, async (t) => {
  assert.match(rootDid, /^did:key:/);
  let kills = 0;
  for (let run = 0; run < runs; run++) {
    const scenario = scenarios[(run + seed) % scenarios.length] as Scenario;
    const { name } = scenario;
    const folder = join(root, `run ${run}`);
    const home = join(folder, "home");
    mkdirSync(folder);
    await scenario.prepare(folder);
    const args = ["--home", home, ...scenario.args.map((each) => each.replace("FOLDER", folder))];
    const at = { folder, changes: 1 + random.below(12), delayMs: random.below(30) };
    const { killed, stderr } = await runAndKillAmongWrites(program, args, at);
    if (killed) kills++;
    try {
      await scenario.check(folder, home);
      const left = leftIn(folder).filter((file) => !file.endsWith(".new"));
      assert.deepEqual(left, [], "nothing half lies about but what the doctor takes away");
    } catch (error) {
      throw new RangeError(`run ${run}, ${name}, ${killed ? "killed" : `ended: ${stderr}`}: ${(error as Error).message}`, { cause: error });
    }
    rmSync(folder, { recursive: true });
    if (runs > 20 && run % 20 === 19) t.diagnostic(`${run + 1} runs`);
  }
  t.diagnostic(`${kills} of ${runs} were killed, the others had ended`);
});
