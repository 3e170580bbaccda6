/** The root of a slice (section 8; spec DEL-7): one hash for all that a delegate holds. */
import { compareText } from "../bytes.ts";
import { canonical } from "../codec/canonical.ts";
import type { Sha256Hex } from "../ports.ts";
import { type Attestation, attestationHash } from "./attestation.ts";

/** The root of nothing. */
export const emptyRoot = "sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945";

/** The root of attestations in any order, each claim once. */
export function sliceRoot(sha256Hex: Sha256Hex, attestations: readonly Attestation[]): string {
  return rootOfEntries(
    sha256Hex,
    attestations.map((each) => ({ claim: each.claim, hash: attestationHash(sha256Hex, each) })),
  );
}

/** The same from what was kept of each attestation: its claim and its hash (64 hex digits). */
export function rootOfEntries(sha256Hex: Sha256Hex, entries: readonly { readonly claim: string; readonly hash: string }[]): string {
  const sorted = entries.toSorted((left, right) => compareText(left.claim, right.claim));
  return `sha256:${sha256Hex(canonical(sorted.map(({ claim, hash }) => [claim, hash])))}`;
}
