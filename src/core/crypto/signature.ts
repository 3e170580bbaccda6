import { utf8 } from "../bytes.ts";
import { domainTags } from "../domain-tags.ts";
import type { Ed25519 } from "../ports.ts";
import { passesPreCheck } from "./ed25519-rule.ts";

/** Protocol section 2's one verification rule: our pre-check, then the platform's equation. The only way here to verify anything. */
export function verifyStrict(ed25519: Ed25519, publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  return passesPreCheck(publicKey, signature) && ed25519.verify(publicKey, message, signature);
}

/** What `sig` covers in an operation that is signed by itself (protocol section 3). */
export function opSigningInput(opId: string): Uint8Array {
  return utf8(domainTags.op + opId);
}

/** What `sig` covers in operations that are signed together (protocol section 3, "Batch"). */
export function batchSigningInput(size: number, rootHex: string): Uint8Array {
  return utf8(`${domainTags.batch}${size}\n${rootHex}`);
}

/** What `sig` covers in a declaration, by the SHA-256 of its canonical bytes without `sig` (protocol section 8). */
export function declarationSigningInput(sha256Hex: string): Uint8Array {
  return utf8(domainTags.declaration + sha256Hex);
}
