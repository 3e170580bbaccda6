/** Commands on one home that goes on from strike to strike. */
import assert from "node:assert/strict";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { keyFileSecret } from "../../src/cli/secrets.ts";
import type { OpId } from "../../src/core/op/operation.ts";
import {
  backupKeyOf,
  changeLock,
  checkBackup,
  type Home,
  homeAt,
  importFiles,
  initNode,
  type Opener,
  openNode,
  writeSettings,
} from "../../src/node/index.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { fixedKey } from "../../src/testkit/fixed-keys.ts";
import type { SeededRandom } from "../../src/testkit/seeded-random.ts";
import { claims, idsOf } from "../node/replicas.ts";
import type { Bench, Outcome, WritingCommand } from "./command.ts";
import { runStruck } from "./strike.ts";
import { assertForgotten, checkWhole, type Held, idsIn } from "./whole.ts";

/** A home is made anew beyond either: what is proved is the instant, not the size. */
const [mostOperations, mostStrikes] = [900, 60];

interface Scene {
  readonly folder: string;
  readonly home: Home;
  readonly opener: Opener;
  held: Held;
  strikes: number;
  /** Other devices of the pool, which hold nothing. */
  readonly others: string[];
  readonly assistants: string[];
  /** Operations in the backup by the last one that ended. */
  backedUp: number;
  /** Counts what was made, for names that are new. */
  made: number;
}

let scene: Scene | null = null;

async function sceneOf(bench: Bench): Promise<Scene> {
  if (scene !== null && scene.strikes < mostStrikes && scene.held.ids.size < mostOperations) return scene;
  if (scene !== null) rmSync(scene.folder, { recursive: true, force: true });
  const folder = bench.folder();
  const { node, entropy } = await initNode(homeAt(join(folder, "home")), { name: "phone", passphrase: null });
  const { recipient, identity } = await backupKeyOf(entropy);
  writeSettings(node.home, { name: "phone", peers: [], recovery: { recipient, confirmed: true } });
  await node.write(claims(60));
  await importFiles(node, [calendar(folder, "first", 60)]);
  await node.close();
  const held = await checkWhole(node.home, { accepted: [] });
  scene = { folder, home: node.home, opener: { identity }, held, strikes: 0, others: [], assistants: [], backedUp: 0, made: 0 };
  return scene;
}

/** A calendar file of `count` events, weekly ones so that rules have something to say; each with a word of its own. */
function calendar(folder: string, label: string, count: number): string {
  const path = join(folder, `${label}.ics`);
  const events = Array.from({ length: count }, (_, at) => {
    const day = new Date(Date.UTC(2026, 0, 5 + 7 * at)).toISOString().slice(0, 10).replaceAll("-", "");
    return `BEGIN:VEVENT\r\nUID:${label}-${at}\r\nDTSTAMP:${day}T090000Z\r\nDTSTART:${day}T180000Z\r\nDTEND:${day}T190000Z\r\nSUMMARY:Choir ${wordOf(label, at)}\r\nEND:VEVENT\r\n`;
  });
  writeFileSync(path, `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//kill//EN\r\n${events.join("")}END:VCALENDAR\r\n`);
  return path;
}

const wordOf = (label: string, at: number) => `word${label}x${at}x`;

type Choose = (scene: Scene, random: SeededRandom) => readonly string[] | null | Promise<readonly string[] | null>;

interface Solo {
  readonly name: string;
  readonly weight: number;
  /** Its arguments; null where there is nothing to do it to. */
  readonly args: Choose;
  /** What must be so beyond `checkWhole`. `said`: it ended and said that it was done. */
  check?(scene: Scene, said: boolean): Promise<void> | void;
}

const label = (scene: Scene) => `n${scene.made++}q${scene.strikes}`;

const anyOf = (list: readonly string[], random: SeededRandom) => (list.length === 0 ? null : random.pick(list));

function on(kind: "claims" | "evidence" | "refutations" | "grants", words: (id: string, scene: Scene) => readonly string[]): Choose {
  return (scene, random) => {
    const id = anyOf(scene.held[kind], random);
    return id === null ? null : words(id, scene);
  };
}

const strangerOf = (scene: Scene) => fixedKey(nativeCrypto, `${scene.folder} ${scene.made++}`).did;

let adding = "";
let forgetting = { id: "", word: "" };

