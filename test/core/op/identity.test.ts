/** Section 4's second step: hashes, and signatures over one operation or over a batch (section 3). */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toHex } from "../../../src/core/bytes.ts";
import { merkleRoot } from "../../../src/core/crypto/merkle.ts";
import { batchSigningInput, opSigningInput } from "../../../src/core/crypto/signature.ts";
import { hashesMatch, leafOf, signatureHolds, VerifiedRoots } from "../../../src/core/op/identity.ts";
import type { BatchProof, Envelope } from "../../../src/core/op/operation.ts";
import { readEnvelope } from "../../../src/core/op/shape.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { bare } from "../../../src/testkit/envelopes.ts";
import { claim } from "../../../src/testkit/payloads.ts";
import { scriptedPool } from "../../../src/testkit/scripted-pool.ts";

const pool = scriptedPool(nativeCrypto);
const phone = pool.key("phone");
const alone = pool.write("phone", "claim", claim());
const drafts = Array.from({ length: 7 }, (_, index) => ({ type: "claim", payload: claim({ object: index }) }));
const batch = pool.writeBatch("phone", drafts);

const identified = (envelope: Envelope) => hashesMatch(nativeCrypto, readEnvelope(envelope));
const signed = (envelope: Envelope, roots = new VerifiedRoots()) => signatureHolds(nativeCrypto, envelope, roots);
const proofOf = (envelope: Envelope) => envelope.batch as BatchProof;

test("what was written has its identity, with payload and without", () => {
  for (const op of pool.ops) assert.ok(identified(op) && identified(bare(op)) && signed(op) && signed(bare(op)));
});

test("an op_id that is not the header's hash", () => {
  assert.ok(!identified({ ...alone, op_id: pool.id }));
  for (const change of [{ ts: 1 }, { seq: 9 }, { lamport: 9 }, { type: "note" }, { author: pool.key("root").did }, { prev: [pool.id] }]) {
    assert.ok(!identified({ ...alone, ...change }), JSON.stringify(change));
  }
});

test("a payload or salt that payload_hash does not name", () => {
  assert.ok(!identified({ ...alone, payload: { ...alone.payload, confidence: 0.5 } }));
  assert.ok(!identified({ ...alone, salt: "0".repeat(32) }));
});

test("members of a payload come in any order: its canonical bytes are hashed", () => {
  const payload = Object.fromEntries(Object.entries(alone.payload ?? {}).reverse());
  assert.ok(identified({ ...alone, payload }));
});

test("a signature by another key, over another id, or altered", () => {
  const other = pool.key("root");
  assert.ok(!signed({ ...alone, sig: toHex(nativeCrypto.ed25519.sign(other.seed, opSigningInput(alone.op_id))) }));
  assert.ok(!signed({ ...alone, sig: toHex(nativeCrypto.ed25519.sign(phone.seed, opSigningInput(pool.id))) }));
  assert.ok(!signed({ ...alone, sig: `${alone.sig.slice(0, -1)}${alone.sig.endsWith("0") ? "1" : "0"}` }));
});

test("the tag tells what a signature is for: an id signed bare, or as a batch of one, is not a signed operation", () => {
  const root = merkleRoot(nativeCrypto.sha256Hex, [leafOf(alone.op_id)]);
  const untagged = nativeCrypto.ed25519.sign(phone.seed, Buffer.from(alone.op_id));
  const asBatch = nativeCrypto.ed25519.sign(phone.seed, batchSigningInput(1, root));
  assert.ok(!signed({ ...alone, sig: toHex(untagged) }));
  assert.ok(!signed({ ...alone, sig: toHex(asBatch) }));
  assert.ok(signed({ ...alone, sig: toHex(asBatch), batch: { index: 0, size: 1, path: [] } }));
});

test("each envelope of a batch verifies by itself; with another's proof, or a part of its own, none does", () => {
  for (const [at, op] of batch.entries()) {
    assert.deepEqual([proofOf(op).index, proofOf(op).size], [at, 7]);
    assert.ok(signed(op));
    const other = batch[(at + 1) % 7] as Envelope;
    assert.ok(!signed({ ...op, batch: proofOf(other) }));
    assert.ok(!signed({ ...op, batch: { ...proofOf(op), index: (at + 1) % 7 } }));
    assert.ok(!signed({ ...op, batch: { ...proofOf(op), size: 8 } }));
    assert.ok(!signed({ ...op, batch: { ...proofOf(op), path: proofOf(op).path.slice(1) } }));
    assert.ok(!signed({ ...op, batch: { ...proofOf(op), path: [...proofOf(op).path, "0".repeat(64)] } }));
  }
});

