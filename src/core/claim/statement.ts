/** What a claim says: its statement, and the topic that its statement competes in (section 6). */
import { canonical } from "../codec/canonical.ts";
import type { Json, JsonObject, Sha256Hex } from "../ports.ts";

export interface ClaimPayload {
  readonly subject: string;
  readonly predicate: string;
  readonly object: Json;
  readonly confidence: number;
  readonly derived_from: readonly string[];
  readonly valid_from?: number;
  readonly valid_until?: number;
  readonly corrects?: string;
}

/** SHA-256 of (subject, predicate, object)'s canonical bytes: equal statements, equal keys. */
export function statementKey(sha256Hex: Sha256Hex, { subject, predicate, object }: ClaimPayload): string {
  return sha256Hex(canonical([subject, predicate, object]));
}

/** SHA-256 of an object's canonical bytes. */
export function objectKey(sha256Hex: Sha256Hex, object: Json): string {
  return sha256Hex(canonical([object]));
}

/** SHA-256 of (subject, predicate)'s canonical bytes. */
export function topicKey(sha256Hex: Sha256Hex, subject: string, predicate: string): string {
  return sha256Hex(canonical([subject, predicate]));
}

/** The name of an item at its source, for ever: (adapter, account, external_id) of an `evidence` payload. */
export function sourceKey(sha256Hex: Sha256Hex, evidence: JsonObject): string {
  const source = evidence["source"] as JsonObject;
  return sha256Hex(canonical([source["adapter"] as Json, source["account"] ?? null, evidence["external_id"] as Json]));
}
