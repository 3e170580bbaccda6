/** Seeing what is hosted, and for how much of it. */
import { PoolError } from "../../core/errors.ts";
import { isOpId, type OpId } from "../../core/op/operation.ts";
import { listDevices, nativeCrypto, Replica, type SeenDevice } from "../../node/index.ts";
import type { Held } from "../../store/postgres/index.ts";
import type { Hosted } from "../hub.ts";
import { findHosted, listHosted } from "../registry/hosted.ts";
import { lastSeen } from "../registry/seen-devices.ts";
import { adminLimits } from "./admin-limits.ts";
import type { Operated } from "./operator.ts";

export interface ListedPool extends Hosted {
  readonly held: Held;
  /** When one of its devices was answered last, to the minute, ms since the epoch; null when none was. */
  readonly seen: number | null;
}

/** Pools by id after `after`, at most `adminLimits.page`; those that were deleted too, until their devices were told. */
export async function poolPage({ registry, database }: Operated, after = ""): Promise<ListedPool[]> {
  const page = await listHosted(registry, after, adminLimits.page);
  const seen = await lastSeen(
    registry,
    page.map(({ pool }) => pool),
  );
  return Promise.all(
    page.map(async (hosted) => ({
      ...hosted,
      held: (await database.held(hosted.pool)) ?? nothing,
      seen: seen.get(hosted.pool) ?? null,
    })),
  );
}

export async function allPools(operated: Operated, signal?: AbortSignal): Promise<ListedPool[]> {
  const all: ListedPool[] = [];
  for (let page: ListedPool[] = []; all.length === 0 || page.length === adminLimits.page; all.push(...page)) {
    if (signal?.aborted) throw new PoolError("interrupted", "interrupted");
    page = await poolPage(operated, all.at(-1)?.pool);
    if (page.length === 0) break;
  }
  return all;
}

const nothing: Held = { operations: 0, bytes: 0 };

export interface ShownPool extends ListedPool {
  readonly devices: readonly SeenDevice[];
  /** When its author wrote what came last, by that device's clock, ms since the epoch; null when nothing did. */
  readonly newest: number | null;
}

/** Rejects with `PoolError("not_found")`. */
export async function showPool(operated: Operated, given: string): Promise<ShownPool> {
  const hosted = await requireHosted(operated, given);
  const held = (await operated.database.held(hosted.pool)) ?? nothing;
  const seen = (await lastSeen(operated.registry, [hosted.pool])).get(hosted.pool) ?? null;
  if (held.operations === 0 || hosted.state === "leaving") return { ...hosted, held, seen, devices: [], newest: null };
  return withReplica(operated, hosted.pool, async (replica) => {
    const [newest] = await replica.store.read((reader) => reader.arrivals({ after: held.operations - 1, limit: 1 }));
    return { ...hosted, held, seen, devices: await listDevices(replica), newest: newest?.op.ts ?? null };
  });
}

/** Rejects with `PoolError("usage")` for what is no id of a pool, `not_found` for one that is not hosted. */
export async function requireHosted({ registry }: Operated, given: string): Promise<Hosted> {
  const hosted = await findHosted(registry, { pool: poolId(given) });
  if (hosted === null) throw new PoolError("not_found", `${given} is not hosted here`);
  return hosted;
}

/** The beginning of an id would do for people, but a pool that is deleted by a slip is gone: so it is whole. */
export function poolId(given: string): OpId {
  if (!isOpId(given)) throw new PoolError("usage", `${JSON.stringify(given.slice(0, 80))} is no pool: its id is op: and 64 hex digits`);
  return given;
}

/** Opens what the database has of it, and closes it however `work` ends. Rejects with `no_pool` when that is nothing. */
export async function withReplica<Result>(
  { database }: Operated,
  pool: OpId,
  work: (replica: Replica) => Promise<Result>,
): Promise<Result> {
  const store = await database.store(pool, { there: true });
  try {
    return await work(new Replica(store, nativeCrypto));
  } finally {
    await store.close();
  }
}
