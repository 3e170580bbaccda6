/** JSON values for property tests, the nasty ones often: keys that collide with JavaScript, numbers at the edges, all of Unicode. */
import fc from "fast-check";
import type { Json, JsonObject } from "../core/ports.ts";

/** Any valid JSON value of at most `maxDepth` levels of nesting. */
export function jsonValue(maxDepth = 5): fc.Arbitrary<Json> {
  if (maxDepth <= 0) return jsonLeaf;
  return fc.oneof(
    { weight: 2, arbitrary: jsonLeaf },
    { weight: 1, arbitrary: jsonArray(maxDepth) },
    { weight: 2, arbitrary: jsonObject(maxDepth) },
  );
}

/** Any JSON object of at most `maxDepth` levels, itself being the first. */
export function jsonObject(maxDepth = 5): fc.Arbitrary<JsonObject> {
  const members = fc.uniqueArray(fc.tuple(jsonKey, jsonValue(maxDepth - 1)), { maxLength: 6, selector: ([key]) => key });
  return members.map((entries) => Object.fromEntries(entries)); // makes `__proto__` an own key, as JSON.parse does
}

/** Any JSON array of at most `maxDepth` levels, itself being the first. */
export function jsonArray(maxDepth = 5): fc.Arbitrary<readonly Json[]> {
  return fc.array(jsonValue(maxDepth - 1), { maxLength: 5 });
}

/** Well-formed text: no lone surrogates. */
export const jsonString: fc.Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom("", '"', "\\", '\\"', "\\\\", "\\u0061", "\u0000", "\b\t\n\f\r\u001f", "\u007f\u0080", "\u2028\u2029", "\ufeff"),
  fc.constantFrom("é", "e\u0301", "€", "\ufb33", "\ud7ff\ue000", "\uffff", "😀", "\u{10ffff}", "😀".repeat(9), "}],:{["),
);

/** Names that JavaScript treats specially or orders by itself, and any text. */
export const jsonKey: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom("__proto__", "constructor", "prototype", "toJSON", "toString", "hasOwnProperty", "length", "valueOf", "then"),
  fc.constantFrom("0", "1", "2", "10", "9", "-1", "01", "1.5", "1e3", "4294967294", "4294967295", "NaN", "null", "", " "),
  fc.constantFrom("a", "b", "A", "aa", "ab", "€", "\ufb33", "😀", "\r", "\u0080", "ö", "o\u0308"),
  jsonString,
);

/** Any finite double: −0, the smallest, the largest, and where the notation changes. */
export const jsonNumber: fc.Arbitrary<number> = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(-0, 0, 5e-324, 2.2250738585072014e-308, Number.MAX_VALUE, -Number.MAX_VALUE, 0.1 + 0.2, 1e-6, 1e-7, 1e20, 1e21),
  fc.constantFrom(2 ** 53 - 1, 2 ** 53, 2 ** 53 + 2, 999999999999999900000, 333333333.33333325, 1e23, -1e-7, 4.35),
);

const jsonLeaf: fc.Arbitrary<Json> = fc.oneof(fc.constantFrom(null, true, false), jsonNumber, jsonString);
