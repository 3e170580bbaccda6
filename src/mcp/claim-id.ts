import * as z from "zod";
import { PoolError } from "../core/errors.ts";
import { isOpId, type OpId } from "../core/op/operation.ts";

export const claimId = z.string().max(80).describe("A claim's id, as an answer gave it: `op:` and 64 hex digits.");

/** Rejects with `PoolError("usage")` for a text that is no id. */
export function idOf(text: string): OpId {
  const id = text.trim();
  if (!isOpId(id)) throw new PoolError("usage", "that is no claim's id: it has `op:` and 64 hex digits, as an answer gave it");
  return id;
}
