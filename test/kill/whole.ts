/** What must be so of a home however a command on it ended: looked at from this process, without starting another. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Envelope } from "../../src/core/op/operation.ts";
import { examineHome, type Home, listRecords, openNode, type Replica, readSettings, system } from "../../src/node/index.ts";
import { nodeSqlite } from "../../src/store/index.ts";
import { assertSound, claims, digestOf, logOf } from "../node/replicas.ts";

/** What a home was seen to hold. */
export interface Held {
  readonly ids: ReadonlySet<string>;
  /** How many operations it was found with. */
  readonly found: number;
  readonly view: string;
  /** Claims and evidence that have their words. */
  readonly claims: readonly string[];
  readonly evidence: readonly string[];
  readonly refutations: readonly string[];
  readonly grants: readonly string[];
  readonly did: string;
}

export interface Expected {
  /** Ids that were accepted: seen in this home before, or said to be done. */
  readonly accepted: Iterable<string>;
  /** Also says something there, as a device that may write. */
  readonly writes?: boolean;
  /** Also asks the doctor. */
  readonly asksDoctor?: boolean;
  /** The doctor's findings that are no fault here, by their check. */
  readonly known?: readonly string[];
  /** What opens its key, when it may be locked. */
  readonly secret?: string;
}

/**
 * The home opens; its key files, settings and records are whole; SQLite finds the store sound (`quick_check`); the log is causally closed,
 * each operation in it valid, and the view the one that the log gives; nothing accepted is missing; the doctor finds nothing to be put right.
 */
export async function checkWhole(home: Home, { accepted, writes, asksDoctor = true, known = [], secret }: Expected): Promise<Held> {
  const node = await openNode(home, async () => secret ?? null);
  try {
    await assertSoundAtRest(node.replica);
    const view = await digestOf(node.replica);
    const log = await logOf(node.replica);
    const ids = new Set<string>(log.map(({ op_id }) => op_id));
    for (const id of accepted) assert.ok(ids.has(id), `${id} was accepted and is gone`);
    readSettings(home);
    listRecords(home);
    const held = { ...heldBy(log), did: node.writer.did, found: ids.size };
    if (writes) for (const id of await node.write(claims(1, ids.size))) ids.add(id);
    assertSoundFile(home);
    if (asksDoctor) await findNothingWrong(home, known);
    return { ...held, ids, view };
  } finally {
    await node.close();
  }
}

/** A server beside this process may still be taking in what a client that was killed had sent: then it is looked at again. */
async function assertSoundAtRest(replica: Replica): Promise<void> {
  const count = async () => (await replica.store.read((reader) => reader.counts())).operations;
  for (let tries = 0; ; tries++) {
    const before = await count();
    try {
      await assertSound(replica);
      if ((await count()) === before) return;
    } catch (error) {
      if (tries === 20 || (await count()) === before) throw error;
    }
  }
}

function heldBy(log: readonly Envelope[]) {
  const of = (type: string) => log.filter((op) => op.type === type && op.payload !== undefined).map(({ op_id }) => op_id as string);
  return { claims: of("claim"), evidence: of("evidence"), refutations: of("refutation"), grants: of("cap_grant") };
}

function assertSoundFile(home: Home): void {
  const driver = nodeSqlite(home.store);
  try {
    assert.deepEqual(
      driver.all("PRAGMA quick_check(5)").map((row) => String(row["quick_check"])),
      ["ok"],
    );
  } finally {
    driver.close();
  }
}

async function findNothingWrong(home: Home, known: readonly string[]): Promise<void> {
  const wrong = (await examineHome(home, system.clock)).filter(({ level, check }) => level === "wrong" && !known.includes(check));
  assert.deepEqual(
    wrong.map(({ says }) => says),
    [],
  );
}

/** No file of the home has these words. */
export function assertForgotten(home: Home, word: string): void {
  for (const name of readdirSync(home.folder, { recursive: true, encoding: "utf8" })) {
    const path = join(home.folder, name);
    if (!existsSync(path)) continue;
    try {
      assert.ok(!readFileSync(path).includes(word), `${name} holds forgotten words`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EISDIR") throw error;
    }
  }
}

/** Every id that a command named on its output: it said that this is so. */
export function idsIn(text: string): string[] {
  return text.match(/\bop:[0-9a-f]{64}\b/g) ?? [];
}
