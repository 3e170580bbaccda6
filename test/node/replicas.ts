/** Replicas for tests: fixed keys, clocks that only move when asked, nodes in one process, and the laws they must keep. */
import assert from "node:assert/strict";
import { mayWrite } from "../../src/core/claim/roles.ts";
import type { Did } from "../../src/core/crypto/did-key.ts";
import type { PoolError } from "../../src/core/errors.ts";
import type { Draft } from "../../src/core/op/create.ts";
import { controlTypes, type Envelope, isOpId, type OpId } from "../../src/core/op/operation.ts";
import type { Json, JsonObject } from "../../src/core/ports.ts";
import { foundPool } from "../../src/node/found-pool.ts";
import { ingestOps } from "../../src/node/ingest.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { Replica } from "../../src/node/replica.ts";
import { answer } from "../../src/node/sync-server.ts";
import { viewDigest } from "../../src/node/view/digest.ts";
import { type Writer, writeDrafts } from "../../src/node/write.ts";
import { openMemoryStore, type Store } from "../../src/store/index.ts";
import { fixedKey } from "../../src/testkit/fixed-keys.ts";
import { manualClock } from "../../src/testkit/manual-clock.ts";
import { type SeededRandom, seededRandom } from "../../src/testkit/seeded-random.ts";
import { loopback, type Transport } from "../../src/transport/index.ts";

/** `npm test` runs a share of the long loops; FABLEPOOL_RUNS=10 runs ten times as much of each. */
export function runs(share: number): number {
  return Math.ceil(share * Number(process.env["FABLEPOOL_RUNS"] ?? 1));
}

/** Who writes under this name: the same key, times and salts in every run. */
export function writerOf(name: string): Writer {
  const { did, seed } = fixedKey(nativeCrypto, name);
  const clock = manualClock();
  const salts = seededRandom([...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7));
  return { did, seed, clock: () => clock.advance(1_000), random: salts.bytes };
}

export interface Pool {
  readonly id: OpId;
  readonly root: Writer;
  /** The first device, `full`, and the replica on which it writes. */
  readonly phone: Writer;
  readonly replica: Replica;
}

/** A new pool: genesis, and one `full` device. */
export async function newPool(store: Store = openMemoryStore()): Promise<Pool> {
  const replica = new Replica(store, nativeCrypto);
  const [root, phone] = [writerOf("root"), writerOf("phone")];
  const id = await foundPool(replica, root, { key: phone.did, role: "full" });
  return { id, root, phone, replica };
}

/** An empty replica that was told which pool to join. */
export async function joining(pool: OpId, store: Store = openMemoryStore()): Promise<Replica> {
  await store.write((tx) => tx.setPool(pool));
  return new Replica(store, nativeCrypto);
}

/** Adds a device by `full` device `phone`, and returns its writer. */
export async function addDevice({ replica, phone }: Pool, name: string, role: string): Promise<Writer> {
  const device = writerOf(name);
  await writeDrafts(replica, phone, [{ type: "device_add", payload: { key: device.did, role } }]);
  return device;
}

export function claim(subject: string, predicate: string, object: Json, more: JsonObject = {}): Draft {
  const method = { name: "test", version: "1" };
  return { type: "claim", payload: { subject, predicate, object, confidence: 1, derived_from: [], method, rationale: "", ...more } };
}

/** `count` claims that stand side by side. */
export function claims(count: number, from = 0): Draft[] {
  return Array.from({ length: count }, (_, index) => claim("self", `test.p${from + index}`, from + index));
}

export function targeting(type: "refutation" | "endorsement" | "redaction", ...targets: readonly string[]): Draft {
  return { type, payload: { targets } };
}

/** A transport to `server`, which answers as node `node`, for a client with key `client`. */
export function connect(server: Replica, node: Did, client: Did | null): Transport {
  return loopback((message, key) => answer(server, { did: node }, message, key), client);
}

