/** The W3C's published vectors for `eddsa-jcs-2022`, step by step, and the times that documents of theirs are written in. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fromHex, toHex } from "../../../src/core/bytes.ts";
import { verifyCredential } from "../../../src/core/capability/credential.ts";
import { addProof, hashData, methodOf, verifyProof } from "../../../src/core/capability/data-integrity.ts";
import { instantOf, instantText } from "../../../src/core/capability/instant.ts";
import { canonical } from "../../../src/core/codec/canonical.ts";
import { parseJson } from "../../../src/core/codec/parse.ts";
import { decodeBase58, encodeBase58 } from "../../../src/core/crypto/base58.ts";
import { encodeDidKey } from "../../../src/core/crypto/did-key.ts";
import type { JsonObject } from "../../../src/core/ports.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { fixedKey } from "../../../src/testkit/fixed-keys.ts";

const folder = new URL("../../../../shared/vectors/vc-di-eddsa/", import.meta.url);
const skip = existsSync(folder)
  ? false
  : `the published vectors are not on this machine (${folder.pathname}); spec/vectors/credential covers the same ground`;
const readText = (path: string) => readFileSync(new URL(path, folder), "utf8").trim();
const readJson = (path: string) => parseJson(readText(path), { maxDepth: 36 }) as JsonObject;
const now = Date.UTC(2026, 0);

function publishedKey() {
  const { publicKeyMultibase, privateKeyMultibase } = readJson("keyPair.json");
  const seed = decodeBase58(String(privateKeyMultibase).slice(1))?.slice(2) as Uint8Array; // after the multicodec of a private key
  const did = encodeDidKey(nativeCrypto.ed25519.publicKey(seed));
  assert.equal(did, `did:key:${publicKeyMultibase}`);
  return { did, seed };
}

test("the W3C's vector, from its unsigned document to its proof: every step gives the published text", { skip }, () => {
  const [unsigned, options] = [readJson("unsigned.json"), readJson("eddsa-jcs-2022/proofConfigJCS.json")];
  assert.equal(canonical(unsigned), readText("eddsa-jcs-2022/canonDocJCS.txt"));
  assert.equal(canonical(options), readText("eddsa-jcs-2022/proofCanonJCS.txt"));
  assert.equal(nativeCrypto.sha256Hex(canonical(unsigned)), readText("eddsa-jcs-2022/docHashJCS.txt"));
  assert.equal(nativeCrypto.sha256Hex(canonical(options)), readText("eddsa-jcs-2022/proofHashJCS.txt"));
  assert.equal(toHex(hashData(nativeCrypto.sha256Hex, options, unsigned)), readText("eddsa-jcs-2022/combinedHashJCS.txt"));
  const key = publishedKey();
  assert.equal(options["verificationMethod"], methodOf(key.did));
  const secured = addProof(nativeCrypto, unsigned, key, String(options["created"]));
  assert.deepEqual(secured, readJson("eddsa-jcs-2022/signedJCS.json"));
  const signature = fromHex(readText("eddsa-jcs-2022/sigHexJCS.txt")) as Uint8Array;
  assert.equal(`z${encodeBase58(signature)}`, readText("eddsa-jcs-2022/sigBTC58JCS.txt"));
});

test("the W3C's signed document verifies, and no longer when any of its members is altered", { skip }, () => {
  const secured = readJson("eddsa-jcs-2022/signedJCS.json");
  const proven = verifyProof(nativeCrypto, secured, now);
  assert.ok(!("code" in proven), JSON.stringify(proven));
  assert.equal(proven.signer, publishedKey().did);
  assert.deepEqual(proven.document, readJson("unsigned.json"));
  for (const member of Object.keys(secured)) {
    const { [member]: _left, ...rest } = secured;
    assert.ok("code" in verifyProof(nativeCrypto, rest, now), `without ${member}`);
    assert.ok("code" in verifyProof(nativeCrypto, { ...secured, [member]: "other" }, now), `with another ${member}`);
  }
  for (const member of Object.keys(secured["proof"] as JsonObject)) {
    const proof = { ...(secured["proof"] as JsonObject), [member]: "other" };
    assert.ok("code" in verifyProof(nativeCrypto, { ...secured, proof }, now), `with another ${member} of the proof`);
  }
});

test("as a credential it is refused: first for a context not known here, then because its issuer is a web page", { skip }, () => {
  const secured = readJson("eddsa-jcs-2022/signedJCS.json");
  const codeOf = (contexts?: readonly string[]) => {
    const verdict = verifyCredential(nativeCrypto, secured, { now, ...(contexts ? { contexts } : {}) });
    return "code" in verdict ? verdict.code : null;
  };
  assert.equal(codeOf(), "context");
  assert.equal(codeOf(secured["@context"] as string[]), "issuer");
});

test("a document that has a proof gets no second one", () => {
  const key = fixedKey(nativeCrypto, "laptop");
  const once = addProof(nativeCrypto, { about: "this" }, key, "2026-10-21T12:00:00Z");
  assert.ok(!("code" in verifyProof(nativeCrypto, once, now)));
  assert.throws(() => addProof(nativeCrypto, once, key, "2026-10-21T12:00:00Z"), { code: "usage" });
});

test("an instant is written as its own text, on the edges of months, leap years and the years that are allowed", () => {
  const days = [Date.UTC(1000, 0), Date.UTC(1900, 1, 28), Date.UTC(2000, 1, 29), Date.UTC(2024, 1, 29), Date.UTC(9999, 11, 31)];
  for (const instant of [...days, ...days.map((day) => day + 86_399_999), 0, 1, 999, -1]) {
    const text = instantText(instant);
    assert.equal(text, new Date(instant).toISOString().replace(".000Z", "Z"));
    assert.equal(instantOf(text as string), instant, text as string);
  }
  for (const instant of [Date.UTC(1000, 0) - 1, Date.UTC(10_000, 0), 0.5, Number.NaN])
    assert.equal(instantText(instant), null, `${instant}`);
});

test("a day is written as the platform writes it, over 4,000 years of days", () => {
  for (let day = Date.UTC(1000, 0); day < Date.UTC(5000, 0); day += 86_400_000 * 7 + 12_345_678) {
    assert.equal(instantText(day), new Date(day).toISOString().replace(".000Z", "Z"));
  }
});

test("offsets and parts of a second are read; what is no instant is none", () => {
  const noon = Date.UTC(2026, 9, 21, 12);
  for (const text of [
    "2026-10-21T12:00:00Z",
    "2026-10-21T14:00:00+02:00",
    "2026-10-21T06:30:00-05:30",
    "2026-10-22T02:00:00.000999+14:00",
  ]) {
    assert.equal(instantOf(text), noon, text);
  }
  assert.equal(instantOf("2026-10-21T12:00:00.5Z"), noon + 500);
  const none = [
    ...["2026-10-21", "2026-10-21T12:00:00", "2026-10-21T12:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2023-02-29T00:00:00Z"],
    ...["2026-04-31T00:00:00Z", "2026-01-00T00:00:00Z", "2026-10-21T24:00:00Z", "2026-10-21T12:60:00Z", "2026-10-21T12:00:60Z", ""],
    ...["2026-10-21T12:00:00+14:01", "2026-10-21T12:00:00+01:60", "0999-10-21T12:00:00Z", "12026-10-21T12:00:00Z", " 2026-10-21T12:00:00Z"],
  ];
  for (const text of none) assert.equal(instantOf(text), null, text);
});
