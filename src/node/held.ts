/** same/1 (SYN-21, SYN-22): what a replica holds, as one hash. */
import { registryHash } from "../core/claim/predicates.ts";
import { heldHash } from "../core/sync/same.ts";
import type { Reader } from "../store/index.ts";
import type { Replica } from "./replica.ts";

/** The hash of what this replica holds (same/1), which is remembered; null while it lacks a payload. */
export async function heldIn(replica: Replica, reader: Reader): Promise<string | null> {
  if ((await reader.incomplete(null, 1)).length > 0) return null;
  const { sha256Hex } = replica.crypto;
  const { chains } = await replica.controlLog(reader);
  const hash = heldHash(sha256Hex, chains.values(), registryHash(sha256Hex));
  replica.heldBefore.note(hash, chains.values());
  return hash;
}
