/** Real cryptography that is done once: a property test verifies the same signatures over and over. */
import { toHex } from "../core/bytes.ts";
import type { Crypto } from "../core/ports.ts";

/** `crypto` with the verdicts of `verify` remembered, for ever: only for tests. */
export function rememberingCrypto(crypto: Crypto): Crypto {
  const verdicts = new Map<string, boolean>();
  const { publicKey, sign, verify } = crypto.ed25519;
  return {
    sha256Hex: crypto.sha256Hex,
    ed25519: {
      publicKey,
      sign,
      verify(key, message, signature) {
        const question = toHex(key) + toHex(signature) + toHex(message);
        const known = verdicts.get(question);
        if (known !== undefined) return known;
        const verdict = verify(key, message, signature);
        verdicts.set(question, verdict);
        return verdict;
      },
    },
  };
}
