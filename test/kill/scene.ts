/** One home that goes on from strike to strike, and one strike at a command on it. */
import assert from "node:assert/strict";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { keyFileSecret } from "../../src/cli/secrets.ts";
import {
  backupKeyOf,
  type Home,
  homeAt,
  importFiles,
  initNode,
  type Node,
  type Opener,
  openNode,
  phraseOf,
  writeSettings,
} from "../../src/node/index.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { fixedKey } from "../../src/testkit/fixed-keys.ts";
import type { SeededRandom } from "../../src/testkit/seeded-random.ts";
import { claims, idsOf } from "../node/replicas.ts";
import type { Bench, Outcome, WritingCommand } from "./command.ts";
import { type Program, runStruck, type Strike, type Struck } from "./strike.ts";
import { checkWhole, type Held, idsIn } from "./whole.ts";

/** A home is made anew beyond either: what is proved is the instant, not the size. */
const [mostOperations, mostStrikes] = [900, 60];

export interface Scene {
  readonly folder: string;
  readonly home: Home;
  readonly opener: Opener;
  /** A file with its recovery phrase. */
  readonly words: string;
  held: Held;
  strikes: number;
  /** Operations in the backup by the last one that ended. */
  backedUp: number;
  /** Operations in the file that `export` wrote last. */
  exported: number;
  /** What it held before this strike. */
  before: ReadonlySet<string>;
  /** Counts what was made, for names that are new. */
  made: number;
}

let scene: Scene | null = null;

async function sceneOf(bench: Pick<Bench, "folder">): Promise<Scene> {
  if (scene !== null && scene.strikes < mostStrikes && scene.held.ids.size < mostOperations) return scene;
  if (scene !== null) rmSync(scene.folder, { recursive: true, force: true });
  const folder = bench.folder();
  const { node, entropy } = await initNode(homeAt(join(folder, "home")), { name: "phone", passphrase: null });
  const { recipient, identity } = await backupKeyOf(entropy);
  writeSettings(node.home, { name: "phone", peers: [], recovery: { recipient, confirmed: true } });
  const words = join(folder, "words");
  writeFileSync(words, await phraseOf(entropy));
  await node.write(claims(60));
  await importFiles(node, [calendar(folder, "first", 60)]);
  await node.close();
  const held = await checkWhole(node.home, { accepted: [] });
  scene = { folder, home: node.home, opener: { identity }, words, held, strikes: 0, backedUp: 0, exported: 0, before: held.ids, made: 0 };
  return scene;
}

/** A calendar file of `count` events, weekly ones so that rules have something to say; each with a word of its own. */
export function calendar(folder: string, label: string, count: number): string {
  const path = join(folder, `${label}.ics`);
  const events = Array.from({ length: count }, (_, at) => {
    const day = new Date(Date.UTC(2026, 0, 5 + 7 * at)).toISOString().slice(0, 10).replaceAll("-", "");
    return `BEGIN:VEVENT\r\nUID:${label}-${at}\r\nDTSTAMP:${day}T090000Z\r\nDTSTART:${day}T180000Z\r\nDTEND:${day}T190000Z\r\nSUMMARY:Choir ${wordOf(label, at)}\r\nEND:VEVENT\r\n`;
  });
  writeFileSync(path, `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//kill//EN\r\n${events.join("")}END:VCALENDAR\r\n`);
  return path;
}

export const wordOf = (label: string, at: number) => `word${label}x${at}x`;

/** What a strike is made of. */
export interface Striking {
  readonly program: Program;
  readonly args: readonly string[];
  readonly strike: Strike;
  readonly random: SeededRandom;
}

export interface Came {
  /** It ended and said that it was done. */
  readonly said: boolean;
  readonly struck: Struck;
  readonly random: SeededRandom;
  /** Runs it once more, to its end. */
  again(): Promise<void>;
}

export type Choose = (scene: Scene, random: SeededRandom) => readonly string[] | null | Promise<readonly string[] | null>;

export interface Solo {
  readonly name: string;
  readonly weight: number;
  /** Its arguments; null where there is nothing to do it to. */
  readonly args: Choose;
  /** Locks the key of the home until `check` has unlocked it: `secretOf` opens it. */
  readonly locks?: boolean;
  /** Its home may not be the newest of its device, and so does not write, until `check` has put that right. */
  readonly isUnproven?: boolean;
  /** The doctor's findings that are no fault here, by their check. */
  readonly known?: readonly string[];
  /** Runs it, where it is not just left to end: a program that is spoken to. */
  readonly run?: (scene: Scene, strike: Striking) => Promise<Struck>;
  /** What must be so beyond `checkWhole`. */
  check?(scene: Scene, came: Came): Promise<void> | void;
}

export const label = (scene: Scene) => `n${scene.made++}q${scene.strikes}`;

export const anyOf = (list: readonly string[], random: SeededRandom) => (list.length === 0 ? null : random.pick(list));

export function on(kind: "claims" | "evidence" | "refutations" | "grants", words: (id: string, scene: Scene) => readonly string[]): Choose {
  return (scene, random) => {
    const id = anyOf(scene.held[kind], random);
    return id === null ? null : words(id, scene);
  };
}

export const strangerOf = (scene: Scene) => fixedKey(nativeCrypto, `${scene.folder} ${scene.made++}`).did;

export const secretOf = (scene: Scene) => keyFileSecret(join(scene.folder, "first.ics")).text;

/** Does something to the home before the strike; what it writes is accepted. */
export async function prepare<Result>(scene: Scene, work: (node: Node) => Promise<Result>): Promise<Result> {
  return withNode(scene, async (node) => {
    const result = await work(node);
    scene.held = { ...scene.held, ids: new Set(await idsOf(node.replica)) };
    return result;
  });
}

export async function withNode<Result>(scene: Scene, work: (node: Node) => Promise<Result>): Promise<Result> {
  const node = await openNode(scene.home, async () => null);
  try {
    return await work(node);
  } finally {
    await node.close();
  }
}

async function strike(solo: Solo, { program, folder, random, afterMs }: Bench): Promise<Outcome | null> {
  const on = await sceneOf({ folder });
  try {
    const chosen = await solo.args(on, random);
    if (chosen === null) return null;
    on.strikes++;
    on.before = on.held.ids;
    const before = on.held.ids.size;
    const args = ["--home", on.home.folder, "--json", ...chosen];
    const strike = { watched: [on.home.folder], afterMs };
    const struck = await (solo.run?.(on, { program, args, strike, random }) ?? runStruck(program, args, strike));
    const accepted = [...on.held.ids, ...idsIn(struck.stdout)];
    const secret = solo.locks ? { secret: secretOf(on) } : {};
    on.held = await checkWhole(on.home, {
      accepted,
      writes: !solo.isUnproven && random.once(3),
      asksDoctor: random.once(3),
      known: solo.known ?? [],
      ...secret,
    });
    const again = async () => {
      const { code, stderr } = await runStruck(program, args, { watched: [], afterMs: null });
      assert.equal(code, 0, `run again: ${stderr}`);
    };
    await solo.check?.(on, { said: struck.code === 0, struck, random, again });
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

/** As the loop knows them. */
export function commandsOf(solos: readonly Solo[]): readonly WritingCommand[] {
  return solos.map((solo) => ({ name: solo.name, weight: solo.weight, strike: (bench) => strike(solo, bench) }));
}
