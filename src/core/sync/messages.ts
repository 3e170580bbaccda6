/** Messages of fpl-sync/1 (section 7): names, forms, and readers for what comes from outside. */

import { RawJson } from "../codec/raw-json.ts";
import { type ErrorCode, PoolError } from "../errors.ts";
import { isOpId, type OpId, type Place } from "../op/operation.ts";
import type { Json, JsonObject } from "../ports.ts";

export const protocol = "fpl-sync/1";
export const extensions: readonly string[] = ["heads/1", "headers/1", "runs/1", "same/1"];

export interface ErrorReply {
  readonly type: "error";
  readonly error: string;
  readonly code: ErrorCode;
}

export function errorReply(code: ErrorCode, error: string): ErrorReply {
  return { type: "error", error, code };
}

/** The refusal of section 7, the same whatever was asked. */
export const refusal: ErrorReply = errorReply("unauthorized", "this key may not do that");

/** Anything thrown: `<ErrorName>: <message>`. */
export function errorReplyOf(error: unknown): ErrorReply {
  if (error instanceof PoolError) {
    if (namesPlace(error)) return errorReply("storage", `${error.name}: this node can't read or write its store now`);
    const code: ErrorCode = error.code === "parse" ? "bad_request" : wireCodes.has(error.code) ? error.code : "internal";
    return errorReply(code, `${error.name}: ${error.message}`);
  }
  return errorReply("internal", error instanceof Error ? `${error.name}: ${error.message}` : "Error: unknown");
}

/** Where a node keeps what it has, and under which names, is nobody else's business. */
function namesPlace({ code, details }: PoolError): boolean {
  return code === "storage" && ("path" in details || "address" in details);
}

const wireCodes: ReadonlySet<ErrorCode> = new Set([
  "bad_request",
  "unknown_type",
  "unauthorized",
  "bad_signature",
  "clock",
  "too_large",
  "rate",
  "storage",
  "internal",
]);

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What was left as it came, read; null when it can't be. */
export function plainValue(value: Json): Json {
  if (!(value instanceof RawJson)) return value;
  try {
    return value.toJSON();
  } catch {
    return null;
  }
}

/** Members of a message, checked as they are read; each throws `PoolError("bad_request")` naming the member. */
export function readIds(message: JsonObject, name: string, max = Number.POSITIVE_INFINITY): OpId[] {
  const value = message[name];
  if (!Array.isArray(value)) throw new PoolError("bad_request", `"${name}" must be a list of op_ids`);
  const first = value.slice(0, max);
  if (!first.every(isOpId)) throw new PoolError("bad_request", `"${name}" must be a list of op_ids`);
  return first;
}

export function readList(message: JsonObject, name: string): readonly Json[] {
  const value = message[name];
  if (!Array.isArray(value)) throw new PoolError("bad_request", `"${name}" must be a list`);
  return value;
}

/** A whole number from 1 to `max`; `max` when it is absent, and no more than it when it is larger. */
export function readCount(message: JsonObject, name: string, max: number): number {
  const value = message[name];
  if (value === undefined) return max;
  if (!Number.isSafeInteger(value) || (value as number) < 1) throw new PoolError("bad_request", `"${name}" must be a whole number from 1`);
  return Math.min(value as number, max);
}

/** `after: [lamport, op_id]`. */
export function readPlace(message: JsonObject, name: string): Place | undefined {
  const value = message[name];
  if (value === undefined) return undefined;
  const [lamport, id] = Array.isArray(value) && value.length === 2 ? (value as Json[]) : [];
  if (!Number.isSafeInteger(lamport) || !isOpId(id)) throw new PoolError("bad_request", `"${name}" must be [lamport, op_id]`);
  return { lamport: lamport as number, id };
}

/** A reply of the expected type; throws `PoolError("peer")` with the server's own words otherwise. */
export function expectReply(reply: Json, type: string): JsonObject {
  if (isObject(reply) && reply["type"] === type) return reply;
  const refused = isObject(reply) && reply["type"] === "error";
  const words = refused
    ? String(reply["error"]).slice(0, 500)
    : `it sent ${JSON.stringify(isObject(reply) ? reply["type"] : reply)?.slice(0, 80)}`;
  const code = refused && typeof reply["code"] === "string" ? reply["code"] : null;
  const why = refused && typeof reply["why"] === "string" ? { why: reply["why"] } : {};
  throw new PoolError("peer", `the peer did not answer with ${type}: ${words}`, { code, ...why });
}
