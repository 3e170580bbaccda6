import assert from "node:assert/strict";
import { test } from "node:test";
import canonicalize from "canonicalize";
import fc from "fast-check";
import { canonical } from "../../../src/core/codec/canonical.ts";
import { limits } from "../../../src/core/limits.ts";
import { jsonValue } from "../../../src/testkit/arbitrary-json.ts";

/** Every value of one thing only: what `canonical` must refuse, and how it names the place. */
const refused: readonly { what: string; value: unknown; message: RegExp }[] = [
  { what: "undefined", value: undefined, message: /^the value is undefined/ },
  { what: "undefined in an object", value: { a: { b: undefined } }, message: /^"a", "b" is undefined/ },
  { what: "undefined in an array", value: { a: [1, undefined] }, message: /^"a", item 1 is undefined/ },
  // biome-ignore lint/suspicious/noSparseArray: a hole is the point
  { what: "a hole", value: [1, , 3], message: /^item 1 is undefined or missing/ },
  { what: "an array of holes only", value: new Array(2 ** 32 - 1), message: /^item 0 is undefined or missing/ },
  { what: "NaN", value: [Number.NaN], message: /^item 0 is NaN/ },
  { what: "infinity", value: { a: Number.POSITIVE_INFINITY }, message: /^"a" is Infinity/ },
  { what: "negative infinity", value: Number.NEGATIVE_INFINITY, message: /^the value is -Infinity/ },
  { what: "a bigint", value: { a: 1n }, message: /^"a" is a bigint/ },
  { what: "a symbol", value: [Symbol("s")], message: /^item 0 is a symbol/ },
  { what: "a function", value: { toJSON: () => 1 }, message: /^"toJSON" is a function/ },
  { what: "a symbol for a key", value: { a: { [Symbol("s")]: 1 } }, message: /^"a" has a symbol for a key/ },
  { what: "a lone high surrogate", value: { a: "x\ud800" }, message: /^"a" has a lone surrogate/ },
  { what: "a lone low surrogate", value: ["\udc00x"], message: /^item 0 has a lone surrogate/ },
  { what: "surrogates in the wrong order", value: "\udc00\ud800", message: /^the value has a lone surrogate/ },
  { what: "a lone surrogate in a key", value: { "\ud83d": 1 }, message: /^"\\ud83d" has a lone surrogate/ },
  { what: "a date", value: { at: new Date(0) }, message: /^"at" is not a plain object/ },
  { what: "a map", value: new Map(), message: /^the value is not a plain object/ },
  { what: "bytes", value: new Uint8Array(2), message: /^the value is not a plain object/ },
  { what: "a boxed number", value: [Object(1)], message: /^item 0 is not a plain object/ },
  { what: "a boxed string", value: Object("s"), message: /^the value is not a plain object/ },
  { what: "an instance", value: new (class Thing {})(), message: /^the value is not a plain object/ },
  { what: "an object that inherits", value: Object.create({ a: 1 }), message: /^the value is not a plain object/ },
];

for (const { what, value, message } of refused) {
  test(`canonical refuses ${what}`, () => {
    assert.throws(() => canonical(value), { name: "PoolError", code: "not_canonical", message });
  });
}

test("a refusal carries the way to the place as data", () => {
  assert.throws(() => canonical({ a: [{}, { b: Number.NaN }] }), { details: { path: ["a", 1, "b"] } });
});

test("an error from inside a value is passed on as it is", () => {
  const trap = new TypeError("mine");
  const value = {
    get a() {
      throw trap;
    },
  };
  assert.throws(() => canonical([value]), trap);
});

test("objects without a prototype are plain, and cross-references are no cycles", () => {
  const shared = Object.assign(Object.create(null), { b: 1, a: 2 });
  assert.equal(canonical([shared, shared]), '[{"a":2,"b":1},{"a":2,"b":1}]');
});

test("__proto__ and other names that JavaScript knows are ordinary keys", () => {
  const value = JSON.parse('{"toJSON":1,"__proto__":{"z":1,"__proto__":null},"constructor":2}');
  assert.equal(canonical(value), '{"__proto__":{"__proto__":null,"z":1},"constructor":2,"toJSON":1}');
});

