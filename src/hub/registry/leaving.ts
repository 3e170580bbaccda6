/** Pools that are being deleted. Of the row that a pool had is left what it takes to tell its devices, until that is over. */
import type { OpId } from "../../core/op/operation.ts";
import type { Sql } from "./database.ts";

export interface LeavingPool {
  readonly pool: OpId;
  /** Milliseconds since the epoch. */
  readonly toldUntil: number;
}

/** From now on it is not served. The earliest end counts when it is said again. False when it is not hosted. */
export async function beginLeaving(sql: Sql, pool: OpId, notice: string, toldUntil: number): Promise<boolean> {
  const update =
    "UPDATE hosted SET state = 'leaving', notice = $2, told_until = least(told_until, $3), label = '', registrant = '' WHERE pool = $1 RETURNING pool";
  return (await sql.rows(update, pool, notice, toldUntil)).length > 0;
}

/** Pools that were to be brought, and are not here since `before` (HOS-8): they leave, and there is nobody to tell. */
export async function leaveUnfinished(sql: Sql, before: number): Promise<void> {
  const update = "UPDATE hosted SET state = 'leaving', told_until = 0, label = '', registrant = '' WHERE state = 'joining' AND since < $1";
  await sql.rows(update, before);
}

export async function listLeaving(sql: Sql, after: string, limit: number): Promise<LeavingPool[]> {
  const rows = await sql.rows(
    "SELECT pool, told_until FROM hosted WHERE state = 'leaving' AND pool > $1 ORDER BY pool LIMIT $2",
    after,
    limit,
  );
  return rows.map((row) => ({ pool: row["pool"] as OpId, toldUntil: (row["told_until"] as number | null) ?? 0 }));
}
