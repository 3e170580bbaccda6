/**
 * A device that took the headers first (headers/1), and whose payloads are still coming: how far they came, and what must not
 * be done meanwhile. The mark outlives the process: any later sync goes on with it.
 */
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import type { OpId } from "../core/op/operation.ts";
import type { Lacking } from "../core/sync/effects.ts";
import type { Reader } from "../store/index.ts";
import type { Replica } from "./replica.ts";

/** Name of the local value: the lamport below which payloads were not asked for yet; `top` when none was. */
const mark = "filling";

export async function isFilling({ store }: Replica): Promise<boolean> {
  return store.read(isFillingIn);
}

export async function isFillingIn(reader: Reader): Promise<boolean> {
  return (await reader.local(mark)) !== null;
}

/** Headers are going to be taken without payloads: from now on every sync asks for these, from the newest on. */
export async function beginFilling({ store }: Replica): Promise<void> {
  await store.write((tx) => tx.setLocal(mark, "top"));
}

/**
 * Rejects with `PoolError("stale")` while payloads are coming: what was imported or derived elsewhere can't be recognised yet,
 * so that importing would add it again, and deriving would end what it does not see a reason for.
 */
export async function requireFilled(replica: Replica): Promise<void> {
  if (!(await isFilling(replica))) return;
  throw new PoolError("stale", "this device has not everything yet: run `fablepool sync` until it has, then try again");
}

/**
 * The next operations that are here without their payload, newest first: those just below `below`, or where the last sync
 * left off. Asking for a page notes that all above it was asked for; the end, that everything was.
 */
export async function nextLacking(replica: Replica, below: number | null): Promise<Lacking> {
  const place = await replica.store.read(async (reader) => below ?? (await noted(reader)));
  await replica.store.write((tx) => tx.setLocal(mark, String(place)));
  const page = await replica.store.read((reader) => lackingBelow(reader, place));
  if (page.below === null && page.ids.length === 0) await replica.store.write((tx) => tx.setLocal(mark, null));
  return page;
}

async function noted(reader: Reader): Promise<number> {
  const value = await reader.local(mark);
  if (value !== null && value !== "top") return Number(value);
  return (await reader.counts()).lamport + 1;
}

/** Looks down in steps of lamport, which is how old an operation is in its log, until a step has any. */
async function lackingBelow(reader: Reader, below: number): Promise<Lacking> {
  for (let top = below; top > 0; ) {
    const from = Math.max(0, top - limits.fillLamports);
    const ids: OpId[] = [];
    let after = { lamport: from - 1, id: lastId };
    for (let more = true; more; ) {
      // For the ids in order; as envelopes each payload would be read, and each path put together.
      const page = await reader.orderedJson({ after, limit: limits.want, bytes: limits.syncBatchBytes }, { runs: true });
      const infos = await reader.known(page.ids);
      for (const { id, lamport, hasPayload } of infos.values()) if (!hasPayload && lamport < top) ids.push(id);
      more = page.last !== null && page.last.lamport < top;
      if (page.last) after = page.last;
    }
    top = from;
    if (ids.length > 0) return { ids: ids.reverse(), below: top };
  }
  return { ids: [], below: null };
}

const lastId = `op:${"f".repeat(64)}` as OpId;

/** Of these, those that are here without their payload. */
export async function lackingAmong({ store }: Replica, ids: readonly OpId[]): Promise<OpId[]> {
  const infos = await store.read((reader) => reader.known(ids));
  return ids.filter((id) => infos.get(id)?.hasPayload === false);
}