test("a list that names its own serialisation is written as the list it is", () => {
  const list = Object.assign([1, 2], { toJSON: () => "another" });
  assert.equal(canonical({ list }), '{"list":[1,2]}');
});

test("keys are ordered by UTF-16 code unit, integers among them", () => {
  const keys = ["\ufb33", "😀", "10", "9", "1", "-1", "a", "A", "€", "", "aa", "\u0080", "ö"];
  const value = Object.fromEntries(keys.map((key) => [key, 0]));
  assert.equal(
    canonical(value),
    `{${["", "-1", "1", "10", "9", "A", "a", "aa", "\u0080", "ö", "€", "😀", "\ufb33"].map((key) => `"${key}":0`)}}`,
  );
});

test("depth: the top is level 1, and the level after the last is refused, so a cycle ends", () => {
  const nested = (levels: number): unknown => (levels === 0 ? 1 : levels % 2 ? [nested(levels - 1)] : { a: nested(levels - 1) });
  assert.equal(canonical(nested(3), 3), '[{"a":[1]}]');
  assert.throws(() => canonical(nested(4), 3), { code: "not_canonical", message: /^"a", item 0, "a" is nested too deeply/ });
  assert.equal(canonical(1, 0), "1");
  assert.throws(() => canonical([], 0), { code: "not_canonical" });
  canonical(nested(limits.payloadDepth));
  assert.throws(() => canonical(nested(limits.payloadDepth + 1)), { code: "not_canonical" });
  const cycle: unknown[] = [];
  cycle.push(cycle);
  assert.throws(() => canonical(cycle), { code: "not_canonical", message: /nested too deeply$/ });
});

test("many keys, short and long, come out the same the second time", () => {
  const keys = Array.from({ length: 3_000 }, (_, index) => `${"k".repeat(index % 100)}${index}"`);
  const value = Object.fromEntries(keys.map((key, index) => [key, index]));
  const first = canonical(value);
  assert.equal(first, canonicalize(value));
  assert.equal(canonical(value), first);
});

/** RFC 8785 appendix B: bits of a double, and its text. */
const numbers: readonly [bits: string, text: string][] = [
  ["0000000000000000", "0"],
  ["8000000000000000", "0"],
  ["0000000000000001", "5e-324"],
  ["8000000000000001", "-5e-324"],
  ["7fefffffffffffff", "1.7976931348623157e+308"],
  ["ffefffffffffffff", "-1.7976931348623157e+308"],
  ["4340000000000000", "9007199254740992"],
  ["c340000000000000", "-9007199254740992"],
  ["4430000000000000", "295147905179352830000"],
  ["44b52d02c7e14af5", "9.999999999999997e+22"],
  ["44b52d02c7e14af6", "1e+23"],
  ["44b52d02c7e14af7", "1.0000000000000001e+23"],
  ["444b1ae4d6e2ef4e", "999999999999999700000"],
  ["444b1ae4d6e2ef4f", "999999999999999900000"],
  ["444b1ae4d6e2ef50", "1e+21"],
  ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
  ["3eb0c6f7a0b5ed8d", "0.000001"],
  ["41b3de4355555553", "333333333.3333332"],
  ["41b3de4355555554", "333333333.33333325"],
  ["41b3de4355555555", "333333333.3333333"],
  ["41b3de4355555556", "333333333.3333334"],
  ["41b3de4355555557", "333333333.33333343"],
  ["becbf647612f3696", "-0.0000033333333333333333"],
  ["43143ff3c1cb0959", "1424953923781206.2"],
];

test("numbers are written as RFC 8785 appendix B has them", () => {
  for (const [bits, text] of numbers) assert.equal(canonical(Buffer.from(bits, "hex").readDoubleBE()), text);
});

test("law: canonical agrees with the package `canonicalize` on every JSON value", () => {
  fc.assert(
    fc.property(jsonValue(), (value) => assert.equal(canonical(value), canonicalize(value))),
    { numRuns: 2_000 },
  );
});
