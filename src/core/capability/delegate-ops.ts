/** What a delegate checks of a reply to `delegate_pull` (section 8; spec DEL-9). It refuses the whole reply, or takes all of it. */
import type { Did } from "../crypto/did-key.ts";
import { PoolError } from "../errors.ts";
import type { Envelope, OpId } from "../op/operation.ts";
import type { Crypto, Json, JsonObject } from "../ports.ts";
import { type Attestation, attestationFault } from "./attestation.ts";
import { Authority, verifiedEnvelope } from "./authority.ts";
import { declarationHolds } from "./declaration.ts";
import { type GrantTerms, grantTerms } from "./grant.ts";
import { is, isAny, isId, memberFault } from "./members.ts";
import { isCurrent, selectsWords } from "./selector.ts";
import { type Slice, sliceFault } from "./slice.ts";
import { sliceRoot } from "./slice-root.ts";

/** What the delegate asked, and what it keeps of earlier replies for this grant. */
export interface PullExpectation {
  readonly grant: OpId;
  /** The delegate's own key. */
  readonly grantee: Did;
  /** What it sent. */
  readonly nonce: string;
  /** The key that signed the reply on its way, where the transport shows one: then it must be the issuer. */
  readonly server?: Did;
  /** The highest `as_of` that was taken for this grant from an issuer; null for none. */
  readonly lastAsOf: (issuer: Did) => number | null;
  /** `authority` as earlier replies gave it: what `Authority.ops` gave. */
  readonly authority: readonly Envelope[];
}

/** A reply that may be taken. */
export interface CheckedReply {
  readonly slice: Slice;
  readonly attestations: readonly Attestation[];
  readonly grant: Envelope;
  /** Null when the grant came without payload: it was redacted, and is revoked. */
  readonly terms: GrantTerms | null;
  /** To be kept: earlier replies' and this one's. Also tells who may challenge. */
  readonly authority: Authority;
  readonly revocation: Envelope | null;
}

const members = {
  type: is("delegate_ops"),
  grant_id: isId,
  slice: isAny,
  attestations: Array.isArray,
  grant: isAny,
  authority: Array.isArray,
  "revocation?": isAny,
};

/**
 * Checks a whole reply. Throws `PoolError("peer")`, saying why in words, when
 * - anything in it has a member that is not listed, or does not verify;
 * - it names another grant, grantee or nonce, or comes from another node than its issuer;
 * - `as_of` is lower than the last that was taken from this issuer;
 * - `authority` does not show the issuer as `full` or `mirror`, or removes it, or does not show the grantor as `full`;
 * - status, times, revocation and attestations contradict each other;
 * - an attestation is of another grant, comes twice, is past, or falls outside the grant's selector;
 * - the attestations do not add up to `slice_root` and `count`.
 */
export function checkDelegateOps(crypto: Crypto, reply: Json, expected: PullExpectation): CheckedReply {
  const { grant_id, attestations, ...rest } = exactly(reply, members, "the reply") as unknown as JsonObject & { attestations: Json[] };
  if (grant_id !== expected.grant) refuse("the reply is about another grant");
  const slice = checkSlice(crypto, rest["slice"] as Json, expected);
  const grant = verifiedEnvelope(crypto, rest["grant"] as Json, "the grant");
  if (grant.op_id !== expected.grant || grant.type !== "cap_grant" || grant.pool === null) refuse("the grant is another operation");
  const authority = new Authority(grant.pool as OpId);
  authority.add(crypto, [...expected.authority, ...(rest["authority"] as readonly Json[])] as readonly Json[]);
  if (!authority.mayIssue(slice.issuer)) refuse("the issuer is not shown as a device that may serve slices, or was removed");
  // By whoever added the grantor a grant may be contested as well: then no more is shown of it than that it was added.
  const granted = slice.status === "revoked" ? authority.wasAddedAsFull(grant.author) : authority.mayGrant(grant.author);
  if (!granted) refuse("the grantor is not shown as a full device");
  const terms = checkTerms(grant, slice, expected);
  const revocation = checkRevocation(crypto, rest["revocation"], slice, grant, authority);
  checkAttestations(crypto, attestations, slice, terms);
  return { slice, attestations: attestations as unknown as Attestation[], grant, terms, authority, revocation };
}

