/** Operations that are here without their payload, of which a page at a time is asked for (ADM-14). */
import { limits } from "../core/limits.ts";
import type { OpId } from "../core/op/operation.ts";
import type { Reader } from "../store/index.ts";
import type { Replica } from "./replica.ts";

/** Up to 1,000 ids without payload, going on where the last sync left off (section 4: in rotation). */
export async function nextIncomplete(replica: Replica): Promise<readonly OpId[]> {
  return goOnAfter(replica, await replica.store.read(incompleteIn));
}

interface IncompletePage {
  readonly ids: readonly OpId[];
  /** After which they come; null for the first of all. */
  readonly from: OpId | null;
}

export async function incompleteIn(reader: Reader): Promise<IncompletePage> {
  const from = (await reader.local("incomplete-after")) as OpId | null;
  const ids = await reader.incomplete(from, limits.want);
  return { ids: ids.length > 0 || from === null ? ids : await reader.incomplete(null, limits.want), from };
}

/** Notes where the next page begins; gives the ids of this one. */
export async function goOnAfter({ store }: Replica, { ids, from }: IncompletePage): Promise<readonly OpId[]> {
  const next = ids.length === limits.want ? (ids.at(-1) as OpId) : null;
  if (next !== from) await store.write((tx) => tx.setLocal("incomplete-after", next));
  return ids;
}
