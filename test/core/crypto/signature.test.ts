import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fromHex, toHex } from "../../../src/core/bytes.ts";
import { batchSigningInput, declarationSigningInput, opSigningInput, verifyStrict } from "../../../src/core/crypto/signature.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";

const { ed25519 } = nativeCrypto;
const vectors = new URL("../../../../shared/vectors/", import.meta.url);
const skip = existsSync(vectors)
  ? false
  : `the published vectors are not on this machine (${vectors.pathname}); spec/vectors covers the same ground`;
const bytes = (hex: string): Uint8Array => fromHex(hex) ?? assert.fail(`not hex: ${hex}`);
const read = (path: string) => JSON.parse(readFileSync(new URL(path, vectors), "utf8"));

interface StrictVector {
  readonly name: string;
  readonly message: string;
  readonly key: string;
  readonly signature: string;
  readonly valid: boolean;
}

interface WycheproofGroup {
  readonly publicKey: { readonly pk: string };
  readonly tests: readonly {
    readonly tcId: number;
    readonly comment: string;
    readonly msg: string;
    readonly sig: string;
    readonly result: string;
  }[];
}

test("the 80 edge cases of the rule have their verdicts", { skip }, () => {
  const cases: StrictVector[] = read("ed25519-strict.json").vectors;
  assert.equal(cases.length, 80);
  for (const { name, message, key, signature, valid } of cases) {
    assert.equal(verifyStrict(ed25519, bytes(key), bytes(message), bytes(signature)), valid, `${name} ${signature}`);
  }
});

/** Of Wycheproof's 151 verdicts our stricter rule differs in none: no valid one of theirs has a weak key or R. */
test("Wycheproof's Ed25519 cases have Wycheproof's verdicts", { skip }, () => {
  const groups: WycheproofGroup[] = read("wycheproof/ed25519_test.json").testGroups;
  const cases = groups.flatMap(({ publicKey, tests }) => tests.map((one) => ({ ...one, key: bytes(publicKey.pk) })));
  assert.equal(cases.length, 151);
  for (const { tcId, comment, msg, sig, result, key } of cases) {
    assert.equal(verifyStrict(ed25519, key, bytes(msg), bytes(sig)), result === "valid", `tcId ${tcId} ${comment}`);
  }
});

/** The pre-check comes first and binds, whatever the platform says; the platform's answer binds when the pre-check has passed. */
test("verifyStrict needs both the pre-check and the platform", () => {
  const seed = new Uint8Array(32).fill(1);
  const key = ed25519.publicKey(seed);
  const message = opSigningInput("op:00");
  const signature = ed25519.sign(seed, message);
  const says = (answer: boolean) => ({ ...ed25519, verify: () => answer });
  assert.equal(verifyStrict(ed25519, key, message, signature), true);
  assert.equal(verifyStrict(says(true), key, message, signature), true);
  assert.equal(verifyStrict(says(false), key, message, signature), false);
  assert.equal(verifyStrict(says(true), new Uint8Array(32), message, signature), false);
  assert.equal(verifyStrict(says(true), key, message, new Uint8Array(64).fill(255)), false);
});

test("what is signed begins with the purpose, so that no signature serves two", () => {
  const text = (input: Uint8Array) => Buffer.from(input).toString();
  const hex = "ab".repeat(32);
  assert.equal(text(opSigningInput(`op:${hex}`)), `fablepool.op.v1\nop:${hex}`);
  assert.equal(text(batchSigningInput(200, hex)), `fablepool.batch.v1\n200\n${hex}`);
  assert.equal(text(declarationSigningInput(hex)), `fablepool.declaration.v1\n${hex}`);
});

/** RFC 8032 section 7.1, tests 1 to 3. */
const published = [
  {
    seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    key: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    message: "",
    signature:
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  },
  {
    seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    key: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    message: "72",
    signature:
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  },
  {
    seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    key: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    message: "af82",
    signature:
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  },
];

test("the platform signs and derives keys as RFC 8032 has it", () => {
  for (const { seed, key, message, signature } of published) {
    assert.equal(toHex(ed25519.publicKey(bytes(seed))), key);
    assert.equal(toHex(ed25519.sign(bytes(seed), bytes(message))), signature);
    assert.equal(verifyStrict(ed25519, bytes(key), bytes(message), bytes(signature)), true);
  }
});

test("the platform's verify says no to anything of another length, and never throws", () => {
  const key = ed25519.publicKey(new Uint8Array(32));
  const message = new Uint8Array(3);
  for (const length of [0, 1, 31, 32, 33, 63, 64, 65, 1_000]) {
    assert.equal(ed25519.verify(key, message, new Uint8Array(length).fill(3)), false);
    assert.equal(ed25519.verify(new Uint8Array(length).fill(2), message, new Uint8Array(64)), false);
  }
});

test("signing goes on being right with more seeds than are remembered", () => {
  for (let round = 0; round < 2; round++) {
    for (let index = 0; index < 40; index++) {
      const seed = new Uint8Array(32).fill(index);
      const message = Uint8Array.of(index);
      assert.equal(verifyStrict(ed25519, ed25519.publicKey(seed), message, ed25519.sign(seed, message)), true);
    }
  }
});

test("sha256Hex takes bytes, and text as its UTF-8 bytes", () => {
  assert.equal(nativeCrypto.sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assert.equal(nativeCrypto.sha256Hex("€"), nativeCrypto.sha256Hex(Uint8Array.of(0xe2, 0x82, 0xac)));
});
