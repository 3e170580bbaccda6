/** runs/1 (SYN-19): what is sent as runs is what was written, and what was altered on the way is not taken. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { canonical } from "../../../src/core/codec/canonical.ts";
import { RawJson } from "../../../src/core/codec/raw-json.ts";
import { PoolError } from "../../../src/core/errors.ts";
import { hashesMatch, signatureHolds, VerifiedRoots } from "../../../src/core/op/identity.ts";
import type { Envelope } from "../../../src/core/op/operation.ts";
import { readRun, runIn } from "../../../src/core/op/read-run.ts";
import { inRuns, type Run } from "../../../src/core/op/run.ts";
import { readEnvelope, type Shaped } from "../../../src/core/op/shape.ts";
import type { Json, JsonObject } from "../../../src/core/ports.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { claim } from "../../../src/testkit/payloads.ts";
import { scriptedPool } from "../../../src/testkit/scripted-pool.ts";

const pool = scriptedPool(nativeCrypto);
const rationales = ['a "quoted" word', "line\nline", "é", '],["0123456789abcdef0123456789abcdef",{'];
const batchOf = (size: number) =>
  pool.writeBatch(
    "phone",
    Array.from({ length: size }, (_, index) => ({
      type: "claim",
      payload: claim({ object: [[index]], rationale: rationales[index % 4] ?? "" }),
    })),
  );

/** As stores write it: canonical payloads. */
function textOf(run: Run): string {
  const { items, ...head } = run;
  const texts = items.map((item) => (typeof item === "string" ? JSON.stringify(item) : `["${item[0]}",${canonical(item[1])}]`));
  return `${JSON.stringify(head).slice(0, -1)},"items":[${texts.join(",")}]}`;
}

function read(value: Json, roots = new VerifiedRoots()): Shaped[] | null {
  const run = runIn(value);
  return run && readRun(nativeCrypto, run, roots);
}

const plain = (run: Run) => run as unknown as Json;
const raw = (text: string) => new RawJson(text) as unknown as Json;
const someoneElse = pool.key("root").did;
const shapedOf = (op: Envelope) => readEnvelope(op);
const withoutPayload = ({ salt: _salt, payload: _payload, ...op }: Envelope): Envelope => op;

test("a batch is one run, and says what its envelopes say, as a value and as text", () => {
  for (const size of [2, 3, 8, 9, 33]) {
    const ops = batchOf(size);
    const [run, ...rest] = inRuns(ops) as Run[];
    assert.ok(run && rest.length === 0);
    assert.deepEqual(run.batch.path, [], "a whole tree needs no proof");
    for (const form of [plain(run), raw(textOf(run)), raw(JSON.stringify(run, null, 1))]) assert.deepEqual(read(form), ops.map(shapedOf));
  }
});

test("law: any part of a batch, some of it without payloads, beside other operations, is read as it was", () => {
  const sizes = fc.tuple(
    fc.integer({ min: 1, max: 20 }),
    fc.integer({ min: 1, max: 20 }),
    fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
  );
  fc.assert(
    fc.property(sizes, fc.nat(), fc.nat(), ([one, two, bare], from, length) => {
      const ops = [...batchOf(one), pool.write("phone", "claim", claim()), ...batchOf(two)].map((op, at) =>
        bare[at] ? withoutPayload(op) : op,
      );
      const part = ops.slice(from % ops.length).slice(0, 1 + (length % ops.length));
      const found = inRuns(part).flatMap((item) => ("items" in item ? (read(raw(textOf(item))) ?? assert.fail()) : [shapedOf(item)]));
      assert.deepEqual(found, part.map(shapedOf));
    }),
    { numRuns: 60 },
  );
});

test("operations of another author, type, time or batch, or with another past, are not in one run", () => {
  const ops = batchOf(4);
  const [first, second] = [ops[0] as Envelope, ops[1] as Envelope];
  const alter = (change: Partial<Envelope>) => inRuns([first, { ...second, ...change }]).length;
  assert.equal(alter({}), 1);
  const { index, size, path } = second.batch ?? assert.fail();
  for (const change of [
    { author: someoneElse },
    { type: "evidence" },
    { ts: second.ts + 1 },
    { sig: first.sig.replace(/^./, (digit) => (digit === "0" ? "1" : "0")) },
    { seq: second.seq + 1 },
    { lamport: second.lamport + 1 },
    { prev: [second.op_id] },
    { prev: [first.op_id, second.op_id] },
    { batch: { index: index + 1, size, path } },
    { batch: { index, size: size + 1, path } },
  ])
    assert.equal(alter(change as Partial<Envelope>), 2, JSON.stringify(change));
});

