import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { utf8Length } from "../../../src/core/bytes.ts";
import { canonical } from "../../../src/core/codec/canonical.ts";
import type { Did } from "../../../src/core/crypto/did-key.ts";
import { limits } from "../../../src/core/limits.ts";
import { headerText, opIdOf, payloadHashOf } from "../../../src/core/op/header.ts";
import { comparePlaces, type Header, type OpId } from "../../../src/core/op/operation.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { fixedKey } from "../../../src/testkit/fixed-keys.ts";

const digits = (length: number) => fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length });
const opId = digits(64).map((hex) => `op:${hex}` as OpId);
const author: fc.Arbitrary<Did> = fc.constantFrom("root", "phone", "laptop").map((name) => fixedKey(nativeCrypto, name).did);
const count = fc.oneof(fc.nat(), fc.maxSafeInteger().map(Math.abs), fc.constantFrom(0, 2 ** 53 - 1));
const type = fc.string({ unit: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz0123456789_"), minLength: 1, maxLength: 64 });

/** Any header that passes the shape step. */
const header: fc.Arbitrary<Header> = fc.record({
  v: fc.constant(1 as const),
  pool: fc.option(opId),
  author,
  seq: count,
  lamport: count,
  prev: fc.array(opId, { maxLength: 32 }),
  ts: count,
  type,
  payload_hash: digits(64).map((hex) => `sha256:${hex}`),
});

test("law: the quick header text is the header's canonical text", () => {
  fc.assert(
    fc.property(header, (each) => {
      assert.equal(headerText(each), canonical(each));
    }),
    { numRuns: 500 },
  );
});

test("law: no well-shaped header is over the limit of bytes", () => {
  fc.assert(
    fc.property(header, (each) => {
      assert.ok(utf8Length(headerText(each)) <= limits.headerBytes);
    }),
  );
  const longest: Header = {
    v: 1,
    pool: `op:${"f".repeat(64)}` as OpId,
    author: fixedKey(nativeCrypto, "root").did,
    seq: 2 ** 53 - 1,
    lamport: 2 ** 53 - 1,
    prev: Array.from({ length: 32 }, () => `op:${"f".repeat(64)}` as OpId),
    ts: 2 ** 53 - 1,
    type: "t".repeat(64),
    payload_hash: `sha256:${"f".repeat(64)}`,
  };
  assert.ok(headerText(longest).length <= limits.headerBytes);
});

test("law: an id changes with every member of the header", () => {
  fc.assert(
    fc.property(header, header, (left, right) => {
      for (const name of Object.keys(left) as (keyof Header)[]) {
        const mixed = { ...left, [name]: right[name] };
        const same = canonical(mixed) === canonical(left);
        assert.equal(opIdOf(nativeCrypto.sha256Hex, mixed) === opIdOf(nativeCrypto.sha256Hex, left), same, name);
      }
    }),
    { numRuns: 50 },
  );
});

test("a payload's hash covers its salt and its text, and tells them apart", () => {
  const hash = (salt: string, text: string) => payloadHashOf(nativeCrypto.sha256Hex, salt, text);
  const [salt, other] = ["00".repeat(16), `${"00".repeat(15)}01`];
  assert.notEqual(hash(salt, "{}"), hash(other, "{}"));
  assert.notEqual(hash(salt, "{}"), hash(salt, "[]"));
  assert.match(hash(salt, "{}"), /^sha256:[0-9a-f]{64}$/);
});

test("law: (lamport, op_id) is a total order", () => {
  const place = fc.record({ lamport: fc.nat(3), id: fc.constantFrom("a", "b", "c").map((id) => id as OpId) });
  fc.assert(
    fc.property(place, place, place, (a, b, c) => {
      const order = comparePlaces(a, b);
      assert.ok(Math.sign(order) === -Math.sign(comparePlaces(b, a)));
      assert.equal(order === 0, a.lamport === b.lamport && a.id === b.id);
      if (order <= 0 && comparePlaces(b, c) <= 0) assert.ok(comparePlaces(a, c) <= 0);
      if (a.lamport !== b.lamport) assert.equal(Math.sign(order), Math.sign(a.lamport - b.lamport));
    }),
  );
});
