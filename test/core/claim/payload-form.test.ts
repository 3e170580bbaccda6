/** Section 6's table: which payloads fit. What does not is void, so two readings of this table are two views. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { payloadFault } from "../../../src/core/claim/payload-form.ts";
import type { Json, JsonObject } from "../../../src/core/ports.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { jsonValue } from "../../../src/testkit/arbitrary-json.ts";
import { fixedKey } from "../../../src/testkit/fixed-keys.ts";
import { fits } from "../../../src/testkit/oracle-payloads.ts";
import { claim, evidence, predicate } from "../../../src/testkit/payloads.ts";
import { weakDid } from "../../../src/testkit/pool-history-faults.ts";

const op = (n: number) => `op:${n.toString(16).padStart(64, "0")}`;
const ops = (count: number) => Array.from({ length: count }, (_, n) => op(n));
const { did } = fixedKey(nativeCrypto, "phone");

/** Of each type one that fits, with every optional member. */
const whole: Readonly<Record<string, JsonObject>> = {
  evidence: evidence({
    source: { adapter: "notes", version: "1", account: "me", uri: "file:///" },
    observed_at: -5,
    sensitivity: "restricted",
    replaces: op(1),
  }),
  claim: claim({ valid_from: -1, valid_until: 0, sensitivity: "public", derived_from: ops(2), confidence: 0.5 }),
  refutation: { targets: ops(1) },
  endorsement: { targets: ops(1) },
  redaction: { targets: ops(1), suppress: ["ab".repeat(32)] },
  note: { target: op(1), name: "phone", text: "mine" },
  inference: { consumer: "agent", purpose: "to know", model: "m", inputs: ops(2), output_hash: "h" },
  predicate: predicate("odd.thing", "many"),
};
const optional = /^(observed_at|sensitivity|replaces|valid_from|valid_until|suppress|model|output_hash|corrects)$/;
const isOptional = (type: string, name: string) => (type !== "predicate" && optional.test(name)) || (type === "note" && name !== "target");

for (const [type, payload] of Object.entries(whole)) {
  test(`${type}: fits whole, without what may be absent, and with members that are not listed`, () => {
    assert.equal(payloadFault(type, payload), null);
    assert.equal(payloadFault(type, { ...payload, later: [1] }), null);
    for (const name of Object.keys(payload)) {
      const { [name]: _gone, ...rest } = payload;
      assert.equal(payloadFault(type, rest), isOptional(type, name) ? null : `member "${name}" is missing`);
    }
  });

  test(`law: ${type}: with any member replaced by anything, it fits when the oracle says so`, () => {
    const values = fc.oneof(
      jsonValue(3),
      fc.constantFrom<Json>("", "x", op(1), did, 0, 1, -1, 0.5, 1.5, 2 ** 53, -(2 ** 53), null, {}, [], ops(1), [op(1), op(1)], ["x"]),
      fc.constantFrom<Json>(
        "one",
        "many",
        "public",
        "secret",
        "user",
        "third_party",
        { name: "n", version: "" },
        { name: "", version: "1" },
      ),
      fc.constantFrom<Json>({ adapter: "a", version: "1" }, { adapter: "", version: "1" }, { adapter: "a", version: 1 }, ["ab".repeat(32)]),
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

const faults: readonly { what: string; type: string; parts: JsonObject }[] = [
  { what: "confidence 0", type: "claim", parts: { confidence: 0 } },
  { what: "confidence over 1", type: "claim", parts: { confidence: 1.000001 } },
  { what: "an empty subject", type: "claim", parts: { subject: "" } },
  { what: "an empty predicate", type: "claim", parts: { predicate: "" } },
  { what: "a method without a version", type: "claim", parts: { method: { name: "m" } } },
  { what: "a version that is a number", type: "claim", parts: { method: { name: "m", version: 1 } } },
  { what: "a source twice", type: "claim", parts: { derived_from: [op(1), op(1)] } },
  { what: "1,001 sources", type: "claim", parts: { derived_from: ops(1_001) } },
  { what: "a time in fractions", type: "claim", parts: { valid_from: 0.5 } },
  { what: "a correction with confidence below 1", type: "claim", parts: { corrects: op(1), confidence: 0.5, derived_from: [] } },
  { what: "a correction that is derived from something", type: "claim", parts: { corrects: op(1), confidence: 1, derived_from: ops(1) } },
  { what: "a correction of no op_id", type: "claim", parts: { corrects: "it", confidence: 1, derived_from: [] } },
  { what: "no targets", type: "refutation", parts: { targets: [] } },
  { what: "901 targets", type: "refutation", parts: { targets: ops(901) } },
  { what: "a target twice", type: "endorsement", parts: { targets: [op(1), op(1)] } },
  { what: "a target in upper case", type: "redaction", parts: { targets: [op(10).toUpperCase()] } },
  { what: "suppress of other text", type: "redaction", parts: { suppress: ["ab"] } },
  { what: "an origin that is none", type: "evidence", parts: { origin: "hearsay" } },
  { what: "content that is a list", type: "evidence", parts: { content: [] } },
  { what: "a note about nothing that is", type: "note", parts: { target: "phone" } },
  { what: "a note about a key that is none", type: "note", parts: { target: weakDid } },
  { what: "another cardinality", type: "predicate", parts: { cardinality: "few" } },
];

for (const { what, type, parts } of faults) {
  test(`void: ${what}`, () => {
    assert.notEqual(payloadFault(type, { ...whole[type], ...parts }), null);
  });
}

test("at the limits: 1,000 sources, 900 targets, confidence 1 and the least above 0, an empty rationale, any object", () => {
  for (const parts of [{ derived_from: ops(1_000) }, { confidence: 5e-324 }, { confidence: 1 }, { rationale: "" }, { object: null }]) {
    assert.equal(payloadFault("claim", claim(parts)), null);
  }
  assert.equal(payloadFault("refutation", { targets: ops(900) }), null);
  assert.equal(payloadFault("claim", claim({ corrects: op(1) })), null);
  assert.equal(payloadFault("note", { target: did }), null);
});

test("types without a form here fit whatever they say", () => {
  for (const type of ["mood", "cap_future", "constructor", "__proto__"]) assert.equal(payloadFault(type, { a: 1 }), null);
});
