/** Replicas on throw-away stores, filled in any order, and what can be seen of them from outside. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { standingOf } from "../src/core/admission/device-view.ts";
import { controlTypes, type Envelope, type OpId } from "../src/core/op/operation.ts";
import type { Crypto, Json } from "../src/core/ports.ts";
import { ingestOps } from "../src/node/ingest.ts";
import { nativeCrypto } from "../src/node/native-crypto.ts";
import { Replica } from "../src/node/replica.ts";
import { viewDigest } from "../src/node/view/digest.ts";
import { openMemoryStore, openSqliteStore, type Reader, type Store } from "../src/store/index.ts";
import { openPostgres, type PostgresDatabase } from "../src/store/postgres/index.ts";
import type { SeededRandom } from "../src/testkit/seeded-random.ts";
import { testDatabase } from "./store/test-database.ts";

export type StoreKind = "memory" | "sqlite" | "postgres";

/** On what stores laws are held: FABLEPOOL_STORES says others, as in `npm run prove -- postgres`. */
export const storeKinds = (process.env["FABLEPOOL_STORES"] ?? "memory sqlite").split(" ") as readonly StoreKind[];

export interface ReplicaOptions {
  readonly kind: StoreKind;
  readonly pool: OpId;
  readonly crypto?: Crypto;
}

/** A replica told to join a pool, for as long as `use` takes. */
export async function withReplica<Result>(options: ReplicaOptions, use: (replica: Replica) => Promise<Result>): Promise<Result> {
  const { kind, pool, crypto = nativeCrypto } = options;
  const { store, dispose } = await openStore(kind);
  try {
    await store.write((tx) => tx.setPool(pool));
    return await use(new Replica(store, crypto));
  } finally {
    await store.close();
    dispose();
  }
}

let database: Promise<PostgresDatabase> | null = null;
let opened = 0;

async function openStore(kind: StoreKind): Promise<{ store: Store; dispose(): void }> {
  if (kind === "memory") return { store: openMemoryStore(), dispose: () => undefined };
  if (kind === "postgres") {
    database ??= testDatabase().then(({ url }) => openPostgres(url, { scratch: true }));
    return { store: await (await database).store(`replica ${opened++}`), dispose: () => undefined };
  }
  const folder = mkdtempSync(join(tmpdir(), "fablepool-test-"));
  const dispose = () => rmSync(folder, { recursive: true });
  return { store: await openSqliteStore(join(folder, "pool.db"), { scratch: true }), dispose };
}

after(async () => (await database)?.close());

/** Less than the 20 bad signatures that make a push be refused whole. */
const batchMax = 15;

/** Everything at least once, in random order, some of it twice, in batches of random size. */
export function randomBatches(random: SeededRandom, values: readonly Json[]): Json[][] {
  const order = random.shuffled([...values, ...random.some(values, values.length / 3)]);
  const batches: Json[][] = [];
  for (let start = 0; start < order.length; ) {
    const end = start + 1 + random.below(batchMax);
    batches.push(order.slice(start, end));
    start = end;
  }
  return batches;
}

/** Delivers batches, then everything again and again until nothing is new: what later syncs would do. */
export async function deliver(replica: Replica, batches: readonly (readonly Json[])[], everything: readonly Json[]): Promise<void> {
  for (const batch of batches) await ingestOps(replica, batch);
  for (let moved = true; moved; ) {
    moved = false;
    for (let start = 0; start < everything.length; start += batchMax) {
      const { accepted, attached } = await ingestOps(replica, everything.slice(start, start + batchMax));
      if (accepted.length + attached.length > 0) moved = true;
    }
  }
}

/** What a node holds and shows: two nodes with the same operations agree on all of it. */
export interface Observed {
  readonly accepted: readonly OpId[];
  /** Final rejections by step, of the ids asked for. */
  readonly rejected: Readonly<Record<string, string>>;
  readonly heads: readonly OpId[];
  /** `did role`, by rank. */
  readonly devices: readonly string[];
  readonly removed: readonly string[];
  readonly contested: readonly OpId[];
  readonly payloads: readonly OpId[];
  readonly statuses: Readonly<Record<string, string>>;
  readonly digest: string;
}

export async function observe(replica: Replica, ids: readonly OpId[]): Promise<Observed> {
  return replica.store.read(async (reader) => {
    const accepted = await reader.idsAfter(null, 1_000_000);
    const infos = [...(await reader.known(accepted)).values()];
    const log = await replica.controlLog(reader);
    const view = log.view();
    const standing = (info: (typeof infos)[number]) => standingOf(view, log.chains, { ...info, control: controlTypes.has(info.type) });
    const rejected = [...(await reader.rejected(ids))].map(([id, reason]) => [id, stepOf(reason)] as const);
    return {
      accepted,
      rejected: Object.fromEntries(rejected.sort(([left], [right]) => (left < right ? -1 : 1))),
      heads: (await reader.heads()).map(({ id }) => id).sort(),
      devices: [...view.devices.values()].sort((left, right) => left.rank - right.rank).map(({ key, role }) => `${key} ${role}`),
      removed: [...view.removals.keys()].sort(),
      contested: infos.flatMap((info) => (standing(info) === "contested" ? [info.id] : [])).sort(),
      payloads: infos.flatMap(({ id, hasPayload }) => (hasPayload ? [id] : [])).sort(),
      statuses: Object.fromEntries((await reader.claimPage({ limit: 1_000_000 })).map(({ id, status }) => [id, status])),
      digest: await viewDigest(reader),
    };
  });
}

/** The step of section 4's table that a reason belongs to. */
export function stepOf(reason: string): string {
  const steps: Readonly<Record<string, string>> = {
    "parse error: ": "shape",
    "signature or identity verification failed": "identity",
    "operation belongs to another pool": "pool",
    "chain rule broken: ": "chain",
    "author not authorised: ": "author",
    "invalid control operation: ": "control",
  };
  const found = Object.keys(steps).find((start) => reason.startsWith(start));
  return found ? (steps[found] as string) : `unknown reason ${reason}`;
}

/** The step at which one envelope ends when it is delivered by itself. */
export async function stepAlone(replica: Replica, value: Json): Promise<string> {
  const { rejected, deferred } = await ingestOps(replica, [value]);
  if (rejected[0]) return stepOf(rejected[0].reason);
  return deferred.length > 0 ? "deferred" : "accepted";
}

export async function everyEnvelope(reader: Reader): Promise<Envelope[]> {
  return reader.envelopes(await reader.idsAfter(null, 1_000_000));
}
