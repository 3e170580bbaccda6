/** Runs part `operation`: the steps of admission that look at one envelope. */
import assert from "node:assert/strict";
import { fromHex } from "../../src/core/bytes.ts";
import { PoolError } from "../../src/core/errors.ts";
import { writeOps } from "../../src/core/op/create.ts";
import { hashesMatch, signatureHolds, VerifiedRoots } from "../../src/core/op/identity.ts";
import type { Envelope, OpId } from "../../src/core/op/operation.ts";
import { readEnvelope } from "../../src/core/op/shape.ts";
import type { Json } from "../../src/core/ports.ts";
import { ingestOps } from "../../src/node/ingest.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { fixedKey } from "../../src/testkit/fixed-keys.ts";
import { type Run, replicaOf } from "./runner.ts";

/** The step that refuses an envelope before any log is asked; null when none does. */
function refusingStep(envelope: Json): "shape" | "identity" | null {
  try {
    const shaped = readEnvelope(envelope);
    return hashesMatch(nativeCrypto, shaped) && signatureHolds(nativeCrypto, shaped.envelope, new VerifiedRoots()) ? null : "identity";
  } catch (error) {
    if (error instanceof PoolError && error.code === "parse") return "shape";
    throw error;
  }
}

/** An honest operation, written again from what its author knew: the same bytes. */
function checkWrittenAgain(envelope: Envelope): void {
  const { author, seq, prev, salt, payload, type, batch } = envelope;
  const key = ["root", "laptop", "phone"].map((name) => fixedKey(nativeCrypto, name)).find(({ did }) => did === author);
  if (key === undefined || payload === undefined || seq === 0 || batch !== undefined) return;
  const [own, heads] = seq > 1 ? [{ id: prev[0] as OpId, seq: seq - 1 }, prev.slice(1)] : [null, prev];
  const pen = { author, seed: key.seed, pool: envelope.pool, own, heads, lamport: envelope.lamport - 1, now: envelope.ts };
  const [written] = writeOps(nativeCrypto, { ...pen, salt: () => fromHex(salt ?? "") as Uint8Array }, [{ type, payload }]);
  assert.deepEqual(written?.envelope, envelope);
}

const reasons = { shape: /^parse error: ./, identity: /^signature or identity verification failed$/ };

export const operationRunners: Readonly<Record<string, Run>> = {
  async envelope({ input, expect }) {
    const envelope = input["envelope"] as Json;
    const step = refusingStep(envelope);
    assert.equal(step, expect["step"]);
    if (step === null) checkWrittenAgain(envelope as unknown as Envelope);
    const { rejected } = await ingestOps(await replicaOf(null), [envelope]);
    // A node without a pool takes nothing: what passes here ends there.
    assert.match(rejected[0]?.reason ?? "", step === null ? /^operation belongs to another pool$/ : reasons[step]);
  },
};
