/** Declarations (section 8; spec DEL-5): what a node signs outside the log. */
import { fromHex, toHex } from "../bytes.ts";
import { canonical } from "../codec/canonical.ts";
import { type Did, decodeDidKey } from "../crypto/did-key.ts";
import { declarationSigningInput, verifyStrict } from "../crypto/signature.ts";
import { limits } from "../limits.ts";
import type { Crypto } from "../ports.ts";

/** Any object that `sig` is added to. */
export interface Declared {
  readonly kind: string;
  readonly v: 1;
}

/** The declaration with its `sig`, by the key of a 32-byte seed. */
export function signDeclaration<Body extends Declared>(
  { sha256Hex, ed25519 }: Crypto,
  seed: Uint8Array,
  body: Body,
): Body & { sig: string } {
  const input = declarationSigningInput(sha256Hex(canonical(body, limits.payloadDepth)));
  return { ...body, sig: toHex(ed25519.sign(seed, input)) };
}

/** True when `by` signed exactly this. */
export function declarationHolds(crypto: Crypto, declaration: Declared & { readonly sig: string }, by: Did): boolean {
  const { sig, ...body } = declaration;
  const key = decodeDidKey(by);
  const signature = fromHex(sig);
  if (key === null || signature?.length !== 64) return false;
  return verifyStrict(crypto.ed25519, key, declarationSigningInput(crypto.sha256Hex(canonical(body, limits.payloadDepth))), signature);
}
