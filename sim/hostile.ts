/** What no honest program sends: broken, stolen, stripped and back-dated operations, and messages that make no sense. */
import type { Envelope, OpId } from "../src/core/op/operation.ts";
import type { Json, JsonObject } from "../src/core/ports.ts";
import { bare, resealed } from "../src/testkit/envelopes.ts";
import type { FixedKey } from "../src/testkit/fixed-keys.ts";
import { mutated, randomJson } from "../src/testkit/message-fuzz.ts";
import { anyFault } from "../src/testkit/pool-history-faults.ts";
import { type World as HistoryWorld, sealed, type Writer } from "../src/testkit/pool-history-world.ts";
import { type SeededRandom, seededRandom } from "../src/testkit/seeded-random.ts";
import type { HostileKind } from "./actions.ts";
import type { Device } from "./device.ts";
import { markedDraft } from "./drafts.ts";
import type { World } from "./world.ts";

/** The testkit's picture of this world, as its generators of drafts and faults want it. */
export function pictureOf(world: World, random: SeededRandom): HistoryWorld {
  const { crypto, pool, written, keys } = world;
  return { random, crypto, pool, log: new Map(), written, values: [], writers: [], keys };
}

/** What a writer knows who sits at this device. */
export function knowledgeOf(device: Device, key: FixedKey): Writer {
  return { key, knows: new Set(device.disk.tables.ops.keys()), own: null, refused: 0 };
}

export function attack(world: World, device: Device, kind: HostileKind, s: number): void {
  const random = seededRandom(s);
  const key = random.pick([device.key, device.key, world.root, ...world.keys]);
  const message = kind === "fuzz" ? fuzz(world, random) : { type: "push", ops: hostileOps(world, device, kind, random) };
  if (message === null) return;
  const ops = (message as JsonObject)["ops"];
  for (const op of Array.isArray(ops) ? (ops as readonly Json[]) : []) {
    const id = (op as JsonObject | null)?.["op_id"];
    if (typeof id === "string" && !world.sent.has(id)) world.sent.set(id, op);
  }
  world.network
    .connect(device.index, device.index, key.did)
    .request(message as JsonObject)
    .catch(() => undefined); // whoever attacks does not care
}

function fuzz(world: World, random: SeededRandom): Json {
  const ids = random.some([...world.written.keys()], 5);
  const honest: Json = random.pick<Json>([
    { type: "hello", extensions: ["heads/1"] },
    { type: "heads" },
    { type: "frontier" },
    { type: "ops_request", want: ids },
    { type: "ops_since", authors: { [world.root.did]: ids }, limit: 10, bytes: 10_000 },
    { type: "delegate_pull", grant_id: grantOf(world), grantee: world.guest?.key.did ?? "", nonce: "n" },
    { type: "push", ops: ids.map((id) => world.written.get(id) as unknown as Json) },
  ]);
  return random.once(4) ? randomJson(random) : random.once(4) ? honest : mutated(random, honest);
}

/** A grant that is not the sender's. */
function grantOf({ guest, pool }: World): string {
  return [...(guest?.granted.keys() ?? [])].at(-1) ?? String(pool);
}

function hostileOps(world: World, device: Device, kind: HostileKind, random: SeededRandom): Json[] {
  const all = [...world.written.values()];
  if (all.length < 2 || device.disk.tables.ops.size === 0) return [];
  const as = (ops: readonly Envelope[]) => ops as unknown as Json[];
  switch (kind) {
    case "gossip":
      return as(random.some(all, 12));
    case "strip":
      return as(random.some(all, 8).map(bare));
    case "backdate":
      return as([backdated(world, random, all)]);
    case "forge":
      return as([forged(world, random, all)]);
    case "stranger":
      return as([fromNobody(world, device, random)]);
    default: {
      const picture = pictureOf(world, random);
      return Array.from({ length: 1 + random.below(4) }, () => anyFault(picture));
    }
  }
}

/** With a stolen key: an operation beside its owner's, in the past. */
function backdated(world: World, random: SeededRandom, all: readonly Envelope[]): Envelope {
  const op = random.pick(all);
  const author = world.keys.find(({ did }) => did === op.author) ?? world.root;
  const { type, payload } = markedDraft(
    pictureOf(world, random),
    { key: author, knows: new Set([op.op_id]), own: null, refused: 0 },
    random,
  );
  const place = { pool: world.pool, seq: op.seq + 1, lamport: op.lamport + 1, prev: [op.op_id] };
  return sealed(pictureOf(world, random), { author, ...place, type, payload });
}

/** The same without the key: it names its author, and another signed it. */
function forged(world: World, random: SeededRandom, all: readonly Envelope[]): Envelope {
  const op = backdated(world, random, all);
  return resealed(world.crypto, op, random.pick(world.keys.filter(({ did }) => did !== op.author)));
}

/** By a key that nobody added, or that has not yet written, on the heads as they are. */
function fromNobody(world: World, device: Device, random: SeededRandom): Envelope {
  const author = random.pick(world.keys.slice(-4));
  const { heads, ops } = device.disk.tables;
  const prev = [...heads.keys()].sort().slice(0, 32) as OpId[];
  const lamport = 1 + Math.max(0, ...prev.map((id) => ops.get(id)?.info.lamport ?? 0));
  const { type, payload } = markedDraft(pictureOf(world, random), knowledgeOf(device, author), random);
  return sealed(pictureOf(world, random), { author, pool: world.pool, seq: 1, lamport, prev, type, payload });
}
