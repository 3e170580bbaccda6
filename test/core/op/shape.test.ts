/** Section 4's first step: one test for each form of sections 2 and 3, and a search for forms that were forgotten. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PoolError } from "../../../src/core/errors.ts";
import type { Envelope } from "../../../src/core/op/operation.ts";
import { readEnvelope } from "../../../src/core/op/shape.ts";
import type { Json } from "../../../src/core/ports.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { jsonValue } from "../../../src/testkit/arbitrary-json.ts";
import { bare } from "../../../src/testkit/envelopes.ts";
import { isWellShaped } from "../../../src/testkit/oracle-shape.ts";
import { claim } from "../../../src/testkit/payloads.ts";
import { weakDid } from "../../../src/testkit/pool-history-faults.ts";
import { scriptedPool } from "../../../src/testkit/scripted-pool.ts";

const pool = scriptedPool(nativeCrypto);
const first = pool.write("phone", "claim", claim());
const [inBatch, last] = pool.writeBatch("phone", [
  { type: "claim", payload: claim() },
  { type: "note", payload: { target: pool.id } },
]) as [Envelope, Envelope];
const side = pool.write("root", "mood", {}, [pool.ops[1] as Envelope]);
const joining = pool.write("phone", "mood", {}, [last, side]);

const id = (digit: string) => `op:${digit.repeat(64)}`;
const nested = (levels: number): Json => (levels === 0 ? 1 : [nested(levels - 1)]);
const without = (op: Envelope, name: string) => Object.fromEntries(Object.entries(op).filter(([each]) => each !== name));

test("every kind of honest envelope is well-shaped", () => {
  for (const op of [pool.genesis, ...pool.ops, bare(first), bare(inBatch)]) assert.equal(readEnvelope(op).envelope, op);
});

const refused: readonly { what: string; value: unknown; reason: RegExp }[] = [
  { what: "no object", value: [first], reason: /must be a JSON object/ },
  { what: "null", value: null, reason: /must be a JSON object/ },
  { what: "an unknown member", value: { ...first, note: 1 }, reason: /unknown member "note"/ },
  { what: "__proto__ as a member", value: JSON.parse(`{"__proto__": 1, "v": 1}`), reason: /unknown member "__proto__"/ },
  ...["op_id", "v", "pool", "author", "seq", "lamport", "prev", "ts", "type", "payload_hash", "sig"].map((name) => ({
    what: `no ${name}`,
    value: without(first, name),
    reason: new RegExp(`member "${name}" is missing`),
  })),
  { what: "an op_id in upper case", value: { ...first, op_id: first.op_id.toUpperCase() }, reason: /"op_id"/ },
  { what: "an op_id of another length", value: { ...first, op_id: `${first.op_id}0` }, reason: /"op_id"/ },
  { what: "another v", value: { ...first, v: 2 }, reason: /"v" must be 1/ },
  { what: "a did:key of another kind", value: { ...first, author: `did:key:z6Ls${first.author.slice(12)}` }, reason: /"author"/ },
  { what: "a did:key that decodes to nothing", value: { ...first, author: `${first.author.slice(0, -1)}0` }, reason: /"author"/ },
  ...["seq", "lamport", "ts"].flatMap((name) =>
    [-1, 0.5, 2 ** 53, "1", null].map((value) => ({
      what: `${name} ${JSON.stringify(value)}`,
      value: { ...first, [name]: value },
      reason: new RegExp(`"${name}" must be an integer`),
    })),
  ),
  { what: "an empty type", value: { ...first, type: "" }, reason: /"type"/ },
  { what: "a type in upper case", value: { ...first, type: "Claim" }, reason: /"type"/ },
  { what: "a type of 65 characters", value: { ...first, type: "t".repeat(65) }, reason: /"type"/ },
  { what: "a pool outside genesis that is null", value: { ...first, pool: null }, reason: /"pool"/ },
  { what: "a genesis with a pool", value: { ...pool.genesis, pool: pool.id }, reason: /"pool"/ },
  { what: "a payload_hash without its prefix", value: { ...first, payload_hash: "0".repeat(64) }, reason: /"payload_hash"/ },
  { what: "a signature of 126 digits", value: { ...first, sig: first.sig.slice(2) }, reason: /"sig"/ },
  { what: "a signature in upper case", value: { ...first, sig: first.sig.toUpperCase() }, reason: /"sig"/ },
  { what: "an empty prev outside genesis", value: { ...first, prev: [] }, reason: /"prev" is empty/ },
  { what: "a genesis with prev", value: { ...pool.genesis, prev: [id("1")] }, reason: /"prev" is empty/ },
  { what: "prev that is no list", value: { ...first, prev: first.prev[0] }, reason: /"prev" must be a list/ },
  { what: "prev with something else in it", value: { ...first, prev: [null] }, reason: /"prev" must be a list/ },
  { what: "33 prev", value: { ...first, prev: Array.from({ length: 33 }, (_, n) => id((n % 10).toString())) }, reason: /over 32/ },
  { what: "others out of order", value: { ...last, prev: [last.prev[0], id("2"), id("1")] }, reason: /ascending/ },
  { what: "an other twice", value: { ...last, prev: [last.prev[0], id("1"), id("1")] }, reason: /duplicates/ },
  { what: "prev[0] again among the others", value: { ...joining, prev: [joining.prev[0], joining.prev[0]] }, reason: /duplicates/ },
  { what: "a first operation's prev out of order", value: { ...first, prev: [id("2"), id("1")] }, reason: /ascending/ },
  { what: "a payload without salt", value: without(first, "salt"), reason: /come together/ },
  { what: "a salt without payload", value: without(first, "payload"), reason: /come together/ },
  { what: "a salt of 15 bytes", value: { ...first, salt: "0".repeat(30) }, reason: /"salt"/ },
  { what: "a payload that is a list", value: { ...first, payload: [] }, reason: /"payload" must be an object/ },
  { what: "a payload that is null", value: { ...first, payload: null }, reason: /"payload" must be an object/ },
  { what: "33 levels", value: { ...first, payload: { deep: nested(32) } }, reason: /nested too deeply/ },
  { what: "a lone surrogate", value: { ...first, payload: { text: "\ud800" } }, reason: /lone surrogate/ },
  { what: "a number that is not finite", value: { ...first, payload: { n: Number.POSITIVE_INFINITY } }, reason: /Infinity/ },
  { what: "a payload over the limit", value: { ...first, payload: { long: "x".repeat(57_334) } }, reason: /57345 bytes/ },
  { what: "a payload over the limit in UTF-8 alone", value: { ...first, payload: { long: "é".repeat(28_667) } }, reason: /57345 bytes/ },
  { what: "a batch that is null", value: { ...inBatch, batch: null }, reason: /"batch" must be an object/ },
  { what: "an unknown member of batch", value: { ...inBatch, batch: { ...inBatch.batch, root: "" } }, reason: /unknown member "root"/ },
  { what: "index = size", value: { ...inBatch, batch: { ...inBatch.batch, index: 2 } }, reason: /index < size/ },
  { what: "a batch of 1,025", value: { ...inBatch, batch: { ...inBatch.batch, size: 1_025 } }, reason: /size ≤ 1024/ },
  { what: "a negative index", value: { ...inBatch, batch: { ...inBatch.batch, index: -1 } }, reason: /"index"/ },
  { what: "a path of other text", value: { ...inBatch, batch: { ...inBatch.batch, path: ["ff"] } }, reason: /"path"/ },
];

for (const { what, value, reason } of refused) {
  test(`a parse error: ${what}`, () => {
    assert.throws(() => readEnvelope(value), { name: "PoolError", code: "parse", message: reason });
  });
}

test("at the limits: 32 prev, 32 levels, 57,344 bytes, a batch of 1,024, a type of 64 characters, seq 0", () => {
  const prev = Array.from({ length: 32 }, (_, n) => id("0").slice(0, -2) + n.toString(16).padStart(2, "0"));
  const allowed = [
    { ...first, prev },
    { ...first, payload: { deep: nested(31) } },
    { ...first, payload: { long: "x".repeat(57_333) } },
    { ...inBatch, batch: { index: 1_023, size: 1_024, path: Array(10).fill("0".repeat(64)) } },
    { ...first, type: "t".repeat(64) },
    { ...first, seq: 0 }, // chain's business
    { ...first, author: weakDid }, // the signature's business
  ];
  for (const value of allowed) assert.ok(readEnvelope(value));
});

test("law: with any member replaced by anything, the shape step says what the oracle says", () => {
  const change = fc.tuple(
    fc.constantFrom(pool.genesis, first, inBatch, joining, bare(first)),
    fc.constantFrom(
      "op_id",
      "v",
      "pool",
      "author",
      "seq",
      "lamport",
      "prev",
      "ts",
      "type",
      "payload_hash",
      "sig",
      "salt",
      "payload",
      "batch",
      "x",
    ),
    fc.oneof(
      jsonValue(4),
      fc.constantFrom<unknown>(id("a"), [], [id("a")], [id("a"), id("b")], [id("b"), id("a")], 0, 1, 2, "claim", "genesis", null),
      fc.constantFrom<unknown>("0".repeat(32), "0".repeat(128), {}, { index: 0, size: 1, path: [] }, `sha256:${"0".repeat(64)}`),
    ),
  );
  fc.assert(
    fc.property(change, ([op, name, value]) => {
      assert.equal(isRead({ ...op, [name]: value }), isWellShaped({ ...op, [name]: value }));
    }),
    { numRuns: 3_000 },
  );
});

function isRead(value: unknown): boolean {
  try {
    readEnvelope(value);
    return true;
  } catch (error) {
    assert.ok(error instanceof PoolError && error.code === "parse", String(error));
    return false;
  }
}