test("size is signed: the same root under another size is another signature", () => {
  const [first] = batch as [Envelope];
  const root = merkleRoot(
    nativeCrypto.sha256Hex,
    batch.map(({ op_id }) => leafOf(op_id)),
  );
  const sig = toHex(nativeCrypto.ed25519.sign(phone.seed, batchSigningInput(8, root)));
  assert.ok(!signed({ ...first, sig }));
});

test("a verified root spares the other envelopes of its batch their signature check, and those only", () => {
  const counting = { ...nativeCrypto, ed25519: { ...nativeCrypto.ed25519 } };
  let checks = 0;
  counting.ed25519.verify = (...question) => {
    checks++;
    return nativeCrypto.ed25519.verify(...question);
  };
  const roots = new VerifiedRoots();
  for (const op of batch) assert.ok(signatureHolds(counting, op, roots));
  assert.equal(checks, 1);
  const [op] = batch as [Envelope];
  const forged: Envelope[] = [
    { ...op, author: pool.key("root").did }, // another author
    { ...op, sig: alone.sig }, // another signature
    { ...op, batch: { ...proofOf(op), size: 6 } }, // another size, hence another root or none
    { ...op, op_id: alone.op_id }, // another root
  ];
  for (const each of forged) assert.ok(!signatureHolds(counting, each, roots));
});

test("law: what was proved of a batch before changes no verdict on an envelope of it, whole or altered anywhere", () => {
  const altered = (text: string, at: number) => `${text.slice(0, at)}${text[at] === "0" ? "1" : "0"}${text.slice(at + 1)}`;
  const member = fc.record({
    at: fc.nat({ max: 69 }),
    change: fc.constantFrom("none", "none", "none", "step", "shorter", "longer", "index", "id", "other's path"),
    where: fc.nat({ max: 63 }),
  });
  const batches = [2, 3, 7, 8, 9, 33, 70].map((size) => pool.writeBatch("phone", Array(size).fill(drafts[0])));
  fc.assert(
    fc.property(fc.constantFrom(...batches), fc.array(member, { maxLength: 40 }), (ops, members) => {
      const roots = new VerifiedRoots();
      for (const { at, change, where } of members) {
        const op = ops[at % ops.length] as Envelope;
        const { index, size, path } = proofOf(op);
        const step = where % path.length;
        const changed: Envelope = {
          none: op,
          step: { ...op, batch: { index, size, path: path.with(step, altered(path[step] as string, where)) } },
          shorter: { ...op, batch: { index, size, path: path.slice(0, step) } },
          longer: { ...op, batch: { index, size, path: [...path, path[step] as string] } },
          index: { ...op, batch: { index: where % size, size, path } },
          id: { ...op, op_id: altered(op.op_id, 3 + where) as Envelope["op_id"] },
          "other's path": { ...op, batch: { index, size, path: proofOf(ops[where % size] as Envelope).path } },
        }[change];
        assert.equal(signed(changed, roots), signed(changed), `${change} ${at} ${where}`);
      }
    }),
  );
});

test("what was proved of a batch spares hashing: a few hashes for each of its envelopes, whatever its size", () => {
  const ops = pool.writeBatch("phone", Array(1_000).fill(drafts[0]));
  let hashes = 0;
  const sha256Hex: typeof nativeCrypto.sha256Hex = (...parts) => {
    hashes++;
    return nativeCrypto.sha256Hex(...parts);
  };
  const counting = { ...nativeCrypto, sha256Hex };
  const roots = new VerifiedRoots();
  for (const op of ops) assert.ok(signatureHolds(counting, op, roots));
  assert.ok(hashes < 3 * ops.length, `${hashes} hashes for ${ops.length} envelopes`);
});

test("a root whose signature did not verify is not remembered", () => {
  const roots = new VerifiedRoots();
  const [op] = batch as [Envelope];
  const forged = { ...op, sig: alone.sig };
  assert.ok(!signed(forged, roots));
  assert.ok(!signed(forged, roots));
});

test("law: of verified roots the newest are remembered, as many as there is room for", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { maxLength: 20 }), fc.integer({ min: 1, max: 8 }), (keys, max) => {
      const roots = new VerifiedRoots(max);
      for (const key of keys) roots.add(key);
      assert.deepEqual(
        keys.filter((key) => roots.has(key)),
        keys.slice(-max),
      );
    }),
  );
});
