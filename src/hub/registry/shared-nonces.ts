/** Nonces (section 7) that all processes of a hub know: a request that one has answered is a replay at every other. */
import { hash } from "node:crypto";
import { limits } from "../../core/limits.ts";
import type { OpId } from "../../core/op/operation.ts";
import type { Clock } from "../../core/ports.ts";
import { TokenBuckets } from "../../node/index.ts";
import type { Nonces } from "../../server/index.ts";
import { hubLimits } from "../hub-limits.ts";
import type { Sql } from "./database.ts";

/** The nonces of one pool's keys. */
export function sharedNonces(sql: Sql, pool: OpId, clock: Clock): Nonces {
  // So many in 600 s as one process may keep of a key: counting them anew each time would cost what they are.
  const room = new TokenBuckets({
    perSecond: limits.noncesPerKey / limits.nonceSeconds,
    burst: limits.noncesPerKey,
    namesMax: hubLimits.nonceKeys,
  });
  return {
    persistent: true,
    async add(key, nonce, now, created) {
      if (!room.take(key, now)) return "full";
      const [row] = await sql.rows(insert, pool, hash("sha256", `${key} ${nonce}`, "hex"), now + limits.nonceSeconds * 1_000);
      const since = (row?.["since"] as number | null) ?? (await beginAt(sql, clock()));
      if (created < since) return "forgotten";
      return row?.["added"] === true ? "new" : "seen";
    },
  };
}

const insert = `
WITH added AS (INSERT INTO nonce VALUES ($1, decode($2, 'hex'), $3) ON CONFLICT (pool, hash) DO NOTHING RETURNING 1)
SELECT EXISTS (SELECT 1 FROM added) AS added, (SELECT since FROM nonce_since) AS since`;

/** The tables are empty: new, or emptied when PostgreSQL crashed, at the latest now. What was signed before this second may have come before that. */
async function beginAt(sql: Sql, now: number): Promise<number> {
  await sql.rows("INSERT INTO nonce_since VALUES (true, $1) ON CONFLICT (one) DO NOTHING", Math.floor(now / 1_000) * 1_000);
  return ((await sql.rows("SELECT since FROM nonce_since"))[0]?.["since"] as number | undefined) ?? now;
}

/** Forgets those whose time is over. */
export async function forgetNonces(sql: Sql, now: number): Promise<void> {
  await sql.rows("DELETE FROM nonce WHERE until < $1", now);
}
