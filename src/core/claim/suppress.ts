/** `suppress` of a redaction (section 6, "Erasure"): which items importers skip, told without naming them. */
import { canonical } from "../codec/canonical.ts";
import type { Json, JsonObject, Sha256Hex } from "../ports.ts";

/** The name that an item keeps for ever, as `suppress` hashes it. */
export function itemName(evidence: JsonObject): string {
  const source = evidence["source"] as JsonObject;
  return canonical([source["adapter"] as Json, source["account"] ?? null, evidence["external_id"] as Json]);
}

/** SHA-256 of the redaction's salt and the item's name: who does not know the name can't tell which item is meant. */
export function suppressHash(sha256Hex: Sha256Hex, salt: Uint8Array, name: string): string {
  return sha256Hex(salt, name);
}
