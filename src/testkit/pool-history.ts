/**
 * Random histories of one pool: devices that come, go and remove one another, writers who each know a part of the log,
 * forks, judgements on judgements, broken and partial envelopes. One seed is one history, on every machine.
 */
import type { Envelope, OpId } from "../core/op/operation.ts";
import type { Crypto, Json } from "../core/ports.ts";
import { bare, resealed } from "./envelopes.ts";
import { type FixedKey, fixedKey } from "./fixed-keys.ts";
import { anyDraft, controlDraft } from "./pool-history-drafts.ts";
import { anyFault } from "./pool-history-faults.ts";
import { keyOf, learn, type World, type Writer, write } from "./pool-history-world.ts";
import { seededRandom } from "./seeded-random.ts";

export interface PoolHistory {
  readonly pool: OpId;
  /** Everything that may reach a node, in the order in which it was made. */
  readonly values: readonly Json[];
}

const keyNames = ["root", "phone", "laptop", "tablet", "importer", "agent", "mirror", "watch", "thief"] as const;

/** The history of `seed` after `steps` steps, each of which writes, tells or breaks something. */
export function poolHistory(crypto: Crypto, seed: number, steps: number): PoolHistory {
  const keys = keyNames.map((name) => fixedKey(crypto, name));
  const world: World = {
    random: seededRandom(seed),
    crypto,
    pool: null,
    log: new Map(),
    written: new Map(),
    values: [],
    writers: [],
    keys,
  };
  found(world);
  // Of 100 steps: about devices, about memory, or both.
  const control = world.random.pick([0, 6, 25]);
  for (let step = 0; step < steps; step++) takeStep(world, control);
  world.values.push(...partialCopies(world));
  return { pool: world.pool as OpId, values: losses(world) };
}

/** The first devices, by root; some come later, or never. */
function found(world: World): void {
  const keyed = (name: (typeof keyNames)[number]) => world.keys.find((key) => key.name === name) as FixedKey;
  const root = newWriter(world, keyed("root"), []);
  write(world, root, [{ type: "genesis", payload: { owner: root.key.did } }]);
  world.pool = root.own?.id ?? null;
  const first = [
    ["phone", "full"],
    ["laptop", "full"],
    ["importer", "ingest"],
    ["agent", "assistant"],
  ] as const;
  for (const [name, role] of first) {
    if (name !== "phone" && world.random.once(3)) continue;
    write(world, root, [{ type: "device_add", payload: { key: keyed(name).did, role } }]);
    newWriter(world, keyed(name), root.knows);
  }
}

function newWriter(world: World, key: FixedKey, knows: Iterable<OpId>): Writer {
  const writer = { key, knows: new Set(knows), own: null, refused: 0 };
  world.writers.push(writer);
  return writer;
}

function takeStep(world: World, control: number): void {
  const { random, writers } = world;
  const heeded = writers.filter(({ refused }) => refused < 4);
  const writer = random.pick(heeded.length > 0 ? heeded : writers);
  const kind = random.below(100);
  if (kind < control) writeControl(world, writer);
  else if (kind < 70) writeSome(world, writer);
  else if (kind < 90) tell(world, writer);
  else if (kind < 93) writers.push({ ...writer, knows: new Set(writer.knows), refused: 0 });
  else if (kind < 94) writers.push({ ...writer, knows: new Set(writer.knows), own: null, refused: 0 });
  else world.values.push(anyFault(world));
}

function writeSome(world: World, writer: Writer): void {
  const { random } = world;
  // Root writes what it may not now and then, no more.
  if (writer.key.name === "root" && !random.once(8)) return;
  const count = random.once(3) ? 2 + random.below(4) : 1;
  write(
    world,
    writer,
    Array.from({ length: count }, () => anyDraft(world, writer)),
  );
}

/** Another writer comes to know one operation that this one knows, and all before it; or everything. */
function tell(world: World, writer: Writer): void {
  const { random } = world;
  const other = random.pick(world.writers);
  const ids = [...writer.knows];
  for (const id of random.once(2) ? ids : [random.pick(ids)]) learn(world, other, id);
}

function writeControl(world: World, writer: Writer): void {
  const { random } = world;
  for (const { type, payload } of write(world, writer, [controlDraft(world, writer)])) {
    if (type !== "device_add" || typeof payload?.["key"] !== "string") continue;
    // The device that joins is told of its own addition; at times a thief starts without.
    newWriter(world, keyOf(world, payload["key"] as FixedKey["did"]), random.once(10) ? [world.pool as OpId] : writer.knows);
  }
}

/** Copies without payload, and copies of a batch's operations that are signed by themselves. */
function partialCopies(world: World): Json[] {
  const { random, crypto } = world;
  const copies: Envelope[] = [];
  for (const op of world.written.values()) {
    if (random.once(5)) copies.push(bare(op));
    if (op.batch && random.once(4)) copies.push(resealed(crypto, op, keyOf(world, op.author)));
  }
  return copies as unknown as Json[];
}

/** Now and then an envelope never arrives at all, so that a copy without payload, or nothing, is all there is. */
function losses({ random, values, pool }: World): Json[] {
  return values.filter((value) => (value as unknown as Envelope | null)?.op_id === pool || !random.once(60));
}
