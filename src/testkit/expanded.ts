import { VerifiedRoots } from "../core/op/identity.ts";
import { readRun, runIn } from "../core/op/read-run.ts";
import type { Crypto, Json, JsonObject } from "../core/ports.ts";

/** The items of a list of operations, each an operation of its own: of the runs among them (SYN-19) those that hold. */
export function expanded(crypto: Crypto, items: Json | undefined): JsonObject[] {
  if (!Array.isArray(items)) return [];
  return (items as readonly Json[]).flatMap((item): JsonObject[] => {
    const run = runIn(item);
    if (run === null) return [item as JsonObject];
    return (readRun(crypto, run, new VerifiedRoots()) ?? []).map(({ envelope }) => envelope as unknown as JsonObject);
  });
}
