/** Runs part `encoding`: text, names of keys, signatures. */
import assert from "node:assert/strict";
import { fromHex, toHex } from "../../src/core/bytes.ts";
import { canonical } from "../../src/core/codec/canonical.ts";
import { parseJson } from "../../src/core/codec/parse.ts";
import { decodeDidKey, encodeDidKey } from "../../src/core/crypto/did-key.ts";
import { isAcceptableKey } from "../../src/core/crypto/ed25519-rule.ts";
import { verifyStrict } from "../../src/core/crypto/signature.ts";
import { limits } from "../../src/core/limits.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { type Run, text } from "./runner.ts";

const parse = (json: string) => parseJson(json, { maxDepth: limits.payloadDepth });

export const encodingRunners: Readonly<Record<string, Run>> = {
  canonical({ input, expect }) {
    const form = canonical(parse(text(input, "text")));
    assert.equal(form, text(expect, "canonical"));
    assert.equal(nativeCrypto.sha256Hex(form), text(expect, "sha256"));
    assert.equal(canonical(parse(form)), form, "canonical text is its own canonical text");
  },

  parse({ input, expect }) {
    assert.throws(() => parse(text(input, "text")), { code: text(expect, "code") });
  },

  "did-key"({ input, expect }) {
    const did = text(input, "did");
    const key = decodeDidKey(did);
    assert.equal(key && toHex(key), expect["public_key"]);
    assert.equal(key !== null && isAcceptableKey(key), expect["acceptable"]);
    if (key) assert.equal(encodeDidKey(key), did);
    if (input["seed"]) assert.deepEqual(nativeCrypto.ed25519.publicKey(fromHex(text(input, "seed")) as Uint8Array), key);
  },

  signature({ input, expect }) {
    const [key, message, signature] = ["public_key", "message", "signature"].map((name) => fromHex(text(input, name)) as Uint8Array);
    assert.ok(key && message && signature);
    assert.equal(verifyStrict(nativeCrypto.ed25519, key, message, signature), expect["verifies"]);
  },
};
