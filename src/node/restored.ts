/**
 * A store that was copied or restored may lack operations that this key has already written; going on from it would fork
 * the key (section 4). What can be seen on one machine is checked when a home is opened; a sync settles the doubt.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Did } from "../core/crypto/did-key.ts";
import { PoolError } from "../core/errors.ts";
import type { OpId } from "../core/op/operation.ts";
import type { Store } from "../store/index.ts";
import { fileIdentity, type Home, replaceFile } from "./home.ts";

const mark = "file";

/** Notes that the store at `home` is the one this device writes to, or that it can't be proved to be the newest. */
export async function checkRestored(home: Home, store: Store, did: Did): Promise<void> {
  if (store.readOnly) return; // nothing is written from here
  const identity = fileIdentity(home.store);
  const tip = readTip(home);
  const { known, hasTip, empty } = await store.read(async (reader) => ({
    known: await reader.local(mark),
    hasTip: tip === null || (await reader.known([tip])).has(tip),
    empty: (await reader.counts()).operations === 0,
  }));
  if (known === identity && hasTip) return;
  await store.write(async (tx) => {
    await tx.setLocal(mark, identity);
    const written = (await tx.chains()).some(({ author }) => author === did);
    if ((known !== null && written) || (!hasTip && !empty)) await tx.setLocal("unproven", "restored or copied");
  });
}

/**
 * Remembers the newest own operation beside the store; called after it is durable there. A disk that is full has no room for a new file, but
 * for the old one's place: every tip is as long as another. Throws `PoolError`; what was written stays written.
 */
export function keepTip(home: Home, id: OpId): void {
  const text = `${JSON.stringify({ newest: id })}\n`;
  try {
    replaceFile(home.tip, text);
  } catch (error) {
    try {
      writeFileSync(home.tip, text, { flag: "r+", flush: true });
    } catch {
      if (!(error instanceof PoolError)) throw error;
      throw new PoolError(error.code, `it was written, but ${error.message}`, {}, { cause: error });
    }
  }
}

/** The newest operation that this home itself wrote; null when it wrote none, or it can't be read. */
export function readTip(home: Home): OpId | null {
  if (!existsSync(home.tip)) return null;
  try {
    return (JSON.parse(readFileSync(home.tip, "utf8")) as { newest: OpId }).newest;
  } catch {
    return null; // torn by a crash: the store's own word remains
  }
}
