import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { canonical } from "../../../src/core/codec/canonical.ts";
import { readJson } from "../../../src/core/codec/json-reader.ts";
import { parseJson } from "../../../src/core/codec/parse.ts";
import { PoolError } from "../../../src/core/errors.ts";
import { limits } from "../../../src/core/limits.ts";
import type { Json } from "../../../src/core/ports.ts";
import { jsonKey, jsonValue } from "../../../src/testkit/arbitrary-json.ts";

const maxDepth = limits.messageDepth;
const parse = (text: string) => parseJson(text, { maxDepth });

/** One rule each: the text, and what the refusal must say. */
const refused: readonly { what: string; text: string; message: string }[] = [
  { what: "nothing", text: "", message: "position 0: the text ends too early" },
  { what: "space only", text: " \n", message: "position 2: the text ends too early" },
  { what: "a byte order mark", text: "\ufeff{}", message: "position 0: expected a value" },
  { what: "a word", text: "nil", message: "position 0: expected a value" },
  { what: "a comment", text: "{/**/}", message: "position 1: expected a key in quotation marks" },
  { what: "a comma too many in an object", text: '{"a":1,}', message: "position 7: expected a key in quotation marks" },
  { what: "a comma too many in an array", text: "[1,]", message: "position 3: expected a value" },
  { what: "no comma", text: "[1 2]", message: "position 3: expected a comma or ]" },
  { what: "the wrong bracket", text: '{"a":1]', message: "position 6: expected a comma or }" },
  { what: "no colon", text: '{"a" 1}', message: "position 5: expected a colon" },
  { what: "a colon in an array", text: '["a":1]', message: "position 4: expected a comma or ]" },
  { what: "two values", text: "{} {}", message: "position 3: text after the value" },
  { what: "an open array", text: "[[]", message: "position 3: expected a comma or ]" },
  { what: "an open string", text: '["abc\\"', message: "position 1: a string that never ends" },
  { what: "single quotes", text: "['a']", message: "position 1: expected a value" },
  { what: "an unknown escape", text: '"\\x41"', message: "position 0: a string with a control character or an unknown escape" },
  { what: "half an escape", text: '"\\u12"', message: "position 0: a string with a control character or an unknown escape" },
  { what: "a raw line break in a string", text: '"a\nb"', message: "position 0: a string with a control character or an unknown escape" },
  { what: "a leading zero", text: "[01]", message: "position 2: expected a comma or ]" },
  { what: "a number without digits", text: "[-]", message: "position 1: expected a value" },
  { what: "a point without digits", text: "[1.]", message: "position 2: expected a comma or ]" },
  { what: "infinity by name", text: "[Infinity]", message: "position 1: expected a value" },
  { what: "a number too large", text: "[1e400]", message: "position 1: a number too large for a double" },
  { what: "a negative number too large", text: '{"a":-1e309}', message: "position 5: a number too large for a double" },
  { what: "a number of too many digits", text: "9".repeat(310), message: "position 0: a number too large for a double" },
  { what: "a key twice", text: '{"a":1,"b":2,"a":1}', message: 'position 13: the key "a" stands twice in one object' },
  { what: "a key twice further in", text: '[0,{"x":{"a":1,"a":1}}]', message: 'position 15: the key "a" stands twice in one object' },
  { what: "a key twice, once escaped", text: '{"a":1,"\\u0061":2}', message: 'position 7: the key "a" stands twice in one object' },
  {
    what: "__proto__ twice",
    text: '{"__proto__":1,"__proto__":2}',
    message: 'position 15: the key "__proto__" stands twice in one object',
  },
  { what: "an integer key twice", text: '{"1":{},"1":{}}', message: 'position 8: the key "1" stands twice in one object' },
  { what: "the empty key twice", text: '{"":0,"":0}', message: 'position 6: the key "" stands twice in one object' },
  { what: "an escaped lone surrogate", text: '["\\ud800"]', message: "position 1: a string with a lone surrogate" },
  { what: "an escaped lone low surrogate", text: '["\\uDFFFx"]', message: "position 1: a string with a lone surrogate" },
  { what: "a lone surrogate in a key", text: '{"\\ud83d":1}', message: "position 1: a string with a lone surrogate" },
  { what: "a raw lone surrogate", text: '["\ud800"]', message: "position 2: a lone surrogate" },
  { what: "a pair that is half escaped", text: '["\ud83d\\ude00"]', message: "position 2: a lone surrogate" },
];

