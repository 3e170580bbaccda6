import { PoolError } from "../core/errors.ts";
import type { Store } from "./store.ts";

/** Throws `storage` for a store that may only be read. */
export function checkWritable(store: Pick<Store, "readOnly">): void {
  if (store.readOnly) throw new PoolError("storage", "this home can only be read: its disk, its folder or its store can't be written to");
}
