/** Runs part `credential`: issuing and verifying. */
import assert from "node:assert/strict";
import { fromHex } from "../../src/core/bytes.ts";
import type { AttestedClaim } from "../../src/core/capability/attestation.ts";
import { issueCredential, verifyCredential } from "../../src/core/capability/credential.ts";
import { encodeDidKey } from "../../src/core/crypto/did-key.ts";
import type { Json } from "../../src/core/ports.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { object, type Run, text } from "./runner.ts";

export const credentialRunners: Readonly<Record<string, Run>> = {
  issue({ input, expect }) {
    const seed = fromHex(text(input, "seed")) as Uint8Array;
    const key = { seed, did: encodeDidKey(nativeCrypto.ed25519.publicKey(seed)) };
    const issue = () =>
      issueCredential(nativeCrypto, object(input, "claim") as unknown as AttestedClaim, {
        key,
        now: Number(input["now"]),
        until: Number(input["until"]),
      });
    if (expect["code"] === undefined) assert.deepEqual(issue(), expect["credential"]);
    else assert.throws(issue, { code: expect["code"] });
  },

  verify({ input, expect }) {
    const verdict = verifyCredential(nativeCrypto, input["credential"] as Json, { now: Number(input["now"]) });
    if ("code" in verdict) assert.equal(verdict.code, expect["code"], verdict.reason);
    else assert.equal(verdict.issuer, expect["issuer"]);
  },
};
