/** A request's body, read within its limits: bytes counted as they come, one digest, one decompression, one strict parse. */
import type { IncomingMessage } from "node:http";
import { parseJson } from "../core/codec/parse.ts";
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import type { Json, Sha256Hex } from "../core/ports.ts";
import { type Coding, codingOf, decodeContent } from "../transport/content-coding.ts";
import { matchesContentDigest } from "../transport/content-digest.ts";
import type { ByteLoan } from "./byte-budget.ts";
import type { HttpLimits } from "./http-limits.ts";
import { Refused } from "./refused.ts";
import { field, type SyncRequest } from "./sync-request.ts";

export interface BodyOptions {
  readonly limits: HttpLimits;
  readonly sha256Hex: Sha256Hex;
  /** Where the memory comes from. */
  readonly loan: ByteLoan;
}

/** Throws `Refused`: 415 or 413 for what the header alone shows can't be taken. */
export function checkBodyHeader({ incoming }: SyncRequest, bytesMax: number): void {
  const type = field(incoming, "content-type") ?? "";
  if (!/^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(type)) {
    throw new Refused(415, "bad_request", "Content-Type must be application/json");
  }
  if (codingOf(field(incoming, "content-encoding")) === undefined) {
    throw new Refused(415, "bad_request", "Content-Encoding must be gzip or zstd, or absent");
  }
  if (Number(field(incoming, "content-length") ?? 0) > bytesMax) throw tooLarge(bytesMax);
}

/**
 * The message. Throws `Refused`: 413 when it is too large, before or after decompression; 408 when it comes too slowly; 401
 * when its digest is missing or another's; 429 when too many are being read. Throws `bad_request` or `parse` when it is no JSON.
 */
export async function readMessage(request: SyncRequest, options: BodyOptions): Promise<Json> {
  const content = await readContent(request.incoming, options);
  if (request.contentDigest === null) throw new Refused(401, "bad_signature", "Content-Digest is missing");
  if (!matchesContentDigest(options.sha256Hex, request.contentDigest, content)) {
    throw new Refused(401, "bad_signature", "Content-Digest is not the content's");
  }
  const coding = codingOf(field(request.incoming, "content-encoding"));
  const bytes = coding ? decompress(coding, content, options) : content;
  return parseJson(decodeText(bytes), { maxDepth: limits.messageDepth });
}

function readContent(incoming: IncomingMessage, { limits: { messageBytes, bodyDeadlineMs }, loan }: BodyOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const deadline = setTimeout(
      () => finish(new Refused(408, "bad_request", `the body took longer than ${bodyDeadlineMs} ms`)),
      bodyDeadlineMs,
    );
    const onData = (chunk: Buffer) => {
      length += chunk.length;
      chunks.push(chunk);
      if (length > messageBytes) finish(tooLarge(messageBytes));
      else if (!loan.take(chunk.length)) finish(tooMuch());
    };
    const onEnd = () => finish(null);
    const onClose = () => finish(new PoolError("network", "the connection broke off"));
    const finish = (failure: Error | null) => {
      clearTimeout(deadline);
      incoming.off("data", onData).off("end", onEnd).off("error", onClose).off("close", onClose);
      if (failure === null) return resolve(Buffer.concat(chunks));
      reject(failure); // what still comes flows on to nowhere; the adapter ends the connection if it doesn't stop
    };
    incoming.on("data", onData).on("end", onEnd).on("error", onClose).on("close", onClose);
  });
}

function decompress(coding: Coding, content: Uint8Array, { limits: { messageBytes }, loan }: BodyOptions): Uint8Array {
  if (!loan.take(messageBytes)) throw tooMuch();
  let length = 0;
  try {
    const bytes = decodeContent(coding, content, messageBytes);
    length = bytes.length;
    return bytes;
  } catch (error) {
    throw error instanceof PoolError && error.code === "too_large" ? tooLarge(messageBytes) : error;
  } finally {
    loan.give(messageBytes - length);
  }
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new PoolError("bad_request", "the message is not UTF-8", {}, { cause: error });
  }
}

function tooLarge(bytesMax: number): Refused {
  return new Refused(413, "too_large", `a message has at most ${bytesMax} bytes here`);
}

function tooMuch(): Refused {
  return new Refused(429, "rate", "too much is being sent at once: wait a second");
}
