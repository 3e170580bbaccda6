/** What a delegate answers to the nodes of a grantor's pool (sections 7 and 8; spec DEL-13): who it is, and what it holds. Nothing else, to nobody else. */

import { type Holdings, signHoldings } from "../../core/capability/holdings.ts";
import { isNonce } from "../../core/capability/members.ts";
import type { Did } from "../../core/crypto/did-key.ts";
import { PoolError } from "../../core/errors.ts";
import { isOpId, type OpId } from "../../core/op/operation.ts";
import type { Json, JsonObject } from "../../core/ports.ts";
import { errorReply, errorReplyOf, isObject, protocol, refusal } from "../../core/sync/messages.ts";
import { nativeCrypto } from "../native-crypto.ts";
import { delegateNow } from "./end-of-slice.ts";
import type { Delegate } from "./open-delegate.ts";
import { purgeEnded, unknownGrant } from "./purge.ts";

/** Answers one message of `key` (null: unsigned). Never rejects: whatever is thrown becomes an `error` reply. */
export async function answerAsDelegate(delegate: Delegate, message: Json, key: string | null): Promise<JsonObject> {
  try {
    return (await dispatch(delegate, message, key)) as JsonObject;
  } catch (error) {
    return errorReplyOf(error) as unknown as JsonObject;
  }
}

async function dispatch(delegate: Delegate, message: Json, key: string | null): Promise<object> {
  if (!isObject(message)) return errorReply("bad_request", "message must be a JSON object");
  const { type, grant_id, nonce } = message;
  if (type === "hello") return { type: "hello", protocol, node: delegate.key.did };
  if (type !== "holdings_request" || key === null || !isOpId(grant_id)) return refusal;
  if (!(await mayChallenge(delegate, grant_id, key as Did))) return refusal;
  if (nonce === undefined || !isNonce(nonce)) throw new PoolError("bad_request", `"nonce" must be a text of 1 to 128 characters`);
  return { type: "holdings", proof: await proveHoldings(delegate, grant_id, nonce as string) };
}

/** True for a node that `authority` has named as one of the pool that a grant is of, and not removed. */
export function mayChallenge(delegate: Delegate, grant: OpId, key: Did): Promise<boolean> {
  return delegate.register.transact((rows) => delegate.authority(rows, rows.grant(grant)?.pool ?? null)?.names(key) ?? false);
}

/** Whether a key is a node of the pool of any grant: whose requests a server keeps nonces of. */
export function isKnownToDelegate(delegate: Delegate, key: string): Promise<boolean> {
  return delegate.register.transact((rows) => {
    const pools = new Set(rows.grants().map(({ pool }) => pool));
    return [...pools].some((pool) => delegate.authority(rows, pool)?.names(key as Did) ?? false);
  });
}

/** What is held of a grant now, signed; what has ended is purged first. Rejects with `not_found` for an unknown grant. */
export async function proveHoldings(delegate: Delegate, grant: OpId, nonce: string): Promise<Holdings> {
  await purgeEnded(delegate);
  const { key, clock, register, cache } = delegate;
  return register.transact((rows) => {
    const record = rows.grant(grant);
    if (record === null) throw unknownGrant(grant);
    const { root, count } = cache(grant).held(nativeCrypto.sha256Hex);
    const { now } = delegateNow(clock(), rows.poolAsOf(record.pool));
    const { revocation, purgedRoot } = record;
    return signHoldings(nativeCrypto, key.seed, {
      ...{ grant, nonce, root, count, as_of: now },
      ...{ revocation, purged_root: purgedRoot, grantee: key.did },
    });
  });
}
