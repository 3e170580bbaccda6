/** The consent record: the same from both sides, under the field names of ISO/IEC TS 27560. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type ConsentFacts, consentRecord } from "../../../src/core/capability/consent.ts";
import { canonical } from "../../../src/core/codec/canonical.ts";
import type { Did } from "../../../src/core/crypto/did-key.ts";
import type { OpId } from "../../../src/core/op/operation.ts";
import type { JsonObject } from "../../../src/core/ports.ts";

const facts: ConsentFacts = {
  grant: "op:grant" as OpId,
  pool: "op:pool" as OpId,
  grantor: "did:key:phone" as Did,
  grantedAt: 1_000,
  terms: {
    ...{ grantee: "did:key:coach" as Did, purpose: "training", expiresAt: 9_000, refreshMs: 5, purgeMs: 6 },
    selector: { predicates: ["schedule.*", "health.steps"], max_sensitivity: "sensitive", subjects: ["self"] },
  },
  status: "active",
  revocation: null,
};
const record = (parts: Partial<ConsentFacts> = {}) => consentRecord({ ...facts, ...parts }, (ms) => `t${ms}`);

test("it names parties, purpose, information, end and how to withdraw", () => {
  const { pii_processing, party_identification, consent_events, ...head } = record();
  assert.deepEqual(head, { schema_version: "ISO/IEC TS 27560:2023", record_id: "op:grant", pii_principal_id: "op:pool" });
  const [purpose = {}] = (pii_processing as { purposes: JsonObject[] }).purposes;
  assert.deepEqual(purpose["retention_period"], { until: "t9000", refresh_ms: 5, purge_ms: 6 });
  assert.deepEqual(
    (purpose["pii_information"] as JsonObject[]).map(({ pii_type, sensitive_pii_category }) => [pii_type, sensitive_pii_category]),
    [
      ["schedule.*", true],
      ["health.steps", true],
    ],
  );
  assert.deepEqual(party_identification, [
    { party_id: "op:pool", party_role: "pii_principal" },
    { party_id: "did:key:coach", party_role: "pii_controller" },
  ]);
  assert.deepEqual(consent_events, [
    {
      ...{ event_time: "t1000", entity_id: "did:key:phone", event_type: "cap_grant", event_state: "given", event_reference: "op:grant" },
      validity_duration: 8_000,
    },
  ]);
});

test("a revocation withdraws it, an end ends it, and it is canonical JSON either way", () => {
  const states = (parts: Partial<ConsentFacts>) =>
    (record(parts)["consent_events"] as JsonObject[]).map(({ event_state, event_time }) => [event_state, event_time]);
  assert.deepEqual(states({ status: "revoked", revocation: { id: "op:r" as OpId, ts: 2_000 } }).at(-1), ["withdrawn", "t2000"]);
  assert.deepEqual(states({ status: "expired" }).at(-1), ["expired", "t9000"]);
  canonical(record());
});
