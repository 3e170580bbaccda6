/** Replies to `delegate_pull` as an honest server makes them, from a pool written by hand: for tests of who reads them. */
import { attest } from "../core/capability/attestation.ts";
import { type Slice, signSlice } from "../core/capability/slice.ts";
import { sliceRoot } from "../core/capability/slice-root.ts";
import { controlTypes, type Envelope } from "../core/op/operation.ts";
import type { Crypto, JsonObject } from "../core/ports.ts";
import type { FixedKey } from "./fixed-keys.ts";
import type { ScriptedPool } from "./scripted-pool.ts";

/** A grant's payload that fits: `schedule.*` for `coach`, until 1,000,000 ms. */
export function grantPayload(coach: FixedKey, parts: JsonObject = {}): JsonObject {
  return { grantee: coach.did, selector: { predicates: ["schedule.*"] }, purpose: "training", expires_at: 1_000_000, ...parts };
}

export interface HonestReply {
  readonly grant: Envelope;
  readonly claims?: readonly Envelope[];
  readonly issuer?: string;
  readonly grantee?: string;
  readonly status?: Slice["status"];
  readonly revocation?: Envelope;
  readonly asOf?: number;
  readonly nonce?: string;
  /** Members of the slice as an issuer who lies would sign them. */
  readonly lie?: Partial<Slice>;
}

/** The whole reply. Its `authority` is every control operation of the pool. */
export function delegateOps(crypto: Crypto, pool: ScriptedPool, parts: HonestReply): JsonObject {
  const { grant, claims = [], issuer = "phone", grantee = "coach", status = "active", revocation, asOf = 1_000, nonce = "n1" } = parts;
  const attestations = claims.map((claim) => attest(crypto.sha256Hex, claim, grant.op_id));
  const slice = signSlice(crypto, pool.key(issuer).seed, {
    grant: grant.op_id,
    status,
    slice_root: sliceRoot(crypto.sha256Hex, attestations),
    count: attestations.length,
    as_of: asOf,
    nonce,
    revocation: revocation?.op_id ?? null,
    issuer: pool.key(issuer).did,
    audience: pool.key(grantee).did,
    ...parts.lie,
  });
  const reply = {
    type: "delegate_ops",
    grant_id: grant.op_id,
    slice,
    attestations,
    grant,
    authority: pool.ops.filter(({ type }) => controlTypes.has(type)),
    ...(revocation ? { revocation } : {}),
  };
  return JSON.parse(JSON.stringify(reply)) as JsonObject;
}
