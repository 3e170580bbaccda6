/** same/1 (SYN-21): what a replica holds, as one hash. */
import { registryHash } from "../core/claim/predicates.ts";
import { tipsOf } from "../core/sync/heads.ts";
import { heldHash } from "../core/sync/same.ts";
import type { Reader } from "../store/index.ts";
import type { Replica } from "./replica.ts";

/** The hash of what this replica holds; null while it lacks a payload. */
export async function heldIn(replica: Replica, reader: Reader): Promise<string | null> {
  if ((await reader.incomplete(null, 1)).length > 0) return null;
  const { sha256Hex } = replica.crypto;
  const { chains } = await replica.controlLog(reader);
  return heldHash(sha256Hex, tipsOf(chains.values()), registryHash(sha256Hex));
}
