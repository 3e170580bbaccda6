import assert from "node:assert/strict";
import { test } from "node:test";
import { isInnerList, parseDictionary } from "../../src/transport/structured-field.ts";

test("members, inner lists, parameters and every kind of item are read, each with its own text", () => {
  const fields = parseDictionary(
    `fpl=("@method" "signature";req;key="a\\"b");created=17;tag="t" ,\tsig=:AAEC:, flag;x=?0, n=-1.50, t=to/ken:*`,
  );
  assert.ok(fields);
  const list = fields.get("fpl");
  assert.ok(list && isInnerList(list));
  assert.equal(list.text, `("@method" "signature";req;key="a\\"b");created=17;tag="t"`);
  assert.deepEqual(
    list.items.map((item) => item.text),
    [`"@method"`, `"signature";req;key="a\\"b"`],
  );
  assert.deepEqual(list.items[1]?.parameters.get("key"), { type: "string", value: `a"b` });
  assert.deepEqual(list.items[1]?.parameters.get("req"), { type: "boolean", value: true });
  assert.deepEqual(list.parameters.get("created"), { type: "number", value: 17 });
  const bare = ["sig", "flag", "n", "t"].map((name) => {
    const member = fields.get(name);
    return member && !isInnerList(member) ? member.bare.value : null;
  });
  assert.deepEqual(bare, [Uint8Array.of(0, 1, 2), true, -1.5, "to/ken:*"]);
  assert.deepEqual([...(parseDictionary("") ?? [])], []);
});

const unreadable: readonly [why: string, text: string][] = [
  ["a key that stands twice", "a=1, a=1"],
  ["a parameter that stands twice", "a=1;x=1;x=1"],
  ["a parameter of an item in a list that stands twice", 'a=("b";req;req)'],
  ["a comma at the end", "a=1,"],
  ["no comma", "a=1 b=2"],
  ["no value", "a="],
  ["a key with a capital", "A=1"],
  ["a list that doesn't end", 'a=("b"'],
  ["items without a space", 'a=("b""c")'],
  ["a string that doesn't end", 'a="b'],
  ["a string with a character outside ASCII", 'a="é"'],
  ["an escape of anything else", 'a="\\n"'],
  ["base64 without padding", "a=:AAE:"],
  ["base64 with stray bits", "a=:AAF=:"],
  ["base64 of the other alphabet", "a=:-_-_:"],
  ["bytes that don't end", "a=:AAEC"],
  ["an integer of sixteen digits", "a=1234567890123456"],
  ["a number that ends in a point", "a=1."],
  ["a boolean that is none", "a=?2"],
  ["a nested list", "a=((1))"],
];

for (const [why, text] of unreadable) {
  test(`refused: ${why}`, () => assert.equal(parseDictionary(text), null));
}
