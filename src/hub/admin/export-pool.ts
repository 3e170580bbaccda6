/** A pool as a file that any device reads: what `fablepool export` writes there. */
import { exportLog, nativeCrypto, Replica } from "../../node/index.ts";
import type { Operated } from "./operator.ts";
import { requireHosted } from "./pools.ts";

/** Its lines, each an envelope; of a suspended pool too. Rejects with `not_found`, and `no_pool` when nothing of it came or it was deleted. */
export async function* exportPool(operated: Operated, given: string): AsyncGenerator<string> {
  const { pool } = await requireHosted(operated, given);
  const store = await operated.database.store(pool, { there: true });
  try {
    yield* exportLog(new Replica(store, nativeCrypto));
  } finally {
    await store.close();
  }
}