for (const { what, text, message } of refused) {
  test(`parseJson refuses ${what}`, () => {
    assert.throws(() => parse(text), { name: "PoolError", code: "parse", message });
  });
}

test("parseJson gives what JSON.parse gives, spaces, escapes and colons in strings included", () => {
  const texts = [
    "null",
    " 1 ",
    '"\\ud83d\\ude00"',
    '"\\\\ud800"',
    '{"a:b":"{[:\\"]}","\\\\":[]}',
    '\t{"a":\r\n[1.5e-3,-0,{"b":{}}]}',
    "1e-400",
    '{"a":{"a":1},"b":{"a":1}}',
  ];
  for (const text of texts) assert.deepEqual(parse(text), JSON.parse(text));
  const value = parse('{"__proto__":{"a":1},"b":2}');
  assert.deepEqual(Object.keys(value as object), ["__proto__", "b"]);
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
});

test("depth: an object or array at the top is level 1; brackets in strings don't count", () => {
  const nested = (levels: number) => `${'[{"a":'.repeat(levels / 2)}1${"}]".repeat(levels / 2)}`;
  assert.deepEqual(parseJson("[[1],[2]]", { maxDepth: 2 }), [[1], [2]]);
  parse(nested(maxDepth));
  assert.throws(() => parseJson("[[[1]]]", { maxDepth: 2 }), { code: "parse", message: "position 2: nested more than 2 levels deep" });
  assert.throws(() => parseJson('{"a":[{}]}', { maxDepth: 2 }), { code: "parse", message: "position 6: nested more than 2 levels deep" });
  assert.throws(() => parse(nested(maxDepth + 2)), { code: "parse" });
  assert.throws(() => readJson("[[[1]]]", 2), { code: "parse", message: "position 2: nested more than 2 levels deep" });
  assert.deepEqual(parseJson('["[[[[{{{{\\"[["]', { maxDepth: 1 }), ['[[[[{{{{"[[']);
});

test("16 MiB of anything hostile is refused soon and without overflowing the stack", () => {
  const size = limits.messageBytes;
  const timeOf = (hostile: string) => {
    const text = Buffer.from(hostile).toString(); // as it arrives: in one piece
    const start = performance.now();
    assert.throws(() => parse(text), { code: "parse" });
    return performance.now() - start;
  };
  for (const bomb of ["[".repeat(size), '{"a":'.repeat(size / 5), "[{".repeat(size / 2)]) assert.ok(timeOf(bomb) < 2_500, bomb.slice(0, 9));
  const member = '"a":0,';
  const others = [
    `"${"\\".repeat(size)}`,
    `"${'\\"'.repeat(size / 2)}`,
    '"'.repeat(size - 1),
    "[],".repeat(size / 3),
    `{${member.repeat(size / 6)}"b":0}`,
  ];
  for (const text of others) assert.ok(timeOf(text) < 10_000, text.slice(0, 9)); // a fraction of a second each; the machine may be busy
});