export async function logOf({ store }: Replica): Promise<Envelope[]> {
  return store.read((reader) => reader.ordered({ limit: Number.MAX_SAFE_INTEGER }));
}

export async function idsOf({ store }: Replica): Promise<OpId[]> {
  return store.read((reader) => reader.idsAfter(null, Number.MAX_SAFE_INTEGER));
}

export async function take(replica: Replica, ops: readonly Envelope[]) {
  return ingestOps(replica, structuredClone(ops) as unknown as Json[]);
}

/** A fresh replica that is given `ops` at once. */
export async function replicaOf(pool: OpId, ops: readonly Envelope[], store: Store = openMemoryStore()): Promise<Replica> {
  const replica = await joining(pool, store);
  await take(replica, ops);
  return replica;
}

export async function digestOf({ store }: Replica): Promise<string> {
  return store.read(viewDigest);
}

/** The log with what each operation still holds: equal texts, equal replicas. */
export async function stateOf(replica: Replica) {
  const log = await logOf(replica);
  const payloads = log.flatMap(({ op_id, payload }) => (payload === undefined ? [] : op_id));
  return { ids: log.map(({ op_id }) => op_id), payloads, heads: await headsOf(replica), digest: await digestOf(replica) };
}

/** What a replica holds, in a few short texts that can be kept in a file. */
export async function summaryOf(replica: Replica) {
  const { ids, payloads, heads, digest } = await stateOf(replica);
  const hashed = (list: readonly OpId[]) => `${list.length}, ${nativeCrypto.sha256Hex(list.join(" "))}`;
  const [pool, counts] = await replica.store.read(async (reader) => [await reader.pool(), await reader.counts()] as const);
  return { pool, counts, ids: hashed(ids), payloads: hashed(payloads), heads: hashed(heads), digest };
}

export async function headsOf({ store }: Replica): Promise<OpId[]> {
  return (await store.read((reader) => reader.heads())).map(({ id }) => id);
}

/** Law: replicas that hold the same hold it in every respect. */
export async function assertConverged(...replicas: readonly Replica[]): Promise<void> {
  const [first, ...others] = await Promise.all(replicas.map(stateOf));
  for (const other of others) assert.deepEqual(other, first);
}

/** Laws of any store at any instant: causally closed, counted right, and its view is the one that its log gives. */
export async function assertSound(replica: Replica): Promise<void> {
  const log = await logOf(replica);
  const seen = new Set<string>();
  for (const { op_id, prev } of log) {
    for (const id of prev) assert.ok(seen.has(id), `${op_id} stands before its predecessor ${id}`);
    seen.add(op_id);
  }
  const pool = await replica.store.read((reader) => reader.pool());
  assert.equal((await replica.store.read((reader) => reader.counts())).operations, log.length);
  if (!isOpId(pool)) return assert.equal(log.length, 0);
  const rebuilt = await replicaOf(pool, log);
  assert.deepEqual(await stateOf(rebuilt), await stateOf(replica));
}

export interface History {
  readonly pool: Pool;
  /** Every operation that anyone wrote, in order; of some an author has no payload any more. */
  readonly ops: readonly Envelope[];
  /** Writers that hold a replica at the end, with it: each knows a part. */
  readonly parts: readonly { readonly writer: Writer; readonly replica: Replica }[];
}

