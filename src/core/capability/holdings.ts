/** `holdings`: the grantee's signed statement of what it holds, and a purge's receipt (section 8; spec DEL-11 to DEL-14). */
import type { Did } from "../crypto/did-key.ts";
import type { OpId } from "../op/operation.ts";
import type { Crypto, Json } from "../ports.ts";
import { declarationHolds, signDeclaration } from "./declaration.ts";
import { is, isCount, isDid, isHex, isId, isNonce, isRoot, memberFault, orNull } from "./members.ts";
import { emptyRoot } from "./slice-root.ts";

export interface Holdings {
  readonly kind: "holdings";
  readonly v: 1;
  readonly grant: OpId;
  /** Echoes a challenge; null in a receipt. */
  readonly nonce: string | null;
  /** Root of what the grantee holds of the grant now. */
  readonly root: string;
  readonly count: number;
  /** The grantee's clock, ms. */
  readonly as_of: number;
  /** What made it purge; null before any purge, and when it purged early or because of expiry. */
  readonly revocation: OpId | null;
  /** Root of what it deleted; null before any purge. */
  readonly purged_root: string | null;
  readonly grantee: Did;
  readonly sig: string;
}

const members = {
  kind: is("holdings"),
  v: is(1),
  grant: isId,
  nonce: orNull(isNonce),
  root: isRoot,
  count: isCount,
  as_of: isCount,
  revocation: orNull(isId),
  purged_root: orNull(isRoot),
  grantee: isDid,
  sig: isHex(128),
};

/** Why a value has not exactly the members of a `holdings` declaration, in words; null when it has. No signature is checked. */
export function holdingsFault(value: Json | undefined): string | null {
  return memberFault(value, members);
}

export type HoldingsBody = Omit<Holdings, "kind" | "v" | "sig">;

/** Signs what the grantee holds. `seed` is the grantee's. */
export function signHoldings(crypto: Crypto, seed: Uint8Array, body: HoldingsBody): Holdings {
  return signDeclaration(crypto, seed, { kind: "holdings", v: 1, ...body });
}

/** The receipt of a purge: nothing is held any more. `purgedRoot` is the root of what was deleted. */
export function signPurgeReceipt(
  crypto: Crypto,
  seed: Uint8Array,
  {
    grant,
    grantee,
    asOf,
    revocation,
    purgedRoot,
  }: { grant: OpId; grantee: Did; asOf: number; revocation: OpId | null; purgedRoot: string },
): Holdings {
  return signHoldings(crypto, seed, {
    grant,
    nonce: null,
    root: emptyRoot,
    count: 0,
    as_of: asOf,
    revocation,
    purged_root: purgedRoot,
    grantee,
  });
}

/** What a grantor knows of a grant when a receipt comes in. */
export interface ReceiptContext {
  readonly grant: OpId;
  readonly grantee: Did;
  /** True for an operation of this log that revokes or contests the grant. */
  readonly isRevocation: (id: OpId) => boolean;
  /** True for a root that this grant was served. */
  readonly wasServed: (root: string) => boolean;
}

/** Why a purge receipt is not accepted (spec DEL-12), in words; null when it is. */
export function receiptFault(crypto: Crypto, value: Json | undefined, context: ReceiptContext): string | null {
  const fault = holdingsFault(value);
  if (fault !== null) return fault;
  const receipt = value as unknown as Holdings;
  const { grant, grantee, nonce, root, count, revocation, purged_root } = receipt;
  if (grant !== context.grant) return "it is about another grant";
  if (grantee !== context.grantee) return "it is not the grantee's";
  if (nonce !== null || root !== emptyRoot || count !== 0) return "it is no receipt of a purge";
  if (purged_root === null) return "it does not say what was purged";
  if (!declarationHolds(crypto, receipt, grantee)) return "its signature does not verify";
  if (revocation !== null && !context.isRevocation(revocation)) return "it names a revocation that is not known here";
  if (purged_root !== emptyRoot && !context.wasServed(purged_root)) return "it names a root that was not served";
  return null;
}

/** Why a reply to a challenge is no proof (spec DEL-13), in words; null when it is the grantee's word, whatever it says. */
export function proofFault(
  crypto: Crypto,
  value: Json | undefined,
  expected: { readonly grant: OpId; readonly grantee: Did; readonly nonce: string },
): string | null {
  const fault = holdingsFault(value);
  if (fault !== null) return fault;
  const proof = value as unknown as Holdings;
  if (proof.grant !== expected.grant) return "it is about another grant";
  if (proof.grantee !== expected.grantee) return "it is not the grantee's";
  if (proof.nonce !== expected.nonce) return "it answers another challenge";
  if ((proof.root === emptyRoot) !== (proof.count === 0)) return "root and count contradict each other";
  return declarationHolds(crypto, proof, proof.grantee) ? null : "its signature does not verify";
}
