/** A claim of this pool as a W3C Verifiable Credential, on its owner's request. */
import { issueCredential } from "../core/capability/credential.ts";
import { PoolError } from "../core/errors.ts";
import type { OpId } from "../core/op/operation.ts";
import type { Json, JsonObject } from "../core/ports.ts";
import { nativeCrypto } from "./native-crypto.ts";
import type { Node } from "./open-node.ts";

/** How long a credential is valid when nobody says: it can't be taken back. */
export const credentialDaysDefault = 30;

/**
 * Issues a credential about an active claim, signed by this device. `until` is in ms since the epoch. Rejects with `PoolError`:
 * `role` unless this device is `full`, `not_found` for what is no claim, `usage` for one that isn't active or would expire at once.
 */
export async function issueClaimCredential(node: Node, id: OpId, until?: number): Promise<JsonObject> {
  const role = await node.role();
  if (role !== "full") throw new PoolError("role", `only a full device speaks for its owner; this one is ${role ?? "no device of a pool"}`);
  const { op, status } = await node.replica.store.read(async (reader) => ({
    op: (await reader.envelopes([id]))[0],
    status: (await reader.claims([id]))[0]?.status,
  }));
  if (op === undefined || status === undefined) throw new PoolError("not_found", `${id} is no claim of this pool`);
  if (status !== "active" || op.payload === undefined)
    throw new PoolError("usage", `only an active claim can be vouched for; this is ${status}`);
  const now = node.writer.clock();
  const { subject, predicate, object, confidence, valid_until: ends } = op.payload;
  const claim = {
    claim: id,
    subject: String(subject),
    predicate: String(predicate),
    object: object as Json,
    confidence: Number(confidence),
    asserted_at: op.ts,
    valid_until: typeof ends === "number" ? ends : null,
  };
  const { did, seed } = node.writer;
  return issueCredential(nativeCrypto, claim, { key: { did, seed }, now, until: until ?? now + credentialDaysDefault * 86_400_000 });
}
