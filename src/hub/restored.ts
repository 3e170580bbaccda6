/**
 * A database that was brought back to an earlier state may lack what this hub wrote there later, and its devices hold: going on from it
 * would fork the hub's key (section 4). As a home knows its file (`src/node/restored.ts`), each pool's store knows the server
 * that it is on. In doubt the hub writes nothing there, so that it gives no slices; everything else it does as before. The doubt ends
 * with the first device of the pool that syncs (SYN-18).
 */
import type { Did } from "../core/crypto/did-key.ts";
import { PoolError } from "../core/errors.ts";
import type { Store } from "../store/index.ts";
import type { PostgresDatabase } from "../store/postgres/index.ts";
import { adminLimits } from "./admin/admin-limits.ts";
import type { Sql } from "./registry/database.ts";
import { listHosted } from "./registry/hosted.ts";

const mark = "server";

/** Notes the server that a pool is on now, `identity` as `PostgresDatabase` tells it; or that what is here may not be the newest. */
export async function checkRestored(store: Store, did: Did, identity: string): Promise<void> {
  const known = await store.read((reader) => reader.local(mark));
  if (known === identity) return;
  await store.write(async (tx) => {
    await tx.setLocal(mark, identity);
    const written = (await tx.chains()).some(({ author }) => author === did);
    if (known !== null && written) await tx.setLocal("unproven", "restored");
  });
}

/**
 * The operator's word for every pool of a database: that it is a copy of an earlier state, or that nothing was lost. Resolves with the
 * number of pools for which that changes something. It can be called again; rejects with `interrupted` between two pools.
 */
export async function sayRestored(
  { registry, database }: { readonly registry: Sql; readonly database: PostgresDatabase },
  noneNewer: boolean,
  signal?: AbortSignal,
): Promise<number> {
  let count = 0;
  for (let after = "", more = true; more; ) {
    const page = await listHosted(registry, after, adminLimits.page);
    for (const { pool, did, state } of page) {
      if (signal?.aborted) throw new PoolError("interrupted", "interrupted: run it again");
      after = pool;
      if (state === "leaving" || state === "joining") continue; // it writes nothing there any more, or wrote nothing yet
      const store = await database.store(pool, { there: true });
      if (noneNewer ? await trust(store, database.identity) : await doubt(store, did)) count++;
      await store.close();
    }
    more = page.length === adminLimits.page;
  }
  return count;
}

/** The operator's word, where nothing shows it: the database is a copy of an earlier state. True when this hub had written there. */
export async function doubt(store: Store, did: Did): Promise<boolean> {
  return store.write(async (tx) => {
    const written = (await tx.chains()).some(({ author }) => author === did);
    if (written) await tx.setLocal("unproven", "restored");
    return written;
  });
}

/** The operator's word that nothing was lost: a stand-by took over that had everything. True when there was a doubt. */
export async function trust(store: Store, identity: string): Promise<boolean> {
  return store.write(async (tx) => {
    const doubted = (await tx.local("unproven")) !== null;
    await tx.setLocal(mark, identity);
    if (doubted) await tx.setLocal("unproven", null);
    return doubted;
  });
}
