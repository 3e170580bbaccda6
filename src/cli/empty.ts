/** What a list says that has nothing in it. */
import type { Node } from "../node/index.ts";

/** `otherwise`, unless it is empty because this device has a key and no pool yet: then what comes next. */
export async function emptyWords({ replica }: Node, otherwise: string): Promise<string> {
  const pool = await replica.store.read((reader) => reader.pool());
  return pool === null ? "this device has no pool yet: `fablepool join` is next (or `fablepool init`, which founds one)" : otherwise;
}
