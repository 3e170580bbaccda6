import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { decodeText } from "../../src/importers/decode-text.ts";
import { placeOf } from "../../src/importers/place.ts";

describe("decodeText", () => {
  it("reads UTF-8, with and without a byte order mark", () => {
    assert.deepEqual(decodeText(Buffer.from("Čaj ☕")), { text: "Čaj ☕", encoding: "utf-8" });
    assert.deepEqual(decodeText(Buffer.from("\ufeffČaj")), { text: "Čaj", encoding: "utf-8" });
  });

  it("reads UTF-16 of either order by its mark", () => {
    const little = Buffer.from("\ufeffŽluť", "utf16le");
    assert.deepEqual(decodeText(little), { text: "Žluť", encoding: "utf-16le" });
    assert.deepEqual(decodeText(Buffer.from(little).swap16()), { text: "Žluť", encoding: "utf-16be" });
  });

  it("takes what is no UTF-8 for windows-1252", () => {
    assert.deepEqual(decodeText(Buffer.from([0x80, 0x20, 0xe9, 0x93])), { text: "€ é“", encoding: "windows-1252" });
  });

  it("gives back any UTF-8 text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (any) => {
        assert.equal(decodeText(Buffer.from(`x${any}`)).text, `x${any}`);
      }),
      { seed: 13 },
    );
  });

  it("never throws, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        assert.equal(typeof decodeText(bytes).text, "string");
      }),
      { seed: 14 },
    );
  });
});

describe("placeOf", () => {
  it("encodes every step and counts lines as RFC 5147 does", () => {
    assert.equal(placeOf("a b/č.ics", { from: 1, to: 3 }), "a%20b/%C4%8D.ics#line=0,3");
    assert.equal(placeOf("what?#1.md"), "what%3F%231.md");
  });

  it("is the same for both normal forms of a name", () => {
    assert.equal(placeOf("e\u0301.md"), placeOf("é.md"));
  });

  it("decodes to the name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (any) => {
        assert.equal(decodeURIComponent(placeOf(any)), any.normalize("NFC").replaceAll("\0", "\ufffd"));
      }),
      { seed: 15 },
    );
  });
});
