/**
 * Deleting a pool. It is marked first, and served no more from then on; its devices are told, those that are connected at once. Then every
 * row of it goes, bounded in each transaction (`PostgresDatabase.remove`), and the jobs that were for it. Of the registry's row is
 * kept what it takes to tell devices that come later, until that time is over. Whatever is interrupted, the next call goes on with it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { OpId } from "../../core/op/operation.ts";
import { removeJobsOf } from "../jobs/queue.ts";
import { findHosted, removeHosted } from "../registry/hosted.ts";
import { beginLeaving, listLeaving } from "../registry/leaving.ts";
import { adminLimits } from "./admin-limits.ts";
import type { Operated } from "./operator.ts";
import { poolId } from "./pools.ts";

export interface DeleteWish {
  /** The operator's words to its devices. */
  readonly notice: string;
  /** For how long devices that come later are told; 0: for some seconds alone, and then no trace is left. */
  readonly tellForMs: number;
  readonly signal?: AbortSignal;
}

export interface Deleted {
  readonly pool: OpId;
  /** False when it was not hosted. */
  readonly wasHosted: boolean;
  /** Until when devices are told; milliseconds since the epoch, null when they are not. */
  readonly toldUntil: number | null;
}

/** As JSON, in the API and on the command line. */
export function shownDeletion({ pool, wasHosted, toldUntil }: Deleted): { pool: OpId; hosted: boolean; told_until: number | null } {
  return { pool, hosted: wasHosted, told_until: toldUntil };
}

/** Marks it, and tells its devices; `finishLeaving` does the rest. */
export async function beginDeletion(operated: Operated, given: string, { notice, tellForMs }: DeleteWish): Promise<Deleted> {
  const pool = poolId(given);
  const { settleMs, tellMs } = adminLimits;
  const toldUntil = operated.clock() + Math.min(Math.max(tellForMs, settleMs), tellMs);
  const wasHosted = await beginLeaving(operated.registry, pool, notice, toldUntil);
  operated.news.tell(pool);
  return { pool, wasHosted, toldUntil: wasHosted && tellForMs > 0 ? toldUntil : null };
}

/** Resolves when no row of it is left, but for the one that tells its devices. Rejects with `interrupted` and `storage`. */
export async function deletePool(operated: Operated, given: string, wish: DeleteWish): Promise<Deleted> {
  const deleted = await beginDeletion(operated, given, wish);
  await finishDeletion(operated, deleted, wish.signal);
  return deleted;
}

export async function finishDeletion(operated: Operated, { pool, wasHosted, toldUntil }: Deleted, signal?: AbortSignal): Promise<void> {
  await finishLeaving(operated, pool, Number.POSITIVE_INFINITY, signal);
  if (toldUntil !== null) return;
  if (wasHosted) await sleep(adminLimits.settleMs, undefined, signal ? { signal } : {}).catch(() => undefined);
  await finishLeaving(operated, pool, 0, signal);
}

/** Goes on with the pools that are leaving, and ends the telling whose time is over: any process does it, every now and then. */
export async function finishAllLeaving(operated: Operated, signal?: AbortSignal): Promise<void> {
  for (let after = "", more = true; more; ) {
    const page = await listLeaving(operated.registry, after, adminLimits.leaving);
    for (const { pool, toldUntil } of page) await finishLeaving(operated, pool, toldUntil, signal);
    more = page.length === adminLimits.leaving;
    after = page.at(-1)?.pool ?? after;
  }
}

async function finishLeaving(operated: Operated, pool: OpId, toldUntil: number, signal?: AbortSignal): Promise<void> {
  const { registry, database, clock } = operated;
  await database.remove(pool, signal ? { signal } : {});
  for (const table of ["invitation", "nonce", "seen"]) await registry.rows(`DELETE FROM ${table} WHERE pool = $1`, pool);
  await removeJobsOf(registry, pool);
  if (toldUntil > clock()) return;
  const hosted = await findHosted(registry, { pool });
  if (hosted !== null && hosted.state !== "leaving") return;
  await removeHosted(registry, pool);
  await removeJobsOf(registry, pool); // whoever worked on one until now asks no more
}
