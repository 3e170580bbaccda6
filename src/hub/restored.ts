/**
 * A database that was brought back to an earlier state may lack what this hub wrote there later, and its devices hold: going on from it
 * would fork the hub's key (section 4). As a home knows its file (`src/node/restored.ts`), each pool's store knows the server
 * that it is on. In doubt the hub writes nothing there, so that it gives no slices; everything else it does as before. The doubt ends
 * with the first device of the pool that syncs (SYN-18).
 */
import type { Did } from "../core/crypto/did-key.ts";
import type { Store } from "../store/index.ts";

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