/** What several devices wrote in parallel, merging now and then: forks, judgements, redactions and removals among it. */
export async function randomHistory(seed: number, steps: number): Promise<History> {
  const random = seededRandom(seed);
  const pool = await newPool();
  const roles = { laptop: "full", tablet: "full", server: "mirror", bridge: "ingest", helper: "assistant" };
  const parts = [{ writer: pool.phone, replica: pool.replica }];
  for (const [name, role] of Object.entries(roles)) await addDevice(pool, name, role);
  const names = [...Object.keys(roles), "root", "laptop"]; // the laptop twice: a cloned key, which forks
  for (const name of names) parts.push({ writer: writerOf(name), replica: await replicaOf(pool.id, await logOf(pool.replica)) });
  for (let step = 0; step < steps; step++) {
    const { writer, replica } = random.pick(parts);
    if (random.once(3)) await take(replica, await logOf(random.pick(parts).replica));
    else {
      const drafts = await randomDrafts(random, replica, writer.did);
      await writeDrafts(replica, writer, drafts).catch((error: PoolError) => assert.equal(error.code, "role", String(error)));
    }
  }
  const all = await joining(pool.id);
  for (const { replica } of parts) await take(all, await logOf(replica));
  const kept = new Map<OpId, Envelope>();
  for (const { replica } of parts) for (const op of await logOf(replica)) if (op.payload || !kept.has(op.op_id)) kept.set(op.op_id, op);
  const ops = (await logOf(all)).map(({ op_id }) => kept.get(op_id) as Envelope);
  return { pool, ops, parts };
}

async function randomDrafts(random: SeededRandom, replica: Replica, author: Did): Promise<Draft[]> {
  const log = await logOf(replica);
  const view = await replica.store.read(async (reader) => (await replica.controlLog(reader)).view());
  const role = view.devices.get(author)?.role ?? "";
  const some = (most: number, ...types: string[]) => {
    const found = log.filter(({ type }) => types.length === 0 || types.includes(type));
    return random.some(found, most).map(({ op_id }) => op_id as string);
  };
  const judged = (...types: string[]) => [...new Set([...some(2, ...types), (random.pick(log) as Envelope).op_id])];
  const word = () => random.pick(["tea", "rye", "oat", "fig"]);
  const statement = () => claim(random.pick(["self", "ann"]), random.pick(["diet", "test.many", "drink"]), word(), validity(random));
  const drafts: readonly (() => Draft)[] = [
    statement,
    statement,
    () => claim("self", "diet", word(), { derived_from: some(2, "evidence", "claim") }),
    () => claim("ann", "drink", word(), { derived_from: [`op:${nativeCrypto.sha256Hex(word())}`] }), // from what is nowhere
    () => evidence(word()),
    () => claim("self", "diet", word(), { corrects: judged("claim")[0] as string }),
    () => targeting("refutation", ...judged("claim", "refutation", "endorsement")),
    () => targeting("endorsement", ...judged("claim")),
    () => targeting("redaction", ...judged("claim", "evidence")),
    () => ({
      type: "predicate",
      payload: { name: "drink", cardinality: random.pick(["one", "many"]), sensitivity: "public", template: "" },
    }),
    () => ({ type: "note", payload: { target: random.pick(log).op_id, text: word() } }),
    () => ({ type: "song", payload: { ["__proto__"]: [word()], "\n": 1 } }),
    () => ({ type: "cap_access", payload: {} }),
    () => ({ type: "device_add", payload: { key: writerOf(word()).did, role: random.pick(["full", "ingest", "keeper"]) } }),
    () => (random.once(3) ? { type: "device_remove", payload: removal(random, log) } : statement()),
  ];
  const candidates = Array.from({ length: 8 }, () => random.pick(drafts)());
  const mayControl = role === "root" || role === "full";
  return candidates.filter(({ type }) => mayWrite(role, type) && (mayControl || !controlTypes.has(type))).slice(0, 1 + random.below(3));
}

export function evidence(word: string): Draft {
  const source = { adapter: "test", version: "1" };
  return { type: "evidence", payload: { source, origin: "user", external_id: word, kind: "text", content: { word } } };
}

function validity(random: SeededRandom): JsonObject {
  const from = random.below(4);
  return random.pick<JsonObject>([
    {},
    {},
    { valid_from: from },
    { valid_until: from },
    { valid_from: from, valid_until: from + random.below(3) },
  ]);
}

function removal(random: SeededRandom, log: readonly Envelope[]): JsonObject {
  const { author, op_id } = random.pick(log);
  return { key: random.once(4) ? writerOf("tea").did : author, last: random.once(2) ? op_id : null };
}
