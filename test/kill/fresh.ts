/** Commands that make a home, or find one made for them: each strike has a folder of its own. */
import assert from "node:assert/strict";
import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Home, homeAt, listOperations, newDevice, openNode, readPhrase, rootOfPhrase } from "../../src/node/index.ts";
import { nodeSqlite, storeVersion } from "../../src/store/index.ts";
import { summaryOf } from "../node/replicas.ts";
import type { Bench, Outcome, WritingCommand } from "./command.ts";
import { carried, rejoined } from "./rejoined.ts";
import { runStruck, type Struck } from "./strike.ts";
import { copyOf, type Template } from "./template.ts";
import { checkWhole } from "./whole.ts";

interface Fresh {
  readonly name: string;
  readonly weight: number;
  /** Makes what the command finds in `folder`, whose `home` is the home. */
  prepare?(folder: string, bench: Bench): Promise<void>;
  args(folder: string): readonly string[];
  /** What must be so; `again` runs the command once more, to its end. True: it was found with a part of its work done. */
  check(place: Place, struck: Struck): Promise<boolean>;
}

interface Place {
  readonly folder: string;
  readonly home: Home;
  readonly bench: Bench;
  again(args?: readonly string[]): Promise<void>;
}

const fixtures = join(import.meta.dirname, "..", "fixtures", "stores");
const older = readdirSync(fixtures).filter((version) => Number(version) < storeVersion);
let version = "";

const readPool = async (home: Home) => {
  const node = await openNode(home, async () => null);
  try {
    return await node.replica.store.read(async (reader) => ({
      pool: await reader.pool(),
      root: (await node.replica.controlLog(reader)).view().root,
      operations: (await reader.counts()).operations,
    }));
  } finally {
    await node.close();
  }
};

/** Before it has synced, a restored home rightly says that it may not be the newest. */
const restored = ["copy"];

/** A home that has a key and is no device of its pool yet. */
const outside = ["device", "copy"];

export function freshCommands(template: Template): readonly WritingCommand[] {
  const { ids } = template;
  const restore = ["restore", template.backup, "--recovery-file", template.words];
  const recover = ["recover", "--log", template.log, "--recovery-file", template.words, "--remove", "all"];
  const recoverBackup = ["recover", "--backup", template.backup, "--recovery-file", template.words, "--remove", "all"];
  const replace = ["recover", "--replace-key", "--recovery-file", template.words, "--remove", "all"];
  const commands: readonly Fresh[] = [
    { name: "init", weight: 4, args: (folder) => ["init", "--recovery-file", join(folder, "words")], check: checkInit },
    {
      name: "restore",
      weight: 5,
      args: () => restore,
      async check({ home, again, bench }, { code }) {
        const whole = existsSync(home.deviceKey);
        assert.ok(whole || code !== 0, "it said that it was done, and there is no key");
        if (whole) await checkWhole(home, { accepted: ids, known: restored });
        const begun = !whole && existsSync(home.folder);
        if (begun && bench.random.once(2)) {
          await again();
          await checkWhole(home, { accepted: ids, known: restored });
        }
        return begun;
      },
    },
    { name: "recover", weight: 4, args: () => recover, check: (place, struck) => checkRecovered(place, struck, ids) },
    { name: "recover --backup", weight: 3, args: () => recoverBackup, check: (place, struck) => checkRecovered(place, struck, ids) },
    {
      name: "recover --replace-key",
      weight: 4,
      prepare: async (folder) => void (await copyOf(template, join(folder, "home"))),
      args: () => replace,
      async check({ home, again, bench }, { killed }) {
        const { found } = await checkWhole(home, { accepted: ids, known: ["device"] });
        const midway = killed && found !== ids.length;
        if (killed && bench.random.once(2)) {
          await again();
          await checkWhole(home, { accepted: ids, writes: true });
        }
        return midway;
      },
    },
    {
      name: "import-log",
      weight: 5,
      prepare: (folder) => joinLater(folder, template),
      args: () => ["import-log", template.log],
      check: (place, struck) => checkTaken(place, struck, ids),
    },
    {
      name: "restore into a home",
      weight: 3,
      prepare: (folder) => joinLater(folder, template),
      args: () => restore,
      check: (place, struck) => checkTaken(place, struck, ids),
    },
    { name: "join by key", weight: 2, args: () => ["join", "--name", "tablet"], check: checkJoining },
    {
      name: "device carry-over",
      weight: 3,
      prepare: async (folder) => void (await copyOf({ home: await rejoined(template.folder) }, join(folder, "home"))),
      args: () => ["device", "carry-over", "--yes"],
      check: checkCarriedOver,
    },
    {
      name: "migrate",
      weight: 10,
      async prepare(folder, { random }) {
        version = random.pick(older);
        const home = homeAt(join(folder, "home"));
        await (await newDevice(home, { name: "phone", passphrase: null })).close();
        for (const end of ["-wal", "-shm"]) rmSync(home.store + end, { force: true });
        copyFileSync(join(fixtures, version, "store.db"), home.store);
        chmodSync(home.store, 0o600);
      },
      args: () => ["status"],
      check: checkMigrated,
    },
  ];
  return commands.map((command) => ({ name: command.name, weight: command.weight, strike: (bench) => strike(command, bench) }));
}

