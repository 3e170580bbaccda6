/** Replies as they go out: JSON, compressed where it is wanted and worth it, signed by this node. */
import { toHex } from "../core/bytes.ts";
import type { Clock, Crypto, JsonObject, Random } from "../core/ports.ts";
import { errorReply } from "../core/sync/messages.ts";
import { acceptedCodings, chooseCoding, codingBytesMin, encodeContent } from "../transport/content-coding.ts";
import { contentDigest } from "../transport/content-digest.ts";
import { replyComponents } from "../transport/covered-components.ts";
import { type SignatureFields, type SigningKey, signComponents } from "../transport/message-signature.ts";
import { wireBytes } from "../transport/wire-bytes.ts";
import type { HttpLimits } from "./http-limits.ts";
import { field, type SyncRequest } from "./sync-request.ts";

export interface Outcome {
  readonly status: number;
  readonly message: JsonObject;
}

/** A reply to a POST is kept by nobody (RFC 9110, 9.3.3): it says nothing of caches. */
export interface Reply {
  readonly status: number;
  readonly fields: Readonly<Record<string, string>>;
  readonly content: Uint8Array;
}

export interface Signer {
  readonly self: SigningKey;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: Pick<HttpLimits, "messageBytes">;
}

/** A 421 is unsigned, for another node's sake, and so is a reply to a request without `Content-Digest`, which it couldn't name (section 7). */
export async function replyTo(request: SyncRequest, { status, message }: Outcome, signer: Signer): Promise<Reply> {
  const whole = wireBytes(message);
  const plain = whole.length <= signer.limits.messageBytes ? whole : Buffer.from(JSON.stringify(tooLarge));
  const coding = plain.length < codingBytesMin ? null : chooseCoding(field(request.incoming, "accept-encoding"));
  const content = coding === null ? plain : await encodeContent(coding, plain);
  const digest = contentDigest(signer.crypto.sha256Hex, content);
  const fields = {
    "content-type": "application/json",
    "content-length": String(content.length),
    "content-digest": digest,
    "accept-encoding": acceptedCodings,
    ...(coding === null ? {} : { "content-encoding": coding }),
    ...moreFields[status],
    ...signatureOf(request, { status, contentDigest: digest }, signer),
  };
  return { status, fields, content };
}

/** The signature's fields; none where a reply is unsigned. */
export function signatureOf(
  request: SyncRequest,
  reply: { readonly status: number; readonly contentDigest: string },
  signer: Signer,
): Partial<SignatureFields> {
  const { authority, contentDigest: asked } = request;
  if (reply.status === 421 || authority === null || asked === null) return {};
  const components = replyComponents(reply, { ...request, authority, contentDigest: asked });
  const made = { created: Math.floor(signer.clock() / 1_000), nonce: toHex(signer.random(16)) };
  return signComponents(signer.crypto, signer.self, components, made);
}

const tooLarge = errorReply("too_large", "the answer does not fit in one message");

const moreFields: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  405: { allow: "POST" },
  408: { connection: "close" },
  429: { "retry-after": "1" },
};