/** V8 remembers keys by the objects it has seen, and compares them with the text before unescaping it (nodejs/node#63785). */
test("a key with an escape is read right after the platform's parser was led astray", () => {
  for (const poison of ['{"h":[],"\\\\":0}', '{"h":[],"a\\\\":0}', '{"h":[],"\\\\u":0}', '{"\\\\":0}']) {
    JSON.parse(poison);
    parse(poison);
  }
  const keys = ["\n", '"', "\\", "\u0000", "a\r", "\n1", "\\r"];
  for (const key of keys) assert.deepEqual(Object.keys(parse(`{"h":1,${JSON.stringify(key)}:2}`) as object), ["h", key]);
  assert.deepEqual(Object.keys(parse('{"h":1,"\\u0061":2,"\\u20ac" \n:3,"\\/":4}') as object), ["h", "a", "€", "/"]);
  assert.throws(() => parse('{"h":1,"ö":2,"\\u00f6":3}'), {
    code: "parse",
    message: 'position 13: the key "ö" stands twice in one object',
  });
});

test("law: parsing canonical text gives the value back, and the same text again", () => {
  fc.assert(
    fc.property(jsonValue(), (value) => {
      const text = canonical(value);
      const back = parse(text);
      assert.deepEqual(back, withoutNegativeZeros(value));
      assert.equal(canonical(back), text);
    }),
    { numRuns: 1_000 },
  );
});

function withoutNegativeZeros(value: Json): Json {
  if (value === null || typeof value !== "object") return value === 0 ? 0 : value;
  if (Array.isArray(value)) return value.map(withoutNegativeZeros);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutNegativeZeros(member)]));
}

test("law: a member repeated anywhere, under any spelling of its key, is refused", () => {
  const spelled = (key: string, escapeAll: boolean) =>
    escapeAll
      ? `"${Array.from({ length: key.length }, (_, at) => `\\u${key.charCodeAt(at).toString(16).padStart(4, "0")}`).join("")}"`
      : JSON.stringify(key);
  fc.assert(
    fc.property(
      fc.uniqueArray(jsonKey, { minLength: 1, maxLength: 8 }),
      fc.nat(),
      fc.nat(),
      fc.boolean(),
      jsonValue(2),
      (keys, which, where, escapeAll, value) => {
        const members = keys.map((key) => `${spelled(key, !escapeAll)}:${JSON.stringify(value)}`);
        const wrap = (list: readonly string[]) => `{"outer":[1,{${list.join()}}]}`;
        parse(wrap(members));
        const twin = `${spelled(keys[which % keys.length] as string, escapeAll)}:0`;
        assert.throws(() => parse(wrap(members.toSpliced(where % (keys.length + 1), 0, twin))), {
          code: "parse",
          message: /stands twice in one object$/,
        });
      },
    ),
    { numRuns: 1_000 },
  );
});

test("law: with the platform's parser and by our own reader alone, every damaged text has the same outcome", () => {
  const damage = fc.tuple(fc.nat(), fc.nat(3), fc.constantFrom(...'{}[]":,\\udD8e19-+. \n\u0001\ud83dtnf'));
  fc.assert(
    fc.property(jsonValue(3), fc.boolean(), fc.array(damage, { maxLength: 3 }), (value, spaced, damages) => {
      let text = JSON.stringify(value, null, spaced ? 1 : 0);
      for (const [at, length, put] of damages) {
        const from = at % (text.length + 1);
        text = text.slice(0, from) + put + text.slice(from + length);
      }
      const ours = outcome(text, (damaged) => readJson(damaged, 3));
      const both = outcome(text, (damaged) => parseJson(damaged, { maxDepth: 3 }));
      if (ours instanceof PoolError) assert.ok(both instanceof PoolError && both.code === "parse");
      else assert.deepEqual(both, ours);
      if (text.includes("\\")) return; // see the test above
      const platforms = outcome(text, JSON.parse);
      if (ours instanceof PoolError)
        assert.ok(platforms instanceof SyntaxError || /twice|too large|surrogate|deep/.test(ours.message), ours.message);
      else assert.deepEqual(ours, platforms);
    }),
    { numRuns: 5_000 },
  );
});

function outcome(text: string, read: (text: string) => Json): Json | Error {
  try {
    return read(text);
  } catch (error) {
    return error as Error;
  }
}
