/** Requests of fpl-sync/1 as they go out: a message becomes header fields and content. */
import { toHex } from "../core/bytes.ts";
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import type { Crypto, JsonObject, Random } from "../core/ports.ts";
import { acceptedCodings, type Coding, codingBytesMin, encodeContent } from "./content-coding.ts";
import { contentDigest } from "./content-digest.ts";
import { requestComponents } from "./covered-components.ts";
import { type SigningKey, signComponents } from "./message-signature.ts";
import { wireBytes } from "./wire-bytes.ts";

/** What must be known of a request to believe its reply. */
export interface SentRequest {
  readonly authority: string;
  readonly path: string;
  readonly contentDigest: string;
  readonly signature: string | null;
  readonly fields: Readonly<Record<string, string>>;
  readonly content: Uint8Array;
}

/** A message as content, compressed where `coding` says so and it is worth it. */
export interface Content {
  readonly bytes: Uint8Array;
  readonly coding: Coding | null;
}

/** Throws `too_large` for a message that no server takes. */
export async function contentOf(message: JsonObject, coding: Coding | null): Promise<Content> {
  const bytes = wireBytes(message);
  if (bytes.length > limits.messageBytes) throw new PoolError("too_large", `a message is over ${limits.messageBytes} bytes`);
  if (coding === null || bytes.length < codingBytesMin) return { bytes, coding: null };
  return { bytes: await encodeContent(coding, bytes), coding };
}

export interface RequestParts {
  readonly crypto: Crypto;
  readonly random: Random;
  readonly authority: string;
  /** Where on the server: `/fpl-sync/1`, say. */
  readonly path: string;
  readonly content: Content;
  /** Whether a compressed reply is wanted. */
  readonly compress: boolean;
}

/** A request that nobody signed: only a `hello` is answered so. `to`: the node that is meant, where several may be there. */
export function bareRequest({ crypto, authority, path, content, compress }: RequestParts, to: string | null): SentRequest {
  const digest = contentDigest(crypto.sha256Hex, content.bytes);
  const fields = {
    "content-type": "application/json",
    "accept-encoding": compress ? acceptedCodings : "identity",
    ...(content.coding === null ? {} : { "content-encoding": content.coding }),
    "content-digest": digest,
    ...(to === null ? {} : { "fpl-to": to }),
  };
  return { authority, path, contentDigest: digest, signature: null, fields, content: content.bytes };
}

/** A request by `key` for the node `to`, at `now` by the server's clock. */
export function signedRequest(parts: RequestParts, key: SigningKey, to: string, now: number): SentRequest {
  const bare = bareRequest(parts, to);
  const components = requestComponents({ ...bare, method: "POST", fplTo: to });
  const made = { created: Math.floor(now / 1_000), nonce: toHex(parts.random(16)) };
  const signed = signComponents(parts.crypto, key, components, made);
  return { ...bare, signature: signed.signature, fields: { ...bare.fields, ...signed } };
}
