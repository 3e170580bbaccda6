import { fromHex } from "../bytes.ts";
import type { Sha256Hex } from "../ports.ts";
import type { Header, OpId } from "./operation.ts";

/**
 * Canonical bytes of a header, as text. Every string in a well-shaped header is plain ASCII without quotes, so the
 * sorted members can be written straight down; `test/core/op/header.test.ts` holds this against the general encoder.
 */
export function headerText(header: Header): string {
  const prev = header.prev.length === 0 ? "" : `"${header.prev.join('","')}"`;
  const pool = header.pool === null ? "null" : `"${header.pool}"`;
  return (
    `{"author":"${header.author}","lamport":${header.lamport},"payload_hash":"${header.payload_hash}","pool":${pool},` +
    `"prev":[${prev}],"seq":${header.seq},"ts":${header.ts},"type":"${header.type}","v":1}`
  );
}

/** The id of the operation with that header (section 3). */
export function opIdOf(sha256Hex: Sha256Hex, header: Header): OpId {
  return `op:${sha256Hex(headerText(header))}` as OpId;
}

/** `payload_hash` of a payload's canonical text under its salt (section 3). `salt` is 32 hex digits. */
export function payloadHashOf(sha256Hex: Sha256Hex, salt: string, payloadText: string): string {
  return `sha256:${sha256Hex(fromHex(salt) ?? new Uint8Array(), payloadText)}`;
}
