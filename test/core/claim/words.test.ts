/** Roles, statements, the registry and the digest's text: small tables and texts that two nodes must share to the byte. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { basePredicates, registryHash } from "../../../src/core/claim/predicates.ts";
import { mayWrite } from "../../../src/core/claim/roles.ts";
import { type ClaimPayload, sourceKey, statementKey, topicKey } from "../../../src/core/claim/statement.ts";
import { claimStatuses } from "../../../src/core/claim/status.ts";
import { ViewDigestText } from "../../../src/core/claim/view-digest.ts";
import { canonical } from "../../../src/core/codec/canonical.ts";
import type { OpId } from "../../../src/core/op/operation.ts";
import type { JsonObject } from "../../../src/core/ports.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { jsonValue } from "../../../src/testkit/arbitrary-json.ts";
import { claim, evidence } from "../../../src/testkit/payloads.ts";

const { sha256Hex } = nativeCrypto;
const control = ["genesis", "device_add", "device_remove"];
const memory = ["evidence", "claim", "refutation", "endorsement", "redaction", "note", "inference", "predicate"];
const delegation = ["cap_grant", "cap_revoke", "cap_access", "cap_receipt"];
const everything = [...control, ...memory, ...delegation, "mood", "constructor"];

const roles: readonly { role: string; writes: readonly string[] }[] = [
  { role: "root", writes: [...control, "cap_revoke"] },
  { role: "full", writes: everything },
  { role: "ingest", writes: ["evidence", "claim", "inference"] },
  { role: "assistant", writes: ["evidence", "claim", "inference"] },
  { role: "mirror", writes: ["cap_access", "cap_receipt"] },
  { role: "a role of the future", writes: [] },
  { role: "constructor", writes: [] },
  { role: "", writes: [] },
];

for (const { role, writes } of roles) {
  test(`a key of role ${role || "(empty)"} writes ${writes.length} of ${everything.length} types`, () => {
    assert.deepEqual(
      everything.filter((type) => mayWrite(role, type)),
      writes,
    );
  });
}

const payload = (parts: JsonObject) => claim(parts) as unknown as ClaimPayload;

test("law: statements are equal exactly when subject, predicate and object have the same canonical bytes", () => {
  fc.assert(
    fc.property(jsonValue(3), jsonValue(3), (left, right) => {
      const same = statementKey(sha256Hex, payload({ object: left })) === statementKey(sha256Hex, payload({ object: right }));
      assert.equal(same, canonical(left) === canonical(right));
    }),
  );
  assert.notEqual(statementKey(sha256Hex, payload({ subject: "a" })), statementKey(sha256Hex, payload({ subject: "b" })));
  assert.notEqual(statementKey(sha256Hex, payload({ predicate: "a" })), statementKey(sha256Hex, payload({ predicate: "b" })));
});

test("what else a claim says is not part of its statement", () => {
  const parts = { confidence: 0.1, derived_from: ["x"], rationale: "because", valid_from: 1, valid_until: 2, sensitivity: "public" };
  assert.equal(statementKey(sha256Hex, payload(parts)), statementKey(sha256Hex, payload({})));
});

test("a topic is subject and predicate, and no concatenation of them is another topic", () => {
  assert.notEqual(topicKey(sha256Hex, "a", "b"), topicKey(sha256Hex, "b", "a"));
  assert.notEqual(topicKey(sha256Hex, "a,b", "c"), topicKey(sha256Hex, "a", "b,c"));
  assert.notEqual(topicKey(sha256Hex, 'a","b', "c"), topicKey(sha256Hex, "a", 'b","c'));
});

test("an item's name is adapter, account and external id; no account is null", () => {
  const named = (account?: string) =>
    evidence({ source: { adapter: "mail", version: "9", ...(account === undefined ? {} : { account }) } });
  assert.equal(sourceKey(sha256Hex, named()), sha256Hex('["mail",null,"item 1"]'));
  assert.equal(sourceKey(sha256Hex, named("me")), sha256Hex('["mail","me","item 1"]'));
});

test("the view digest's text is canonical JSON of [op_id, status] in the order of ids, however it is cut into pages", () => {
  const entry = fc.record({
    id: fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 2, maxLength: 8 }),
    status: fc.constantFrom(...claimStatuses),
  });
  fc.assert(
    fc.property(fc.uniqueArray(entry, { selector: ({ id }) => id, maxLength: 12 }), fc.integer({ min: 1, max: 5 }), (entries, size) => {
      const sorted = entries.map(({ id, status }) => ({ id: `op:${id}` as OpId, status })).sort((a, b) => (a.id < b.id ? -1 : 1));
      const digest = new ViewDigestText();
      let text = "";
      for (let start = 0; start < sorted.length; start += size) text += digest.page(sorted.slice(start, start + size));
      assert.equal(text + digest.end(), canonical(sorted.map(({ id, status }) => [id, status])));
    }),
  );
  assert.equal(new ViewDigestText().end(), "[]");
});

test("the registry's entries are whole, and its hash is that of its canonical bytes", () => {
  for (const [name, { cardinality, sensitivity, template }] of Object.entries(basePredicates)) {
    assert.match(name, /^[a-z]+(\.[a-z_]+)+$/);
    assert.ok(cardinality === "one" || cardinality === "many", name);
    assert.ok(["public", "personal", "sensitive", "restricted"].includes(sensitivity), name);
    assert.match(template, /\{subject\}.*\{object[.}]/);
  }
  assert.equal(registryHash(sha256Hex), `sha256:${sha256Hex(canonical(basePredicates))}`);
});
