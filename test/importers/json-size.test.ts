import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { jsonBytes, unitsWithin } from "../../src/importers/json-size.ts";
import { wellFormed, wellFormedJson } from "../../src/importers/well-formed.ts";

const seed = { seed: 12, numRuns: 300 };
const text = fc.string({ unit: "binary" });

describe("jsonBytes", () => {
  it("counts what JSON.stringify writes, in UTF-8", () => {
    assert.equal(jsonBytes("é"), 4);
    assert.equal(jsonBytes({ a: ["\n", 1.5, null] }), '{"a":["\\n",1.5,null]}'.length);
  });
});

describe("unitsWithin", () => {
  it("is the longest prefix of whole characters that fits", () => {
    fc.assert(
      fc.property(text, fc.nat(60), (any, bytes) => {
        const kept = unitsWithin(any, bytes);
        const rest = any.slice(kept);
        assert.ok(jsonBytes(any.slice(0, kept)) - 2 <= bytes);
        if (rest !== "") assert.ok(jsonBytes(any.slice(0, kept) + String.fromCodePoint(rest.codePointAt(0) ?? 0)) - 2 > bytes);
      }),
      seed,
    );
  });

  it("counts from an offset", () => {
    assert.equal(unitsWithin("aaaé😀b", 7, 3), 4);
    assert.equal(unitsWithin("abc", 0), 0);
    assert.equal(unitsWithin("abc", -5), 0);
  });

  it("costs a control character what its escape costs", () => {
    assert.equal(unitsWithin("\u0001x", 6), 1);
    assert.equal(unitsWithin("\tx", 2), 1);
    assert.equal(unitsWithin('"\\', 3), 1);
  });
});

describe("wellFormed", () => {
  it("changes nothing a second time", () => {
    const half = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) });
    fc.assert(
      fc.property(half, (any) => {
        const clean = wellFormed(any);
        assert.equal(wellFormed(clean), clean);
        assert.ok(clean.isWellFormed() && !clean.includes("\0"));
      }),
      seed,
    );
  });

  it("makes numbers what JSON can say", () => {
    assert.deepEqual(wellFormedJson([-0, Number.NaN, Number.POSITIVE_INFINITY, 1.5]), [0, null, null, 1.5]);
  });

  it("leaves NFC text alone", () => {
    fc.assert(
      fc.property(text, (any) => {
        const nfc = any.normalize("NFC").replaceAll("\0", "");
        assert.equal(wellFormed(nfc), nfc);
      }),
      seed,
    );
  });
});
