/** What a grantor checks of a purge receipt and of an answer to a challenge (section 8; spec DEL-11 to DEL-13). */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type Holdings, proofFault, receiptFault, signHoldings, signPurgeReceipt } from "../../../src/core/capability/holdings.ts";
import { emptyRoot, sliceRoot } from "../../../src/core/capability/slice-root.ts";
import type { OpId } from "../../../src/core/op/operation.ts";
import type { Json } from "../../../src/core/ports.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { fixedKey } from "../../../src/testkit/fixed-keys.ts";

const coach = fixedKey(nativeCrypto, "coach");
const clinic = fixedKey(nativeCrypto, "clinic");
const id = (digit: string) => `op:${digit.repeat(64)}` as OpId;
const grant = id("1");
const revoke = id("2");
const served = `sha256:${"a".repeat(64)}`;
const context = {
  grant,
  grantee: coach.did,
  isRevocation: (each: OpId) => each === revoke,
  wasServed: (root: string) => root === served,
};

const receipt = (parts: Partial<Parameters<typeof signPurgeReceipt>[2]> = {}, seed = coach.seed) =>
  signPurgeReceipt(nativeCrypto, seed, { grant, grantee: coach.did, asOf: 5, revocation: revoke, purgedRoot: served, ...parts });
const fault = (value: unknown) => receiptFault(nativeCrypto, value as Json, context);

test("the empty root is that of no attestations", () => {
  assert.equal(sliceRoot(nativeCrypto.sha256Hex, []), emptyRoot);
});

suite("a purge receipt", () => {
  test("is accepted: after the revocation, without one (early or expired), of nothing", () => {
    assert.equal(fault(receipt()), null);
    assert.equal(fault(receipt({ revocation: null })), null);
    assert.equal(fault(receipt({ purgedRoot: emptyRoot })), null);
  });

  const holds = signHoldings(nativeCrypto, coach.seed, { ...bodyOf(receipt()), root: served, count: 1 });
  const refused: readonly [what: string, value: unknown, why: RegExp][] = [
    ["nothing", undefined, /no object/],
    ["of another grant", receipt({ grant: id("3") }), /another grant/],
    ["by another key in the grantee's name", receipt({}, clinic.seed), /signature/],
    ["of another grantee", receipt({ grantee: clinic.did }, clinic.seed), /not the grantee's/],
    ["changed after signing", { ...receipt(), as_of: 6 }, /signature/],
    ["with one member more", { ...receipt(), reason: "done" }, /unknown member/],
    ["naming an unknown revocation", receipt({ revocation: id("4") }), /revocation/],
    ["of a root that was not served", receipt({ purgedRoot: `sha256:${"b".repeat(64)}` }), /not served/],
    ["that still holds something", holds, /no receipt/],
    ["that answers a challenge", signHoldings(nativeCrypto, coach.seed, { ...bodyOf(receipt()), nonce: "n" }), /no receipt/],
    ["that purged nothing", signHoldings(nativeCrypto, coach.seed, { ...bodyOf(receipt()), purged_root: null }), /what was purged/],
    ["that counts something", signHoldings(nativeCrypto, coach.seed, { ...bodyOf(receipt()), count: 1 }), /no receipt/],
  ];
  for (const [what, value, why] of refused) test(`is refused: ${what}`, () => assert.match(fault(value) ?? "accepted", why));
});

suite("an answer to a challenge", () => {
  const expected = { grant, grantee: coach.did, nonce: "n1" };
  const body = { grant, nonce: "n1", root: served, count: 2, as_of: 5, revocation: null, purged_root: null, grantee: coach.did };
  const sign = (parts: Partial<Holdings> = {}, seed = coach.seed) => signHoldings(nativeCrypto, seed, { ...body, ...parts });
  const faultOf = (value: unknown) => proofFault(nativeCrypto, value as Json, expected);

  test("is the grantee's word, whatever root it names", () => {
    assert.equal(faultOf(sign()), null);
    assert.equal(faultOf(sign({ root: emptyRoot, count: 0, revocation: revoke, purged_root: served })), null);
  });

  const refused: readonly [what: string, value: unknown, why: RegExp][] = [
    ["no proof", null, /no object/],
    ["a replay: another nonce", sign({ nonce: "n0" }), /another challenge/],
    ["a receipt", receipt(), /another challenge/],
    ["another grant's", sign({ grant: id("3") }), /another grant/],
    ["another grantee's", sign({ grantee: clinic.did }, clinic.seed), /not the grantee's/],
    ["forged", sign({}, clinic.seed), /signature/],
    ["one member more", { ...sign(), note: "" }, /unknown member/],
    ["the empty root with something in it", sign({ root: emptyRoot }), /contradict/],
    ["a root of nothing", sign({ count: 0 }), /contradict/],
  ];
  for (const [what, value, why] of refused) test(`is refused: ${what}`, () => assert.match(faultOf(value) ?? "accepted", why));
});

function bodyOf({ kind: _kind, v: _v, sig: _sig, ...body }: Holdings) {
  return body;
}