test("law: a run that was altered anywhere is refused, or says only what its author signed", () => {
  const ops = batchOf(9);
  const signed = new Map(ops.map((op) => [op.op_id, op]));
  const [run] = inRuns(ops.slice(2, 7)) as [Run];
  const text = textOf(run);
  const alteration = fc.record({
    at: fc.nat(),
    cut: fc.nat({ max: 2 }),
    to: fc.constantFrom("", "0", "f", "g", '"', "{", "}", "[", "]", "\\", " ", ",", "é"),
  });
  let refused = 0;
  fc.assert(
    fc.property(fc.array(alteration, { minLength: 1, maxLength: 2 }), (alterations) => {
      let altered = text;
      for (const { at, cut, to } of alterations)
        altered = altered.slice(0, at % altered.length) + to + altered.slice((at % altered.length) + cut);
      let found: Shaped[] | null = null;
      try {
        found = read(raw(altered));
      } catch (error) {
        assert.ok(error instanceof PoolError && error.code === "parse", String(error));
      }
      if (found === null) refused++;
      for (const { envelope } of found ?? []) assert.deepEqual(envelope, signed.get(envelope.op_id));
    }),
    { numRuns: 3_000 },
  );
  assert.ok(refused > 2_500, `${refused} were refused`);
});

test("what has another form is a parse error that says what is wrong", () => {
  const [run] = inRuns(batchOf(3)) as [Run];
  const { items, batch } = run;
  const [salt, payload] = items[0] as [string, JsonObject];
  const cases: [JsonObject, RegExp][] = [
    [{ op_id: `op:${"0".repeat(64)}` }, /unknown member "op_id" in a run/],
    [{ batch: { ...batch, more: 1 } } as unknown as JsonObject, /unknown member "more" in "batch"/],
    [{ items: [] }, /must have operations/],
    [{ items: 1 }, /"items" must be a list/],
    [{ items: [...items, ...items] } as unknown as JsonObject, /must end within its batch of 3/],
    [{ items: Array.from({ length: 1_025 }, () => items[0]) } as unknown as JsonObject, /at most 1024/],
    [{ items: [[salt]] }, /payload must be an object/],
    [{ items: [[salt, payload, 1]] }, /payload must be an object/],
    [{ items: [["xy", payload]] }, /salt must be 32/],
    [{ items: ["sha256:xy"] }, /must be \[salt, payload\], or sha256:/],
    [{ items: [1] }, /salt must be 32/],
    [{ items: [[salt, { deep: deep(33) }]] }, /nest|levels/],
    [{ type: "genesis" }, /no genesis/],
    [{ seq: Number.MAX_SAFE_INTEGER }, /"seq" and "lamport"/],
    [{ lamport: Number.MAX_SAFE_INTEGER }, /"seq" and "lamport"/],
    [{ v: 2 }, /"v" must be 1/],
    [{ prev: [] }, /"prev" is empty/],
    [{ batch: { ...batch, path: [1] } } as unknown as JsonObject, /"path" must be/],
    [{ batch: { ...batch, path: "no" } } as unknown as JsonObject, /"path" must be/],
    [{ batch: null }, /"index" must be an integer/],
  ];
  for (const [change, reason] of cases) {
    const value = { ...run, ...change } as unknown as JsonObject;
    for (const form of [value, raw(JSON.stringify(value))])
      assert.throws(
        () => read(form),
        (error) => error instanceof PoolError && error.code === "parse" && reason.test(error.message),
        JSON.stringify(change).slice(0, 100),
      );
  }
  const twice = textOf(run).replace('{"v":1', '{"v":1,"v":1');
  assert.throws(() => read(raw(twice)), /twice/);
});

function deep(levels: number): Json {
  return levels === 0 ? 1 : [deep(levels - 1)];
}

test("a root that was signed is remembered under its author, size and signature alone", () => {
  const roots = new VerifiedRoots();
  const [run] = inRuns(batchOf(4)) as [Run];
  assert.notEqual(read(plain(run), roots), null);
  assert.equal(read({ ...run, sig: "0".repeat(128) } as unknown as Json, roots), null);
  assert.equal(read({ ...run, author: someoneElse } as unknown as Json, roots), null);
  assert.equal(read({ ...run, ts: run.ts + 1 } as unknown as Json, roots), null);
});

test("an envelope is no run, and the envelopes of a run hold by themselves", () => {
  const ops = batchOf(5);
  const [op] = ops as [Envelope];
  for (const form of [op as unknown as Json, raw(JSON.stringify(op)), raw(JSON.stringify(op, null, 1))]) assert.equal(runIn(form), null);
  const [run] = inRuns(ops.slice(1, 4)) as [Run];
  for (const shaped of read(plain(run)) ?? assert.fail()) {
    assert.ok(hashesMatch(nativeCrypto, shaped));
    assert.ok(signatureHolds(nativeCrypto, shaped.envelope, new VerifiedRoots()));
  }
});
