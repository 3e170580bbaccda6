/** Section 3 from the writer's side: chains, batches, and which heads an operation names. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Draft, type Pen, prevOf, writeOps } from "../../../src/core/op/create.ts";
import { hashesMatch, signatureHolds, VerifiedRoots } from "../../../src/core/op/identity.ts";
import type { OpId } from "../../../src/core/op/operation.ts";
import { readEnvelope } from "../../../src/core/op/shape.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { fixedKey } from "../../../src/testkit/fixed-keys.ts";

const phone = fixedKey(nativeCrypto, "phone");
const idOf = (n: number) => `op:${n.toString(16).padStart(64, "0")}` as OpId;
const note = (n: number): Draft => ({ type: "note", payload: { target: idOf(n) } });
const pen: Pen = {
  author: phone.did,
  seed: phone.seed,
  pool: idOf(1),
  own: { id: idOf(7), seq: 4 },
  heads: [idOf(2), idOf(9)],
  lamport: 12,
  now: 5,
  salt: (index) => new Uint8Array(16).fill(index),
};

test("drafts become a chain: the first names the other heads, each names the one before, seq and lamport count up", () => {
  const ops = writeOps(nativeCrypto, pen, [note(0), note(1), note(2)]).map(({ envelope }) => envelope);
  assert.deepEqual(
    ops.map(({ prev }) => prev),
    [[idOf(7), idOf(2), idOf(9)], [ops[0]?.op_id], [ops[1]?.op_id]],
  );
  assert.deepEqual(
    ops.map(({ seq }) => seq),
    [5, 6, 7],
  );
  assert.deepEqual(
    ops.map(({ lamport }) => lamport),
    [13, 14, 15],
  );
});

test("an author's first operation has seq 1 and the heads alone for prev", () => {
  const [op] = writeOps(nativeCrypto, { ...pen, own: null }, [note(0)]);
  assert.deepEqual([op?.envelope.seq, op?.envelope.prev], [1, [idOf(2), idOf(9)]]);
});

test("each payload has its own salt", () => {
  const salts = writeOps(nativeCrypto, pen, [note(0), note(0)]).map(({ envelope }) => envelope.salt);
  assert.deepEqual(salts, ["00".repeat(16), "01".repeat(16)]);
});

test("one operation is signed alone, several share one signature, 1,025 are refused, none are none", () => {
  const write = (count: number) =>
    writeOps(
      nativeCrypto,
      pen,
      Array.from({ length: count }, (_, n) => note(n)),
    );
  assert.equal(write(1)[0]?.envelope.batch, undefined);
  const several = write(1_024).map(({ envelope }) => envelope);
  assert.equal(new Set(several.map(({ sig }) => sig)).size, 1);
  assert.ok(several.every((op) => op.batch?.size === 1_024 && signatureHolds(nativeCrypto, op, new VerifiedRoots())));
  assert.throws(() => write(1_025), { name: "PoolError", code: "usage" });
  assert.deepEqual(write(0), []);
});

test("law: what is written passes shape and identity, and comes with the texts that a reader would make", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { minLength: 1, maxLength: 9 }), (numbers) => {
      for (const written of writeOps(nativeCrypto, pen, numbers.map(note))) {
        const read = readEnvelope(JSON.parse(JSON.stringify(written.envelope)));
        assert.deepEqual(read, written);
        assert.ok(hashesMatch(nativeCrypto, read));
        assert.ok(signatureHolds(nativeCrypto, read.envelope, new VerifiedRoots()));
      }
    }),
    { numRuns: 30 },
  );
});

test("a draft that no reader would take is not signed", () => {
  assert.throws(() => writeOps(nativeCrypto, pen, [{ type: "note", payload: { text: "x".repeat(60_000) } }]), { code: "parse" });
});

interface Head {
  readonly id: OpId;
  readonly lamport: number;
}

const headsOf = (count: number): Head[] => Array.from({ length: count }, (_, n) => ({ id: idOf(n), lamport: Math.floor(n / 2) }));
const always = () => true;

test("up to 32 heads are all named, ascending; one's own operation is not among them", () => {
  assert.deepEqual(
    prevOf(headsOf(32).reverse(), null, always),
    headsOf(32).map(({ id }) => id),
  );
  assert.deepEqual(
    prevOf(headsOf(32), idOf(4), always),
    headsOf(32)
      .map(({ id }) => id)
      .filter((id) => id !== idOf(4)),
  );
  assert.deepEqual(prevOf([], idOf(4), always), []);
});

test("of more heads those highest in (lamport, op_id) are named; one's own operation takes one of the 32 places", () => {
  const heads = headsOf(50);
  assert.deepEqual(
    prevOf(heads, null, always),
    heads.slice(18).map(({ id }) => id),
  );
  assert.deepEqual(
    prevOf(heads, idOf(99), always),
    heads.slice(19).map(({ id }) => id),
  );
  assert.deepEqual(
    prevOf(heads, idOf(49), always),
    heads.slice(18, 49).map(({ id }) => id),
  );
});

test("what makes the author a device is named even when it is the lowest head, in the lowest place that was chosen", () => {
  const heads = headsOf(50);
  const chosen = prevOf(heads, null, (ids) => ids.includes(idOf(3)));
  assert.deepEqual(chosen, [idOf(3), ...heads.slice(19).map(({ id }) => id)]);
});

test("several low heads may be needed together", () => {
  const heads = headsOf(50);
  const chosen = prevOf(heads, null, (ids) => [0, 3, 9].every((n) => ids.includes(idOf(n))));
  assert.deepEqual(chosen, [idOf(0), idOf(3), idOf(9), ...heads.slice(21).map(({ id }) => id)]);
});

test("when no 32 heads leave the author a device, fewer are named", () => {
  const heads = headsOf(50);
  // A head in the middle removes the author, and what contests that removal is spread over more than fits.
  const fits = (ids: readonly OpId[]) => !ids.includes(idOf(45)) || ids.length === 50;
  assert.deepEqual(
    prevOf(heads, idOf(99), fits),
    heads
      .filter(({ id }) => id !== idOf(45))
      .slice(-31)
      .map(({ id }) => id),
  );
  assert.deepEqual(
    prevOf(heads, idOf(99), (ids) => ids.length === 0 || ids.length === 50),
    [],
  );
});

test("law: at most 32 ids in all, ascending, without one's own, of the heads, and enough whenever few heads are", () => {
  const case_ = fc.record({
    count: fc.nat(80),
    own: fc.option(fc.nat(90).map(idOf)),
    needed: fc.uniqueArray(fc.nat(79), { maxLength: 5 }),
  });
  fc.assert(
    fc.property(case_, ({ count, own, needed }) => {
      const heads = headsOf(count);
      const mustHave = needed.filter((n) => n < count && idOf(n) !== own).map(idOf);
      const chosen = prevOf(heads, own, (ids) => mustHave.every((id) => ids.includes(id)));
      assert.ok(chosen.length <= (own === null ? 32 : 31));
      assert.deepEqual(chosen, [...new Set(chosen)].sort());
      assert.ok(own === null || !chosen.includes(own));
      assert.ok(chosen.every((id) => heads.some((head) => head.id === id)));
      assert.ok(mustHave.every((id) => chosen.includes(id)));
    }),
  );
});
