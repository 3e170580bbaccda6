/** Runs part `recovery`: reading a phrase, and what it becomes. */
import assert from "node:assert/strict";
import { toHex } from "../../src/core/bytes.ts";
import { backupKeyOf, phraseOf, readPhrase, rootOfPhrase } from "../../src/node/recovery-phrase.ts";
import { type Run, text } from "./runner.ts";

export const recoveryRunners: Readonly<Record<string, Run>> = {
  async phrase({ input, expect, valid }) {
    const given = text(input, "phrase");
    if (!valid) return assert.rejects(readPhrase(given), { code: expect["code"] });
    const entropy = await readPhrase(given);
    const { did, seed } = rootOfPhrase(entropy);
    const { identity, recipient } = await backupKeyOf(entropy);
    assert.deepEqual(
      {
        verdict: "valid",
        entropy: toHex(entropy),
        words: await phraseOf(entropy),
        root_seed: toHex(seed),
        root: did,
        backup_identity: identity,
        backup_recipient: recipient,
      },
      { ...expect },
    );
  },
};
