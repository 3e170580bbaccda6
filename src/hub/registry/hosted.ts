/** Which pools are hosted: one row each. */
import type { Did } from "../../core/crypto/did-key.ts";
import type { OpId } from "../../core/op/operation.ts";
import type { Hosted, HostedState } from "../hub.ts";
import type { Row, Sql } from "./database.ts";

/** What there is of a pool, by its id or by the did of this hub in it; null when it is not hosted. */
export async function findHosted(sql: Sql, by: { readonly pool: string } | { readonly did: string }): Promise<Hosted | null> {
  const [row] =
    "pool" in by
      ? await sql.rows("SELECT * FROM hosted WHERE pool = $1", by.pool)
      : await sql.rows("SELECT * FROM hosted WHERE did = $1", by.did);
  return row === undefined ? null : hostedOf(row);
}

/** Up to `limit` pools with ids after `after`, ascending. */
export async function listHosted(sql: Sql, after: string, limit: number): Promise<Hosted[]> {
  return (await sql.rows("SELECT * FROM hosted WHERE pool > $1 ORDER BY pool LIMIT $2", after, limit)).map(hostedOf);
}

/** False when the pool is hosted already. */
export async function addHosted(sql: Sql, hosted: Hosted): Promise<boolean> {
  const { pool, did, role, state, registrant, label, quota, since } = hosted;
  const insert =
    "INSERT INTO hosted (pool, did, role, state, registrant, label, quota_operations, quota_bytes, since) " +
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (pool) DO NOTHING RETURNING pool";
  return (await sql.rows(insert, pool, did, role, state, registrant, label, quota.operations, quota.bytes, since)).length > 0;
}

/** The log has this hub as a device of `role`: what `joining` was for is done. False when the pool is in another state. */
export async function activateHosted(sql: Sql, pool: OpId, role: Hosted["role"]): Promise<boolean> {
  const update = "UPDATE hosted SET state = 'active', role = $2 WHERE pool = $1 AND state = 'joining' RETURNING pool";
  return (await sql.rows(update, pool, role)).length > 0;
}

/** False when it is not hosted, or is leaving: that can't be taken back. `notice` is told to whoever asks. */
export async function setHostedState(sql: Sql, pool: OpId, state: HostedState, notice = ""): Promise<boolean> {
  const update = "UPDATE hosted SET state = $2, notice = $3 WHERE pool = $1 AND (state <> 'leaving' OR $2 = 'leaving') RETURNING pool";
  return (await sql.rows(update, pool, state, notice)).length > 0;
}

export async function setHostedQuota(sql: Sql, pool: OpId, { operations, bytes }: Hosted["quota"]): Promise<boolean> {
  const update = "UPDATE hosted SET quota_operations = $2, quota_bytes = $3 WHERE pool = $1 RETURNING pool";
  return (await sql.rows(update, pool, operations, bytes)).length > 0;
}

/** Everything that the registry has of a pool goes. */
export async function removeHosted(sql: Sql, pool: OpId): Promise<void> {
  for (const table of ["hosted", "invitation", "nonce", "seen"]) await sql.rows(`DELETE FROM ${table} WHERE pool = $1`, pool);
}

function hostedOf(row: Row): Hosted {
  return {
    pool: row["pool"] as OpId,
    did: row["did"] as Did,
    role: row["role"] as Hosted["role"],
    state: row["state"] as HostedState,
    registrant: row["registrant"] as Did,
    label: row["label"] as string,
    notice: row["notice"] as string,
    quota: { operations: row["quota_operations"] as number | null, bytes: row["quota_bytes"] as number | null },
    since: row["since"] as number,
  };
}
