/**
 * Ids, payload hashes and signatures that another implementation made (Python: hashlib, json, cryptography), pinned: if one
 * of these moves, this software has left the protocol.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Draft, type Pen, writeOps } from "../../../src/core/op/create.ts";
import { hashesMatch, signatureHolds, VerifiedRoots } from "../../../src/core/op/identity.ts";
import type { OpId } from "../../../src/core/op/operation.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { type FixedKey, fixedKey } from "../../../src/testkit/fixed-keys.ts";

const root = fixedKey(nativeCrypto, "root");
const phone = fixedKey(nativeCrypto, "phone");
const genesisId = "op:072197510905d99d20bc83e8d1f40e1d93010769421ee93f6d7d1de1bbb2227c" as OpId;
const addId = "op:d5e3ea6fd7808643177c5d8d12e7eb87a607ec3cf1c4988573f821eba39f7d05" as OpId;
const claimId = "op:2666c34557b48a3539d06f789ffc43b0f32e912922534c050f6e09da3f8154c8" as OpId;

function penOf(key: FixedKey, place: Omit<Pen, "author" | "seed" | "salt">, firstSalt: number): Pen {
  return { author: key.did, seed: key.seed, salt: (index) => new Uint8Array(16).fill(firstSalt + index), ...place };
}

function written(pen: Pen, ...drafts: Draft[]) {
  return writeOps(nativeCrypto, pen, drafts).map(({ envelope }) => envelope);
}

test("the keys of this page", () => {
  assert.equal(root.did, "did:key:z6MkfSxqes1WQ8W9cvybCi1hmpNZXazj2awooxURh1KAms2z");
  assert.equal(phone.did, "did:key:z6MkunKWbEuC3sCMJz54swC8SQkjUY4C9K22Rb5SoU91JRKq");
});

test("a genesis", () => {
  const pen = penOf(root, { pool: null, own: null, heads: [], lamport: 0, now: 1_790_000_000_000 }, 0);
  const [genesis] = written(pen, { type: "genesis", payload: { owner: root.did } });
  assert.equal(genesis?.payload_hash, "sha256:dba0bd7a6f754075fe9e6c6fb897de290360dbc85823ff7a63bf69153d720391");
  assert.equal(genesis?.op_id, genesisId);
  assert.equal(
    genesis?.sig,
    "99e2e38707b4fcfdc9b0459af0a97a75c468194a96f85dc8b9fb5c0e126f7b65045b9fe340862b7be4763230d415d4cb2a291547faa091a5e6c1426e8bdc7402",
  );
});

test("a device_add that follows it", () => {
  const pen = penOf(root, { pool: genesisId, own: { id: genesisId, seq: 1 }, heads: [], lamport: 1, now: 1_790_000_000_001 }, 1);
  const [add] = written(pen, { type: "device_add", payload: { key: phone.did, role: "full" } });
  assert.equal(add?.payload_hash, "sha256:8c85e852f3549cbe6add6f7a785742d732b64201bafc46bc09a2023f5d1f62ec");
  assert.equal(add?.op_id, addId);
});

test("another author's first claim, its payload with nesting, a fraction and a letter beyond ASCII", () => {
  const pen = penOf(phone, { pool: genesisId, own: null, heads: [addId], lamport: 2, now: 1_790_000_000_002 }, 2);
  const [claim] = written(pen, {
    type: "claim",
    payload: {
      subject: "self",
      predicate: "place.home",
      object: { city: "Zürich", zip: 8001 },
      confidence: 0.9,
      derived_from: [],
      method: { name: "user", version: "1" },
      rationale: "",
    },
  });
  assert.equal(claim?.payload_hash, "sha256:d41bcec7d0f1c19c3632b812ca1038b69ae0e777d21bc45ee5a15b9147c7a94b");
  assert.equal(claim?.op_id, claimId);
  assert.equal(
    claim?.sig,
    "cfea271c1a9569dcfb9170523fbb75f87700b1aaac6be9bf86d1d5a2cd0cc7b3deb127fde1caa64dee5b3c786293dad74cca251525e77018e8732a6d7c3f0600",
  );
});

test("three notes under one batch signature, each verifying by itself", () => {
  const pen = penOf(phone, { pool: genesisId, own: { id: claimId, seq: 1 }, heads: [], lamport: 3, now: 1_790_000_000_003 }, 3);
  const note = (index: number): Draft => ({ type: "note", payload: { target: phone.did, name: `n${index}` } });
  const ops = writeOps(nativeCrypto, pen, [note(0), note(1), note(2)]);
  assert.deepEqual(
    ops.map(({ envelope }) => envelope.op_id),
    [
      "op:23fdf31d73b3ff2df05a165e2c61db2896ef92c560b76bf61841dc9ea127eaae",
      "op:0659aebc7bd06fa9d49263d5544759ade57a8d6c52b5dd359844ed6f367becac",
      "op:793c4a3a72e347bb8bd6a3ea2692ca690fe23765a76c814f2d115695cbb48947",
    ],
  );
  for (const op of ops) {
    assert.equal(
      op.envelope.sig,
      "28c1dd7efd27d8963fd96bd1ca9df1fb4c317bcfce3d7338c2fd14f71475c01418854ad0f44692315c3f03f1929b336592cf9d97b0826dcac92ddb9d27604805",
    );
    assert.ok(hashesMatch(nativeCrypto, op));
    assert.ok(signatureHolds(nativeCrypto, op.envelope, new VerifiedRoots()));
  }
});
