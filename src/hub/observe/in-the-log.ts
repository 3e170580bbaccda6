import type { OpId } from "../../core/op/operation.ts";
import { nativeCrypto } from "../../node/index.ts";
import { poolHash } from "./log-fields.ts";

/** A pool's name in a hub's log, for its operator, who knows the pool by its id. */
export function inTheLog(pool: OpId): string {
  return poolHash(nativeCrypto.sha256Hex, pool);
}
