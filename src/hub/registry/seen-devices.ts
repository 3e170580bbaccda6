/** When a pool's devices were answered last, whichever process answered them. */
import type { OpId } from "../../core/op/operation.ts";
import type { Sql } from "./database.ts";

function minuteOf(now: number): number {
  return Math.floor(now / 60_000) * 60_000;
}

export class SeenDevices {
  readonly #sql: Sql;
  readonly #pool: OpId;
  /** What this process has written: by device, the minute. */
  readonly #written = new Map<string, number>();

  constructor(sql: Sql, pool: OpId) {
    this.#sql = sql;
    this.#pool = pool;
  }

  isNoted(device: string, now: number): boolean {
    return this.#written.get(device) === minuteOf(now);
  }

  /** A device was answered at `now`. It costs a statement, for which nobody waits. */
  note(device: string, now: number): void {
    const at = minuteOf(now);
    this.#written.set(device, at);
    this.#sql.rows(upsert, this.#pool, device, at).catch(() => this.#written.delete(device)); // the next answer notes it again
  }

  async list(): Promise<Map<string, number>> {
    const rows = await this.#sql.rows("SELECT device, at FROM seen WHERE pool = $1", this.#pool);
    return new Map(rows.map(({ device, at }) => [device as string, at as number]));
  }
}

/** Of a pool that is being deleted no row is made any more. */
const upsert = `
INSERT INTO seen SELECT $1, $2, $3 WHERE EXISTS (SELECT 1 FROM hosted WHERE pool = $1 AND state <> 'leaving')
ON CONFLICT (pool, device) DO UPDATE SET at = excluded.at WHERE seen.at < excluded.at`;

/** When any device of each of these pools was answered last. */
export async function lastSeen(sql: Sql, pools: readonly OpId[]): Promise<Map<string, number>> {
  const list = `{${pools.join(",")}}`; // ids need no quotes
  const rows = await sql.rows("SELECT pool, max(at) AS at FROM seen WHERE pool = ANY ($1::text[]) GROUP BY pool", list);
  return new Map(rows.map(({ pool, at }) => [pool as string, at as number]));
}
