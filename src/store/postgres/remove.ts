/** Removing a pool: marked first, then emptied, a bounded number of rows in each transaction (`migrations/002-removal.ts`). */
import pg from "pg";
import { PoolError } from "../../core/errors.ts";
import { limits } from "../../core/limits.ts";
import type { Connections } from "./connections.ts";

export interface RemoveOptions {
  /** Ends it between two transactions. */
  readonly signal?: AbortSignal;
}

/** See `PostgresDatabase.remove`. Each statement can be sent again, so that a lost connection is only a pause. */
export async function removePool(connections: Connections, name: string, { signal }: RemoveOptions = {}): Promise<void> {
  const given = pg.escapeLiteral(name);
  const run = async (call: string) => {
    if (signal?.aborted) throw new PoolError("interrupted", "interrupted: what is left of the pool goes when it is removed again");
    const wait = `SELECT set_config('lock_timeout', '${limits.writeTurnMs}', true)`;
    const { client, results } = await connections.begin("write", `${wait}; SELECT ${call} AS done`);
    client.release();
    return results[1]?.rows[0]?.done as unknown;
  };
  await run(`begin_removal(${given})`);
  while ((await run(`continue_removal(${given}, ${limits.postgresRemovalRows})`)) !== true);
}
