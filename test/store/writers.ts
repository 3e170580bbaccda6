/** Processes that write to one store, for tests of what stores promise between processes. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { OpId } from "../../src/core/op/operation.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { Replica } from "../../src/node/replica.ts";
import type { Store } from "../../src/store/index.ts";
import { addDevice, assertSound, idsOf, logOf, newPool } from "../node/replicas.ts";

export interface Child {
  readonly process: ChildProcess;
  /** Resolves when it has opened the store; it writes nothing before `begin`. */
  readonly ready: Promise<unknown>;
  begin(): void;
  /** Ids that it said are durable, in whole lines. */
  reported(): OpId[];
}

/** Starts `writer-process.ts` on a store; its compiled code is kept in `folder`. What it dies of is `told` on standard error. */
export function startWriter(
  folder: string,
  store: string,
  device: string,
  batches: number,
  size: number,
  seed: number,
  { company = "alone", told = true }: { readonly company?: "alone" | "beside"; readonly told?: boolean } = {},
): Child {
  const script = join(import.meta.dirname, "writer-process.ts");
  const values = [script, store, device, batches, size, seed, company].map(String);
  const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, "compiled") }; // starts three times as fast
  const child = spawn(process.execPath, values, { env, stdio: ["pipe", "pipe", told ? "inherit" : "ignore"] });
  const ready = once(child.stdout, "data");
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  const whole = () => text.slice(0, text.lastIndexOf("\n") + 1);
  return {
    process: child,
    ready,
    begin: () => child.stdin.end(),
    reported: () =>
      whole()
        .split(/\s/)
        .filter((id) => id !== "") as OpId[],
  };
}

/** Founds a pool with the devices phone and laptop in a new store, and closes it. */
export async function prepare(store: Store): Promise<void> {
  const pool = await newPool(store);
  await addDevice(pool, "laptop", "full");
  await store.close();
}

/** Two that wrote beside each other: nothing is lost, doubled or forked, and each went on from what the other wrote. */
export async function assertBothKept(store: Store, children: readonly Child[], devices: readonly string[]): Promise<void> {
  const replica = new Replica(store, nativeCrypto);
  const reported = children.flatMap((child) => child.reported());
  for (const child of children) assert.ok(child.reported().length >= 25 * 8);
  assert.deepEqual((await idsOf(replica)).length, 3 + new Set(reported).size, "lost or doubled");
  const there = new Set(await idsOf(replica));
  for (const id of reported) assert.ok(there.has(id), `${id} was reported and is lost`);
  const chains = await store.read((reader) => reader.chains());
  assert.equal(chains.length, 1 + new Set(["phone", ...devices]).size, "an author has forked");
  const log = await logOf(replica);
  const byId = new Map(log.map((op) => [op.op_id, op]));
  const [mine, theirs] = children.map((child) => new Set(child.reported())) as [Set<OpId>, Set<OpId>];
  const sees = (own: Set<OpId>, other: Set<OpId>) => [...own].some((id) => byId.get(id)?.prev.some((prev) => other.has(prev)));
  assert.ok(sees(mine, theirs) && sees(theirs, mine), "neither process went on from what the other wrote");
  await assertSound(replica);
}
