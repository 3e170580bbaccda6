/** Attestations (section 8; spec DEL-6): what a delegate reads of one claim, and nothing else of it. */
import { fromHex } from "../bytes.ts";
import { canonical } from "../codec/canonical.ts";
import { domainTags } from "../domain-tags.ts";
import { PoolError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Envelope, OpId } from "../op/operation.ts";
import type { Json, Sha256Hex } from "../ports.ts";
import { is, isAny, isConfidence, isCount, isHex, isId, isName, isTime, memberFault, orNull } from "./members.ts";

/** What an attestation says of a claim, and a credential too: nothing of its evidence. */
export interface AttestedClaim {
  /** The claim's `op_id`. */
  readonly claim: OpId;
  readonly subject: string;
  readonly predicate: string;
  readonly object: Json;
  readonly confidence: number;
  /** The claim's `ts`, ms. */
  readonly asserted_at: number;
  /** From then on (ms) what it says is not used; null: no end. */
  readonly valid_until: number | null;
}

export interface Attestation extends AttestedClaim {
  readonly kind: "attestation";
  readonly v: 1;
  readonly grant: OpId;
  /** 32 hex digits, the same at every node: gone with the claim's own salt when that is erased. */
  readonly salt: string;
}

/**
 * The attestation of a claim under a grant. The claim has its payload, of valid form; throws `PoolError("internal")` for one
 * without: what is not there can't be attested.
 */
export function attest(sha256Hex: Sha256Hex, claim: Envelope, grant: OpId): Attestation {
  const { payload, salt } = claim;
  const bytes = salt === undefined ? null : fromHex(salt);
  if (payload === undefined || bytes === null) throw new PoolError("internal", `${claim.op_id} has no payload to attest`);
  return {
    kind: "attestation",
    v: 1,
    grant,
    claim: claim.op_id,
    subject: payload["subject"] as string,
    predicate: payload["predicate"] as string,
    object: payload["object"] as Json,
    confidence: payload["confidence"] as number,
    asserted_at: claim.ts,
    valid_until: (payload["valid_until"] as number | undefined) ?? null,
    salt: attestationSalt(sha256Hex, bytes, grant),
  };
}

/** 32 hex digits from the claim's salt bytes and the grant. */
export function attestationSalt(sha256Hex: Sha256Hex, claimSalt: Uint8Array, grant: OpId): string {
  return sha256Hex(domainTags.attestation, claimSalt, grant).slice(0, 32);
}

const members = {
  kind: is("attestation"),
  v: is(1),
  grant: isId,
  claim: isId,
  subject: isName,
  predicate: isName,
  object: isAny,
  confidence: isConfidence,
  asserted_at: isCount,
  valid_until: orNull(isTime),
  salt: isHex(32),
};

/** Why a value has not exactly the members of an attestation, in words; null when it has. */
export function attestationFault(value: Json | undefined): string | null {
  return memberFault(value, members);
}

/** SHA-256 of its canonical bytes, 64 hex digits. */
export function attestationHash(sha256Hex: Sha256Hex, attestation: Attestation): string {
  return sha256Hex(canonical(attestation, limits.messageDepth));
}
