/** `Content-Digest` (RFC 9530) with sha-256: over the content as it is sent, so after any `Content-Encoding`. */
import { equalBytes, fromHex } from "../core/bytes.ts";
import type { Sha256Hex } from "../core/ports.ts";
import { byteSequence, isInnerList, parseDictionary } from "./structured-field.ts";

export function contentDigest(sha256Hex: Sha256Hex, content: Uint8Array): string {
  return `sha-256=${byteSequence(digest(sha256Hex, content))}`;
}

/** Whether `field` has a sha-256 digest and it is that of `content`. Digests by other algorithms beside it are not looked at. */
export function matchesContentDigest(sha256Hex: Sha256Hex, field: string, content: Uint8Array): boolean {
  const member = parseDictionary(field)?.get("sha-256");
  return (
    member !== undefined &&
    !isInnerList(member) &&
    member.bare.type === "bytes" &&
    equalBytes(member.bare.value, digest(sha256Hex, content))
  );
}

function digest(sha256Hex: Sha256Hex, content: Uint8Array): Uint8Array {
  return fromHex(sha256Hex(content)) as Uint8Array;
}