async function strike(command: Fresh, bench: Bench): Promise<Outcome> {
  const folder = bench.folder();
  const home = homeAt(join(folder, "home"));
  await command.prepare?.(folder, bench);
  const argsOf = (args: readonly string[]) => ["--home", home.folder, "--json", ...args];
  const watched = [folder, ...(existsSync(home.folder) ? [home.folder] : [])];
  const struck = await runStruck(bench.program, argsOf(command.args(folder)), { watched, afterMs: bench.afterMs });
  const again = async (args = command.args(folder)) => {
    const { code, stderr } = await runStruck(bench.program, argsOf(args), { watched: [], afterMs: null });
    assert.equal(code, 0, `run again: ${stderr}`);
  };
  const midway = await command.check({ folder, home, bench, again }, struck);
  rmSync(folder, { recursive: true, force: true });
  return { struck, midway: struck.killed && midway };
}

async function checkInit({ folder, home, again }: Place, { code }: Struck): Promise<boolean> {
  const words = join(folder, "words");
  const found = existsSync(home.deviceKey) ? await readPool(home) : null;
  if (found !== null && found.pool !== null && found.root !== null) {
    const { did } = rootOfPhrase(await readPhrase(readFileSync(words, "utf8")));
    assert.equal(found.root, did, "the words that were written are root");
    await checkWhole(home, { accepted: [], writes: true });
    return code !== 0;
  }
  assert.notEqual(code, 0, "it said that it was done, and there is no pool");
  await again(["init", "--recovery-file", join(folder, "other words")]);
  await checkWhole(home, { accepted: [], writes: true });
  return existsSync(home.folder);
}

async function checkRecovered({ home, again, bench }: Place, { code }: Struck, ids: readonly string[]): Promise<boolean> {
  const whole = existsSync(home.deviceKey);
  assert.ok(whole || code !== 0, "it said that it was done, and there is no key");
  if (whole) await checkWhole(home, { accepted: ids, writes: true });
  const begun = !whole && existsSync(home.folder);
  if (begun && bench.random.once(2)) {
    await again();
    await checkWhole(home, { accepted: ids, writes: true });
  }
  return begun;
}

/** A device that knows its pool and has nothing of it yet. */
async function joinLater(folder: string, { pool }: Template): Promise<void> {
  const node = await newDevice(homeAt(join(folder, "home")), { name: "laptop", passphrase: null });
  await node.replica.store.write((tx) => tx.setPool(pool as never));
  await node.close();
}

async function checkTaken({ home, again, bench }: Place, { code }: Struck, ids: readonly string[]): Promise<boolean> {
  const { found } = await checkWhole(home, { accepted: code === 0 ? ids : [], known: outside });
  if (found < ids.length && bench.random.once(2)) {
    await again();
    await checkWhole(home, { accepted: ids, known: outside });
  }
  return found > 0 && found < ids.length;
}

async function checkJoining({ home, again }: Place, { code }: Struck): Promise<boolean> {
  const isMade = existsSync(home.deviceKey);
  assert.ok(isMade || code !== 0, "it said that it was done, and there is no key");
  await again();
  const node = await openNode(home, async () => null);
  await node.close();
  return !isMade && existsSync(home.folder);
}

/** Said again, by the new key, is each claim once: whoever is interrupted does the same again. */
async function checkCarriedOver({ home, again }: Place, { code }: Struck): Promise<boolean> {
  const { found } = await checkWhole(home, { accepted: [] });
  if (code !== 0) await again();
  const { did } = await checkWhole(home, { accepted: [] });
  const node = await openNode(home, async () => null);
  const ops = await listOperations(node.replica, 1_000);
  await node.close();
  const said = ops
    .filter(({ type, author }) => type === "claim" && author === did)
    .map(({ payload }) => JSON.stringify(payload?.["object"]));
  assert.deepEqual([said.length, new Set(said).size], [carried, carried]);
  return code !== 0 && found < ops.length;
}

/** As it was, or as this version has it: holds what it held either way. */
async function checkMigrated({ home }: Place, { code }: Struck): Promise<boolean> {
  const driver = nodeSqlite(home.store);
  const now = Number(driver.get("PRAGMA user_version")?.["user_version"]);
  driver.close();
  assert.ok(now === storeVersion || (now === Number(version) && code !== 0), `version ${now} of a store of version ${version}`);
  const holds = JSON.parse(readFileSync(join(fixtures, version, "holds.json"), "utf8")) as unknown;
  const node = await openNode(home, async () => null);
  try {
    assert.deepEqual(await summaryOf(node.replica), holds);
    assert.equal(await node.replica.store.read((reader) => reader.local("kept")), "by this node alone");
  } finally {
    await node.close();
  }
  await checkWhole(home, { accepted: [], known: outside });
  return now !== storeVersion;
}
