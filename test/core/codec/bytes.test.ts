import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compareText, concat, equalBytes, fromHex, toHex, utf8, utf8Length, writeHex } from "../../../src/core/bytes.ts";
import { jsonString } from "../../../src/testkit/arbitrary-json.ts";

test("law: UTF-8 and its length agree with the platform's", () => {
  fc.assert(
    fc.property(jsonString, (text) => {
      assert.deepEqual(utf8(text), new Uint8Array(Buffer.from(text)));
      assert.equal(utf8Length(text), Buffer.byteLength(text));
    }),
    { numRuns: 1_000 },
  );
});

test("law: hex goes there and back", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
      assert.equal(toHex(bytes), Buffer.from(bytes).toString("hex"));
      assert.deepEqual(fromHex(toHex(bytes)), bytes);
    }),
  );
});

test("only lower-case hex of whole bytes is hex", () => {
  for (const text of ["0", "0g", "g0", "0A", "AA", " 0", "0x", "é0", "0\u0130", "00 ", "/0", ":0", "`0"])
    assert.equal(fromHex(text), null, text);
  assert.deepEqual(fromHex(""), new Uint8Array());
  assert.deepEqual(fromHex("0099afff"), Uint8Array.of(0, 0x99, 0xaf, 0xff));
});

test("writeHex writes where it is told", () => {
  const bytes = new Uint8Array(5);
  assert.equal(writeHex("01ff", bytes, 2), true);
  assert.deepEqual(bytes, Uint8Array.of(0, 0, 1, 0xff, 0));
  assert.equal(writeHex("0x", bytes, 0), false);
  assert.equal(writeHex("012", bytes, 0), false);
});

test("concat, equalBytes and compareText", () => {
  assert.deepEqual(concat(Uint8Array.of(1), new Uint8Array(), Uint8Array.of(2, 3)), Uint8Array.of(1, 2, 3));
  assert.equal(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2)), true);
  assert.equal(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3)), false);
  assert.equal(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1)), false);
  assert.deepEqual(["b", "a", "B"].sort(compareText), ["B", "a", "b"]);
  assert.equal(compareText("x", "x"), 0);
});
