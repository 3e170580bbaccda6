/** Runs part `delegation`: what is selected, signed and sent, what is refused, and what a server answers from a log. */
import assert from "node:assert/strict";
import { attest, attestationHash } from "../../src/core/capability/attestation.ts";
import { type Declared, declarationHolds } from "../../src/core/capability/declaration.ts";
import { checkDelegateOps } from "../../src/core/capability/delegate-ops.ts";
import { proofFault, receiptFault } from "../../src/core/capability/holdings.ts";
import { patternMatches } from "../../src/core/capability/selector.ts";
import { sliceRoot } from "../../src/core/capability/slice-root.ts";
import { payloadFault } from "../../src/core/claim/payload-form.ts";
import type { Did } from "../../src/core/crypto/did-key.ts";
import { PoolError } from "../../src/core/errors.ts";
import type { Envelope, OpId } from "../../src/core/op/operation.ts";
import type { Json } from "../../src/core/ports.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { answer } from "../../src/node/sync-server.ts";
import { fixedKey } from "../../src/testkit/fixed-keys.ts";
import { scriptedNames } from "../../src/testkit/scripted-pool.ts";
import { list, object, type Run, replicaOf, takeAll, text } from "./runner.ts";

const { sha256Hex } = nativeCrypto;
type Context = { readonly grant: OpId; readonly grantee: Did };

/** The fixed key of a did that a vector names. */
function keyOf(did: string) {
  const names = [...scriptedNames, "coach", "clinic", "server"];
  const found = names.map((name) => fixedKey(nativeCrypto, name)).find((key) => key.did === did);
  assert.ok(found, `${did} is a fixed key`);
  return found;
}

export const delegationRunners: Readonly<Record<string, Run>> = {
  pattern({ input, expect }) {
    assert.equal(patternMatches(text(input, "pattern"), text(input, "predicate")), expect["matches"]);
  },

  payload({ input, expect }) {
    assert.equal(payloadFault(text(input, "type"), object(input, "payload")) === null, expect["fits"]);
  },

  attestation({ input, expect }) {
    const made = attest(sha256Hex, object(input, "claim") as unknown as Envelope, text(input, "grant") as OpId);
    assert.deepEqual(made, expect["attestation"]);
    assert.equal(attestationHash(sha256Hex, made), expect["hash"]);
  },

  root({ input, expect }) {
    assert.equal(sliceRoot(sha256Hex, list(input, "attestations") as never), expect["root"]);
  },

  declaration({ input, expect }) {
    const declaration = object(input, "declaration") as unknown as Declared & { sig: string };
    assert.equal(declarationHolds(nativeCrypto, declaration, text(input, "by") as Did), expect["holds"]);
  },

  reply({ input, expect }) {
    const { last_as_of, ...expected } = object(input, "expected");
    const asked = { ...expected, lastAsOf: () => last_as_of as number | null } as unknown as Parameters<typeof checkDelegateOps>[2];
    const check = () => checkDelegateOps(nativeCrypto, input["reply"] as Json, asked);
    if (expect["accepted"]) check();
    else assert.throws(check, (error) => error instanceof PoolError && error.code === "peer");
  },

  receipt({ input, expect }) {
    const fault = receiptFault(nativeCrypto, input["receipt"], {
      ...(input as unknown as Context),
      isRevocation: (id) => list(input, "revocations").includes(id),
      wasServed: (root) => list(input, "served").includes(root),
    });
    assert.equal(fault === null, expect["accepted"], fault ?? "accepted");
  },

  proof({ input, expect }) {
    const fault = proofFault(nativeCrypto, input["proof"], { ...(input as unknown as Context), nonce: text(input, "nonce") });
    assert.equal(fault === null, expect["accepted"], fault ?? "accepted");
  },

  async served({ input, expect }) {
    const replica = await replicaOf(text(input, "pool"));
    await takeAll(replica, list(input, "log"));
    const writer = { ...keyOf(text(input, "server")), clock: () => input["now"] as number, random: () => new Uint8Array(16) };
    const coach = fixedKey(nativeCrypto, "coach").did;
    const request = { type: "delegate_pull", grant_id: text(input, "grant"), grantee: coach, nonce: "nonce 1" };
    const reply = await answer(replica, { did: writer.did, writer }, request, coach);
    if (expect["status"] === null) {
      assert.equal(reply["code"], "unauthorized");
      return;
    }
    const { status, slice_root } = object(reply, "slice");
    const claims = list(reply, "attestations").map((each) => (each as { claim: string }).claim);
    assert.deepEqual(
      { status, claims: claims.sort(), root: slice_root },
      { status: expect["status"], claims: expect["claims"], root: expect["root"] },
    );
    const expected = { grant: request.grant_id as OpId, grantee: coach, nonce: "nonce 1", lastAsOf: () => null, authority: [] };
    checkDelegateOps(nativeCrypto, JSON.parse(JSON.stringify(reply)) as Json, expected);
  },
};