const solos: readonly Solo[] = [
  {
    name: "import",
    weight: 12,
    args: (scene, random) => ["import", calendar(scene.folder, label(scene), random.once(8) ? 560 : 20 + random.below(40))],
  },
  {
    name: "derive",
    weight: 5,
    async args(scene) {
      const ids = await withNode(scene, async (node) => {
        await importFiles(node, [calendar(scene.folder, label(scene), 20)]);
        return idsOf(node.replica);
      });
      scene.held = { ...scene.held, ids: new Set(ids) };
      return ["derive"];
    },
  },
  { name: "claim", weight: 4, args: (scene) => ["claim", "self", "preference.likes", `tea ${label(scene)}`] },
  { name: "refute", weight: 4, args: on("claims", (id) => ["refute", id, "--why", "it is not so"]) },
  { name: "correct", weight: 4, args: on("claims", (id, scene) => ["correct", id, `another ${label(scene)}`, "--why", "I know"]) },
  { name: "confirm", weight: 3, args: on("claims", (id) => ["confirm", id, "--why", "it is so"]) },
  { name: "undo", weight: 3, args: on("refutations", (id) => ["undo", id]) },
  {
    name: "forget",
    weight: 8,
    async args(scene, random) {
      const id = anyOf(scene.held.evidence, random);
      if (id === null) return null;
      const [op] = await withNode(scene, (node) => node.replica.store.read((reader) => reader.envelopes([id as OpId])));
      const word = /word\w+x\d+x/.exec(JSON.stringify(op?.payload))?.[0];
      assert.ok(word, `${id} has no word of its own`);
      forgetting = { id, word };
      return ["forget", id, "--yes"];
    },
    check({ home, held }, said) {
      const isGone = !held.evidence.includes(forgetting.id);
      assert.ok(isGone || !said, `${forgetting.id} was forgotten and has its words`);
      if (isGone) assertForgotten(home, forgetting.word);
    },
  },
  {
    name: "grant",
    weight: 3,
    args: (scene) => [
      "grant",
      "give",
      strangerOf(scene),
      "--predicate",
      "test.*",
      "--purpose",
      "to plan",
      "--for",
      "90d",
      "--name",
      "doctor",
    ],
  },
  { name: "revoke", weight: 3, args: on("grants", (id) => ["revoke", id, "--why", "it is over"]) },
  {
    name: "device add",
    weight: 3,
    args(scene) {
      adding = strangerOf(scene);
      return ["device", "add", adding, "--name", "tablet"];
    },
    check: (scene, said) => void (said && scene.others.push(adding)),
  },
  {
    name: "device remove",
    weight: 4,
    args(scene) {
      const other = scene.others.pop();
      return other === undefined ? null : ["device", "remove", other, "--reason", "lost", "--yes"];
    },
  },
  { name: "key rotate", weight: 5, args: () => ["key", "rotate"] },
  {
    name: "key passphrase",
    weight: 1,
    args: (scene) => ["key", "passphrase", "--new-key-file", join(scene.folder, "first.ics")],
    async check(scene) {
      await changeLock(scene.home, async () => secretOf(scene), null);
    },
  },
  {
    name: "backup",
    weight: 9,
    args: (scene) => ["backup", join(scene.folder, "pool.age")],
    async check(scene, said) {
      if (!said && scene.backedUp === 0) return;
      const { operations, leftOut } = await checkBackup(join(scene.folder, "pool.age"), scene.opener);
      assert.ok(operations >= scene.backedUp, `the backup held ${scene.backedUp} operations, and holds ${operations}`);
      if (said) assert.deepEqual(leftOut, []);
      if (said) scene.backedUp = operations;
    },
  },
  {
    name: "assistant add",
    weight: 2,
    args(scene) {
      adding = `helper-${scene.made++}`;
      return ["assistant", "add", adding, "--allow", "test.*"];
    },
    check: (scene, said) => void (said && scene.assistants.push(adding)),
  },
  {
    name: "assistant remove",
    weight: 2,
    args(scene) {
      const name = scene.assistants.pop();
      return name === undefined ? null : ["assistant", "remove", name];
    },
  },
];

const secretOf = (scene: Scene) => keyFileSecret(join(scene.folder, "first.ics")).text;

async function withNode<Result>(scene: Scene, work: (node: Awaited<ReturnType<typeof openNode>>) => Promise<Result>): Promise<Result> {
  const node = await openNode(scene.home, async () => null);
  try {
    return await work(node);
  } finally {
    await node.close();
  }
}

async function strike(solo: Solo, bench: Bench): Promise<Outcome | null> {
  const on = await sceneOf(bench);
  try {
    const args = await solo.args(on, bench.random);
    if (args === null) return null;
    on.strikes++;
    const before = on.held.ids.size;
    const struck = await runStruck(bench.program, ["--home", on.home.folder, "--json", ...args], {
      watched: [on.home.folder],
      afterMs: bench.afterMs,
    });
    const accepted = [...on.held.ids, ...idsIn(struck.stdout)];
    const secret = solo.name === "key passphrase" ? { secret: secretOf(on) } : {};
    on.held = await checkWhole(on.home, { accepted, writes: bench.random.once(3), asksDoctor: bench.random.once(3), ...secret });
    await solo.check?.(on, struck.code === 0);
    const left = takeLeftovers(on);
    return { struck, midway: struck.killed && (on.held.found !== before || left > 0) };
  } catch (error) {
    scene = null;
    throw error;
  }
}

/** Files that were being written, which nobody reads: the doctor takes them away. */
function takeLeftovers({ folder, home }: Scene): number {
  const left = [folder, home.folder]
    .flatMap((each) => readdirSync(each).map((name) => join(each, name)))
    .filter((path) => path.endsWith(".new"));
  for (const path of left) rmSync(path);
  return left.length;
}

export const soloCommands: readonly WritingCommand[] = solos.map((solo) => ({
  name: solo.name,
  weight: solo.weight,
  strike: (bench) => strike(solo, bench),
}));
