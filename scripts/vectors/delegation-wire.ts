/** What delegation signs and sends, made with others' code than the code under test: attestations, roots, declarations, replies. */
import { jcs, key, sha256 } from "./hashing.ts";
import type { Envelope, Log } from "./log-builder.ts";

export type Members = Readonly<Record<string, unknown>>;

export const emptyRoot = `sha256:${sha256("[]")}`;

/** `sig` over a declaration's hash. */
export function declare(by: string, body: Members): Members {
  return {
    ...body,
    sig: key(by)
      .sign(`fablepool.declaration.v1\n${sha256(jcs(body))}`)
      .toString("hex"),
  };
}

export function attestation(claim: Envelope, grant: string): Members {
  const { subject, predicate, object, confidence, valid_until = null } = claim.payload as Members;
  const salt = sha256("fablepool.att.v1\n", Buffer.from(claim.salt ?? "", "hex"), grant).slice(0, 32);
  const words = { subject, predicate, object, confidence };
  return { kind: "attestation", v: 1, grant, claim: claim.op_id, ...words, asserted_at: claim.ts, valid_until, salt };
}

export function rootOf(attestations: readonly Members[]): string {
  const entries = attestations.map((each) => [String(each["claim"]), sha256(jcs(each))] as const).sort(([a], [b]) => (a < b ? -1 : 1));
  return `sha256:${sha256(jcs(entries))}`;
}

export interface ReplyParts {
  readonly claims?: readonly string[];
  readonly issuer?: string;
  readonly status?: string;
  readonly revocation?: string;
  readonly asOf?: number;
  readonly authority?: readonly string[];
  /** Members of the slice as its issuer signs them, whatever the rest says. */
  readonly slice?: Members;
}

export const asOf = 1_790_001_000_000;

/** A whole reply under the grant labelled `grant`, for `coach`. */
export function reply(log: Log, parts: ReplyParts = {}): Members {
  const { claims = [], issuer = "phone", status = "active", revocation, asOf: at = asOf, slice = {} } = parts;
  const grant = log.get("grant");
  const attestations = claims.map((label) => attestation(log.get(label), grant.op_id));
  const control = [...log.ops.values()].filter(({ type }) => ["genesis", "device_add", "device_remove"].includes(type));
  const declared = {
    ...{ kind: "slice", v: 1, grant: grant.op_id, status, slice_root: rootOf(attestations), count: attestations.length, as_of: at },
    ...{ nonce: "nonce 1", revocation: revocation ? log.id(revocation) : null, issuer: key(issuer).did, audience: key("coach").did },
    ...slice,
  };
  return {
    type: "delegate_ops",
    grant_id: grant.op_id,
    slice: declare(issuer, declared),
    attestations,
    grant,
    authority: parts.authority ? log.list(...parts.authority) : control,
    ...(revocation ? { revocation: log.get(revocation) } : {}),
  };
}

/** A `holdings` declaration of `coach`; `by` signs it. */
export function holdings(grant: string, parts: Members = {}, by = "coach"): Members {
  const nothing = { nonce: null, root: emptyRoot, count: 0, as_of: asOf, revocation: null, purged_root: emptyRoot };
  return declare(by, { kind: "holdings", v: 1, grant, ...nothing, grantee: key("coach").did, ...parts });
}
