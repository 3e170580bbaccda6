/** Section 7's words: codes, refusals, readers of what comes from outside, and the report's line. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PoolError } from "../../../src/core/errors.ts";
import type { OpId } from "../../../src/core/op/operation.ts";
import type { Json, JsonObject } from "../../../src/core/ports.ts";
import { errorReply, errorReplyOf, expectReply, readCount, readIds, readList, readPlace } from "../../../src/core/sync/messages.ts";
import { type SyncReport, summary } from "../../../src/core/sync/report.ts";

const id = (digit: string) => `op:${digit.repeat(64)}` as OpId;
const bad = { name: "PoolError", code: "bad_request" };

test("whatever is thrown becomes `<ErrorName>: <message>`, with a code that peers know", () => {
  assert.deepEqual(errorReplyOf(new PoolError("storage", "full")), errorReply("storage", "PoolError: full"));
  const failing = new PoolError("storage", "the store at /home/ada/pool.db: the disk is full", { path: "/home/ada/pool.db" });
  assert.deepEqual(errorReplyOf(failing), errorReply("storage", "PoolError: this node can't read or write its store now"));
  assert.deepEqual(errorReplyOf(new PoolError("parse", "not JSON")), errorReply("bad_request", "PoolError: not JSON"));
  assert.deepEqual(errorReplyOf(new PoolError("passphrase", "wrong")), errorReply("internal", "PoolError: wrong"));
  assert.deepEqual(errorReplyOf(new TypeError("x is not a function")), errorReply("internal", "TypeError: x is not a function"));
  assert.equal(errorReplyOf("thrown text").code, "internal");
  assert.equal(errorReplyOf(undefined).type, "error");
});

test("ids are read as a list of op_ids, of which only the first count", () => {
  assert.deepEqual(readIds({ want: [] }, "want"), []);
  assert.deepEqual(readIds({ want: [id("1"), id("2")] }, "want", 1), [id("1")]);
  assert.deepEqual(readIds({ want: [id("1"), 7] }, "want", 1), [id("1")]);
  for (const want of [undefined, null, {}, "op", [7], [id("1"), "op:1"]]) {
    assert.throws(() => readIds({ want } as JsonObject, "want"), { ...bad, message: /"want" must be a list of op_ids/ });
  }
});

test("a list is a list, whatever is in it", () => {
  assert.deepEqual(readList({ ops: [1, null] }, "ops"), [1, null]);
  for (const ops of [undefined, {}, "ops"]) assert.throws(() => readList({ ops } as JsonObject, "ops"), bad);
});

test("a count is a whole number from 1, at most the server's own", () => {
  assert.equal(readCount({}, "limit", 10), 10);
  assert.equal(readCount({ limit: 3 }, "limit", 10), 3);
  assert.equal(readCount({ limit: 2 ** 53 - 1 }, "limit", 10), 10);
  for (const limit of [0, -1, 0.5, 2 ** 53, "3", null]) assert.throws(() => readCount({ limit }, "limit", 10), bad);
});

test("a place is [lamport, op_id]", () => {
  assert.equal(readPlace({}, "after"), undefined);
  assert.deepEqual(readPlace({ after: [3, id("1")] }, "after"), { lamport: 3, id: id("1") });
  for (const after of [null, [], [3], [id("1"), 3], [3, "op"], [3, id("1"), 4], { lamport: 3 }]) {
    assert.throws(() => readPlace({ after } as JsonObject, "after"), bad);
  }
});

test("a reply of another type is the peer's fault, in the peer's own words and under its code", () => {
  assert.deepEqual(expectReply({ type: "ops", ops: [] }, "ops"), { type: "ops", ops: [] });
  const refused = { type: "error", error: "go away", code: "unauthorized" };
  assert.throws(() => expectReply(refused, "ops"), { code: "peer", message: /go away/, details: { code: "unauthorized" } });
  assert.throws(
    () => expectReply({ type: "error", error: "x".repeat(9_999) }, "ops"),
    (error: PoolError) => error.message.length < 600,
  );
  for (const reply of [null, [], "ops", { type: "hello" }, {}] as Json[]) {
    assert.throws(() => expectReply(reply, "ops"), { code: "peer", details: { code: null } });
  }
});

const nothing: SyncReport = { peer: "did:key:z", pulled: 0, pushed: 0, rejected: [], deferred: [], conflicts: [] };

test("the summary reads as section 7 says, and tells only what there is to tell", () => {
  assert.equal(summary(nothing), "sync with did:key:z: pulled 0, pushed 0");
  const rejected = [{ op: "", reason: "" }];
  const conflicts = [{ subject: "self", predicate: "place.home", winner: id("1"), losers: [id("2")] }];
  assert.equal(
    summary({ ...nothing, pulled: 3, pushed: 2, rejected, deferred: ["op", "op"], conflicts }),
    "sync with did:key:z: pulled 3, pushed 2, rejected 1, deferred 2, resolved 1 claim conflict(s)",
  );
  assert.equal(summary({ ...nothing, conflicts }), "sync with did:key:z: pulled 0, pushed 0, resolved 1 claim conflict(s)");
});
