/** Text frames of a kept connection (section 7): a request with an `id`, its reply with the same, and `notify` without any. */
import { parseJson } from "../codec/parse.ts";
import { messageText } from "../codec/raw-json.ts";
import { PoolError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Json, JsonObject } from "../ports.ts";
import { isObject } from "./messages.ts";

/** Chosen by the client: a text of at most `limits.frameIdCharacters`, or a whole number. */
export type FrameId = string | number;

export interface RequestFrame {
  readonly id: FrameId;
  /** The message, without its `id`. */
  readonly message: JsonObject;
}

/** Reads a client's frame; throws `PoolError`: `parse` or `bad_request`. */
export function readRequestFrame(text: string): RequestFrame {
  const frame = parseJson(text, { maxDepth: limits.messageDepth });
  if (!isObject(frame)) throw new PoolError("bad_request", "message must be a JSON object");
  const { id, ...message } = frame;
  if (!isFrameId(id)) throw new PoolError("bad_request", `a frame needs an "id": a text, not empty and not long, or a whole number`);
  return { id, message };
}

/** What a server sends: the reply to the request `id`, or by itself. */
export type ServerFrame = { readonly id: FrameId; readonly reply: JsonObject } | { readonly heads: JsonObject };

/** Reads a server's frame; throws `PoolError("peer")` for what answers nothing and is no `notify`. */
export function readServerFrame(text: string): ServerFrame {
  const frame = parseServerJson(text);
  const { id, ...reply } = frame;
  if (isFrameId(id)) return { id, reply };
  const heads = frame["heads"];
  if (frame["type"] === "notify" && isObject(heads)) return { heads };
  const words = frame["type"] === "error" ? `: ${String(frame["error"]).slice(0, 300)}` : "";
  throw new PoolError("peer", `the peer sent a frame that answers nothing${words}`);
}

function parseServerJson(text: string): JsonObject {
  try {
    const frame: Json = parseJson(text, { maxDepth: limits.messageDepth });
    if (isObject(frame)) return frame;
  } catch (error) {
    throw new PoolError("peer", "the peer sent a frame that is not JSON", {}, { cause: error });
  }
  throw new PoolError("peer", "the peer sent a frame that is no object");
}

export function frameText(id: FrameId | null, message: JsonObject): string {
  return messageText(id === null ? message : { id, ...message });
}

function isFrameId(id: Json | undefined): id is FrameId {
  return typeof id === "string" ? id.length > 0 && id.length <= limits.frameIdCharacters : Number.isSafeInteger(id);
}
