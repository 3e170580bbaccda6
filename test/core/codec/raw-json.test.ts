/** Values that pass as text: whoever looks sees the value, whoever writes writes the text, and what comes can be read piece by piece. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseJson } from "../../../src/core/codec/parse.ts";
import { messageParts, messageText, parseAround, RawJson } from "../../../src/core/codec/raw-json.ts";
import { limits } from "../../../src/core/limits.ts";
import type { Json } from "../../../src/core/ports.ts";
import { jsonObject } from "../../../src/testkit/arbitrary-json.ts";

const options = { maxDepth: limits.messageDepth };

test("law: a message with raw items in its lists is written as the message with their values is", () => {
  fc.assert(
    fc.property(jsonObject(), fc.array(jsonObject()), fc.array(fc.boolean()), (rest, items, raw) => {
      const message = { ...rest, ops: items };
      const partly = { ...rest, ops: items.map((item, index) => (raw[index] ? new RawJson(JSON.stringify(item)) : item)) };
      assert.equal(messageText(partly), JSON.stringify(message));
      assert.equal(JSON.stringify(partly), JSON.stringify(message));
    }),
  );
});

test("the text goes as it is, in parts that are not long, and a member that is not there is not written", () => {
  assert.equal(messageText({ type: "ops", ops: [new RawJson('{ "a":  "é" }')], more: undefined }), '{"type":"ops","ops":[{ "a":  "é" }]}');
  assert.equal(messageText({ type: "ops", more: undefined }), '{"type":"ops"}');
  const ops = Array.from({ length: 1_000 }, () => new RawJson(`{"a":"${"x".repeat(1_000)}"}`));
  const parts = messageParts({ type: "ops", ops, more: false });
  assert.ok(parts.length > 10 && parts.every(({ length }) => length < 100_000));
  assert.equal(parts.join(""), JSON.stringify({ type: "ops", ops, more: false }));
});

const bytesOf = (text: string) => {
  const buffer = Buffer.from(text);
  return { bytes: buffer, decode: (from: number, to: number) => buffer.toString("utf8", from, to) };
};

/** What a text says, read as a whole or around its list, and how many of the list's items were left for later. */
function readings(text: string): { whole: Json | undefined; around: Json | undefined; left: number } {
  const tried = (read: () => Json): Json | undefined => {
    try {
      return read();
    } catch {
      return undefined;
    }
  };
  let left = 0;
  const around = tried(() => {
    const message = parseAround(bytesOf(text), "ops", options);
    const ops = typeof message === "object" && message !== null && "ops" in message ? message["ops"] : [];
    left = Array.isArray(ops) ? ops.filter((item: unknown) => item instanceof RawJson).length : 0;
    return JSON.parse(JSON.stringify(message));
  });
  return { whole: tried(() => parseJson(text, options)), around, left };
}

test("law: a message that is read around its list says what it says, or is refused as it is, however its text was altered", () => {
  const alteration = fc.record({ at: fc.nat(), to: fc.constantFrom('"', "{", "}", "[", "]", ",", ":", "\\", "é", "1", " ", "") });
  const tail = fc.constantFrom({ more: true, unknown: [] }, { unknown: [{ more: "],}" }] }, {});
  fc.assert(
    fc.property(fc.array(jsonObject(), { maxLength: 4 }), tail, fc.array(alteration, { maxLength: 2 }), (ops, rest, alterations) => {
      let text = JSON.stringify({ type: "ops", ops, ...rest });
      for (const { at, to } of alterations) text = text.slice(0, at % text.length) + to + text.slice((at % text.length) + 1);
      text = text.toWellFormed(); // as what comes as UTF-8 is
      const { whole, around } = readings(text);
      // Keys may be in another order, and `JSON.parse` itself is wrong about keys with escapes: compared where neither matters.
      if (!text.includes("\\")) assert.deepEqual(around, whole === undefined ? undefined : JSON.parse(JSON.stringify(whole)), text);
    }),
    { numRuns: 500 },
  );
});

test("only a list of objects that comes first, behind the type, is left; and no deeper than a message may be", () => {
  assert.equal(readings('{"type":"ops","ops":[{"a":[{"b":"}],"}]},{"c":"\\"}"}],"more":false}').left, 2);
  for (const text of ['{"ops":[{}],"type":"ops"}', '{"type":"ops","ops":[]}', '{"type":"ops","ops":[1]}', '{"type":"ops", "ops":[{}]}']) {
    assert.deepEqual(readings(text), { whole: JSON.parse(text), around: JSON.parse(text), left: 0 });
  }
  const deep = (levels: number) => `{"type":"ops","ops":[${'{"a":'.repeat(levels)}1${"}".repeat(levels)}]}`;
  assert.notEqual(readings(deep(limits.messageDepth - 2)).around, undefined);
  assert.equal(readings(deep(limits.messageDepth - 1)).around, undefined);
});
