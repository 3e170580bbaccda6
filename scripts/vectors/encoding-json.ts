/** Part `encoding`: canonical JSON, and text that is no JSON of ours. */
import { jcs, sha256 } from "./hashing.ts";
import { invalid, type Vector, valid } from "./vector.ts";

/**
 * `text` is what arrives; its canonical form is made by another implementation of RFC 8785. Text with an escape in a key comes with its
 * `value`: V8 misreads such keys (nodejs/node#63785).
 */
function canonical(name: string, rule: string, comment: string, text: string, value: unknown = JSON.parse(text)): Vector {
  const form = jcs(value);
  const about = { path: `encoding/canonical-${name}`, rule, comment, kind: "canonical" };
  return valid(about, { text }, { canonical: form, sha256: sha256(form) });
}

function refused(name: string, rule: string, comment: string, text: string): Vector {
  const about = { path: `encoding/refused-${name}`, rule, comment, kind: "parse" };
  return invalid(about, { text }, { code: "parse" });
}

const nested = (levels: number) => `${'{"a":'.repeat(levels - 1)}{}${"}".repeat(levels - 1)}`;
const nestedLists = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

export const jsonVectors: readonly Vector[] = [
  canonical(
    "key-order",
    "ENC-1",
    "Keys go by UTF-16 code unit: U+1F600 (units d83d de00) comes before U+FB33.",
    String.raw`{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7,"":8,"10":9,"a":10,"A":11}`,
    { "\u20ac": 1, "\r": 2, "\ufb33": 3, 1: 4, "\u{1f600}": 5, "\u0080": 6, "\u00f6": 7, "": 8, 10: 9, a: 10, A: 11 },
  ),
  canonical(
    "numbers",
    "ENC-3",
    "Numbers are doubles, written in ECMAScript's shortest form.",
    "[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001, 1e21, 1e20, 1e-6, 1e-7, 5e-324, 1.7976931348623157e308]",
  ),
  canonical("number-zero", "ENC-3", "Minus zero is zero.", "[0, -0, 0.0, -0e5]"),
  canonical(
    "number-integers",
    "ENC-3",
    "2^53 + 1 is no double: it reads as 2^53.",
    "[9007199254740991, 9007199254740992, 9007199254740993]",
  ),
  canonical("number-underflow", "ENC-3", "A number too small for a double reads as 0: it is finite.", "[1e-400, -1e-400]"),
  canonical(
    "escapes",
    "ENC-1",
    "Control characters, quotation mark and backslash are escaped, the short way where there is one; slash, DEL and U+2028 are not.",
    String.raw`"\u0000\u0007\b\t\n\u000b\f\r\u001f \"\\\/\u007f\u2028\u20ac"`,
  ),
  canonical("escaped-keys", "ENC-1", "A key may come escaped.", String.raw`{"\u0062":1,"\u0061":2,"\n":3}`, { b: 1, a: 2, "\n": 3 }),
  canonical("white-space", "ENC-1", "White space between tokens goes.", ' \t\r\n{ "b" : [ 1 , 2 ] , "a" : { } }\n'),
  canonical("literals", "ENC-1", "The top may be any value.", "null"),
  canonical("empty", "ENC-1", "Empty objects, lists, strings and keys.", '{"":{},"a":[],"b":""}'),
  canonical("proto-key", "ENC-4", "__proto__ is a key like any other.", '{"z":1,"__proto__":{"constructor":2},"a":3}'),
  canonical("astral", "ENC-2", "A surrogate pair is one character, raw or escaped.", String.raw`["\ud83d\ude00","😀"]`),
  canonical(
    "normal-forms",
    "ENC-2",
    "Readers compare bytes: the composed and the decomposed e with acute accent are two keys.",
    String.raw`{"\u00e9":1,"e\u0301":2}`,
    { "\u00e9": 1, "e\u0301": 2 },
  ),
  canonical("depth-32", "ENC-5", "32 levels are allowed; the object at the top is the first.", nested(32)),
  canonical("depth-32-lists", "ENC-5", "Lists count as levels too.", `{"a":${nestedLists(31)}}`),

  refused("key-twice", "ENC-4", "A key stands twice in one object.", '{"a":1,"a":1}'),
  refused("key-twice-escaped", "ENC-4", "Keys are compared after unescaping.", String.raw`{"a":1,"\u0061":2}`),
  refused("key-twice-escaped-newline", "ENC-4", "The same, with two ways to write a line feed.", String.raw`{"\n":1,"\u000a":2}`),
  refused("key-twice-deep", "ENC-4", "Anywhere in the text.", '{"a":[{"b":{"c":1,"d":2,"c":3}}]}'),
  refused("key-twice-proto", "ENC-4", "__proto__ is no exception.", '{"__proto__":1,"__proto__":2}'),
  refused("key-twice-empty", "ENC-4", "Nor is the empty key.", '{"":1,"":2}'),
  refused("lone-high-surrogate", "ENC-2", "A high surrogate alone is no character.", String.raw`{"a":"\ud800"}`),
  refused("lone-low-surrogate", "ENC-2", "Nor is a low one.", String.raw`"x\udc00y"`),
  refused("swapped-surrogates", "ENC-2", "Nor are both in the wrong order.", String.raw`"\udc00\ud800"`),
  refused("lone-surrogate-key", "ENC-2", "Keys are strings too.", String.raw`{"\udfff":1}`),
  refused("number-too-large", "ENC-3", "No finite double.", '{"a":1e400}'),
  refused("number-too-small", "ENC-3", "No finite double, negative.", "[-1e400]"),
  refused("depth-33", "ENC-5", "33 levels.", nested(33)),
  refused("depth-33-lists", "ENC-5", "33 levels, of lists.", nestedLists(33)),
  refused("nan", "ENC-1", "NaN is not JSON.", "[NaN]"),
  refused("leading-zero", "ENC-1", "A number has no leading zero.", "[01]"),
  refused("plus-sign", "ENC-1", "A number has no plus sign.", "[+1]"),
  refused("bare-point", "ENC-1", "A point has digits on both sides.", "[1.]"),
  refused("hex-number", "ENC-1", "Numbers are decimal.", "[0x10]"),
  refused("trailing-comma", "ENC-1", "No comma after the last member.", '{"a":1,}'),
  refused("single-quotes", "ENC-1", "Strings have double quotes.", "{'a':1}"),
  refused("comment", "ENC-1", "JSON has no comments.", "[1] // one"),
  refused("two-values", "ENC-1", "One value, and nothing after it.", "{} {}"),
  refused("empty-text", "ENC-1", "No value at all.", ""),
  refused("cut-off", "ENC-1", "The text ends too early.", '{"a":[1,2'),
  refused("unclosed-string", "ENC-1", "The string never ends.", '{"a":"b}'),
  refused("raw-control-character", "ENC-1", "A line feed in a string must be escaped.", '"a\nb"'),
  refused("unknown-escape", "ENC-1", "There is no such escape.", String.raw`"\x41"`),
  refused("short-unicode-escape", "ENC-1", "An escape has four hex digits.", String.raw`"\u41"`),
  refused("byte-order-mark", "ENC-1", "U+FEFF is no white space.", "\ufeff{}"),
  refused("no-break-space", "ENC-1", "U+00A0 is no white space.", "[1,\u00a02]"),
];
