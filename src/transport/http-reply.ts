/** Whether a reply is to be believed, and by whom it is. */
import { isUtf8 } from "node:buffer";
import { type MessageBytes, parseAround } from "../core/codec/raw-json.ts";
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import type { Crypto, Json, JsonObject } from "../core/ports.ts";
import { codingOf, decodeContent } from "./content-coding.ts";
import { matchesContentDigest } from "./content-digest.ts";
import { isFresh, replyComponents } from "./covered-components.ts";
import type { SentRequest } from "./http-request.ts";
import type { WireReply } from "./http-wire.ts";
import { readSignature, verifySignature } from "./message-signature.ts";

/** A reply whose signature is good. */
export interface SignedReply {
  readonly status: number;
  /** The node that signed it. */
  readonly node: string;
  /** Whether it was signed within the window around `now`. */
  readonly fresh: boolean;
  readonly message: Json;
}

/**
 * Throws `peer` unless
 * - it is signed, and covers exactly what section 7 lists: itself and the request that was sent;
 * - `node`, unless null, signed it;
 * - its content is what it says, is within the limits and reads as JSON;
 * - its status is 200, or it is an `error`.
 */
export async function believe(
  crypto: Crypto,
  reply: WireReply,
  sent: SentRequest,
  expected: { readonly node: string | null; readonly now: number },
): Promise<SignedReply> {
  const digest = reply.field("content-digest");
  const fields = { signatureInput: reply.field("signature-input"), signature: reply.field("signature") };
  if (digest === null || fields.signature === null) throw unsigned(reply.status, sent.authority);
  try {
    const received = readSignature(fields);
    if (expected.node !== null && received.keyid !== expected.node) {
      throw new PoolError("peer", `another node answered: ${received.keyid.slice(0, 80)}, not ${expected.node}`);
    }
    verifySignature(crypto, received, replyComponents({ status: reply.status, contentDigest: digest }, sent));
    if (!matchesContentDigest(crypto.sha256Hex, digest, reply.content))
      throw new PoolError("bad_signature", "the content is not its digest's");
    const message = parseAround(await contentOf(reply), "ops", { maxDepth: limits.messageDepth });
    if (reply.status !== 200 && !isErrorReply(message))
      throw new PoolError("peer", `${sent.authority} answered ${reply.status} without an error`);
    return { status: reply.status, node: received.keyid, fresh: isFresh(received, expected.now), message };
  } catch (error) {
    if (!(error instanceof PoolError) || error.code === "peer") throw error;
    throw new PoolError("peer", `the answer of ${sent.authority} can't be believed: ${error.message}`, {}, { cause: error });
  }
}

export function isErrorReply(message: Json): message is JsonObject {
  return typeof message === "object" && message !== null && "type" in message && message["type"] === "error";
}

/** Nothing of such a reply is believed but its number. */
function unsigned(status: number, authority: string): PoolError {
  const later = status === 408 || (status >= 502 && status <= 504); // whoever is before the node, or Node's own listener, says so
  if (later) return new PoolError("network", `${authority} can't answer now (${status})`, { status });
  const meaning = status === 421 ? `: the node there doesn't know itself by the name ${authority}` : "";
  return new PoolError("peer", `${authority} answered ${status}, unsigned${meaning}`, { status });
}

async function contentOf(reply: WireReply): Promise<MessageBytes> {
  const coding = codingOf(reply.field("content-encoding"));
  if (coding === undefined) throw new PoolError("peer", "the answer is in a content coding that was not asked for");
  const bytes = coding === null ? reply.content : decodeContent(coding, reply.content, limits.messageBytes);
  if (!isUtf8(bytes)) throw new PoolError("parse", "not UTF-8");
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return { bytes, decode: (from, to) => buffer.toString("utf8", from, to) };
}
