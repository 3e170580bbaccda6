/** Two real homes of one pool for tests that run real processes on them. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addDevice, type Home, homeAt, initNode, type Node, newDevice, openNode } from "../../src/node/index.ts";
import { fablepool, json } from "./command.ts";

export interface Homes {
  readonly folder: string;
  readonly phone: Home;
  readonly laptop: Home;
  readonly phoneDid: string;
  dispose(): void;
}

/** A phone that founded the pool, and a laptop that it added; the laptop's store is still empty. */
export async function twoHomes(name: string): Promise<Homes> {
  const folder = mkdtempSync(join(tmpdir(), `fablepool-${name}-`));
  const phone = homeAt(join(folder, "phone"));
  const laptop = homeAt(join(folder, "laptop"));
  const founded = await initNode(phone, { name: "phone", passphrase: null });
  const joined = await newDevice(laptop, { name: "laptop", passphrase: null });
  await addDevice(founded.node, { key: joined.writer.did, role: "full", name: "laptop" });
  await joined.replica.store.write((tx) => tx.setPool(founded.pool));
  const phoneDid = founded.node.writer.did;
  await founded.node.close();
  await joined.close();
  return { folder, phone, laptop, phoneDid, dispose: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Opens a home, and closes it when `work` is done. */
export async function withHome<Result>(home: Home, work: (node: Node) => Promise<Result>): Promise<Result> {
  const node = await openNode(home, async () => null);
  try {
    return await work(node);
  } finally {
    await node.close();
  }
}

/** Writes `count` small notes, each with a text of its own, and returns their folder. */
export function writeNotes(folder: string, label: string, count: number): string {
  const path = join(folder, label);
  mkdirSync(path, { recursive: true });
  for (let index = 0; index < count; index++) {
    writeFileSync(join(path, `note ${index}.md`), `# ${label} ${index}\n\nWritten for run ${label}, number ${index}. #test\n`);
  }
  return path;
}

/** What `status` tells of what a home holds. */
export async function statusOf(home: string): Promise<{ readonly view: string; readonly operations: number }> {
  const { view, operations } = await json<{ view: string; operations: number }>(home, "status");
  return { view, operations };
}

/** Resolves once `home` holds the operation `id`. */
export async function holds(home: string, id: string): Promise<void> {
  for (const deadline = performance.now() + 120_000; (await fablepool(home, ["show", id])).code !== 0; ) {
    assert.ok(performance.now() < deadline, `${id} never came`);
  }
}

/** States where its owner lives; resolves with the claim's id. */
export async function say(home: string, word: string): Promise<string> {
  return (await json<{ id: string }>(home, "claim", "self", "place.home", word)).id;
}
