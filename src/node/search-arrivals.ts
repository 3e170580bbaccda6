/** Making findable what arrived: a little at a time, so that nothing else waits long. */
import { PoolError } from "../core/errors.ts";
import type { Replica } from "./replica.ts";
import { indexNext, isIndexed } from "./search-index.ts";
import { ViewFacts } from "./view/facts.ts";

/**
 * Indexes all that arrived. A `signal` ends it between two transactions; what is left is done the next time. Rejects with `storage` where that
 * can't be written: a search must not miss words without a word.
 */
export async function indexArrivals(replica: Replica, signal?: AbortSignal): Promise<void> {
  if (await replica.store.read(isIndexed)) return;
  if (replica.store.readOnly) {
    const why = "the last that arrived was not made findable yet, and this home can only be read";
    throw new PoolError("storage", `${why}: search once where it can be written to, in a copy say`);
  }
  for (let more = true; more && !signal?.aborted; ) {
    more = await replica.store.write(async (tx) => indexNext(tx, replica.crypto, new ViewFacts(tx, await replica.controlLog(tx))));
  }
}

/** Milliseconds without a change after which a serving node indexes: not in the middle of a sync. */
const quietMs = 1_000;

/** Indexes whenever nothing has changed for a moment. Returns how to stop; what is left is done by the next search. */
export function indexWhenQuiet(replica: Replica, quiet: number = quietMs): () => Promise<void> {
  const stop = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const begin = () => {
    running = running.then(() => (stop.signal.aborted ? undefined : indexArrivals(replica, stop.signal))).catch(() => undefined);
  };
  let timer = setTimeout(begin, quiet);
  const forget = replica.onChange(() => {
    clearTimeout(timer);
    timer = setTimeout(begin, quiet);
  });
  return async () => {
    stop.abort();
    forget();
    clearTimeout(timer);
    await running;
  };
}
