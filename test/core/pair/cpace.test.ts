/** CPace against the draft's own vectors (draft-irtf-cfrg-cpace-21, appendices A.1 and B.3). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, toHex, utf8 } from "../../../src/core/bytes.ts";
import { confirmations, generator, lengthValues, scalarOf } from "../../../src/core/pair/cpace.ts";
import { pairingCrypto } from "../../../src/node/pair/pairing-crypto.ts";

const bytes = (hex: string) => fromHex(hex) ?? new Uint8Array();
const session = bytes("7e4b4791d6a8ef019b936c79fb7f2c57");
const context = lengthValues(utf8("A_initiator"), utf8("B_responder"));
const initiator = {
  scalar: bytes("da3d23700a9e5699258aef94dc060dfda5ebb61f02a5ea77fad53f4ff0976d08"),
  element: bytes("d6bac480f2c386c394efc7c47adb9925dcd2630b64f240c50f8d0eec482b9157"),
};
const responder = {
  scalar: bytes("d2316b454718c35362d83d69df6320f38578ed5984651435e2949762d900b80d"),
  element: bytes("3ea7e0b19560d7c0b0f5734f63b955286dfa8232b5ebe63324e2d9e7433f7258"),
};

test("lengths are written in LEB128", () => {
  assert.equal(toHex(lengthValues(utf8("1234"), utf8("5"), utf8(""), utf8("678"))), "043132333401350003363738");
  assert.equal(toHex(lengthValues(new Uint8Array(128)).subarray(0, 3)), "800100");
});

test("the generator and both shares are the draft's", () => {
  const element = generator(pairingCrypto, { code: utf8("Password"), context, session });
  assert.equal(toHex(element), "222b6b195fe84b1652badb6f6a3ae3d24341e7306967f0b8115b40d5698c7e56");
  for (const side of [initiator, responder]) {
    assert.deepEqual(scalarOf(side.scalar), side.scalar);
    assert.deepEqual(pairingCrypto.multiply(element, side.scalar), side.element);
  }
});

test("both sides get the draft's key", () => {
  const shares = { initiator: { ...initiator, says: utf8("ADa") }, responder: { ...responder, says: utf8("ADb") } };
  for (const side of ["initiator", "responder"] as const) {
    const key = confirmations(pairingCrypto, { scalar: shares[side].scalar, side }, session, shares)?.key ?? new Uint8Array();
    assert.equal(
      toHex(key),
      "b69effbf61b51d56401c0f65601abe428de8206feaaf0e32198896dcae7b35cd2b38950a39dfd5d4a79164614c2984f7daa460b588c1e80c3fa2068af7900447",
    );
  }
});

test("what is no element, or the identity, gives nothing", () => {
  const scalar = bytes("7cd0e075fa7955ba52c02759a6c90dbbfc10e6d40aea8d283e407d88cf538a05");
  const product = pairingCrypto.multiply(bytes("2c3c6b8c4f3800e7aef6864025b4ed79bd599117e427c41bd47d93d654b4a51c"), scalar);
  assert.equal(toHex(product ?? new Uint8Array()), "7c13645fe790a468f62c39beb7388e541d8405d1ade69d1778c5fe3e7f6b600e");
  assert.equal(pairingCrypto.multiply(bytes("2b3c6b8c4f3800e7aef6864025b4ed79bd599117e427c41bd47d93d654b4a51c"), scalar), null);
  assert.equal(pairingCrypto.multiply(new Uint8Array(32), scalar), null);
});
