/** Frames of a kept connection: what is one, what is none, and that a message comes out as it went in. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PoolError } from "../../../src/core/errors.ts";
import { frameText, readRequestFrame, readServerFrame } from "../../../src/core/sync/frames.ts";

const rejects = (read: () => unknown, code: string) => assert.throws(read, (error) => error instanceof PoolError && error.code === code);

test("a message comes out as it went in, with its id", () => {
  for (const id of ["a", "x".repeat(64), 0, -1, Number.MAX_SAFE_INTEGER]) {
    for (const message of [{ type: "hello" }, { type: "push", ops: [{ id: 1 }] }, JSON.parse('{"type":"x","__proto__":1}')]) {
      assert.deepEqual(readRequestFrame(frameText(id, message)), { id, message });
      assert.deepEqual(readServerFrame(frameText(id, message)), { id, reply: message });
    }
  }
  const heads = { authors: {}, lamport: 1 };
  assert.deepEqual(readServerFrame(frameText(null, { type: "notify", heads })), { heads });
});

test("a client's frame without an id, or with one that is none, is no message", () => {
  for (const text of [
    '{"type":"hello"}',
    '{"id":null}',
    '{"id":""}',
    `{"id":"${"x".repeat(65)}"}`,
    '{"id":0.5}',
    '{"id":[1]}',
    '{"id":9007199254740992}',
    "[]",
    "1",
  ]) {
    rejects(() => readRequestFrame(text), "bad_request");
  }
  for (const text of ["", "{", '{"id":1,"id":1}']) rejects(() => readRequestFrame(text), "parse");
});

test("a server's frame that answers nothing and notifies of nothing breaks the protocol", () => {
  for (const text of [
    "",
    "[]",
    "{}",
    '{"type":"notify"}',
    '{"type":"notify","heads":[]}',
    '{"type":"hello"}',
    '{"type":"error","error":"no"}',
    '{"id":1,"id":2}',
  ]) {
    rejects(() => readServerFrame(text), "peer");
  }
});
