/** The payloads of cap_grant, cap_revoke, cap_access and cap_receipt: which are void. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { grantTerms } from "../../../src/core/capability/grant.ts";
import { signPurgeReceipt } from "../../../src/core/capability/holdings.ts";
import { emptyRoot } from "../../../src/core/capability/slice-root.ts";
import { payloadFault } from "../../../src/core/claim/payload-form.ts";
import { limits } from "../../../src/core/limits.ts";
import type { OpId } from "../../../src/core/op/operation.ts";
import type { Json, JsonObject } from "../../../src/core/ports.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { jsonValue } from "../../../src/testkit/arbitrary-json.ts";
import { fixedKey } from "../../../src/testkit/fixed-keys.ts";
import { fits } from "../../../src/testkit/oracle-payloads.ts";
import { weakDid } from "../../../src/testkit/pool-history-faults.ts";

const coach = fixedKey(nativeCrypto, "coach");
const grant = `op:${"1".repeat(64)}` as OpId;
const receipt = signPurgeReceipt(nativeCrypto, coach.seed, { grant, grantee: coach.did, asOf: 5, revocation: null, purgedRoot: emptyRoot });
const selector = { predicates: ["schedule.*"], subjects: ["self"], min_confidence: 0.5, max_sensitivity: "sensitive" };

/** Of each type one that fits, with every optional member. */
const whole: Readonly<Record<string, JsonObject>> = {
  cap_grant: { grantee: coach.did, selector, purpose: "training", expires_at: 5_000, refresh_ms: 1_000, purge_ms: 2_000 },
  cap_revoke: { grant },
  cap_access: { grant, server: coach.did, slice_root: emptyRoot, served: 0, outcome: "served" },
  cap_receipt: { grant, receipt: { ...receipt } },
};

for (const [type, payload] of Object.entries(whole)) {
  test(`${type}: fits whole; ${type === "cap_grant" ? "no unlisted member" : "unlisted members are ignored"}`, () => {
    assert.equal(payloadFault(type, payload), null);
    assert.equal(payloadFault(type, { ...payload, later: 1 }) === null, type !== "cap_grant");
    for (const name of Object.keys(payload)) {
      const { [name]: _gone, ...rest } = payload;
      assert.equal(payloadFault(type, rest) === null, name === "refresh_ms" || name === "purge_ms", name);
    }
  });

  test(`law: ${type}: with any member replaced by anything, it fits when the oracle says so`, () => {
    const values = fc.oneof(
      jsonValue(3),
      fc.constantFrom<Json>("", "x", grant, coach.did, emptyRoot, 0, 1, -1, 0.5, 2 ** 53, null, {}, [], "served", "revoked", "gone"),
      fc.constantFrom<Json>(
        selector,
        { ...selector, more: 1 },
        { predicates: [1] },
        { subjects: [] },
        { ...receipt },
        { ...receipt, more: 1 },
      ),
    );
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(payload), "later"), values, (name, value) => {
        const changed = { ...payload, [name]: value };
        assert.equal(payloadFault(type, changed) === null, fits(type, changed), JSON.stringify(changed));
      }),
      { numRuns: 500 },
    );
  });
}

test("defaults: refreshed within 7 days, purged within 72 hours", () => {
  const { refresh_ms: _refresh, purge_ms: _purge, ...rest } = whole["cap_grant"] as JsonObject;
  const terms = grantTerms(rest);
  assert.equal(terms?.refreshMs, 7 * 24 * 3_600_000);
  assert.equal(terms?.purgeMs, 72 * 3_600_000);
  assert.deepEqual([limits.refreshMs, limits.purgeMs], [terms?.refreshMs, terms?.purgeMs]);
  assert.equal(grantTerms({ ...rest, refresh_ms: 0 })?.refreshMs, 0);
  assert.equal(grantTerms({ ...rest, more: 1 }), null);
});

test("a grant to a key that is none, and an access by one, are void", () => {
  assert.notEqual(payloadFault("cap_grant", { ...whole["cap_grant"], grantee: weakDid }), null);
  assert.notEqual(payloadFault("cap_access", { ...whole["cap_access"], server: weakDid }), null);
});
