import { createHash } from "node:crypto";
import type { OpId } from "../../src/core/op/operation.ts";

/** The id of a pool that there is none of. */
export function benchedPool(number: number): OpId {
  return `op:${createHash("sha256").update(`benched ${number}`).digest("hex")}` as OpId;
}