function checkSlice(crypto: Crypto, value: Json, { grant, grantee, nonce, server, lastAsOf }: PullExpectation): Slice {
  const fault = sliceFault(value);
  if (fault !== null) refuse(`the slice does not fit: ${fault}`);
  const slice = value as unknown as Slice;
  if (slice.grant !== grant) refuse("the slice is of another grant");
  if (slice.audience !== grantee) refuse("the slice is for another audience");
  if (slice.nonce !== nonce) refuse("the slice answers another request");
  if (server !== undefined && slice.issuer !== server) refuse("the slice was issued by another node than the one that sent it");
  if (!declarationHolds(crypto, slice, slice.issuer)) refuse("the slice's signature does not verify");
  if (slice.as_of < (lastAsOf(slice.issuer) ?? 0)) refuse("the slice is older than one that this issuer gave before");
  return slice;
}

/** A grant without payload was redacted: then nothing but `revoked` fits. */
function checkTerms({ payload }: Envelope, slice: Slice, { grantee }: PullExpectation): GrantTerms | null {
  if (payload === undefined) {
    if (slice.status !== "revoked") refuse("the grant comes without its terms");
    return null;
  }
  const terms = grantTerms(payload);
  if (terms === null) return refuse("the grant's terms do not fit");
  if (terms.grantee !== grantee) refuse("the grant is another grantee's");
  if (slice.status === "active" && slice.as_of >= terms.expiresAt) refuse("the slice is called active after the grant has expired");
  if (slice.status === "expired" && slice.as_of < terms.expiresAt) refuse("the slice is called expired before the grant expires");
  return terms;
}

function checkRevocation(crypto: Crypto, value: Json | undefined, slice: Slice, grant: Envelope, authority: Authority): Envelope | null {
  if (slice.revocation !== null && slice.status !== "revoked") refuse("a slice that is not revoked names a revocation");
  if ((value === undefined || value === null) !== (slice.revocation === null)) refuse("the revocation is not the one the slice names");
  if (value === undefined || value === null) return null;
  const revocation = verifiedEnvelope(crypto, value, "the revocation");
  const { op_id, type, pool, author, payload } = revocation;
  if (op_id !== slice.revocation || pool !== authority.pool) refuse("the revocation is not the one the slice names");
  // That a removal contests the grant is the issuer's word: it may do so by way of whoever added the grantor.
  if (type === "device_remove" && authority.mayRevoke(author)) return revocation;
  if (type !== "cap_revoke" || payload?.["grant"] !== grant.op_id) refuse("the revocation revokes something else");
  if (!authority.mayRevoke(author)) refuse("the revocation's author may not revoke");
  return revocation;
}

function checkAttestations(crypto: Crypto, values: readonly Json[], slice: Slice, terms: GrantTerms | null): void {
  if (values.length !== slice.count) refuse("the attestations are not as many as the slice counts");
  if (values.length > 0 && slice.status !== "active") refuse("a slice that is not active holds attestations");
  const seen = new Set<OpId>();
  for (const value of values) {
    const fault = attestationFault(value);
    if (fault !== null) refuse(`an attestation does not fit: ${fault}`);
    const each = value as unknown as Attestation;
    if (each.grant !== slice.grant) refuse("an attestation is of another grant");
    if (seen.has(each.claim)) refuse("a claim is attested twice");
    if (terms === null || !selectsWords(terms.selector, each)) refuse("an attestation is outside the grant's selector");
    if (!isCurrent(each.valid_until, slice.as_of)) refuse("an attestation is past its time");
    seen.add(each.claim);
  }
  const root = sliceRoot(crypto.sha256Hex, values as unknown as Attestation[]);
  if (root !== slice.slice_root) refuse("the attestations do not add up to the slice's root");
}

function exactly(value: Json, listed: Parameters<typeof memberFault>[1], what: string): JsonObject {
  const fault = memberFault(value, listed);
  return fault === null ? (value as JsonObject) : refuse(`${what} does not fit: ${fault}`);
}

function refuse(why: string): never {
  throw new PoolError("peer", `the slice is refused: ${why}`);
}
