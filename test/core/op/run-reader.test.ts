/** Runs are read by what is known of them beforehand: with the same result as envelope by envelope, or not at all. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { canonical } from "../../../src/core/codec/canonical.ts";
import { parseJson } from "../../../src/core/codec/parse.ts";
import { limits } from "../../../src/core/limits.ts";
import { hashesMatch } from "../../../src/core/op/identity.ts";
import type { Envelope } from "../../../src/core/op/operation.ts";
import { RunReader } from "../../../src/core/op/run-reader.ts";
import { readEnvelope, type Shaped } from "../../../src/core/op/shape.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { claim } from "../../../src/testkit/payloads.ts";
import { scriptedPool } from "../../../src/testkit/scripted-pool.ts";

const pool = scriptedPool(nativeCrypto);
const rationales = ['a "quoted" word', "line\nline", "é", "plain"];
const words = (index: number) => claim({ object: index, rationale: rationales[index % 4] ?? "" });
const batchOf = (size: number) =>
  pool.writeBatch(
    "phone",
    Array.from({ length: size }, (_, index) => ({ type: "claim", payload: words(index) })),
  );

/** As a store's `envelopeJson` writes it. */
function textOf(envelope: Envelope): string {
  const { op_id, v, pool: of, author, seq, lamport, prev, ts, type, payload_hash, salt, payload, sig, batch } = envelope;
  const head = JSON.stringify({ op_id, v, pool: of, author, seq, lamport, prev, ts, type, payload_hash, salt });
  return `${head.slice(0, -1)},"payload":${canonical(payload)},${JSON.stringify({ sig, batch }).slice(1)}`;
}

/** As everyone reads it: null when its hashes do not match, or it is none. */
function readWhole(text: string): Shaped | null {
  try {
    const shaped = readEnvelope(parseJson(text, { maxDepth: limits.messageDepth }));
    return hashesMatch(nativeCrypto, shaped) ? shaped : null;
  } catch {
    return null;
  }
}

test("of a batch all but the first are read as a run, whatever its size, and say what they say", () => {
  for (const size of [2, 3, 5, 8, 9, 33, 70]) {
    const run = new RunReader(nativeCrypto);
    for (const [index, op] of batchOf(size).entries()) {
      const text = textOf(op);
      const next = run.next(text);
      assert.deepEqual(next, index === 0 ? null : readWhole(text), `${index} of ${size}`);
      if (next === null) run.follow(op);
    }
    assert.equal(run.next(textOf(pool.write("phone", "claim", claim()))), null, "a batch ends");
  }
});

test("law: text that was altered anywhere is not read, or says what everyone reads in it", () => {
  const ops = batchOf(12);
  const alteration = fc.record({ at: fc.nat(), to: fc.constantFrom("0", "f", "g", '"', "{", "}", "\\", " ", ",", "", "00", "é") });
  let altered = 0;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 11 }), fc.array(alteration, { minLength: 1, maxLength: 2 }), (index, alterations) => {
      const run = new RunReader(nativeCrypto);
      run.follow(ops[index - 1] as Envelope);
      const whole = textOf(ops[index] as Envelope);
      let text = whole;
      for (const { at, to } of alterations) text = text.slice(0, at % text.length) + to + text.slice((at % text.length) + 1);
      const next = run.next(text);
      if (next !== null) assert.deepEqual(next, readWhole(text), text);
      if (text !== whole) altered++;
      else assert.notEqual(next, null);
    }),
    { numRuns: 1_000 },
  );
  assert.ok(altered > 500);
});

test("what is not written as we write it is left to the reader of all envelopes: other members, orders, escapes, and lies", () => {
  const [first, second] = batchOf(2) as [Envelope, Envelope];
  const text = textOf(second);
  const others = {
    "a member of its own": `${text.slice(0, -1)},"note":1}`,
    "another order": JSON.stringify(Object.fromEntries(Object.entries(second).reverse())),
    "a payload in another order": JSON.stringify({
      ...second,
      payload: Object.fromEntries(Object.entries(second.payload ?? {}).reverse()),
    }),
    "an escape where none is needed": text.replace('"object"', '"\\u006fbject"'),
    "a key twice": text.replace('"payload":{', '"payload":{"confidence":1,'),
    "no payload": JSON.stringify({ ...second, salt: undefined, payload: undefined }),
    "the one before once more": textOf(first),
    "another id": text.replace(second.op_id, `op:${"0".repeat(64)}`),
    "another proof": text.replace(/"path":\["./, (begins) => `${begins.slice(0, -1)}${begins.endsWith("g") ? "h" : "g"}`),
  };
  for (const [name, other] of Object.entries(others)) {
    const run = new RunReader(nativeCrypto);
    run.follow(first);
    assert.notEqual(other, text, name);
    assert.equal(run.next(other), null, name);
    assert.notEqual(run.next(text), null, "and goes on");
  }
});
