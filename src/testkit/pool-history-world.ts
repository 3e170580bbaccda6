/** The world that a random history grows in: everything written so far, and writers who each know a part of it. */
import type { Did } from "../core/crypto/did-key.ts";
import { type Draft, writeOps } from "../core/op/create.ts";
import type { Envelope, OpId } from "../core/op/operation.ts";
import type { Crypto, Json, JsonObject } from "../core/ports.ts";
import { resealed } from "./envelopes.ts";
import type { FixedKey } from "./fixed-keys.ts";
import { late, nodeOf } from "./oracle.ts";
import type { Node } from "./oracle-devices.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** One installation of a key: what it knows of the log, and its own newest operation there. A cloned key has several. */
export interface Writer {
  readonly key: FixedKey;
  readonly knows: Set<OpId>;
  own: { readonly id: OpId; readonly seq: number } | null;
  /** How often the log refused what it wrote: others lose interest. */
  refused: number;
}

export interface World {
  readonly random: SeededRandom;
  readonly crypto: Crypto;
  pool: OpId | null;
  /** What the log admits, by the oracle's word. */
  readonly log: Map<string, Node>;
  /** Every well-formed operation that was written, admitted or not. */
  readonly written: Map<OpId, Envelope>;
  /** Everything that may travel, broken envelopes too. */
  readonly values: Json[];
  readonly writers: Writer[];
  readonly keys: readonly FixedKey[];
}

/** Writes drafts as an honest program would that knows what the writer knows. Returns what the log admitted. */
export function write(world: World, writer: Writer, drafts: readonly Draft[]): Envelope[] {
  const { random, crypto, pool } = world;
  const heads = headsOf(world, writer).slice(0, 31);
  const lamport = Math.max(0, ...[...heads, ...(writer.own ? [writer.own.id] : [])].map((id) => world.written.get(id)?.lamport ?? 0));
  const pen = {
    author: writer.key.did,
    seed: writer.key.seed,
    pool,
    own: writer.own,
    heads: heads.sort(),
    lamport,
    now: random.below(1_000),
  };
  const ops = writeOps(crypto, { ...pen, salt: () => random.bytes(16) }, drafts).map(({ envelope }) => envelope);
  return ops.filter((op) => take(world, writer, op));
}

/** Puts an operation into the world, and into its writer's knowledge when the log admits it, or the writer does not care. */
function take(world: World, writer: Writer, op: Envelope): boolean {
  world.values.push(op as unknown as Json);
  world.written.set(op.op_id, op);
  const node = nodeOf(world.log, op, op.payload ?? null);
  const admitted = op.prev.every((id) => world.log.has(id)) && late(world.log, node) === "accepted";
  if (admitted) world.log.set(op.op_id, node);
  else writer.refused++;
  if (admitted || world.random.once(20)) {
    writer.knows.add(op.op_id);
    writer.own = { id: op.op_id, seq: op.seq };
  }
  return admitted;
}

/** What the writer knows that nothing it knows follows on, its own newest left out; highest lamport first. */
export function headsOf(world: World, writer: Writer): OpId[] {
  const named = new Set([...writer.knows].flatMap((id) => world.written.get(id)?.prev ?? []));
  const lamportOf = (id: OpId) => world.written.get(id)?.lamport ?? 0;
  return [...writer.knows]
    .filter((id) => !named.has(id) && id !== writer.own?.id)
    .sort((left, right) => lamportOf(right) - lamportOf(left) || (left < right ? 1 : -1));
}

/** The writer comes to know an operation and its ancestors. */
export function learn(world: World, writer: Writer, id: OpId): void {
  for (const open = [id]; open.length > 0; ) {
    const next = open.pop() as OpId;
    if (writer.knows.has(next)) continue;
    writer.knows.add(next);
    open.push(...(world.written.get(next)?.prev ?? []));
  }
}

export interface Parts {
  readonly author: FixedKey;
  readonly pool: OpId | null;
  readonly seq: number;
  readonly lamport: number;
  readonly prev: readonly OpId[];
  readonly type: string;
  readonly payload: JsonObject;
}

/** An envelope with exactly these parts, honestly hashed and signed, however little sense they make. */
export function sealed(world: World, { author, payload, ...parts }: Parts): Envelope {
  const pen = { author: author.did, seed: author.seed, own: null, heads: [], lamport: 0, now: 0 };
  const [op] = writeOps(world.crypto, { ...pen, pool: parts.pool, salt: () => world.random.bytes(16) }, [{ type: parts.type, payload }]);
  return resealed(world.crypto, { ...(op?.envelope as Envelope), ...parts, author: author.did }, author);
}

export function keyOf(world: World, did: Did): FixedKey {
  return world.keys.find((key) => key.did === did) as FixedKey;
}
