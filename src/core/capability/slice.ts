/** `slice`: the serving node's signed word on what a grantee may read now (section 8; spec DEL-8). */
import type { Did } from "../crypto/did-key.ts";
import type { OpId } from "../op/operation.ts";
import type { Crypto, Json } from "../ports.ts";
import { signDeclaration } from "./declaration.ts";
import { is, isCount, isDid, isHex, isId, isNonce, isRoot, memberFault, orNull } from "./members.ts";

/** What a grant is at a moment. */
export const grantStatuses = ["active", "revoked", "expired"] as const;
export type GrantStatus = (typeof grantStatuses)[number];

export interface Slice {
  readonly kind: "slice";
  readonly v: 1;
  readonly grant: OpId;
  /** `revoked` also when it is expired too. */
  readonly status: GrantStatus;
  readonly slice_root: string;
  /** Attestations in it. */
  readonly count: number;
  /** The issuer's clock, ms. */
  readonly as_of: number;
  /** Echoes the request. */
  readonly nonce: string;
  /** The `cap_revoke`, or the `device_remove` that contests the grant. */
  readonly revocation: OpId | null;
  /** The serving node. */
  readonly issuer: Did;
  /** The grantee. */
  readonly audience: Did;
  readonly sig: string;
}

const members = {
  kind: is("slice"),
  v: is(1),
  grant: isId,
  status: is(...grantStatuses),
  slice_root: isRoot,
  count: isCount,
  as_of: isCount,
  nonce: isNonce,
  revocation: orNull(isId),
  issuer: isDid,
  audience: isDid,
  sig: isHex(128),
};

/** Why a value has not exactly the members of a `slice` declaration, in words; null when it has. No signature is checked. */
export function sliceFault(value: Json | undefined): string | null {
  return memberFault(value, members);
}

/** Signs a slice. `seed` is the issuer's. */
export function signSlice(crypto: Crypto, seed: Uint8Array, body: Omit<Slice, "kind" | "v" | "sig">): Slice {
  return signDeclaration(crypto, seed, { kind: "slice", v: 1, ...body });
}
