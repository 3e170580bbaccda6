/** Envelopes that a node must refuse, one way for each row of section 4's table, made from the world as it is. */
import type { Envelope, OpId } from "../core/op/operation.ts";
import type { Json, JsonObject } from "../core/ports.ts";
import { bare, resealed } from "./envelopes.ts";
import type { FixedKey } from "./fixed-keys.ts";
import { keyOf, type Parts, sealed, type World } from "./pool-history-world.ts";

type Fault = (world: World, op: Envelope, parts: Parts) => unknown;

/** A broken or refused relative of some operation of the world. */
export function anyFault(world: World): Json {
  const { random } = world;
  const op = random.pick([...world.written.values()].filter(({ type }) => type !== "genesis"));
  const parts: Parts = { ...op, author: keyOf(world, op.author), payload: op.payload ?? {} };
  const row = random.pick(Object.values(faults));
  return random.pick(row)(world, op, parts) as Json;
}

const stranger = `op:${"5".repeat(64)}` as OpId;
const nested = (levels: number): Json => (levels === 0 ? 1 : [nested(levels - 1)]);
const without = (op: Envelope, name: string) => Object.fromEntries(Object.entries(op).filter(([each]) => each !== name));
const flipped = (hex: string) => `${hex.slice(0, -1)}${hex.endsWith("0") ? "1" : "0"}`;
const otherKey = ({ random, keys }: World, key: FixedKey) => random.pick(keys.filter(({ did }) => did !== key.did));

/** A control operation right after `op`, by its author. */
function controlAfter(world: World, { author, pool, op_id, seq, lamport }: Envelope, type: string, payload: JsonObject): Envelope {
  return sealed(world, { author: keyOf(world, author), pool, seq: seq + 1, lamport: lamport + 1, prev: [op_id], type, payload });
}

const faults: Readonly<Record<string, readonly Fault[]>> = {
  shape: [
    (_, op) => ({ ...op, extra: 1 }),
    ({ random }, op) => without(op, random.pick(Object.keys(op).filter((name) => name !== "batch"))),
    (world, op, { author }) => resealed(world.crypto, { ...op, prev: [...op.prev, ...op.prev] }, author),
    (world, op, { author }) => resealed(world.crypto, { ...op, prev: [...op.prev, stranger, `op:${"4".repeat(64)}` as OpId] }, author),
    (world, op, { author }) => resealed(world.crypto, { ...op, prev: [] }, author),
    (world, op, { author }) => resealed(world.crypto, { ...op, type: "Claim" }, author),
    (world, op, { author }) => resealed(world.crypto, { ...op, ts: -1 }, author),
    (world, op, { author }) => resealed(world.crypto, { ...op, pool: null }, author),
    (_, op) => ({ ...op, v: 2 }),
    (_, op) => ({ ...op, sig: op.sig.toUpperCase() }),
    (_, op) => ({ ...op, salt: "00" }),
    (_, op) => ({ ...op, payload: { deep: nested(40) } }),
    (_, op) => ({ ...op, payload: { long: "x".repeat(57_344) } }),
    (_, op) => ({ ...op, batch: { index: 1, size: 1, path: [] } }),
    ({ random }) => random.pick<Json>([null, [], 7, "op", {}]),
  ],
  identity: [
    (_, op) => ({ ...op, op_id: flipped(op.op_id) }),
    (_, op) => ({ ...op, ts: op.ts + 1 }),
    (_, op) => ({ ...op, sig: flipped(op.sig) }),
    (_, op) => ({ ...op, salt: "00".repeat(16), payload: { other: "words" } }),
    (_, op) => ({ ...op, batch: { index: 0, size: 1, path: [] } }),
    (world, op, { author }) => resealed(world.crypto, op, otherKey(world, author)),
    (_, op) => ({ ...bare(op), sig: flipped(op.sig) }),
  ],
  pool: [(world, op, { author }) => resealed(world.crypto, { ...op, pool: stranger }, author)],
  causality: [
    (world, op, { author }) =>
      resealed(world.crypto, { ...op, prev: op.seq > 1 ? [...op.prev.slice(0, 1), stranger] : [stranger] }, author),
  ],
  chain: [
    (world, op, { author }) => resealed(world.crypto, { ...op, seq: op.seq + 1 }, author),
    (world, op, { author }) => resealed(world.crypto, { ...op, seq: 0, prev: op.prev.toSorted() }, author),
    (world, op, { author }) => resealed(world.crypto, { ...op, lamport: op.lamport + 1 }, author),
    (world, op, { author }) => resealed(world.crypto, { ...op, lamport: 0 }, author),
    (world, op, { author }) => resealed(world.crypto, { ...op, seq: 1, prev: op.prev.toSorted() }, author), // no fault: a fork
  ],
  author: [
    (world, _, parts) => sealed(world, { ...parts, author: otherKey(world, parts.author), seq: 1, prev: parts.prev.toSorted() }),
    (world, op, { author }) => resealed(world.crypto, { ...op, author: otherKey(world, author).did }, otherKey(world, author)),
  ],
  control: [
    (world, op) => controlAfter(world, op, "device_add", { key: world.random.pick(world.keys).did, role: "full", more: 1 }),
    (world, op) => controlAfter(world, op, "device_add", { key: "did:key:z6Mk", role: "full" }),
    (world, op) => controlAfter(world, op, "device_add", { key: weakDid, role: "full" }),
    (world, op) => controlAfter(world, op, "device_add", { key: world.random.pick(world.keys).did, role: 7 }),
    (world, op) => controlAfter(world, op, "device_add", { key: world.random.pick(world.keys).did }),
    (world, op) => controlAfter(world, op, "device_add", { key: op.author, role: "full" }),
    (world, op) => controlAfter(world, op, "device_remove", { key: op.author, last: "newest" }),
    (world, op) => controlAfter(world, op, "device_remove", { key: op.author }),
    (world, op) => controlAfter(world, op, "device_remove", { key: otherKey(world, keyOf(world, op.author)).did, last: null }),
  ],
};

/** The did:key of y = 1, a point of order 1: well-formed, and no key (section 2). */
export const weakDid = "did:key:z6MkeXATEjyXENzBXBxgC5EHk2JE5aqd7qMGGtDpLUH1e2Sj";
