/** Values that pass as text: whoever looks sees the value, whoever writes writes the text. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { messageText, RawJson } from "../../../src/core/codec/raw-json.ts";
import { jsonObject } from "../../../src/testkit/arbitrary-json.ts";

test("law: a message with raw members is written as the message with their values is", () => {
  fc.assert(
    fc.property(jsonObject(), fc.array(fc.boolean()), (message, raw) => {
      const members = Object.entries(message).map(
        ([name, value], index) => [name, raw[index] ? new RawJson(JSON.stringify(value)) : value] as const,
      );
      const partly = Object.fromEntries(members);
      assert.equal(messageText(partly), JSON.stringify(message));
      assert.equal(JSON.stringify(partly), JSON.stringify(message));
    }),
  );
});

test("the text goes as it is, and a member that is not there is not written", () => {
  assert.equal(messageText({ type: "ops", ops: new RawJson('[ 1,  "é" ]'), more: undefined }), '{"type":"ops","ops":[ 1,  "é" ]}');
  assert.equal(messageText({ type: "ops", more: undefined }), '{"type":"ops"}');
});
