/** The rows that operations with their payload add to the view, whatever their status turns out to be. */
import { grantTerms } from "../../core/capability/grant.ts";
import { payloadFault } from "../../core/claim/payload-form.ts";
import { type ClaimPayload, objectKey, sourceKey, statementKey, topicKey } from "../../core/claim/statement.ts";
import { isOpId, type OpId } from "../../core/op/operation.ts";
import type { Shaped } from "../../core/op/shape.ts";
import type { Crypto } from "../../core/ports.ts";
import type { ClaimRow, EvidenceRow, GranteeRow, Ref, RefKind } from "../../store/index.ts";

/** A map, not an object: a type may be called `constructor`. */
const judgements: ReadonlyMap<string, RefKind> = new Map([
  ["refutation", "refutes"],
  ["endorsement", "endorses"],
  ["redaction", "redacts"],
]);

/** What speaks of a grant. A reference is made whatever else its payload says: who reads it checks the rest. */
const aboutGrants: ReadonlyMap<string, RefKind> = new Map([
  ["cap_revoke", "revokes"],
  ["cap_access", "accesses"],
  ["cap_receipt", "receipts"],
]);

/** What a claim's row holds of a claim without words: erased, or never given any that fit. */
export const wordless = {
  statement: "",
  topic: "",
  predicate: "",
  underived: false,
  from: null,
  until: null,
  corrects: null,
  object: "",
} as const;

export interface ViewRows {
  readonly refs: readonly Ref[];
  readonly claims: readonly ClaimRow[];
  readonly evidence: readonly EvidenceRow[];
  readonly grantees: readonly GranteeRow[];
}

/** Each id once: of an operation that came without its payload and with it, the first in the list tells. */
export function rowsOf(crypto: Crypto, ops: readonly Shaped[]): ViewRows {
  const refs: Ref[] = [];
  const claims: ClaimRow[] = [];
  const evidence: EvidenceRow[] = [];
  const grantees: GranteeRow[] = [];
  const seen = new Set<OpId>();
  for (const { envelope } of ops) {
    const { op_id: id, lamport, type, payload } = envelope;
    if (seen.has(id)) continue;
    seen.add(id);
    const fits = payload !== undefined && payloadFault(type, payload) === null;
    const kind = judgements.get(type);
    if (kind && fits) for (const to of payload["targets"] as OpId[]) refs.push({ from: id, kind, to });
    if (type === "evidence" && fits) evidence.push({ id, lamport, source: sourceKey(crypto.sha256Hex, payload) });
    if (type === "note" && fits && isOpId(payload["target"])) refs.push({ from: id, kind: "notes", to: payload["target"] });
    const speaks = aboutGrants.get(type);
    if (speaks && isOpId(payload?.["grant"])) refs.push({ from: id, kind: speaks, to: payload["grant"] });
    const terms = type === "cap_grant" && payload !== undefined ? grantTerms(payload) : null;
    if (terms) grantees.push({ id, grantee: terms.grantee, expires: terms.expiresAt });
    if (type !== "claim") continue;
    const claim = fits ? (payload as unknown as ClaimPayload) : null;
    claims.push(claimRow(crypto, envelope, claim));
    for (const to of claim?.derived_from ?? []) refs.push({ from: id, kind: "derives", to: to as OpId });
    if (claim?.corrects !== undefined) refs.push({ from: id, kind: "corrects", to: claim.corrects as OpId });
  }
  return { refs, claims, evidence, grantees };
}

function claimRow({ sha256Hex }: Crypto, { op_id, lamport, author }: Shaped["envelope"], claim: ClaimPayload | null): ClaimRow {
  const place = { id: op_id, lamport, author, status: "pending" } as const;
  if (claim === null) return { ...place, ...wordless };
  return {
    ...place,
    statement: statementKey(sha256Hex, claim),
    topic: topicKey(sha256Hex, claim.subject, claim.predicate),
    predicate: claim.predicate,
    underived: claim.derived_from.length === 0,
    from: claim.valid_from ?? null,
    until: claim.valid_until ?? null,
    corrects: (claim.corrects as OpId | undefined) ?? null,
    object: claim.corrects === undefined ? "" : objectKey(sha256Hex, claim.object),
  };
}
