/**
 * A grant as a consent record under the field names of ISO/IEC TS 27560:2023, for both parties: all of it follows from the signed
 * grant and from what ended it, so that owner and grantee make the same one. What a grant does not say (a law, a place) is left out.
 */
import type { Did } from "../crypto/did-key.ts";
import type { OpId } from "../op/operation.ts";
import type { Json, JsonObject } from "../ports.ts";
import type { GrantTerms } from "./grant.ts";
import type { GrantStatus } from "./slice.ts";

export interface ConsentFacts {
  readonly grant: OpId;
  readonly pool: OpId;
  /** The device that signed the grant. */
  readonly grantor: Did;
  /** Its `ts`, ms. */
  readonly grantedAt: number;
  readonly terms: GrantTerms;
  readonly status: GrantStatus;
  /** What revoked it, and when by its author's clock, ms; null when nothing did. */
  readonly revocation: { readonly id: OpId; readonly ts: number } | null;
}

/** Milliseconds since the epoch as ISO 8601: the core has no calendar. */
export type TimeText = (ms: number) => string;

/** The record as JSON; durations are milliseconds. */
export function consentRecord(facts: ConsentFacts, timeText: TimeText): JsonObject {
  const { grant, pool, grantor, grantedAt, terms } = facts;
  return {
    schema_version: "ISO/IEC TS 27560:2023",
    record_id: grant,
    pii_principal_id: pool,
    pii_processing: {
      purposes: [
        {
          purpose: terms.purpose,
          lawful_basis: "consent",
          pii_information: terms.selector.predicates.map((pattern) => informationOf(pattern, terms)),
          pii_controllers: [terms.grantee],
          collection_method: "fpl-sync/1 delegate_pull: attested claims, without the evidence behind them",
          storage_locations: ["a cache of the grantee's that can be deleted"],
          retention_period: { until: timeText(terms.expiresAt), refresh_ms: terms.refreshMs, purge_ms: terms.purgeMs },
          withdrawal_method: "a cap_revoke by any full device of the owner, or by the owner's root key",
          recipient_third_parties: [],
        },
      ],
    },
    party_identification: [
      { party_id: pool, party_role: "pii_principal" },
      { party_id: terms.grantee, party_role: "pii_controller" },
    ],
    consent_events: eventsOf(facts, grantor, grantedAt, timeText),
  };
}

function informationOf(pattern: string, { selector }: GrantTerms): JsonObject {
  const { subjects, min_confidence, max_sensitivity = "personal" } = selector;
  return {
    pii_type: pattern,
    sensitive_pii_category: max_sensitivity === "sensitive" || max_sensitivity === "restricted",
    max_sensitivity,
    ...(subjects ? { subjects } : {}),
    ...(min_confidence === undefined ? {} : { min_confidence }),
  };
}

function eventsOf({ grant, status, revocation, terms }: ConsentFacts, grantor: Did, grantedAt: number, timeText: TimeText): Json {
  const given = {
    event_time: timeText(grantedAt),
    entity_id: grantor,
    event_type: "cap_grant",
    event_state: "given",
    event_reference: grant,
  };
  const validity = { validity_duration: Math.max(0, terms.expiresAt - grantedAt) };
  if (status === "expired")
    return [
      { ...given, ...validity },
      { event_time: timeText(terms.expiresAt), event_state: "expired" },
    ];
  if (revocation === null) return [{ ...given, ...validity }];
  return [
    { ...given, ...validity },
    { event_time: timeText(revocation.ts), event_type: "cap_revoke", event_state: "withdrawn", event_reference: revocation.id },
  ];
}
